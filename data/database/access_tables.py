"""Tables of accounts, sessions, tokens, quotas and the audit, on the database's ``metadata``. Times are UTC without their zone.

No secret stands here as it is: passwords as argon2id, tokens of 256 random bits as SHA-256, the secrets of one-time codes
encrypted (``data/access/keys.py``).
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, Index, Integer, LargeBinary, PrimaryKeyConstraint, String, Table, Text

from data.database.tables import metadata

#: ``folded``: the name as it is compared (case and width). ``revision`` rises with each change of roles or scope.
#: ``totp_step``: the time step of the last accepted one-time code; none is accepted twice. ``issuer``, ``subject``: the provider
#: that vouches for who this is, and its name for them; NULL = a local account, with a password.
account = Table(
    "account",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(40), nullable=False),
    Column("folded", String(160), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("password_hash", Text),
    Column("password_changed_at", DateTime),
    Column("totp_secret", LargeBinary),
    Column("totp_step", BigInteger),
    Column("created_at", DateTime, nullable=False),
    Column("disabled_at", DateTime),
    Column("logged_in_at", DateTime),
    Column("issuer", String(255)),
    Column("subject", String(255)),
)
Index("account_by_name", account.c.folded, unique=True)
Index("account_by_subject", account.c.issuer, account.c.subject, unique=True)

account_role = Table(
    "account_role",
    metadata,
    Column("account_id", Integer, nullable=False),
    Column("role", String(64), nullable=False),
    PrimaryKeyConstraint("account_id", "role"),
)

#: ``kind``: area (its key in the district pack) | sheet (its title). No row of a kind = all of them.
account_scope = Table(
    "account_scope",
    metadata,
    Column("account_id", Integer, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("name", String(64), nullable=False),
    PrimaryKeyConstraint("account_id", "kind", "name"),
)

#: Hashes of the passwords that an account had before its own, so that none comes again too soon.
former_password = Table(
    "former_password",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", Integer, nullable=False),
    Column("password_hash", Text, nullable=False),
)
Index("former_password_by_account", former_password.c.account_id)

#: One-time links to set a password.
invitation = Table(
    "invitation",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column("account_id", Integer, nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("expires_at", DateTime, nullable=False),
    Column("used_at", DateTime),
)

#: ``created_at``: of the login, also after the token has been renewed.
login_session = Table(
    "login_session",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("token_sha256", String(64), nullable=False),
    Column("account_id", Integer, nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("last_used_at", DateTime, nullable=False),
    Column("address", String(64), nullable=False),
    Column("browser", String(200), nullable=False),
)
Index("login_session_by_token", login_session.c.token_sha256, unique=True)
Index("login_session_by_account", login_session.c.account_id)

#: ``subject``: SHA-256 of the name or address; somebody may have typed a password where the name belongs.
login_failure = Table(
    "login_failure",
    metadata,
    Column("kind", String(8), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("failures", Integer, nullable=False),
    Column("last_at", DateTime, nullable=False),
    PrimaryKeyConstraint("kind", "subject"),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("account_id", Integer, nullable=False),
    Column("code_sha256", String(64), nullable=False),
    PrimaryKeyConstraint("account_id", "code_sha256"),
)

#: ``permissions``, ``areas``, ``sheets``: joined by commas; NULL = the account's own.
api_token = Table(
    "api_token",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("token_sha256", String(64), nullable=False),
    Column("account_id", Integer, nullable=False),
    Column("name", String(40), nullable=False),
    Column("permissions", Text, nullable=False),
    Column("areas", Text),
    Column("sheets", Text),
    Column("created_at", DateTime, nullable=False),
    Column("expires_at", DateTime, nullable=False),
    Column("last_used_at", DateTime),
    Column("revoked_at", DateTime),
)
Index("api_token_by_token", api_token.c.token_sha256, unique=True)
Index("api_token_by_account", api_token.c.account_id)

#: How often a subject did something since ``started_at``.
quota = Table(
    "quota",
    metadata,
    Column("kind", String(16), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("started_at", DateTime, nullable=False),
    Column("used", Integer, nullable=False),
    PrimaryKeyConstraint("kind", "subject"),
)

#: The audit: each row's ``hash`` covers all of it and the hash before (``cockpit/access/audit.py``). ``at``: ISO with offset.
audit_record = Table(
    "audit_record",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),
    Column("account", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("action", String(32), nullable=False),
    Column("object", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("result", String(8), nullable=False),
    Column("data_version", Integer, nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
Index("audit_record_by_time", audit_record.c["at"])

#: One row: the end of the chain, which whoever appends locks; and the last record that is in the archive only.
audit_head = Table(
    "audit_head",
    metadata,
    Column("chain", String(32), primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("archived_number", BigInteger, nullable=False),
    Column("archived_hash", String(64), nullable=False),
)

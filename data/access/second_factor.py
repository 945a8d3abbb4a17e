"""The second factor: one-time codes of a telephone (TOTP, RFC 6238), and recovery codes for when it is lost."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import secrets
from datetime import UTC, datetime

import pyotp
import segno
from sqlalchemy import Connection, delete, insert, or_, select, update

from cockpit.access.audit import Actor, AuditAction, AuditEntry, Detail
from cockpit.errors import SecretsError, UsageError
from data.access.accounts import Account, end_sessions
from data.access.keys import decrypt, encrypt
from data.access.store import AccessStore
from data.database.access_tables import account, recovery_code

_PURPOSE, _PENDING = "totp", "totp-pending"
_STEP_SECONDS = 30
#: A code counts one step longer and earlier than its own 30 seconds: clocks differ.
_TOLERANCE = 1
RECOVERY_CODES = 10
#: Characters of a recovery code, five bits each; without those that look alike.
_LENGTH, _ALPHABET = 16, "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def accepted_step(secret: str, code: str, now: datetime, last_step: int | None) -> int | None:
    """Return the time step of a code if it is right now and later than the last accepted one, else ``None``."""
    totp = pyotp.TOTP(secret, interval=_STEP_SECONDS)
    current = int(now.replace(tzinfo=UTC).timestamp()) // _STEP_SECONDS
    for step in range(current - _TOLERANCE, current + _TOLERANCE + 1):
        is_right = pyotp.utils.strings_equal(totp.generate_otp(step), code.strip())
        if is_right and (last_step is None or step > last_step):
            return step
    return None


def begin_enrolment(store: AccessStore, one: Account) -> tuple[str, str]:
    """Make a new secret for an account: the secret to show, and the same encrypted, for the form that confirms it."""
    secret = pyotp.random_base32()
    pending = encrypt(store.keys.keys(), _PENDING, secret, str(one.id))
    return secret, base64.urlsafe_b64encode(pending).decode()


def shown_secret(store: AccessStore, one: Account, pending: str) -> str:
    """Return the secret of a form of ``begin_enrolment``. Raises ``UsageError`` for any other text."""
    try:
        encrypted = base64.b64decode(pending.encode(), altchars=b"-_", validate=True)
        return decrypt(store.keys.keys(), _PENDING, encrypted, str(one.id))[0]
    except (SecretsError, binascii.Error, ValueError) as error:
        raise UsageError("动态验证码的设置页面已失效，请重新打开。") from error


def provisioning_uri(store: AccessStore, one: Account, secret: str) -> str:
    """Return the address that authenticators read from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=one.name, issuer_name=store.district.title)


def qr_svg(uri: str) -> str:
    """Render a QR code as SVG, inline and without any service."""
    target = io.BytesIO()
    segno.make(uri, error="m").save(target, kind="svg", border=4, xmldecl=False, svgns=True, omitsize=True)
    return target.getvalue().decode()


def confirm_enrolment(
    connection: Connection, store: AccessStore, one: Account, pending: str, code: str, now: datetime
) -> list[str]:
    """Make the secret of ``pending`` the account's, once a code of it is right; returns recovery codes, shown only now.

    Raises ``UsageError`` for a wrong code.
    """
    secret = shown_secret(store, one, pending)
    step = accepted_step(secret, code, now, None)
    if step is None:
        raise UsageError("验证码不对。请核对手机的时间，输入应用里现在显示的6位数字。")
    encrypted = encrypt(store.keys.keys(), _PURPOSE, secret, str(one.id))
    connection.execute(update(account).where(account.c.id == one.id).values(totp_secret=encrypted, totp_step=step))
    return _new_recovery_codes(connection, one.id)


def enrol(store: AccessStore, one: Account, pending: str, code: str, actor: Actor, now: datetime) -> list[str]:
    """Set up the second factor of a logged-in account, as ``confirm_enrolment``; all its sessions end.

    Raises ``UsageError`` for a wrong code and for an account of a provider.
    """
    if one.issuer is not None:
        raise UsageError("您用单位账号登录，动态验证码由单位的系统管理。")
    with store.audit.transaction() as connection:
        codes = confirm_enrolment(connection, store, one, pending, code, now)
        end_sessions(connection, one.id)
        store.audit.append(
            connection, AuditEntry(now, actor, AuditAction.SECOND_FACTOR, one.name, detail={Detail.CHANGE: "设置"})
        )
    return codes


def renew_recovery_codes(store: AccessStore, one: Account, actor: Actor, now: datetime) -> list[str]:
    """Replace an account's recovery codes by new ones, shown only now."""
    with store.audit.transaction() as connection:
        codes = _new_recovery_codes(connection, one.id)
        store.audit.append(
            connection, AuditEntry(now, actor, AuditAction.SECOND_FACTOR, one.name, detail={Detail.CHANGE: "恢复码"})
        )
    return codes


def _new_recovery_codes(connection: Connection, account_id: int) -> list[str]:
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH)) for _ in range(RECOVERY_CODES)]
    connection.execute(delete(recovery_code).where(recovery_code.c.account_id == account_id))
    rows = [{"account_id": account_id, "code_sha256": _digest(account_id, code)} for code in codes]
    connection.execute(insert(recovery_code), rows)
    return ["-".join(code[at : at + 4] for at in range(0, _LENGTH, 4)) for code in codes]


def _digest(account_id: int, code: str) -> str:
    plain = "".join(c for c in code.upper() if c in _ALPHABET)
    return hashlib.sha256(f"{account_id}:{plain}".encode()).hexdigest()


def remove(connection: Connection, account_id: int) -> None:
    """Remove an account's second factor and its recovery codes."""
    connection.execute(update(account).where(account.c.id == account_id).values(totp_secret=None, totp_step=None))
    connection.execute(delete(recovery_code).where(recovery_code.c.account_id == account_id))


def is_right(connection: Connection, store: AccessStore, account_id: int, code: str, now: datetime) -> bool:
    """Return whether a one-time or recovery code is right for the account; one without a second factor needs none."""
    row = connection.execute(select(account.c.totp_secret, account.c.totp_step).where(account.c.id == account_id)).one()
    if row.totp_secret is None:
        return True
    secret, _ = decrypt(store.keys.keys(), _PURPOSE, row.totp_secret, str(account_id))
    own = (recovery_code.c.account_id == account_id, recovery_code.c.code_sha256 == _digest(account_id, code))
    recovery = connection.scalar(select(recovery_code.c.account_id).where(*own))
    return accepted_step(secret, code, now, row.totp_step) is not None or recovery is not None


def use_code(connection: Connection, store: AccessStore, account_id: int, code: str, now: datetime) -> bool:
    """Use up a code, as ``is_right``; returns whether it was still unused: of two that try the same at once, one is refused."""
    row = connection.execute(select(account.c.totp_secret, account.c.totp_step).where(account.c.id == account_id)).one()
    if row.totp_secret is None:
        return True
    secret, _ = decrypt(store.keys.keys(), _PURPOSE, row.totp_secret, str(account_id))
    step = accepted_step(secret, code, now, row.totp_step)
    if step is not None:
        unused = or_(account.c.totp_step.is_(None), account.c.totp_step < step)
        used = connection.execute(update(account).where(account.c.id == account_id, unused).values(totp_step=step))
        return used.rowcount == 1
    own = recovery_code.c.account_id == account_id
    used = connection.execute(delete(recovery_code).where(own, recovery_code.c.code_sha256 == _digest(account_id, code)))
    return used.rowcount == 1


def encrypt_again(connection: Connection, keys: tuple[bytes, ...]) -> None:
    """Encrypt all secrets with the first of ``keys``."""
    rows = connection.execute(select(account.c.id, account.c.totp_secret).where(account.c.totp_secret.is_not(None))).all()
    for row in rows:
        secret, _ = decrypt(keys, _PURPOSE, row.totp_secret, str(row.id))
        encrypted = encrypt(keys, _PURPOSE, secret, str(row.id))
        connection.execute(update(account).where(account.c.id == row.id).values(totp_secret=encrypted))


def used_keys(connection: Connection, keys: tuple[bytes, ...]) -> list[bytes]:
    """Return the keys that some account's secret is encrypted with."""
    rows = connection.execute(select(account.c.id, account.c.totp_secret).where(account.c.totp_secret.is_not(None))).all()
    return [decrypt(keys, _PURPOSE, row.totp_secret, str(row.id))[1] for row in rows]

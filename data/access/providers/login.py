"""Log in whom a provider has verified: the account of this identity, with the rights that its groups give today."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select, update

from cockpit.access.audit import Actor, AuditAction, AuditEntry, Detail, Result
from cockpit.access.groups import ProviderIdentity, Rights, rights_of_groups
from cockpit.access.passwords import fold
from cockpit.access.quotas import QuotaKind
from cockpit.access.scope import Scope, scope_name
from cockpit.errors import LoginError, ProviderError, UsageError
from cockpit.printable import printable
from data.access import sessions
from data.access.accounts import (
    ACCOUNT_COLUMNS,
    Account,
    account_of,
    end_sessions,
    read_rights,
    revoke_links,
    rights_detail,
    write_rights,
)
from data.access.limits import attempts, lockout, quotas
from data.access.new_accounts import free_name, insert_account
from data.access.providers.provider import Directory, Providers
from data.access.sessions import Client
from data.access.store import AccessStore
from data.database.access_tables import account, audit_head

_WRONG = "账号或密码不对。"
_DISABLED = "这个账号已停用，没有登录。需要时请联系安全管理员。"
_NO_GROUP = "您的单位账号没有分到驾驶舱的权限，没有登录。需要时请联系安全管理员。"
#: Whom the audit names before anybody is verified.
_UNVERIFIED = "（未验证的单位账号）"
_MAX_NAME, _MAX_PASSWORD = 80, 200


def log_in_at_directory(
    store: AccessStore, providers: Providers, directory: Directory, name: str, password: str, client: Client, now: datetime
) -> str:
    """Verify name and password at the directory, begin a session and return its token.

    Raises ``LoginError`` with one sentence for whatever is wrong of both, as ``log_in_verified``, and while name or address are
    locked; ``QuotaError``; ``ProviderError`` while the directory is down, which counts as no failure.
    """
    name = printable(name.strip()[:_MAX_NAME])
    subject, actor = f"{directory.issuer}\n{fold(name)}", Actor(_UNVERIFIED, client.address)
    quotas.take(store.engine, QuotaKind.LOGIN, client.address, now)
    attempts.reserve(store, subject, actor, now)
    try:
        identity = directory.verify(name, password) if name and 0 < len(password) <= _MAX_PASSWORD else None
    except ProviderError:
        attempts.take_back(store, subject, now)
        raise
    if identity is None:
        attempts.refuse(store, subject, actor, now)
        raise LoginError(_WRONG)
    with store.audit.transaction() as connection:
        lockout.forget(connection, subject, now)
    return log_in_verified(store, providers, identity, directory.label, client, now)


def refuse_unverified(store: AccessStore, label: str, reason: str, client: Client, now: datetime) -> None:
    """Record that somebody came back from a provider without having been verified."""
    detail: dict[Detail, str | int] = {Detail.PROVIDER: label, Detail.REASON: reason}
    entry = AuditEntry(now, Actor(_UNVERIFIED, client.address), AuditAction.LOGIN, result=Result.REFUSED, detail=detail)
    store.audit.record(entry)


def log_in_verified(
    store: AccessStore, providers: Providers, identity: ProviderIdentity, label: str, client: Client, now: datetime
) -> str:
    """Begin the session of whom a provider has verified, and return its token; the account is made at the first login.

    The groups of today are the rights of today: where these changed, all former sessions end. Raises ``LoginError`` for a
    disabled account, and for one that no group gives any right, which it also has no more from then on.
    """
    try:
        rights = rights_of_groups(providers.grants, identity.groups, store.roles, store.district)
        refusal = "" if rights is not None else _NO_GROUP
    except UsageError as error:
        rights, refusal = None, str(error)
    token = ""
    with store.audit.transaction() as connection:
        connection.execute(select(audit_head.c.chain).with_for_update())  # two first logins at once make one account
        one = _find(connection, identity)
        if one is not None and one.disabled_at is not None:
            refusal = _DISABLED
        elif rights is None:
            _withdraw_rights(store, connection, one, Actor(label), now)
        else:
            one = one or _insert(connection, identity, now)
            _update_rights(store, connection, one, rights, Actor(label), now)
            connection.execute(update(account).where(account.c.id == one.id).values(logged_in_at=now))
            token = sessions.begin(connection, one.id, client, now)
        actor = Actor(one.name if one is not None else _UNVERIFIED, client.address)
        result = Result.REFUSED if refusal else Result.DONE
        detail = {Detail.PROVIDER: label} | ({Detail.REASON: refusal} if refusal else {})
        store.audit.append(connection, AuditEntry(now, actor, AuditAction.LOGIN, actor.account, result=result, detail=detail))
    if refusal:
        raise LoginError(refusal)
    return token


def _find(connection: Connection, identity: ProviderIdentity) -> Account | None:
    """Find the account of an identity; the name is never looked at, for it may be somebody else's."""
    same = (account.c.issuer == identity.issuer, account.c.subject == identity.subject)
    row = connection.execute(select(*ACCOUNT_COLUMNS).where(*same)).first()
    return None if row is None else account_of(row)


def _insert(connection: Connection, identity: ProviderIdentity, now: datetime) -> Account:
    insert_account(connection, free_name(connection, identity.name), now, identity)
    one = _find(connection, identity)
    assert one is not None
    return one


def _update_rights(store: AccessStore, connection: Connection, one: Account, rights: Rights, actor: Actor, now: datetime) -> None:
    """Write the rights where they are others than before; then all sessions of the account end."""
    roles, scope = read_rights(connection, one.id)
    if (sorted(roles), _sorted(scope)) == (sorted(rights.roles), _sorted(rights.scope)):
        return
    write_rights(connection, one.id, rights.roles, rights.scope)
    end_sessions(connection, one.id)
    areas, detail = scope_name(rights.scope, store.district), rights_detail(store, rights.roles, rights.scope)
    store.audit.append(connection, AuditEntry(now, actor, AuditAction.ROLES, one.name, areas, detail=detail))


def _withdraw_rights(store: AccessStore, connection: Connection, one: Account | None, actor: Actor, now: datetime) -> None:
    """Take an account all its rights, sessions and tokens."""
    if one is None or not read_rights(connection, one.id)[0]:
        return
    write_rights(connection, one.id, (), Scope())
    end_sessions(connection, one.id)
    revoke_links(connection, one.id, now)
    detail: dict[Detail, str | int] = {Detail.ROLES: "无"}
    store.audit.append(connection, AuditEntry(now, actor, AuditAction.ROLES, one.name, detail=detail))


def _sorted(scope: Scope) -> Scope:
    return replace(scope, areas=tuple(sorted(scope.areas)), sheets=tuple(sorted(scope.sheets)))

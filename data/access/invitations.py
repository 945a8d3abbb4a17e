"""Invitations: one-time links with which somebody sets the password of a new account, or of one that was reset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from cockpit.access.audit import Actor, AuditAction, AuditEntry, Detail
from cockpit.access.permissions import needs_second_factor
from cockpit.access.scope import scope_name
from cockpit.errors import UsageError
from cockpit.names import account_name
from data.access import passwords, second_factor
from data.access.accounts import (
    ACCOUNT_COLUMNS,
    Account,
    account_of,
    checked_rights,
    end_sessions,
    find_account,
    require_account,
    revoke_links,
    rights_detail,
    rights_of,
    write_rights,
)
from data.access.new_accounts import insert_account
from data.access.store import CLOCK_TOLERANCE, AccessStore, new_token, token_digest
from data.database.access_tables import account, invitation
from data.database.engine import read_connection

VALID_FOR = timedelta(hours=24)
#: Where a link leads; its token follows.
LINK_PATH = "/invite?token="
_INVALID = "这个链接无效、已经用过或已过期。请向安全管理员要一个新的。"


@dataclass(frozen=True, slots=True)
class Invitation:
    """Whom a link is for, and whether the account needs one-time codes."""

    account: Account
    needs_second_factor: bool


def invite(
    store: AccessStore, name: str, roles: Sequence[str], scope: Sequence[str], sheets: Sequence[str], actor: Actor, now: datetime
) -> str:
    """Make an account with these roles and this scope; returns the token of its link, shown only now.

    One that was invited but has never set a password gets a new link, roles and scope; the link before stops working.
    Raises ``UsageError`` for a name that is in use or can't be one, and for unknown roles, areas and sheets.
    """
    name = account_name(name)
    keys, chosen = checked_rights(store, roles, scope, sheets)
    with store.audit.transaction() as connection:
        one = find_account(connection, name)
        if one is not None and (one.has_password or one.disabled_at is not None or one.issuer is not None):
            raise UsageError(
                f"已有账号“{one.name}”，没有再新建。要换角色、重置密码，或启用停用的，请直接对这个账号操作；换人请换一个名称。"
            )
        account_id = insert_account(connection, name, now) if one is None else one.id
        write_rights(connection, account_id, keys, chosen)
        token = _new_link(connection, account_id, now)
        detail = {Detail.CHANGE: "邀请"} | rights_detail(store, keys, chosen)
        entry = AuditEntry(now, actor, AuditAction.ACCOUNT, name, scope_name(chosen, store.district), detail=detail)
        store.audit.append(connection, entry)
    return token


def reset(store: AccessStore, name: str, actor: Actor, now: datetime) -> str:
    """Take an account its password, second factor, sessions and tokens; returns the token of a link to set them anew.

    Raises ``UsageError`` for an unknown or disabled account, and for one of a provider.
    """
    with store.audit.transaction() as connection:
        one = require_account(connection, name)
        if one.issuer is not None:
            raise UsageError(f"账号“{one.name}”用单位账号登录，这里没有它的密码，没有重置。请在单位的系统里重置。")
        if one.disabled_at is not None:
            raise UsageError(f"账号“{one.name}”已停用，没有重置。请先启用。")
        passwords.store_hash(connection, one.id, None, now)
        second_factor.remove(connection, one.id)
        end_sessions(connection, one.id)
        token = _new_link(connection, one.id, now)
        store.audit.append(connection, AuditEntry(now, actor, AuditAction.ACCOUNT, one.name, detail={Detail.CHANGE: "重置"}))
    return token


def _new_link(connection: Connection, account_id: int, now: datetime) -> str:
    revoke_links(connection, account_id, now)
    token = new_token()
    values = {"token_sha256": token_digest(token), "account_id": account_id, "created_at": now, "expires_at": now + VALID_FOR}
    connection.execute(insert(invitation).values(values))
    return token


def open_invitation(store: AccessStore, token: str, now: datetime) -> Invitation:
    """Return whom a link is for. Raises ``UsageError`` for an unknown, used or expired one, in one sentence for all three."""
    with read_connection(store.engine) as connection:
        one = _invited(connection, token, now)
        return Invitation(one, needs_second_factor(rights_of(store, connection, one)[0]))


def _invited(connection: Connection, token: str, now: datetime) -> Account:
    joined = select(*ACCOUNT_COLUMNS).join_from(invitation, account, invitation.c.account_id == account.c.id)
    # A link that was made later than now: the clock was set back, and would make it valid for longer.
    is_valid = (
        invitation.c.used_at.is_(None),
        invitation.c.expires_at > now,
        invitation.c.created_at <= now + CLOCK_TOLERANCE,
        account.c.disabled_at.is_(None),
        account.c.issuer.is_(None),
    )
    row = connection.execute(joined.where(invitation.c.token_sha256 == token_digest(token), *is_valid)).first()
    if row is None:
        raise UsageError(_INVALID)
    return account_of(row)


def accept(store: AccessStore, token: str, password: str, pending: str, code: str, address: str, now: datetime) -> list[str]:
    """Set the password of the account that a link is for and, with ``pending`` (``begin_enrolment``), its second factor.

    Returns the recovery codes, shown only now; none without a second factor. The link is used up. Raises ``UsageError`` for an
    invalid link, a password that breaks a rule, a wrong code, and without ``pending`` where a second factor is needed.
    """
    invited = open_invitation(store, token, now)
    one = invited.account
    if invited.needs_second_factor and not pending:
        raise UsageError("这个账号须设置动态验证码。请用手机应用扫描二维码，再输入显示的6位数字。")
    hashed = passwords.new_hash(store, one.id, one.name, password)
    with store.audit.transaction() as connection:
        unused = (invitation.c.token_sha256 == token_digest(token), invitation.c.used_at.is_(None))
        if connection.execute(update(invitation).where(*unused).values(used_at=now)).rowcount != 1:
            raise UsageError(_INVALID)
        passwords.store_hash(connection, one.id, hashed, now)
        codes = second_factor.confirm_enrolment(connection, store, one, pending, code, now) if pending else []
        store.audit.append(connection, AuditEntry(now, Actor(one.name, address), AuditAction.PASSWORD, one.name))
    return codes

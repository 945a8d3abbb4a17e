"""Attempts to log in: counted as failures before anything is verified, so that a hundred at once are as many as one by one."""

from __future__ import annotations

from datetime import datetime

from cockpit.access.audit import Actor, AuditAction, AuditEntry, Detail, Result
from cockpit.errors import LoginError
from data.access.limits import lockout
from data.access.store import AccessStore

_LOCKED = "登录失败次数太多，请10分钟后再试。忘记密码时请联系安全管理员。"


def reserve(store: AccessStore, name: str, actor: Actor, now: datetime) -> None:
    """Count an attempt of this name, from the actor's address. Raises ``LoginError`` while either is locked.

    ``actor``: whom the audit names; what was typed may be a password, so that it isn't recorded.
    """
    with store.audit.transaction() as connection:
        is_locked = lockout.is_locked(connection, lockout.Subject.ACCOUNT, name, now)
        is_locked |= lockout.is_locked(connection, lockout.Subject.ADDRESS, actor.address, now)
        if is_locked:
            detail = {Detail.REASON: "已锁定"}
            store.audit.append(connection, AuditEntry(now, actor, AuditAction.LOGIN, result=Result.REFUSED, detail=detail))
        else:
            lockout.count_failure(connection, lockout.Subject.ACCOUNT, name, now)
    if is_locked:
        raise LoginError(_LOCKED)


def refuse(store: AccessStore, name: str, actor: Actor, now: datetime) -> None:
    """Record that a reserved attempt failed, and what that locks."""
    with store.audit.transaction() as connection:
        own = lockout.is_locked(connection, lockout.Subject.ACCOUNT, name, now)
        from_address = lockout.count_failure(connection, lockout.Subject.ADDRESS, actor.address, now)
        store.audit.append(connection, AuditEntry(now, actor, AuditAction.LOGIN, result=Result.REFUSED))
        if own or from_address == lockout.MAX_FAILURES:
            which = "账号" if own else "地址"
            store.audit.append(connection, AuditEntry(now, actor, AuditAction.LOCK_OUT, which))


def take_back(store: AccessStore, name: str, now: datetime) -> None:
    """Count a reserved attempt no more: nothing was verified, as while a directory is down."""
    with store.audit.transaction() as connection:
        lockout.take_back(connection, lockout.Subject.ACCOUNT, name, now)

"""Walls and what they may show: each change is one transaction with its record in the audit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from cockpit.access.audit import Actor, AuditAction, AuditEntry, Detail
from cockpit.access.permissions import LABELS, Permission
from cockpit.names import wall_name
from data import walls
from data.access.audit.log import AuditLog


def wall_permissions(*, names_firms: bool) -> frozenset[Permission]:
    """Return what a wall may show: sums, and single enterprises only where that was said of it."""
    return frozenset({Permission.VIEW_TOTALS, *([Permission.VIEW_FIRMS] if names_firms else [])})


def rights_text(*, names_firms: bool) -> str:
    """Name what a wall may show."""
    permissions = wall_permissions(names_firms=names_firms)
    return "、".join(label for permission, label in LABELS.items() if permission in permissions)


def authorize(audit: AuditLog, name: str, *, names_firms: bool, actor: Actor, now: datetime) -> str:
    """Give a wall a new token, see ``walls.issue_token``. Raises ``UsageError``, and ``AuditError`` before anything is done."""
    detail = {Detail.CHANGE: "授权", Detail.PERMISSIONS: rights_text(names_firms=names_firms)}
    begin = partial(_recorded, audit, AuditEntry(now, actor, AuditAction.WALL, wall_name(name), detail=detail))
    return walls.issue_token(audit.engine, name, names_firms=names_firms, begin=begin)


def revoke(audit: AuditLog, name: str, actor: Actor, now: datetime) -> None:
    """Revoke a wall's token, see ``walls.revoke_token``."""
    entry = AuditEntry(now, actor, AuditAction.WALL, wall_name(name), detail={Detail.CHANGE: "停用"})
    walls.revoke_token(audit.engine, name, begin=partial(_recorded, audit, entry))


def allow_firms(audit: AuditLog, name: str, *, names_firms: bool, actor: Actor, now: datetime) -> None:
    """Say whether a wall may show single enterprises; it does, or doesn't, from its next request on."""
    detail = {Detail.CHANGE: "权限", Detail.PERMISSIONS: rights_text(names_firms=names_firms)}
    begin = partial(_recorded, audit, AuditEntry(now, actor, AuditAction.WALL, wall_name(name), detail=detail))
    walls.allow_firms(audit.engine, name, names_firms=names_firms, begin=begin)


@contextmanager
def _recorded(audit: AuditLog, entry: AuditEntry) -> Iterator[Connection]:
    with audit.transaction() as connection:
        yield connection
        audit.append(connection, entry)

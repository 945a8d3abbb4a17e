"""The matrix of rights as a workbook, for inspections: role × permission, and account × permission × scope."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO

from openpyxl import Workbook

from cockpit.access.audit import Actor, AuditAction, AuditEntry, Detail
from cockpit.access.permissions import LABELS, Permission, administrations
from cockpit.access.roles import permissions_of
from data.access.accounts import AccountRights, list_accounts
from data.access.store import AccessStore
from data.access.summary import account_state, role_names, scope_text, sheets_text
from data.access.workbook import add_sheet

_HAS, _NAME_WIDTH, _MARK_WIDTH = "✓", 22, 11


def build_matrix(store: AccessStore) -> bytes:
    """Build the workbook of the roles and accounts of today, as bytes."""
    book = Workbook(write_only=True)
    permissions = tuple(Permission)
    labels = [f"{LABELS[one]}\n{one.value}" for one in permissions]
    roles = [(role.name, role.key, *_marks(permissions, role.permissions)) for role in store.roles.roles]
    marks = [_MARK_WIDTH] * len(labels)
    add_sheet(book, "角色与权限", ["角色", "代码", *labels], [*[_NAME_WIDTH] * 2, *marks], roles)
    accounts = [_account_row(store, one, permissions) for one in list_accounts(store)]
    heads = ["账号", "状态", "角色", "管理员", "范围", "填报的表"]
    add_sheet(book, "账号与权限", [*heads, *labels], [*[_NAME_WIDTH] * len(heads), *marks], accounts)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def export_matrix(store: AccessStore, actor: Actor, now: datetime) -> bytes:
    """Build the workbook and record that it was taken along. Raises ``AuditError`` where that can't be recorded."""
    content = build_matrix(store)
    detail: dict[Detail, str | int] = {
        Detail.ROWS: len(list_accounts(store)),
        Detail.SHA256: hashlib.sha256(content).hexdigest(),
    }
    store.audit.record(AuditEntry(now, actor, AuditAction.EXPORT, "权限矩阵", detail=detail))
    return content


def _account_row(store: AccessStore, one: AccountRights, permissions: Sequence[Permission]) -> tuple[str, ...]:
    """Describe an account; a disabled one has no rights."""
    known = [store.roles.by_key[key] for key in one.roles if key in store.roles.by_key]
    own = permissions_of(known) if one.account.disabled_at is None else frozenset[Permission]()
    texts = (role_names(store, one), "、".join(administrations(own)), scope_text(store, one), sheets_text(one))
    return one.account.name, account_state(one.account), *texts, *_marks(permissions, own)


def _marks(permissions: Sequence[Permission], own: Iterable[Permission]) -> list[str]:
    marked = frozenset(own)
    return [_HAS if one in marked else "" for one in permissions]

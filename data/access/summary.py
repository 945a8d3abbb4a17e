"""Accounts as lists show them."""

from __future__ import annotations

from cockpit.access.permissions import needs_second_factor
from cockpit.access.roles import permissions_of
from cockpit.access.scope import scope_name
from data.access.accounts import Account, AccountRights
from data.access.store import AccessStore

#: What ``account_state`` may return.
ACCOUNT_STATES = ("正常", "待设密码", "停用")
_UNKNOWN = "（已删除的角色）"
_ALL = "全部"


def account_state(one: Account) -> str:
    """Return what state an account is in: 停用, 待设密码 or 正常."""
    if one.disabled_at is not None:
        return "停用"
    return "正常" if one.has_password or one.issuer is not None else "待设密码"


def role_names(store: AccessStore, one: AccountRights) -> str:
    """Name the roles of an account, in display order; one that the file no longer has gives no rights."""
    known = [role.name for role in store.roles.roles if role.key in one.roles]
    unknown = [f"{key}{_UNKNOWN}" for key in one.roles if key not in store.roles.by_key]
    return "、".join([*known, *unknown])


def scope_text(store: AccessStore, one: AccountRights) -> str:
    """Name the areas of an account, those that the pack no longer has by their keys."""
    unknown = [key for key in one.scope.areas if key not in store.district.by_key]
    return f"{'、'.join(unknown)}（区县配置里没有）" if unknown else scope_name(one.scope, store.district)


def sheets_text(one: AccountRights) -> str:
    """Name the sheets of an account."""
    return "、".join(one.scope.sheets) or _ALL


def second_factor_text(store: AccessStore, one: AccountRights) -> str:
    """Return whether an account has a second factor: 已设置, 待设置, 不要求 or 由单位验证."""
    if one.account.issuer is not None:
        return "由单位验证"
    if one.account.has_second_factor:
        return "已设置"
    permissions = permissions_of(store.roles.by_key[key] for key in one.roles if key in store.roles.by_key)
    return "待设置" if needs_second_factor(permissions) else "不要求"

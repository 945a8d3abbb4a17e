"""The closed list of permissions, and the three administrations that one account may not combine (三员分立)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Permission(StrEnum):
    """What an account may do. What isn't listed here can't be granted."""

    VIEW_TOTALS = "view.totals"
    VIEW_FIRMS = "view.firms"
    #: Rows of single firms, on the data desk only, and of the account's own sheets only.
    VIEW_SHEETS = "view.sheets"
    EXPORT_TOTALS = "export.totals"
    EXPORT_FIRMS = "export.firms"
    EDIT_SCENARIOS = "scenario.edit"
    PUBLISH_EVALUATION = "evaluation.publish"
    UPLOAD_DATA = "data.upload"
    PUBLISH_DATA = "data.publish"
    WITHDRAW_DATA = "data.withdraw"
    SHARE_VIEWS = "views.share"
    WRITE_NOTES = "notes.write"
    EDIT_ALERTS = "alerts.edit"
    MANAGE_WALLS = "walls.manage"
    MANAGE_SETTINGS = "settings.manage"
    RUN_BACKUP = "backup.run"
    MANAGE_ACCOUNTS = "accounts.manage"
    ASSIGN_ROLES = "roles.assign"
    MANAGE_TOKENS = "tokens.manage"
    READ_AUDIT = "audit.read"


#: What each permission is called on pages and in the matrix of rights.
LABELS: Mapping[Permission, str] = {
    Permission.VIEW_TOTALS: "看汇总数据",
    Permission.VIEW_FIRMS: "看单个企业的数据",
    Permission.VIEW_SHEETS: "看自己所填表的企业数据",
    Permission.EXPORT_TOTALS: "导出汇总数据",
    Permission.EXPORT_FIRMS: "导出单个企业的数据",
    Permission.EDIT_SCENARIOS: "保存模拟方案",
    Permission.PUBLISH_EVALUATION: "发布评价",
    Permission.UPLOAD_DATA: "上传数据",
    Permission.PUBLISH_DATA: "发布数据",
    Permission.WITHDRAW_DATA: "撤回数据",
    Permission.SHARE_VIEWS: "共享视图",
    Permission.WRITE_NOTES: "写批注",
    Permission.EDIT_ALERTS: "设置预警",
    Permission.MANAGE_WALLS: "管理大屏",
    Permission.MANAGE_SETTINGS: "管理设置",
    Permission.RUN_BACKUP: "备份与恢复",
    Permission.MANAGE_ACCOUNTS: "管理账号",
    Permission.ASSIGN_ROLES: "分配角色",
    Permission.MANAGE_TOKENS: "管理接口令牌",
    Permission.READ_AUDIT: "查看审计",
}

#: What separates the three administrators: an account with a permission of one has none of the others'.
ADMINISTRATIONS: Mapping[str, frozenset[Permission]] = {
    "系统管理": frozenset({Permission.MANAGE_WALLS, Permission.MANAGE_SETTINGS, Permission.RUN_BACKUP}),
    "安全管理": frozenset({Permission.MANAGE_ACCOUNTS, Permission.ASSIGN_ROLES, Permission.MANAGE_TOKENS}),
    "审计": frozenset({Permission.READ_AUDIT}),
}
#: Permissions of clerks: like administrators they need a second factor, and are logged out sooner.
CLERICAL = frozenset({Permission.UPLOAD_DATA, Permission.PUBLISH_DATA, Permission.WITHDRAW_DATA})


def administrations(permissions: Iterable[Permission]) -> tuple[str, ...]:
    """Return the names of the administrations that the permissions belong to; an account may have one at most."""
    all_of_them = frozenset(permissions)
    return tuple(name for name, own in ADMINISTRATIONS.items() if own & all_of_them)


def is_sensitive(permissions: Iterable[Permission]) -> bool:
    """Return whether the rights change data or are an administrator's: a shorter session."""
    all_of_them = frozenset(permissions)
    return bool(CLERICAL & all_of_them or administrations(all_of_them))


def needs_second_factor(permissions: Iterable[Permission]) -> bool:
    """Return whether an account with these rights must log in with a one-time code as well (access.md, 3)."""
    all_of_them = frozenset(permissions)
    return is_sensitive(all_of_them) or Permission.PUBLISH_EVALUATION in all_of_them

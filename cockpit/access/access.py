"""``Access``: what one request, command or device may see, do and take. Decided here, asked for everywhere else."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from cockpit.access.permissions import LABELS, Permission
from cockpit.access.scope import Scope
from cockpit.errors import AccessError

#: What ``COCKPIT_ACCESS=open`` lets everyone do: all that leader, analyst, clerk and evaluator may (access.md, 3).
_OPEN = frozenset(
    {
        Permission.VIEW_TOTALS,
        Permission.VIEW_FIRMS,
        Permission.VIEW_SHEETS,
        Permission.EXPORT_TOTALS,
        Permission.EXPORT_FIRMS,
        Permission.EDIT_SCENARIOS,
        Permission.PUBLISH_EVALUATION,
        Permission.UPLOAD_DATA,
        Permission.PUBLISH_DATA,
        Permission.WITHDRAW_DATA,
        Permission.SHARE_VIEWS,
        Permission.WRITE_NOTES,
        Permission.EDIT_ALERTS,
    }
)


@dataclass(frozen=True)
class Access:
    """The rights of ``account``: ``permissions`` within ``scope``."""

    account: str
    permissions: frozenset[Permission]
    scope: Scope = field(default_factory=Scope)

    def may(self, permission: Permission) -> bool:
        """Return whether the permission is among the rights."""
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Raise ``AccessError`` unless the permission is among the rights."""
        if not self.may(permission):
            raise AccessError(f"您的账号没有“{LABELS[permission]}”的权限。需要时请联系安全管理员。")

    @property
    def sees_firms(self) -> bool:
        """Whether figures of single firms may be shown; without it they come from the coarser cube."""
        return self.may(Permission.VIEW_FIRMS)

    @cached_property
    def fingerprint(self) -> str:
        """A digest of the rights: responses for one are right for every access with the same fingerprint, whoever it is."""
        parts = ("|".join(sorted(self.permissions)), "|".join(self.scope.areas), "|".join(self.scope.sheets))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


#: Everyone where nobody logs in.
OPEN = Access("演示用户", _OPEN)
#: The command line: whoever has the shell has the files.
UNRESTRICTED = Access("命令行", frozenset(Permission))

#: What gives the access of the request that is being answered.
CurrentAccess = Callable[[], Access]

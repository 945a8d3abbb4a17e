"""Roles: named sets of permissions, read from a file of the district pack or the one that is shipped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from cockpit.access.permissions import Permission, administrations
from cockpit.errors import UsageError

_FROZEN = ConfigDict(frozen=True, extra="forbid")


class Role(BaseModel):
    """A role. ``key`` is used in commands and tables, ``name`` on pages."""

    model_config = _FROZEN
    key: str = Field(pattern=r"^[a-z][a-z0-9-]*$", description="命令里用的名称，小写字母、数字和连字符，如 analyst")
    name: str = Field(min_length=1, max_length=20, description="页面上的名称，如 分析员")
    permissions: tuple[Permission, ...] = Field(min_length=1, description="权限的列表，如 view.totals")

    @field_validator("permissions", mode="before")
    @classmethod
    def _known(cls, value: Any) -> Any:
        if not isinstance(value, list | tuple):
            return value
        if unknown := [str(one)[:40] for one in value if one not in set(Permission)]:
            raise ValueError(f"没有权限“{'、'.join(unknown)}”。可用：{'、'.join(Permission)}")
        return value

    @model_validator(mode="after")
    def _separate(self) -> Role:
        if len(combined := administrations(self.permissions)) > 1:
            raise ValueError(f"一个角色不能兼有{'和'.join(combined)}（三员分立）")
        return self


class Roles(BaseModel):
    """All roles of a district, in display order."""

    model_config = _FROZEN
    roles: tuple[Role, ...] = Field(min_length=1, description="角色的列表，每项写 key、name、permissions")

    @model_validator(mode="after")
    def _unique(self) -> Roles:
        for what, names in (("key", [r.key for r in self.roles]), ("name", [r.name for r in self.roles])):
            if twice := sorted(name for name, times in Counter(names).items() if times > 1):
                raise ValueError(f"roles.{what}: 重复 {'、'.join(twice)}")
        return self

    @cached_property
    def by_key(self) -> dict[str, Role]:
        """Each role by its key."""
        return {role.key: role for role in self.roles}

    def find(self, names: Sequence[str]) -> tuple[Role, ...]:
        """Find roles by key or name, in display order, each once.

        Raises ``UsageError`` for none, for an unknown one, and for roles of two administrators together.
        """
        known = {name: role for role in self.roles for name in (role.key, role.name)}
        if unknown := [name for name in names if name not in known]:
            listed = "、".join(f"{role.key}（{role.name}）" for role in self.roles)
            raise UsageError(f"没有角色“{'、'.join(unknown)[:80]}”。可用：{listed}。")
        if not names:
            raise UsageError("请至少写一个角色。")
        chosen = {known[name].key for name in names}
        roles = tuple(role for role in self.roles if role.key in chosen)
        check_separation(permissions_of(roles))
        return roles


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """Return the permissions of all roles together."""
    return frozenset(permission for role in roles for permission in role.permissions)


def check_separation(permissions: frozenset[Permission]) -> None:
    """Raise ``UsageError`` when the permissions are those of two of the three administrators."""
    if len(combined := administrations(permissions)) > 1:
        raise UsageError(f"一个账号不能兼有{'和'.join(combined)}（三员分立）。请分给不同的人。")

"""Groups of an identity provider, and the roles and scopes that they give: rules of ``groups.yaml``, applied at each login."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import reduce

from pydantic import BaseModel, ConfigDict, Field

from cockpit.access.narrowing import intersection
from cockpit.access.roles import Roles
from cockpit.access.scope import Scope, parse_scope
from cockpit.district.district import District
from cockpit.errors import UsageError

_FROZEN = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class ProviderIdentity:
    """A person whom a provider has verified: ``issuer`` and ``subject`` together are who it is, ``name`` what to call them."""

    issuer: str
    subject: str
    name: str
    groups: tuple[str, ...] = ()


class GroupRule(BaseModel):
    """What the members of one group get; without ``scope`` everything, without ``sheets`` all sheets."""

    model_config = _FROZEN
    group: str = Field(min_length=1, max_length=400, description="用户组的名称，与统一身份认证或目录里的一字不差")
    roles: tuple[str, ...] = Field(min_length=1, description="角色的列表，如 leader")
    scope: tuple[str, ...] = Field((), description="可看的镇街的列表；不写为全部")
    sheets: tuple[str, ...] = Field((), description="填报的表的列表；不写为全部")


class GroupRules(BaseModel):
    """The rules of a district."""

    model_config = _FROZEN
    groups: tuple[GroupRule, ...] = Field(min_length=1, description="列表，每项写 group、roles，可写 scope、sheets")


@dataclass(frozen=True, slots=True)
class Rights:
    """Keys of roles, in display order, and a scope."""

    roles: tuple[str, ...]
    scope: Scope


@dataclass(frozen=True, slots=True)
class GroupGrant:
    """A rule whose roles, areas and sheets are known ones."""

    group: str
    rights: Rights


def resolve_rules(rules: GroupRules, roles: Roles, district: District) -> tuple[tuple[GroupGrant, ...], list[str]]:
    """Look up the roles, areas and sheets of all rules; returns the grants, and each fault with its path.

    Faults: an unknown role, area or sheet, and roles of two of the three administrators in one rule.
    """
    grants, faults = [], []
    for number, rule in enumerate(rules.groups):
        try:
            keys = tuple(role.key for role in roles.find(rule.roles))
        except UsageError as error:
            faults.append(f"groups[{number}].roles：{error}")
            continue
        try:
            scope = parse_scope(rule.scope, rule.sheets, district)
        except UsageError as error:
            faults.append(f"groups[{number}]：{error}")
            continue
        grants.append(GroupGrant(rule.group, Rights(keys, scope)))
    return tuple(grants), faults


def rights_of_groups(grants: Sequence[GroupGrant], groups: Collection[str], roles: Roles, district: District) -> Rights | None:
    """Return what the members of all of ``groups`` get; ``None`` where no rule is about any of them.

    Nobody gets a permission for an area or sheet that no rule gives it for: the areas of rules with the same roles and sheets
    are added up, as are the sheets of those with the same roles and areas; of rules that differ otherwise the roles are added up
    and the scope is what all of them have. Raises ``UsageError`` where that is nothing, and for two of the three administrators.
    """
    own = [grant.rights for grant in grants if grant.group in groups]
    if not own:
        return None
    chosen = tuple(role.key for role in roles.find([key for rights in own for key in rights.roles]))
    scope: Scope | None = Scope()
    for part in _added_up(own, district):
        scope = intersection(scope, part.scope, district) if scope is not None else None
    if scope is None:
        raise UsageError("您所在的几个用户组给的范围没有共同的部分，没有登录。请联系安全管理员。")
    return Rights(chosen, scope)


def _added_up(rights: Sequence[Rights], district: District) -> list[Rights]:
    by_sheets: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Scope]] = {}
    for one in rights:
        by_sheets.setdefault((one.roles, one.scope.sheets), []).append(one.scope)
    by_areas: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Scope]] = {}
    for (roles, sheets), scopes in by_sheets.items():
        areas = reduce(lambda a, b: _areas_together(a, b, district), (scope.areas for scope in scopes))
        by_areas.setdefault((roles, areas), []).append(Scope(areas, sheets))
    return [
        Rights(roles, Scope(areas, reduce(_together, (scope.sheets for scope in scopes))))
        for (roles, areas), scopes in by_areas.items()
    ]


def _together(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of both; () is all of them."""
    return tuple(dict.fromkeys((*one, *other))) if one and other else ()


def _areas_together(one: tuple[str, ...], other: tuple[str, ...], district: District) -> tuple[str, ...]:
    """Return the areas of both in the pack's order, none inside another; () is everything."""
    chosen = set(_together(one, other))
    inner = {below.key for key in chosen for below in district.by_key[key].subtree() if below.key != key}
    return tuple(key for key in district.by_key if key in chosen - inner)

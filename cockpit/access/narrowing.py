"""Rights within rights: what a token of an account may do, and a scope that the district no longer knows whole."""

from __future__ import annotations

from cockpit.access.access import Access
from cockpit.access.permissions import Permission
from cockpit.access.scope import Scope
from cockpit.district.district import District


def narrow(access: Access, permissions: frozenset[Permission], scope: Scope, district: District) -> Access:
    """Return the rights that both have: ``access``, and ``permissions`` within ``scope``. No area in common = no right."""
    common = intersection(access.scope, scope, district)
    if common is None:
        return Access(access.account, frozenset())
    return Access(access.account, access.permissions & permissions, common)


def is_within(scope: Scope, outer: Scope, district: District) -> bool:
    """Return whether all of ``scope`` is part of ``outer``."""
    return intersection(scope, outer, district) == scope


def intersection(one: Scope, other: Scope, district: District) -> Scope | None:
    """Return what is part of both scopes; ``None`` where that is nothing, for an empty scope would be everything."""
    if one.is_everything or other.is_everything:
        areas = one.areas or other.areas
    else:
        chosen = (_subtrees(one, district) & set(other.areas)) | (_subtrees(other, district) & set(one.areas))
        areas = tuple(key for key in district.by_key if key in chosen)
        if not areas:
            return None
    sheets = one.sheets or other.sheets
    if one.sheets and other.sheets:
        sheets = tuple(title for title in one.sheets if title in other.sheets)
        if not sheets:
            return None
    return Scope(areas, sheets)


def known_scope(areas: tuple[str, ...], sheets: tuple[str, ...], district: District) -> Scope | None:
    """Build the scope of stored keys. An area that the pack no longer has is left out; ``None`` where none remains."""
    known = tuple(key for key in district.by_key if key in set(areas))
    return None if areas and not known else Scope(known, sheets)


def _subtrees(scope: Scope, district: District) -> set[str]:
    """Return the keys of the scope's areas and of all areas below them."""
    return {below.key for key in scope.areas for below in district.by_key[key].subtree()}

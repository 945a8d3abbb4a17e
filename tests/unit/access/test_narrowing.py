"""Rights within rights: a token never has more than its account, and nothing in common is nothing, not everything."""

from __future__ import annotations

import pytest

from cockpit.access.access import Access
from cockpit.access.narrowing import intersection, is_within, known_scope, narrow
from cockpit.access.permissions import Permission
from cockpit.access.scope import Scope

BOTH = frozenset({Permission.VIEW_TOTALS, Permission.VIEW_FIRMS})


def below(district, scope):
    """The lowest areas that a scope holds, by going down the tree by hand."""
    if scope is None:
        return set()
    chosen = set()
    stack = [(town, scope.is_everything or town.key in scope.areas) for town in district.towns]
    while stack:
        area, is_in = stack.pop()
        stack += [(part, is_in or part.key in scope.areas) for part in area.parts]
        if is_in and not area.parts:
            chosen.add(area.key)
    return chosen


SCOPES = [
    Scope(),
    Scope(("east",)),
    Scope(("north-east",)),
    Scope(("linping", "donghu")),
    Scope(("west", "tangqi")),
    Scope(("north-east", "qiaosi")),
    Scope(("tangqi",)),
]


@pytest.mark.parametrize("one", SCOPES)
@pytest.mark.parametrize("other", SCOPES)
def test_an_intersection_holds_what_both_hold(tree, one, other):
    common = intersection(one, other, tree)
    assert below(tree, common) == below(tree, one) & below(tree, other)
    assert (common is None) == (not below(tree, one) & below(tree, other))
    assert is_within(one, other, tree) == (below(tree, one) <= below(tree, other) and common == one)


def test_sheets_in_common():
    assert intersection(Scope((), ("a", "b")), Scope((), ("b", "c")), None) == Scope((), ("b",))
    assert intersection(Scope((), ("a",)), Scope(), None) == Scope((), ("a",))
    assert intersection(Scope((), ("a",)), Scope((), ("b",)), None) is None


def test_narrowed_rights(tree):
    access = Access("x", BOTH, Scope(("east",)))
    narrowed = narrow(access, frozenset({Permission.VIEW_TOTALS, Permission.PUBLISH_DATA}), Scope(("linping",)), tree)
    assert narrowed == Access("x", frozenset({Permission.VIEW_TOTALS}), Scope(("linping",)))
    assert narrow(access, BOTH, Scope(("tangqi",)), tree).permissions == frozenset()


def test_areas_that_the_pack_no_longer_has_give_nothing(tree):
    assert known_scope(("east", "gone"), (), tree) == Scope(("east",))
    assert known_scope(("gone",), (), tree) is None
    assert known_scope((), (), tree) == Scope()

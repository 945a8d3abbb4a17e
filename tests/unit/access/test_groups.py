"""What groups of a provider give: never a permission for an area or sheet that no rule gives it for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.access.groups import GroupRules, resolve_rules, rights_of_groups
from cockpit.access.scope import Scope
from cockpit.errors import DistrictError, UsageError
from data.access.providers.groups_file import load_grants
from data.access.roles_file import load_roles
from data.district_pack import load_district

ROLES, DISTRICT = load_roles("linping"), load_district("linping")
TOWNS = [town.name for town in DISTRICT.towns]
KEYS = {town.name: town.key for town in DISTRICT.towns}
SHEETS = ["月度经营", "企业名录", "年度评价"]


def grants_of(*rules):
    grants, faults = resolve_rules(GroupRules.model_validate({"groups": rules}), ROLES, DISTRICT)
    assert faults == []
    return grants


def rights(rules, *groups):
    return rights_of_groups(grants_of(*rules), groups, ROLES, DISTRICT)


def rule(group, *roles, scope=(), sheets=()):
    return {"group": group, "roles": roles, "scope": scope, "sheets": sheets}


def test_who_is_in_no_group_gets_nothing():
    assert rights([rule("甲", "leader")], "乙", "甲 ", "") is None


def test_areas_of_the_same_roles_are_added_up():
    rules = [rule("甲", "leader", scope=["塘栖镇"]), rule("乙", "领导", scope=["运河街道"]), rule("丙", "leader")]
    assert set(rights(rules, "甲", "乙").scope.areas) == {KEYS["塘栖镇"], KEYS["运河街道"]}
    assert rights(rules, "甲", "丙").scope == Scope()


def test_other_roles_narrow_the_scope():
    rules = [rule("甲", "analyst", scope=["塘栖镇"]), rule("乙", "leader"), rule("丙", "evaluator", scope=["运河街道"])]
    both = rights(rules, "甲", "乙")
    assert (both.roles, both.scope.areas) == (("leader", "analyst"), (KEYS["塘栖镇"],))
    with pytest.raises(UsageError, match="没有共同的部分"):
        rights(rules, "甲", "丙")


def test_nobody_becomes_two_administrators_by_two_groups():
    with pytest.raises(UsageError, match="三员分立"):
        rights([rule("甲", "auditor"), rule("乙", "security-admin")], "甲", "乙")


RULE = st.builds(
    lambda role, towns, sheets: (role, frozenset(towns), frozenset(sheets)),
    st.sampled_from(["leader", "analyst", "clerk"]),
    st.sets(st.sampled_from(TOWNS[:4])),
    st.sets(st.sampled_from(SHEETS)),
)


@given(st.lists(RULE, min_size=1, max_size=5))
def test_no_role_for_an_area_and_sheet_that_no_rule_gives_it_for(rules):
    """Checked cell by cell: role × town × sheet."""
    written = [rule(str(n), role, scope=sorted(towns), sheets=sorted(sheets)) for n, (role, towns, sheets) in enumerate(rules)]
    cells = {(role, KEYS[t], s) for role, towns, sheets in rules for t in towns or TOWNS for s in sheets or SHEETS}
    try:
        result = rights(written, *map(str, range(len(rules))))
    except UsageError:
        return
    scope = result.scope
    own_cells = {(r, t, s) for r in result.roles for t in scope.areas or KEYS.values() for s in scope.sheets or SHEETS}
    assert own_cells <= cells
    assert own_cells
    if len({(role, sheets) for role, _, sheets in rules}) == 1:
        assert own_cells == cells


def pack(tmp_path, text):
    folder = tmp_path / "linping"
    folder.mkdir(exist_ok=True)
    source = DISTRICT.model_dump_json()
    (folder / "district.yaml").write_text(source, encoding="utf-8")
    (folder / "groups.yaml").write_text(text, encoding="utf-8")
    return str(folder)


FAULTS = {
    "groups: [{group: 甲, roles: [boss]}]": ["groups[0].roles", "没有角色“boss”"],
    "groups: [{group: 甲, roles: [leader], scope: [火星镇]}]": ["groups[0]", "没有镇街“火星镇”"],
    "groups: [{group: 甲, roles: [leader], sheets: [无此表]}]": ["没有表“无此表”"],
    "groups: [{group: 甲, roles: [auditor, system-admin]}]": ["三员分立"],
    "groups: [{group: 甲}]": ["groups[0].roles", "角色的列表"],
    "groups: [{group: 甲, role: [leader]}]": ["groups[0].role", "是不是 roles"],
    "groups: []": ["groups"],
    "": ["groups", "缺少这一项"],
    "groups: [{group: 甲, roles: [boss]}, {group: 乙, roles: [leader], scope: [火星镇]}]": ["boss", "groups[1]", "火星镇"],
    "groups: {": ["不是有效的 YAML"],
}


@pytest.mark.parametrize("text", FAULTS)
def test_each_fault_of_the_file_is_named(tmp_path, text):
    with pytest.raises(DistrictError) as caught:
        load_grants(pack(tmp_path, text), ROLES, DISTRICT)
    assert [part for part in FAULTS[text] if part not in str(caught.value)] == []
    assert "groups.yaml" in str(caught.value)


def test_a_pack_without_the_file_gives_nothing(tmp_path):
    folder = pack(tmp_path, "groups: [{group: 甲, roles: [leader]}]")
    assert len(load_grants(folder, ROLES, DISTRICT)) == 1
    assert load_grants("linping", ROLES, DISTRICT) == ()

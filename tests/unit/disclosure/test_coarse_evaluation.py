"""Totals of an evaluation and ledgers for readers without the right to single firms."""

from __future__ import annotations

import random
from collections import defaultdict

import pandas as pd
import pytest

from cockpit.cube.cube import DIMENSIONS
from cockpit.disclosure.cell_groups import MERGED_CHAIN, CellGroups, Coarsening
from cockpit.disclosure.coarse_evaluation import MERGED_GRADE, coarsen_evaluation, coarsen_grades
from cockpit.disclosure.coarse_ledgers import coarsen_ledgers
from tests.unit.disclosure import planted

TOWNS, CHAINS = ("donghu", "qiaosi", "tangqi"), ("fashion", "green-energy", "new-materials")


def evaluated(rows):
    columns = ["town", "chain", "group", "grade", "land_mu", "tax"]
    return pd.DataFrame(rows, columns=columns).assign(division="17")


def random_firms(seed):
    pick = random.Random(seed)
    rows = [
        (
            pick.choices(TOWNS, (6, 1, 6))[0],
            pick.choice(CHAINS),
            pick.choices(("above", "parcel"), (3, 1))[0],
            pick.choices(("A", "B", "C", "D", "新设"), (5, 5, 5, 3, 1))[0],
            round(pick.uniform(2, 80), 2),
            round(pick.lognormvariate(3, 1.5), 2) if pick.random() > 0.05 else 0.0,
        )
        for _ in range(120)
    ]
    return evaluated(rows)


@pytest.mark.parametrize("seed", range(8))
def test_no_total_of_an_evaluation_is_over_few_firms_or_dominated(district, seed):
    firms = random_firms(seed)
    coarse = coarsen_evaluation(firms, Coarsening(CellGroups((("donghu", "qiaosi"),))), district)
    totals = coarse.totals.frame
    assert (totals["firms"] >= 3).all()
    for group, own in firms.groupby("group"):
        part = totals[totals["group"] == group]
        assert part["firms"].sum() == len(own)
        for name in ("land_mu", "tax"):
            assert part[name].sum() == pytest.approx(own[name].sum())
    # Each firm's group is the one with its keys, or one into which they are merged: its largest firm is no more than 85 %.
    merged = dict(zip(sorted(firms["group"].unique()), coarse.merged, strict=True))
    members = defaultdict(list)
    for firm in firms.to_dict("records"):
        groups = merged[firm["group"]]
        town = groups.shown_town.get(firm["town"], firm["town"])
        grade = MERGED_GRADE if (town, firm["grade"]) in groups.chains else firm["grade"]
        small = grade == MERGED_GRADE or (town, firm["grade"], firm["chain"]) in groups.divisions
        members[town, MERGED_CHAIN if small else firm["chain"], firm["group"], grade].append(firm)
    assert members.keys() == set(zip(totals["town"], totals["chain"], totals["group"], totals["grade"], strict=True))
    for own in members.values():
        for name in ("land_mu", "tax"):
            values = [firm[name] for firm in own if firm[name]]
            assert not values or (len(values) >= 3 and max(values) < 0.85 * sum(values))


def test_chains_of_a_grade_are_merged_before_grades_and_grades_before_towns(district):
    rows = [("tangqi", "fashion", "above", "A", 10, 5.0)] * 4
    rows += [("tangqi", chain, "above", "B", 10, 5.0) for chain in CHAINS]
    rows += [("tangqi", "fashion", "above", "D", 10, 5.0)] * 2
    rows += [("donghu", "fashion", "above", "A", 10, 5.0)] * 4
    totals = coarsen_evaluation(evaluated(rows), Coarsening(), district).totals.frame
    shown = set(zip(totals["town"], totals["chain"], totals["grade"], totals["firms"], strict=True))
    # Two D firms need another grade: the smallest is B, so neither is shown by itself.
    assert shown == {
        ("tangqi", "fashion", "A", 4),
        ("tangqi", MERGED_CHAIN, MERGED_GRADE, 5),
        ("donghu", "fashion", "A", 4),
    }
    three = coarsen_evaluation(evaluated([*rows, ("tangqi", "fashion", "above", "D", 10, 5.0)]), Coarsening(), district)
    grades = three.totals.frame.set_index(["town", "grade"])["firms"]
    assert grades.to_dict() == {("tangqi", "A"): 4, ("tangqi", "B"): 3, ("tangqi", "D"): 3, ("donghu", "A"): 4}


def test_an_evaluation_group_of_two_firms_is_left_out(district):
    rows = [("tangqi", "fashion", "above", "A", 10, 5.0)] * 4 + [("tangqi", "fashion", "parcel", "A", 10, 5.0)] * 2
    coarse = coarsen_evaluation(evaluated(rows), Coarsening(), district)
    assert set(coarse.totals.frame["group"]) == {"above"}
    assert len(coarsen_evaluation(evaluated(rows[4:]), Coarsening(), district).totals) == 0


def test_grades_are_counted_by_groups_of_enough_firms(district):
    rows = [("c1", "A", "tangqi", "17", "fashion", "成衣加工", "链主", "规上")] * 4
    rows += [("c2", "D", "tangqi", "18", "fashion", "", "", "宗地"), ("c3", "B", "donghu", "34", "new-materials", "", "", "规上")]
    grades = pd.DataFrame(rows, columns=["credit_code", "grade", *DIMENSIONS], dtype="str")
    coarse, groups = coarsen_grades(grades, Coarsening(), district)
    assert groups.towns == (("donghu", "tangqi"),)
    assert coarse["grade"].value_counts().to_dict() == {"A": 4, "B": 1, "D": 1}
    assert set(coarse["town"]) == {"donghu--1"}
    assert (coarse.groupby(["town", "division", "chain"]).size() >= 3).all()
    assert set(coarse["stage"]) == set(coarse["role"]) == set(coarse["credit_code"]) == {""}
    assert list(coarse.columns) == list(grades.columns)
    assert coarse.dtypes.equals(grades.dtypes)
    few, _ = coarsen_grades(grades.iloc[:2], Coarsening(), district)
    assert few.empty


@pytest.fixture(scope="module")
def ledgers(district):
    rows = planted.sheets()
    rows["低效整治"] = [
        {"统一社会信用代码": firm["统一社会信用代码"], "整治类型": "D类提升", "状态": "完成" if n % 4 else "在治",
         "列入日期": pd.Timestamp("2022-01-10"), "完成日期": pd.Timestamp(2022, 3 + n % 3, 5) if n % 4 else None,
         "盘活用地（亩）": 3.0 + n if n % 4 else None}
        for n, firm in enumerate(rows["企业名录"][:24])
    ]  # fmt: skip
    rows["项目台账"] = [
        {"项目编号": "P1", "项目名称": "产线", "产业链": "时尚产业", "所属镇街": "乔司街道", "投资主体": "杭州测试35有限公司",
         "签约日期": pd.Timestamp("2022-02-01"), "计划总投资（万元）": 900.0}
    ]  # fmt: skip
    rows["产业园区"] = [
        {"园区名称": f"园区{n}", "所属镇街": "南苑街道", "年份": 2022, "入驻企业数": n or None, "税收（万元）": 50.0 + n}
        for n in range(5)
    ]
    rows["年度目标"] = [
        {"年份": 2022, "指标": "工业总产值", "范围": scope, "目标值": 10.0} for scope in ("全区", "乔司街道", "南苑街道")
    ]
    return planted.repository(district, rows).current.ledgers


@pytest.fixture(scope="module")
def coarse(ledgers, district):
    return coarsen_ledgers(ledgers, CellGroups((("donghu", "qiaosi"),)), district)


def test_ledgers_name_no_enterprise(ledgers, coarse):
    own = {str(cell) for name in ("credit_code", "name") for cell in ledgers["enterprise"][name]}
    for name, rows in coarse.items():
        assert list(rows.columns) == list(ledgers[name].columns)
        assert rows.dtypes.equals(ledgers[name].dtypes)
        assert not own & {str(cell) for column in rows for cell in rows[column]}
    assert coarse["enterprise"][["land_mu", "name", "role", "park", "founded_on"]].isna().all(axis=None)


def test_numbers_of_the_register_stay(ledgers, coarse):
    assert coarse["enterprise"]["chain"].value_counts().equals(ledgers["enterprise"]["chain"].value_counts())
    assert coarse["enterprise"]["credit_code"].is_unique
    assert set(coarse["enterprise"]["industry_code"]) == {"17", "18", "26", "34", "35", "38", "39"}
    towns = coarse["enterprise"]["town"].value_counts()
    assert towns["donghu--1"] == ledgers["enterprise"]["town"].isin(["donghu", "qiaosi"]).sum()


def test_a_merged_division_is_so_in_the_register(ledgers, district):
    groups = CellGroups(chains=frozenset({("tangqi", "green-energy")}), divisions=frozenset({("tangqi", "fashion", "18")}))
    register = coarsen_ledgers(ledgers, groups, district)["enterprise"]
    assert (register["industry_code"] == "98").sum() == 3
    assert (register["chain"] == "green-energy").sum() == 2


def test_released_land_is_averaged_and_adds_up(ledgers, coarse):
    fine, rows = ledgers["remediation"], coarse["remediation"]
    assert rows["released_land_mu"].sum() == pytest.approx(fine["released_land_mu"].sum())
    by_town = rows.groupby("town")["released_land_mu"].sum()
    assert by_town["tangqi"] == pytest.approx(fine[fine["town"] == "tangqi"]["released_land_mu"].sum())
    averaged = rows["released_land_mu"].dropna()
    assert averaged.round(6).value_counts().min() >= 3
    assert rows["status"].value_counts().equals(fine["status"].value_counts())


def test_projects_lose_their_investor_and_merged_towns_their_targets(coarse):
    assert coarse["project"][["name", "town", "planned_fen"]].values.tolist() == [["产线", "donghu--1", 900 * 10**6]]
    assert coarse["project"]["investor"].isna().all()
    assert coarse["target"]["scope"].tolist() == ["district", "town:nanyuan"]


def test_the_tax_of_a_park_needs_three_tenants(coarse):
    parks = coarse["park"].set_index("name")["tax_fen"]
    assert parks.dropna().to_dict() == {f"园区{n}": (50 + n) * 10**6 for n in (3, 4)}

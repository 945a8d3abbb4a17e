"""The per-mu page's values: the district of 17 firms worked out by hand, and the sample against plain loops."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import pandas as pd
import pytest

from cockpit.catalogue.dimensions import Grouping, industry_name
from cockpit.cube.table_view import ColumnStore
from cockpit.evaluation.results import land_tax_cells
from cockpit.evaluation.results.evaluated_firms import all_firms
from cockpit.selection import GradeMeasure, Selection
from cockpit.views.context import resolve_context
from cockpit.views.evaluation_scope import evaluation_scope
from cockpit.views.land import evaluation as land
from cockpit.views.land import firms as land_firms
from cockpit.views.land import scatter as land_scatter
from cockpit.views.land import scores as land_scores
from cockpit.views.land import towns as land_towns
from tests import land_oracle
from tests.unit.evaluation import builders
from tests.unit.land_district import BEFORE, DONGHU, MEMBERSHIP, NOW, PLAIN, QIAOSI, RULE, TANGQI, District, bare
from tests.workbooks import code

TOWN, CHAIN, INDUSTRY = Grouping.TOWN, Grouping.CHAIN, Grouping.INDUSTRY


@pytest.fixture(scope="module")
def small(district):
    return District(district)


def at(repository, **selection):
    return resolve_context(repository, Selection(**({"period": "2022"} | selection)))


# --- the small district ---------------------------------------------------------------------------------------------


def test_the_summary_by_hand(small):
    view = land.summary(at(small))
    assert (view.year, view.years, view.groups, view.group) == (2022, (2021, 2022), ("规上", "宗地"), "")
    # Tax 866 + 69 over land 138 + 20: firm 15 reported no tax, so its mu isn't in the ratio.
    assert view.tax_per_mu == pytest.approx(935 / 158)
    assert view.tax_per_mu_base == pytest.approx(828 / 142)  # 761 + 67 over 120 + 22
    assert view.counts == {"A": 2, "B": 5, "C": 3, "D": 5}  # 15 of 16 firms are graded
    assert view.ab_share == pytest.approx(7 / 15)
    assert view.ab_base == pytest.approx(9 / 15)
    assert view.worst_base == 3  # firms 5, 7, 14
    assert view.worst_by_group == (("规上", 3), ("宗地", 2))  # 7, 8, 10 and 14, 15
    assert view.worst_land == 39.0  # 20 + 10 + 5 + 3 + 1
    assert view.worst_land_share == pytest.approx(39 / 159)  # 158 + 1, with the 8 of firm 9, which has no grade
    assert view.worst_tax_share == pytest.approx(93 / 935)  # 30 + 10 + 50 + 3
    # C medians: 规上 (6 + 3) ÷ 2 = 4.5, 宗地 2.5. 7: 90 - 30, 8: 45 - 10, 10 is above, 14: 7.5 - 3.
    assert view.lift == pytest.approx(60 + 35 + 0 + 4.5)
    assert view.ungraded == 1
    assert view.released_land == 3.5
    assert [r.id for r in view.records] == [2]
    assert view.record.id == 2


def test_the_summary_of_a_group(small):
    view = land.summary(at(small, group="宗地"))
    assert view.tax_per_mu == pytest.approx(69 / 20)
    assert view.tax_per_mu_base == pytest.approx(67 / 22)
    assert view.counts == {"A": 1, "B": 2, "C": 1, "D": 2}
    assert (view.worst_by_group, view.ungraded) == ((("规上", 0), ("宗地", 2)), 0)
    assert view.lift == pytest.approx(4.5)
    assert "宗地" in view.caption.scope


def test_the_summary_of_a_town_and_a_chain(small):
    view = land.summary(at(small, towns=("donghu",), chains=("biomedicine",)))  # 4, 5, 10
    assert view.counts == {"A": 0, "B": 1, "C": 1, "D": 1}
    assert view.tax_per_mu == pytest.approx(150 / 20)
    # The median of C stays the district's (4.5): firm 10 with 10 万元/亩 is above it.
    assert view.lift == 0


def test_nobody_in_the_selection_gives_missing_figures_not_faults(small):
    view = land.summary(at(small, towns=("linping",)))
    assert view.counts == dict.fromkeys("ABCD", 0)
    assert all(math.isnan(v) for v in (view.tax_per_mu, view.ab_share, view.worst_land_share, view.worst_base))
    assert land.grade_structure(at(small, towns=("linping",), chains=("new-materials",))).rows == ()


def test_the_first_year_has_nothing_to_compare_with(small):
    view = land.summary(at(small, period="2021"))
    assert (view.year, view.counts) == (2021, {"A": 2, "B": 7, "C": 3, "D": 3})
    assert math.isnan(view.tax_per_mu_base)
    assert math.isnan(view.ab_base)
    assert math.isnan(view.worst_base)
    assert land.grade_migration(at(small, period="2021")).moves is None
    assert view.caption.period == "2021年度评价"  # nothing that it is said to be compared with


def test_a_period_inside_the_year_shows_the_newest_evaluation_not_after_it(small):
    assert land.summary(at(small, period="2022-03")).year == 2022
    assert land.summary(at(small, period="2021-07")).year == 2021
    assert land.summary(at(small, period="2020")) is None


VIEWS = (
    land.summary,
    land.grade_structure,
    land.grade_migration,
    land_scores.score_distribution,
    land_scatter.scatter,
    land_towns.worst_land,
    land_towns.per_mu_ranking,
)


@pytest.mark.parametrize("view", VIEWS, ids=lambda v: v.__name__)
def test_before_the_first_published_evaluation_there_is_no_view(district, view):
    assert view(at(bare(district))) is None
    assert view(at(bare(district, years=(2022,)))) is None


STRUCTURES = {
    # 塘栖 1 A, 2 B, 11 A, 12 B · 东湖 3 B, 4 B, 5 C, 10 D, 15 D · 乔司 6 C, 7 D, 8 D, 13 B, 14 D, 16 C
    (TOWN, GradeMeasure.FIRMS): [(TANGQI, 2, 2, 0, 0, 1.0), (DONGHU, 0, 2, 1, 2, 2 / 5), (QIAOSI, 0, 1, 2, 3, 1 / 6)],
    (TOWN, GradeMeasure.LAND): [
        (TANGQI, 12, 24, 0, 0, 1.0),
        (DONGHU, 0, 15, 10, 6, 15 / 31),
        (QIAOSI, 0, 5, 46, 33, 5 / 84),
    ],
    (TOWN, GradeMeasure.TAX): [
        (TANGQI, 220, 256, 0, 0, 1.0),
        (DONGHU, 0, 140, 60, 50, 140 / 250),  # firm 15 reported none
        (QIAOSI, 0, 15, 135, 43, 15 / 193),
    ],
    (CHAIN, GradeMeasure.FIRMS): [
        ("绿色能源", 0, 1, 0, 0, 1.0),
        ("时尚产业", 2, 2, 0, 2, 4 / 6),  # 1 A, 11 A, 2 B, 3 B, 8 D, 15 D
        ("生物医药", 0, 1, 1, 1, 1 / 3),
        ("未归链", 0, 1, 2, 2, 1 / 5),
    ],
    (INDUSTRY, GradeMeasure.LAND): [
        (industry_name("18"), 0, 20, 0, 0, 1.0),
        (industry_name("38"), 0, 4, 0, 0, 1.0),
        (industry_name("17"), 12, 10, 0, 11, 22 / 33),  # 1, 11 · 3 · 8, 15
        (industry_name("33"), 0, 5, 6, 3, 5 / 14),
        (industry_name("27"), 0, 5, 10, 5, 5 / 20),
        (industry_name("34"), 0, 0, 40, 20, 0.0),
    ],
}


@pytest.mark.parametrize(("by", "counted"), STRUCTURES)
def test_the_structure_by_hand(small, by, counted):
    result = land.grade_structure(at(small, by=by, counted=counted)).rows
    expected = STRUCTURES[by, counted]
    assert [(r.name, *r.amounts) for r in result] == [row[:-1] for row in expected]
    assert [r.total for r in result] == [sum(row[1:-1]) for row in expected]
    assert [r.ab for r in result] == pytest.approx([row[-1] for row in expected])


def test_every_part_stays_when_one_of_its_kind_is_chosen(small):
    rows = land.grade_structure(at(small, towns=("tangqi",))).rows
    assert [r.name for r in rows] == [TANGQI, DONGHU, QIAOSI]
    rows = land.grade_structure(at(small, towns=("tangqi",), by=CHAIN)).rows  # but another kind narrows: 1, 2, 11 and 12
    assert [(r.name, *r.amounts) for r in rows] == [("时尚产业", 2, 1, 0, 0), ("绿色能源", 0, 1, 0, 0)]


def test_the_insight_of_the_structure(small):
    assert (
        land.grade_structure(at(small)).insight == "塘栖镇A、B类占比最高（100.0%），乔司街道最低（16.7%），D类企业也最多（3家）"
    )
    assert land.grade_structure(at(small, towns=("linping",), chains=("new-materials",))).insight == "所选范围没有评定等级的企业"


#: (before, after) -> firms.
MOVED = {
    ("A", "A"): 1,  # 1
    ("A", "B"): 1,  # 12
    ("B", "A"): 1,  # 11
    ("B", "B"): 4,  # 2, 3, 4, 13
    ("B", "D"): 1,  # 10
    ("B", "不定等级"): 1,  # 17, gone
    ("C", "C"): 2,  # 6, 16
    ("C", "D"): 1,  # 8
    ("D", "C"): 1,  # 5
    ("D", "D"): 2,  # 7, 14
    ("不定等级", "D"): 1,  # 15, new
    ("不定等级", "不定等级"): 1,  # 9, new and not graded
}


def pairs(flows):
    return {(a, b): n for a, row in zip(flows.keys, flows.counts, strict=True) for b, n in zip(flows.keys, row, strict=True) if n}


def test_the_migration_by_hand(small):
    view = land.grade_migration(at(small))
    assert pairs(view.moves) == MOVED
    assert view.moves.total == 17
    assert (view.year, view.base_year) == (2022, 2021)
    assert view.insight == "上升2家，下降3家；2家连续两年为D类"  # 5, 11; 8, 10, 12; 7, 14


def test_the_migration_of_a_group_leaves_out_grades_that_nobody_has(small):
    view = land.grade_migration(at(small, towns=("tangqi",)))  # 1 A-A, 2 B-B, 9 new, 11 B-A, 12 A-B, 17 B-gone
    assert view.moves.keys == ("A", "B", "不定等级")
    assert pairs(view.moves) == {
        ("A", "A"): 1, ("A", "B"): 1, ("B", "A"): 1, ("B", "B"): 1, ("B", "不定等级"): 1, ("不定等级", "不定等级"): 1,
    }  # fmt: skip


def test_the_spread_by_hand(small):
    view = land_scores.score_distribution(at(small))
    assert view.group == "规上"
    # 99th percentile of 6 … 180 lies below 180 (173.88): 18 bins of 10 reach to 180.
    assert view.edges == tuple(float(x) for x in range(0, 181, 10))
    filled = {(grade, view.edges[i]): n for grade, row in zip("ABCD", view.counts, strict=True) for i, n in enumerate(row) if n}
    assert filled == {
        ("A", 170.0): 1,  # 180 lies on the last edge, which is closed
        ("B", 110.0): 1, ("B", 100.0): 1, ("B", 80.0): 1,
        ("C", 50.0): 1, ("C", 30.0): 1,
        ("D", 100.0): 1, ("D", 10.0): 1, ("D", 0.0): 1,
    }  # fmt: skip
    # The score at the last rank of A (1st), B (5th) and C (8th) among the nine that are graded.
    assert view.lines == (180.0, 80.0, 19.0)
    assert [(g.key, g.counts, g.ungraded) for g in view.groups] == [("规上", (1, 3, 2, 3), 1), ("宗地", (1, 2, 1, 2), 0)]
    assert view.groups[0].tax_per_mu == pytest.approx(866 / 138)
    # 10 scores: (56 + 80) ÷ 2
    assert view.insight == "中位得分68，D类3家"


def test_the_tax_per_mu_of_a_group_is_the_same_everywhere(small):
    """Firm 15 reported no tax: its land must not lower the ratio of the group in one panel and not in another."""
    shown = {g.key: g.tax_per_mu for g in land_scores.score_distribution(at(small)).groups}
    assert shown["宗地"] == pytest.approx(land.summary(at(small, group="宗地")).tax_per_mu)


def test_the_spread_of_the_chosen_group_keeps_all_groups_bars(small):
    view = land_scores.score_distribution(at(small, group="宗地"))
    assert view.group == "宗地"
    assert [g.key for g in view.groups] == ["规上", "宗地"]
    assert sum(map(sum, view.counts)) == 6
    assert view.lines == (200.0, 60.0, 20.0)
    assert land_scores.score_distribution(at(small, group="没有的组")).group == "规上"


def scored(scores):
    """The edges of the distribution of firms with these scores."""
    return land_scores._edges(all_firms(ColumnStore(pd.DataFrame({"score": scores}, dtype="float64"))))


@pytest.mark.parametrize(
    ("scores", "first", "last", "width"),
    [
        ([], 0.0, 100.0, 100.0),
        ([0.0], 0.0, 1.0, 1.0),
        ([50.0], 0.0, 50.0, 2.0),
        ([-12.0, 40.0], -12.0, 40.0, 2.0),
        ([float(n) for n in range(101)], 0.0, 100.0, 5.0),  # 99 ÷ 2.5 = 39.6 > 32, 99 ÷ 5 fits
        ([10.0] * 1000 + [1e6], 0.0, 10.0, 1.0),  # one firm far away doesn't flatten the rest
    ],
)
def test_the_edges_of_the_spread(scores, first, last, width):
    edges = scored(scores)
    assert (edges[0], edges[-1], edges[1] - edges[0]) == (first, last, width)
    assert len(edges) <= 34


def test_a_far_away_score_is_counted_in_the_last_column(district):
    repository = District(district, years=())
    repository.frames[2022] = builders.frame([builders.firm(n, 10.0) for n in range(1, 1000)] + [builders.firm(1000, 1e7)])
    rule = builders.policy()
    repository.publish(1, 2022, rule)
    repository.current = replace(repository.current, grades={2022: repository.published[0].evaluation.firms})
    view = land_scores.score_distribution(at(repository))
    assert sum(map(sum, view.counts)) == 1000
    assert view.edges[-1] <= 11.0


def test_the_bubbles_by_hand(small):
    view = land_scatter.scatter(at(small))
    assert (view.group, view.groups, view.limit, view.hidden) == ("规上", ("规上", "宗地"), 2.0, 0)
    result = {int(b.name.removeprefix("杭州测试").removesuffix("有限公司")): b for b in view.firms}
    assert sorted(result) == list(range(1, 11))
    first = result[2]
    assert (first.grade, first.land, first.tax, first.value_added, first.score, first.rank) == ("B", 20, 240, 400, 112, 2)
    assert math.isnan(result[8].value_added)
    assert view.counts == (1, 3, 2, 3)
    # The largest taxpayers 2 and 1, and 7, the D firm with most land.
    assert [view.firms[i].credit_code for i in view.named] == [code(2), code(1), code(7)]
    assert view.insight == "2家规上企业亩均税收低于2万元/亩"  # 7 and 8; firm 9 stands exactly at 2


def test_bubbles_that_a_log_scale_cannot_show_are_counted(small):
    view = land_scatter.scatter(at(small, group="宗地"))
    assert (len(view.firms), view.hidden) == (5, 1)  # 15 has no tax


def test_the_bubbles_of_a_grade_still_say_how_many_each_grade_has(small):
    """The links that select a grade show the counts: selecting one must not set the others to zero."""
    view = land_scatter.scatter(at(small, grades=("D",)))
    assert {b.grade for b in view.firms} == {"D"}
    assert view.counts == (1, 3, 2, 3)


def test_a_rule_without_a_line_has_none(district):
    repository = District(district, years=())
    repository.publish(1, 2022, PLAIN)
    repository.current = replace(repository.current, grades={2022: repository.published[0].evaluation.firms})
    view = land_scatter.scatter(at(repository))
    assert math.isnan(view.limit)
    assert view.insight == ""
    assert RULE.groups[0].conditions  # the other one has a line


def crowd(district, taxes):
    """A district whose firms have one mu each and these taxes."""
    repository = District(district, years=())
    repository.frames[2022] = builders.frame([builders.firm(n, tax) for n, tax in enumerate(taxes, 1)])
    repository.publish(1, 2022, builders.policy())
    repository.current = replace(repository.current, grades={2022: repository.published[0].evaluation.firms})
    return repository


def test_many_firms_close_together_become_one_mark(district):
    """Two far up, one far down; between 50 and 51 万元 lie 600, in as many marks as they have grades."""
    view = land_scatter.scatter(at(crowd(district, [900.0, 800.0, *[51.0] * 200, *[50.5] * 400, 30.0])))
    assert (view.firm_count, view.hidden) == (603, 0)
    assert "合为一点" in view.caption.definition
    result = {(c.cell.grade, c.cell.land, c.cell.tax): c.firms for c in view.clusters}
    assert {(land, tax) for _, land, tax in result} == {((1.0, 1.12), (50.0, 56.0))}
    assert sum(result.values()) == 600
    assert {b.tax for b in view.firms} == {900.0, 800.0, 30.0}
    assert [view.firms[i].tax for i in view.named][:2] == [900.0, 800.0]


def test_a_firm_worth_a_name_stands_alone_with_its_neighbours(district):
    """The second largest taxpayer is one of 15: its area is shown firm by firm."""
    view = land_scatter.scatter(at(crowd(district, [900.0, *[80.0] * 15, *[51.0] * 395])))
    assert [view.firms[i].tax for i in view.named][:2] == [900.0, 80.0]
    assert sum(b.tax == 80.0 for b in view.firms) == 15
    assert view.firm_count == 411


def test_a_firm_worth_a_name_among_many_goes_without(district):
    view = land_scatter.scatter(at(crowd(district, [900.0, *[51.0] * 410])))
    assert [view.firms[i].tax for i in view.named] == [900.0]
    assert len(view.firms) == 1
    assert view.firm_count == 411


def test_few_firms_are_shown_one_by_one(district):
    view = land_scatter.scatter(at(crowd(district, [51.0] * 400)))
    assert len(view.firms) == 400
    assert view.clusters == ()


@pytest.mark.slow
def test_a_cloud_adds_up_and_leads_to_its_firms(district, monkeypatch):
    monkeypatch.setattr(land_scatter, "_MOST_MARKS", 4)
    monkeypatch.setattr(land_tax_cells, "_FEW", 0)
    ctx = at(District(district))
    view = land_scatter.scatter(ctx)
    assert view.clusters
    for cloud in view.clusters:
        listed = land_firms.firm_page(at(District(district), cell=cloud.cell.key), 0, 100, [])
        numbers = [int(r["name"].removeprefix("杭州测试").removesuffix("有限公司")) for r in listed.rows]
        assert len(numbers) == listed.total == cloud.firms
        assert {r["group"] for r in listed.rows} == {"规上"}
        own = [NOW[n] for n in numbers]
        assert (cloud.land, cloud.tax) == (sum(f[0] for f in own), sum(f[1] for f in own))
        assert cloud.value_added == sum(f[2] or 0 for f in own)
        middle = [math.prod(f[i] for f in own) ** (1 / len(own)) for i in (0, 1)]
        assert cloud.center == pytest.approx(middle)
    alone = {b.credit_code for b in view.firms}
    assert len(alone) + sum(c.firms for c in view.clusters) == 10


def test_land_of_d_firms_by_town(small):
    view = land_towns.worst_land(at(small))
    rows = {r.name: r for r in view.rows}
    assert [r.name for r in view.rows] == [t.name for t in at(small).district.towns]
    assert (rows[QIAOSI].land, rows[QIAOSI].firms) == (33.0, 3)  # 7, 8, 14
    assert rows[QIAOSI].share == pytest.approx(33 / 84)
    assert (rows[DONGHU].land, rows[DONGHU].firms) == (6.0, 2)
    assert rows[DONGHU].share == pytest.approx(6 / 31)
    assert (rows[TANGQI].land, rows[TANGQI].share, rows[TANGQI].firms) == (0.0, 0.0, 0)
    assert math.isnan(rows["临平街道"].land)  # no evaluated firm: nothing known, not nought
    assert view.insight == "D类企业占地39亩，乔司街道占84.6%"
    assert repr(land_towns.worst_land(at(small, towns=("tangqi",))).rows) == repr(view.rows)  # a chosen town hides no other


def test_without_any_d_firm_the_map_says_so(small):
    assert land_towns.worst_land(at(small, chains=("green-energy",))).insight == "所选范围没有D类企业用地"


def split(now, before):
    """(value, base, own, structure) in fractions: a firm is (division, land, amount)."""
    both = []
    for firms in (now, before):
        land, amount = {}, {}
        for division, mu, value in firms:
            land[division] = land.get(division, 0) + Fraction(mu)
            amount[division] = amount.get(division, 0) + Fraction(value)
        both.append((land, amount))
    (d1, n1), (d0, n0) = both
    whole1, whole0 = sum(d1.values()), sum(d0.values())
    value, base = sum(n1.values()) / whole1, sum(n0.values()) / whole0
    own = sum((d1[k] / whole1 + d0[k] / whole0) / 2 * (n1[k] / d1[k] - n0[k] / d0[k]) for k in d1 if k in d0)
    return value, base, own, value - base - own


def of_town(figures, town, column):
    """Firms of the town that reported the amount: (division, land, amount)."""
    own = [(MEMBERSHIP[n], row) for n, row in figures.items() if MEMBERSHIP[n][1] == town]
    return [(area[3], row[0], row[column]) for area, row in own if row[column] is not None]


@pytest.mark.parametrize(("metric", "column"), [("tax_per_mu", 1), ("value_added_per_mu", 2)])
def test_the_ranking_by_hand(small, metric, column):
    view = land_towns.per_mu_ranking(at(small, metric=metric))
    rows = {r.name: r for r in view.rows}
    for town in (TANGQI, DONGHU, QIAOSI):
        expected = split(of_town(NOW, town, column), of_town(BEFORE, town, column))
        row = rows[town]
        assert (row.value, row.base, row.own, row.structure) == pytest.approx(tuple(map(float, expected)), abs=1e-12)
        assert row.own + row.structure == pytest.approx(row.change, abs=1e-12)
        assert row.change == pytest.approx(row.value - row.base, abs=1e-12)
    assert [r.value for r in view.rows] == sorted((r.value for r in view.rows), reverse=True)


def test_a_ranking_worked_out_in_full(small):
    """东湖: 200 万元 of firms 3, 4, 5 and 10 on 30 亩 -> 250; firm 15 reported no tax.

    2021: division 17: 90 on 10; 27: 50 + 15 + 50 = 115 on 20. 205 ÷ 30. 2022: 17: 100 on 10; 27: 40 + 60 + 50 = 150 on 20.
    Weights ⅓ and ⅔ both times, so structure is 0 and all is own: ⅓ × (10 - 9) + ⅔ × (7.5 - 5.75) = 1.5.
    """
    view = land_towns.per_mu_ranking(at(small))
    row = next(r for r in view.rows if r.name == DONGHU)
    assert (row.value, row.base) == pytest.approx((250 / 30, 205 / 30))
    assert (row.change, row.own, row.structure) == pytest.approx((1.5, 1.5, 0.0), abs=1e-12)
    assert view.whole.value == pytest.approx(935 / 158)
    assert view.whole.base == pytest.approx(828 / 142)
    # 东湖 +1.5, 塘栖 492 ÷ 44 - 384 ÷ 38 = +1.08, 乔司 193 ÷ 84 - 239 ÷ 74 < 0.
    assert view.insight == "塘栖镇亩均税收最高（11.18万元/亩）；东湖街道提高最多（+1.50万元/亩）"
    assert view.whole.own + view.whole.structure == pytest.approx(view.whole.change, abs=1e-12)


@pytest.mark.parametrize(
    ("filters", "name"),
    [({}, "全区"), ({"towns": ("tangqi",)}, "全区"), ({"industries": ("27",)}, "合计"), ({"chains": ("fashion",)}, "合计")],
)
def test_the_sum_of_the_ranking_is_the_districts_only_without_another_filter(small, filters, name):
    assert land_towns.per_mu_ranking(at(small, **filters)).whole.name == name


def test_the_ranking_without_a_year_before_has_values_only(small):
    view = land_towns.per_mu_ranking(at(small, period="2021"))
    assert all(math.isnan(v) for r in (*view.rows, view.whole) for v in (r.base, r.change, r.own, r.structure))
    assert view.insight == "塘栖镇亩均税收最高（10.11万元/亩）"


def test_a_named_record_is_shown_whatever_the_period(district):
    repository = District(district, years=(2021, 2022, 2022))
    repository.published[0] = replace(
        repository.published[0], evaluation=builders.evaluate_policy(PLAIN, repository.frames[2022], repository.frames[2021])
    )
    newest, old = land.summary(at(repository)), land.summary(at(repository, record=2))
    assert (newest.record.id, old.record.id) == (3, 2)
    assert [r.id for r in old.records] == [3, 2]
    assert (newest.counts["D"], old.counts["D"]) == (3, 5)  # without the line of 2 万元/亩 only 8, 10 and 15
    assert land.summary(at(repository, record=1)).year == 2021
    assert land.summary(at(repository, record=999)).record.id == 3
    assert "评价记录2，" in old.caption.data_month


@pytest.mark.parametrize(
    ("view", "sentence"),
    [
        (land.summary, "塘栖镇 · 时尚产业 · 全部行业"),
        (land.grade_structure, "全区 · 时尚产业 · 全部行业"),  # it shows every town
        (land_towns.worst_land, "全区 · 时尚产业 · 全部行业"),
        (land_towns.per_mu_ranking, "全区 · 时尚产业 · 全部行业"),
        (land_scatter.scatter, "塘栖镇 · 时尚产业 · 全部行业 · A、B类"),
        (land_scores.score_distribution, "塘栖镇 · 时尚产业 · 全部行业"),
    ],
)
def test_the_caption_says_which_firms_are_shown(small, view, sentence):
    assert view(at(small, towns=("tangqi",), chains=("fashion",), grades=("A", "B"))).caption.scope == sentence


def test_a_structure_of_chains_leaves_the_chain_aside(small):
    caption = land.grade_structure(at(small, towns=("tangqi",), chains=("fashion",), by=CHAIN, group="规上")).caption
    assert caption.scope == "塘栖镇 · 全部行业 · 规上"


def test_no_firm_below_the_line_has_a_text(small):
    assert land_scatter.scatter(at(small, towns=("donghu",))).insight == "没有规上企业亩均税收低于2万元/亩"


# --- the sample against plain loops ---------------------------------------------------------------------------------


@pytest.fixture
def sample(graded_repository):
    return at(graded_repository)


def test_the_samples_summary(sample, years):
    now, before = years[2022], years[2021]
    view = land.summary(sample)
    firms, worst = list(now.firms.values()), now.of(grade="D")
    graded = [f for f in firms if f.grade in "ABCD"]
    tax, mu = land_oracle.TAX, land_oracle.LAND
    assert view.tax_per_mu == pytest.approx(sum(f.row[tax] for f in firms) / sum(f.row[mu] for f in firms))
    assert view.counts == {g: len(now.of(grade=g)) for g in "ABCD"}
    assert view.ungraded == len(firms) - len(graded)
    assert view.worst_base == len(before.of(grade="D"))
    assert view.worst_by_group == tuple((g, len(now.of(grade="D", group=g))) for g in ("规上", "宗地"))
    assert view.worst_land == pytest.approx(sum(f.row[mu] for f in worst))
    assert view.worst_land_share == pytest.approx(sum(f.row[mu] for f in worst) / sum(f.row[mu] for f in firms))
    assert view.worst_tax_share == pytest.approx(sum(f.row[tax] for f in worst) / sum(f.row[tax] for f in firms))
    assert view.lift == pytest.approx(now.lift())
    assert view.released_land == pytest.approx(631.0)


@pytest.mark.parametrize(("counted", "header"), [("count", ""), ("land_mu", land_oracle.LAND), ("tax", land_oracle.TAX)])
@pytest.mark.parametrize("by", ["town", "chain", "industry"])
def test_the_samples_structure(graded_repository, years, by, counted, header):
    rows = land.grade_structure(at(graded_repository, by=Grouping(by), counted=GradeMeasure(counted))).rows
    expected = years[2022].amounts("division" if by == "industry" else by, header)
    names = {industry_name(k) if by == "industry" else k or "未归链": v for k, v in expected.items()}
    assert {r.name for r in rows} == set(names)
    for row in rows:
        assert row.amounts == pytest.approx(tuple(names[row.name]))
        assert row.ab == pytest.approx(sum(names[row.name][:2]) / sum(names[row.name]))
    assert [r.ab for r in rows] == sorted((r.ab for r in rows), reverse=True)


def test_the_samples_migration(sample, years):
    before, now = years[2021].grades(), years[2022].grades()
    view = land.grade_migration(sample)
    assert pairs(view.moves) == dict(land_oracle.migration(before, now))
    rose, fell = land_oracle.moves(before, now)
    stayed = sum(before.get(c) == now[c] == "D" for c in now)
    assert view.insight == f"上升{len(rose)}家，下降{len(fell)}家；{stayed}家连续两年为D类"


@pytest.mark.parametrize("group", ["规上", "宗地"])
def test_the_samples_spread_and_bubbles(graded_repository, years, group):
    ctx = at(graded_repository, group=group)
    own = years[2022].of(group=group)
    distribution, scatter = land_scores.score_distribution(ctx), land_scatter.scatter(ctx)
    for grade, counts in zip("ABCD", distribution.counts, strict=True):
        scores = [f.score for f in own if f.grade == grade]
        last = len(counts) - 1
        for i, n in enumerate(counts):
            inside = [s for s in scores if distribution.edges[i] <= s and (s < distribution.edges[i + 1] or i == last)]
            assert n == len(inside), (grade, distribution.edges[i])
    assert scatter.firm_count + scatter.hidden == len(own)
    cells = [at(graded_repository, group=group, cell=cluster.cell.key) for cluster in scatter.clusters]
    listed = {r["credit_code"] for cell in cells for r in land_firms.firm_page(cell, 0, 500, []).rows}
    assert listed | {b.credit_code for b in scatter.firms} <= {f.code for f in own}
    assert len(listed) + len(scatter.firms) == scatter.firm_count  # every firm once
    view = {b.credit_code: (b.grade, b.land, b.tax) for b in scatter.firms}
    assert all(view[f.code] == (f.grade, f.row[land_oracle.LAND], f.row[land_oracle.TAX]) for f in own if f.code in view)
    poor = sum(f.row[land_oracle.TAX] / f.row[land_oracle.LAND] < 2 for f in own)
    assert scatter.insight == f"{poor}家{scatter.group}企业亩均税收低于2万元/亩"


def test_the_samples_land_of_d_firms(sample, years):
    for row in land_towns.worst_land(sample).rows:
        worst = years[2022].of(town=row.name, grade="D")
        land_there = sum(f.row[land_oracle.LAND] for f in years[2022].of(town=row.name))
        assert row.firms == len(worst)
        assert row.land == pytest.approx(sum(f.row[land_oracle.LAND] for f in worst))
        assert row.share == pytest.approx(row.land / land_there)


@pytest.mark.parametrize(("metric", "header"), [("tax_per_mu", land_oracle.TAX), ("value_added_per_mu", land_oracle.ADDED)])
def test_the_samples_ranking(graded_repository, years, metric, header):
    view = land_towns.per_mu_ranking(at(graded_repository, metric=metric))
    cached = {y: [f for f in years[y].firms.values() if f.row[header] is not None] for y in years}
    for row in (*view.rows, view.whole):
        now, before = ([f for f in cached[y] if row.name in (f.town, "全区")] for y in (2022, 2021))
        expected = land_oracle.yield_split(now, before, header)
        assert (row.value, row.base, row.own, row.structure) == pytest.approx(expected, abs=1e-9), row.name
        assert row.own + row.structure == pytest.approx(row.value - row.base, abs=1e-9)
    assert len(view.rows) == 8


def test_a_filter_narrows_every_view_to_the_same_firms(graded_repository, years):
    ctx = at(graded_repository, towns=("tangqi",), chains=("fashion",))
    own = years[2022].of(town="塘栖镇", chain="时尚产业")
    graded = [f for f in own if f.grade in "ABCD"]
    assert sum(land.summary(ctx).counts.values()) == len(graded)
    assert sum(sum(g.counts) + g.ungraded for g in land_scores.score_distribution(ctx).groups) == len(own)
    tangqi = next(r for r in land.grade_structure(ctx).rows if r.name == "塘栖镇")
    assert tangqi.total == len(graded)
    shown = {b.credit_code for g in ("规上", "宗地") for b in land_scatter.scatter(at(
        graded_repository, towns=("tangqi",), chains=("fashion",), group=g)).firms}  # fmt: skip
    assert shown <= {f.code for f in own}
    assert sorted(evaluation_scope(ctx).firms().text("credit_code")) == sorted(f.code for f in own)

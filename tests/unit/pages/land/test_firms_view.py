"""The list of evaluated firms and the explanation of one firm: by hand, and the sample against plain loops."""

from __future__ import annotations

import json
import math

import pytest
from pypinyin import lazy_pinyin

from cockpit.evaluation.results.firm_sorting import SORTABLE
from cockpit.selection import Selection
from cockpit.views.context import resolve_context
from cockpit.views.land.firms import firm_explanation, firm_list, firm_page
from tests import land_oracle
from tests.land_oracle import shown
from tests.unit.land_district import District, bare
from tests.workbooks import code

#: Firms by group, rank and code: 3 and 10 share the third rank.
IN_ORDER = [1, 2, 3, 10, 4, 5, 6, 9, 7, 8, 11, 12, 13, 16, 14, 15]


@pytest.fixture(scope="module")
def small(district):
    return District(district)


@pytest.fixture(scope="module")
def year(years):
    return years[2022]


def at(repository, **selection):
    return resolve_context(repository, Selection(**({"period": "2022"} | selection)))


def numbers(page):
    return [int(r["name"].removeprefix("杭州测试").removesuffix("有限公司")) for r in page.rows]


def test_the_head_of_the_list(small):
    view = firm_list(at(small))
    assert (view.firms, view.year, view.version, view.insight) == (16, 2022, 1, "共16家企业")
    view = firm_list(at(small, grades=("C", "D"), towns=("qiaosi",)))
    assert (view.firms, view.insight) == (5, "共5家C、D类企业")  # 6, 7, 8, 14, 16
    assert firm_list(at(small, towns=("linping",))).insight == "所选范围没有企业"
    assert firm_list(at(bare(small.district))) is None


def test_by_group_and_rank_unless_sorted_otherwise(small):
    page = firm_page(at(small), 0, 100, [])
    assert numbers(page) == IN_ORDER
    assert page.total == 16


@pytest.mark.parametrize(("start", "end"), [(0, 5), (5, 10), (14, 100), (16, 20), (100, 200), (-5, 3), (5, 5), (9, 2)])
def test_a_page_is_a_slice_and_the_total_is_not(small, start, end):
    page = firm_page(at(small), start, end, [])
    assert numbers(page) == IN_ORDER[max(start, 0) : max(end, 0)]
    assert page.total == 16


def test_a_page_is_never_longer_than_500(graded_repository):
    page = firm_page(at(graded_repository), 0, 10**9, [])
    assert (len(page.rows), page.total) == (500, 1695)


#: column -> firms in rising order. Equal ones are sorted by group, rank and code.
SORTED = {
    "score": [15, 8, 7, 14, 9, 6, 16, 5, 13, 4, 12, 3, 10, 2, 1, 11],
    "land_mu": [15, 11, 14, 12, 10, 4, 13, 16, 9, 1, 3, 5, 8, 2, 7, 6],
    # 1 and 14 per mu, 1.5, 2, 2.5, 3, 3, 4, 6, 8, 10, 10, 10, 12, 20; firm 15 has none and comes last in both orders.
    "tax_per_mu": [8, 14, 7, 9, 16, 6, 13, 12, 5, 4, 3, 10, 11, 2, 1, 15],
    "rank": [1, 11, 2, 12, 3, 10, 13, 16, 4, 14, 5, 15, 6, 9, 7, 8],
    "grade": [1, 11, 2, 3, 4, 12, 13, 5, 6, 16, 10, 7, 8, 14, 15, 9],
    "before": [9, 15, 1, 12, 2, 3, 10, 4, 11, 13, 6, 8, 16, 5, 7, 14],
}


@pytest.mark.parametrize("column", SORTED)
def test_sorting_rises(small, column):
    assert numbers(firm_page(at(small), 0, 100, [(column, True)])) == SORTED[column]


def test_sorting_falls_and_the_missing_stay_last(small):
    falling = numbers(firm_page(at(small), 0, 100, [("tax_per_mu", False)]))
    assert falling == [1, 2, 3, 10, 11, 4, 5, 12, 6, 13, 16, 9, 7, 8, 14, 15]


def test_sorting_by_two_columns(small):
    by_grade = numbers(firm_page(at(small, group="规上"), 0, 100, [("grade", False), ("land_mu", True)]))
    assert by_grade == [9, 10, 8, 7, 5, 6, 4, 3, 2, 1]


def test_labels_sort_in_the_districts_order_else_by_pinyin(small):
    """Neither by keys (塘栖 before 南苑, biomedicine before fashion) nor by code points (亩均 before 单位)."""
    rows = {
        column: firm_page(at(small), 0, 100, [(column, True)]).rows for column in ("town", "chain", "group", "weakest", "short")
    }
    towns, chains = [t.name for t in small.district.towns], [*(c.name for c in small.district.chains), "未归链"]
    for column, order in (("town", towns), ("chain", chains), ("group", ["规上", "宗地"])):
        places = [order.index(row[column]) for row in rows[column]]
        assert places == sorted(places), column
        assert len(set(places)) > 1, column
    sounds = [lazy_pinyin(row["weakest"]) for row in rows["weakest"]]
    assert sounds == sorted(sounds)
    assert numbers(firm_page(at(small), 0, 100, [("short", True)]))[:3] == [1, 10, 11]


@pytest.mark.parametrize("column", SORTABLE)
def test_every_column_sorts_and_its_reverse_is_the_same_firms(small, column):
    rising, falling = (numbers(firm_page(at(small), 0, 100, [(column, up)])) for up in (True, False))
    assert sorted(rising) == sorted(falling) == list(range(1, 17))


@pytest.mark.parametrize("column", ["name", "reason", "None", "credit_code", "__class__", "founded_on"])
def test_a_column_that_may_not_be_sorted_by_changes_nothing(small, column):
    assert numbers(firm_page(at(small), 0, 100, [(column, True)])) == IN_ORDER


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("测试1", [1, 10, 11, 12, 13, 16, 14, 15]),
        ("  测试16 ", [16]),
        (code(7), [7]),
        (code(7).lower(), [7]),
        (code(7)[5:], [7]),
        ("测试１６", [16]),  # full-width digits
        ("测 试 16", [16]),
        ("测试　16", [16]),
        ("hzcs16", [16]),  # initials
        ("hangzhouceshi16", [16]),  # pinyin
        ("ＨＺＣＳ１６", [16]),
        (code(7)[-3:], []),  # a part of a code has four signs
        ("", IN_ORDER),
        ("   ", IN_ORDER),
        ("没有这家", []),
        (".*", []),
        ("测试(", []),
        ("%", []),
    ],
)
def test_looking_for_a_name_or_a_code(small, text, expected):
    page = firm_page(at(small, firm_query=text), 0, 100, [])
    assert numbers(page) == expected
    assert page.total == len(expected)


def test_the_address_narrows_the_list(small):
    assert numbers(firm_page(at(small, grades=("D",)), 0, 100, [])) == [10, 7, 8, 14, 15]
    assert numbers(firm_page(at(small, chains=("biomedicine",), towns=("donghu",)), 0, 100, [])) == [10, 4, 5]
    assert numbers(firm_page(at(small, industries=("33",)), 0, 100, [("land_mu", True)])) == [14, 13, 16]
    assert firm_page(at(bare(small.district)), 0, 100, []).total == 0


def test_what_a_row_says(small):
    rows = {int(r["name"].removeprefix("杭州测试").removesuffix("有限公司")): r for r in firm_page(at(small), 0, 99, []).rows}
    json.dumps(list(rows.values()), allow_nan=False)
    assert rows[5] == {
        "credit_code": code(5),
        "name": "杭州测试5有限公司",
        "short": "测试5",
        "town": "东湖街道",
        "chain": "生物医药",
        "group": "规上",
        "grade": "C",
        "before": "D",
        "rank": "6",
        "score": "56.0",
        "tax_per_mu": "6.00",
        "land_mu": "10.0",
        "weakest": "亩均增加值",  # 36 of 60 points against 20 of 40
        "reason": "",
    }
    assert (rows[9]["grade"], rows[9]["before"], rows[9]["reason"]) == ("不定等级", "", "成立不满两年")
    assert rows[10]["reason"] == "一票否决：安全事故"
    assert rows[15]["tax_per_mu"] == "—"
    assert rows[7]["chain"] == "未归链"


# --- one firm -------------------------------------------------------------------------------------------------------


def explain(repository, number, **selection):
    return firm_explanation(at(repository, firm=code(number), **selection))


def test_an_explanation_by_hand(small):
    view = explain(small, 5)
    firm = view.explanation
    assert (view.year, view.town, view.chain) == (2022, "东湖街道", "生物医药")
    assert (firm.grade, firm.score, firm.rank, firm.group_size, firm.next_grade) == ("C", 56.0, 6, 10, "B")
    assert firm.gap == pytest.approx(24)  # the fifth has 80
    tax, added = firm.lines
    # 24 more points: 60 of 60 for tax at 10 万元/亩; (20 + 24) ÷ 40 × 20 = 22 for value added.
    assert (tax.value, tax.baseline, tax.points, tax.rank, tax.known) == (6.0, 10.0, 36.0, 6, 10)
    assert tax.needed == pytest.approx(10.0)
    assert added.needed == pytest.approx(22.0)
    # 3, 4 and 6-9 others: 1, 2, 3 and 10, 4 are better, so 5 of 10 aren't.
    assert tax.percentile == pytest.approx(0.5)
    assert view.history == ((2021, "D", 21.0), (2022, "C", 56.0))
    assert view.steps == ()
    assert firm.sentence == "总分56.0，列规上第6位；差B类线24.0分；最弱项：亩均增加值（得分20.0/40）"


def test_the_explanation_of_a_firm_with_remediation(small):
    view = explain(small, 7)
    assert [(s.kind, s.state, s.released_land) for s in view.steps] == [("D类提升", "完成", 3.5)]
    assert view.explanation.reason == "亩均税收低于2万元/亩"


def test_explanations_of_firms_without_a_grade_or_without_the_year(small):
    young = explain(small, 9)
    assert (young.explanation.grade, young.explanation.next_grade, young.history) == ("不定等级", "", ((2022, "不定等级", 22.0),))
    gone = explain(small, 17)
    assert (gone.explanation, gone.history) == (None, ())
    assert explain(small, 17, period="2021").explanation.grade == "B"
    assert firm_explanation(at(small)) is None
    assert firm_explanation(at(bare(small.district), firm=code(1))) is None
    assert explain(small, 99).explanation is None


def test_a_firm_outside_the_filters_is_explained_all_the_same(small):
    assert explain(small, 5, towns=("tangqi",), grades=("A",)).explanation.rank == 6


# --- the sample -----------------------------------------------------------------------------------------------------


def test_the_samples_rows(graded_repository, year):
    rows = []
    for start in range(0, 1695, 500):
        rows += firm_page(at(graded_repository), start, start + 500, []).rows
    assert len({r["credit_code"] for r in rows}) == 1695
    for row in rows:
        firm = year.firms[row["credit_code"]]
        assert (row["grade"], row["rank"], row["town"], row["group"], row["weakest"]) == (
            firm.grade,
            f"{firm.rank:,}",
            firm.town,
            firm.group,
            firm.weakest,
        )
        assert (row["chain"], row["score"]) == (firm.chain or "未归链", shown(firm.score, 1))
        assert row["tax_per_mu"] == shown(firm.row[land_oracle.TAX] / firm.row[land_oracle.LAND], 2)


def test_the_sample_sorted_by_the_server(graded_repository, year):
    first = firm_page(at(graded_repository, grades=("D",)), 0, 20, [("land_mu", False)])
    expected = sorted((f.row[land_oracle.LAND] for f in year.of(grade="D")), reverse=True)
    assert [r["land_mu"] for r in first.rows] == [shown(x, 1) for x in expected[:20]]
    assert first.total == len(expected)


def test_the_samples_explanations(graded_repository, year):
    some = [next(f for f in year.firms.values() if f.grade == g and f.group == k) for g in "ABCD" for k in ("规上", "宗地")]
    for firm in some:
        view = firm_explanation(at(graded_repository, firm=firm.code))
        assert (view.explanation.grade, view.explanation.rank) == (firm.grade, firm.rank)
        assert view.explanation.score == pytest.approx(firm.score)
        assert sum(line.points for line in view.explanation.lines) == pytest.approx(view.explanation.base_score)
        assert [y for y, _, _ in view.history] == sorted(y for y, _, _ in view.history)
        assert view.history[-1][:2] == (2022, firm.grade)
        weakest = [line.points / float(line.indicator.weight) for line in view.explanation.lines]
        assert view.explanation.lines[weakest.index(min(weakest))].indicator.name == firm.weakest
        assert not any(math.isnan(line.points) for line in view.explanation.lines)

"""Figures as other programs ask for them."""

from __future__ import annotations

import pytest

from cockpit.errors import UsageError
from cockpit.metric_query import parse_query, query_rows
from tests.factories import RowsRepository
from tests.oracle import span
from tests.workbooks import firm, month

YEAR = span("2022-01", "2022-12")


def ask(repository, district, metric="工业总产值", by="", compare="none", comparable=False, **where):
    chosen = {"towns": (), "industries": (), "chains": (), "period": "2022", **where}
    query = parse_query(metric, by, compare=compare, district=district, **chosen)
    return query_rows(repository, query, comparable=comparable)


def test_the_whole_is_one_row_with_what_was_queried(repository, district, expected):
    value, base, change = expected.compared("工业总产值", YEAR, towns=("塘栖镇",))
    assert ask(repository, district, towns=("塘栖",)) == [{"value": pytest.approx(value)}]
    assert ask(repository, district, towns=("塘栖",), compare="yoy") == [
        {"value": pytest.approx(value), "base": pytest.approx(base), "change": pytest.approx(change)}
    ]


def test_groups_stand_in_the_districts_order_by_name(repository, district):
    names = [r["town"] for r in ask(repository, district, by="town")]
    assert names == [t.name for t in district.towns if t.name in names]
    assert ask(repository, district, by="industry")[0]["industry"] == "纺织业"


def test_joint_months_come_with_their_number(repository, district):
    rows = [month(1, "2022-02", 50, _span=2), month(1, "2022-03", 30), month(2, "2022-01", 1), month(2, "2022-02", 2)]
    small = RowsRepository({"企业名录": [firm(1), firm(2, "东湖街道")], "月度经营": rows}, district)
    assert ask(small, district, by="month", towns=("塘栖镇",)) == [
        {"month": "2022-02", "months": 2, "value": 50},
        {"month": "2022-03", "months": 1, "value": 30},
    ]
    assert [(r["month"], r["months"], r["value"]) for r in ask(small, district, by="month")] == [
        ("2022-01", 1, 1),
        ("2022-02", 1, 2),
        ("2022-03", 1, 30),
    ]


def test_the_text_names_what_is_missing_or_left_out(district):
    rows = [month(1, f"{year}-{n:02d}", 10 + year - 2021) for year in (2021, 2022) for n in range(1, 7)]
    rows = [r for r in rows if r["月份"] not in ("2022-03", "2021-05")]
    small = RowsRepository({"企业名录": [firm(1)], "月度经营": rows}, district)
    whole = {
        "value": 55,
        "base": 40,
        "change": pytest.approx(0.1),
        "covered_months": ["2022-01", "2022-02", "2022-04", "2022-05", "2022-06"],
        "missing_months": ["2022-03"],
        "compared_months": ["2022-01", "2022-02", "2022-04", "2022-06"],
        "compared_value": 44,
    }
    assert ask(small, district, period="2022-01..2022-06", compare="yoy") == [whole]
    assert ask(small, district, period="2022-01..2022-06", compare="yoy", by="town") == [{"town": "塘栖镇"} | whole]


def test_what_is_missing_is_none(repository, district):
    assert ask(repository, district, towns=("南苑街道",), compare="yoy") == [{"value": None, "base": None, "change": None}]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"metric": "工业总产直"}, "是不是“工业总产值”"),
        ({"metric": "gdp"}, "没有指标“gdp”。可用：工业总产值"),
        ({"towns": ("塘西镇",)}, "镇街“塘西镇”不存在，是不是“塘栖镇”"),
        ({"industries": ("99",)}, "行业“99”不存在"),
        ({"chains": ("海洋",)}, "产业链“海洋”不存在。可用：时尚产业"),
        ({"by": "street"}, "分组“street”不认识，可用：town"),
        ({"by": "industry", "metric": "签约项目数"}, "指标“签约项目数”不能按行业分组"),
        ({"compare": "qoq"}, "对比“qoq”不认识，可用：yoy"),
        ({"period": "2019"}, "期间“2019”没有数据"),
        ({"period": "lately"}, "写法不对"),
        ({"metric": "成员企业数", "towns": ("塘栖",)}, "时尚E家不分镇街"),
    ],
)
def test_a_wrong_query_is_refused_with_what_would_be_right(repository, district, arguments, message):
    with pytest.raises(UsageError, match=message):
        ask(repository, district, **arguments)


def test_before_the_first_publication_there_is_nothing_to_ask(district):
    with pytest.raises(UsageError, match="还没有发布任何数据"):
        ask(RowsRepository({"企业名录": [], "月度经营": []}, district), district)

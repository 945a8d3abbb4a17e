"""时尚E家: a small district worked out by hand, and the sample against plain loops over its workbook."""

from __future__ import annotations

import math

import pytest

from cockpit.aggregations.windows import base_period
from cockpit.catalogue.metrics import METRICS
from cockpit.cube.cube import Filter
from cockpit.selection import Compare, Selection
from cockpit.views.context import resolve_context
from cockpit.views.platform import members as platform_firms
from cockpit.views.platform import months as platform_months
from cockpit.views.platform import records as platform_records
from cockpit.views.platform import summary as platform
from tests.factories import RowsRepository
from tests.oracle import CODE
from tests.workbooks import firm, month

NAMES = (
    "成员企业数",
    "数字化改造企业数",
    "发布产能（万件）",
    "匹配产能（万件）",
    "订单数",
    "订单额（万元）",
    "对接买手数",
    "新增税收（万元）",
)


def platform_month(when, *values, area="本区"):
    return {"月份": when, "区域": area, **dict(zip(NAMES, values, strict=True))}


def partial_month(when, **values):
    return {"月份": when, "区域": "本区", **dict.fromkeys(NAMES), **values}


#: 2021: two months; 2022: the same two and a third one.
PLATFORM = [
    platform_month("2021-03", 100, 20, 50.0, 20.0, 10, 200.0, 5, 0.0),
    platform_month("2021-04", 110, 25, 50.0, 30.0, 10, 300.0, 6, 4.0),
    platform_month("2022-03", 150, 60, 100.0, 80.0, 20, 600.0, 9, 6.0),
    platform_month("2022-04", 160, 80, 60.0, 40.0, 30, 900.0, 12, -1.0),
    platform_month("2022-05", 170, 90, 40.0, 40.0, 10, 100.0, 11, 3.0),
    platform_month("2022-04", 200, 100, 70.0, 50.0, 40, 1000.0, 15, None, area="全国"),
]
MEMBER, OTHER = {"时尚E家成员": True}, {"时尚E家成员": False}
#: Industries 17 (firms 1-4) and 18 (5, 6); 34 has no member. Firm 4's flag is blank: no member.
FIRMS = [
    firm(1, "塘栖镇", **MEMBER),
    firm(2, "东湖街道", **MEMBER),
    firm(3, "东湖街道", **OTHER),
    firm(4, "东湖街道", chain="新材料", **{"时尚E家成员": None}),
    firm(5, "塘栖镇", "1810", **MEMBER),
    firm(6, "塘栖镇", "1810", **OTHER),
    firm(7, "塘栖镇", "3411", "高端装备", **OTHER),
]
#: firm -> output (万元) of March and April together in 2020, 2021, 2022; None = no row.
OUTPUT = {
    1: (80, 100, 120),
    2: (None, 100, 90),
    3: (200, 200, 210),
    4: (100, 100, 110),
    5: (40, 50, 90),
    6: (None, None, 60),
    7: (9, 9, 99),
}


def rows(numbers):
    return [
        month(n, f"{year}-{number:02d}", output=whole / 2)
        for n, years in numbers.items()
        for year, whole in zip((2020, 2021, 2022), years, strict=True)
        if whole is not None
        for number in (3, 4)
    ]


def sheets(platform_rows=PLATFORM, firms=FIRMS):
    return {"企业名录": firms, "月度经营": [*rows(OUTPUT), month(7, "2022-05")], "时尚E家": platform_rows}


@pytest.fixture(scope="module")
def small(district):
    return RowsRepository(sheets(), district)


def spring(repository, **selection):
    return resolve_context(repository, Selection(**({"period": "2022-03..2022-04", "chains": ("fashion",)} | selection)))


def test_the_summary_by_hand(small):
    actual = platform.summary(spring(small))
    assert (actual.members.value, actual.members.base) == (160.0, 110.0)
    assert (actual.nation.value, actual.digitised.value, actual.buyers.value) == (200.0, 80.0, 12.0)
    # (80 + 40) ÷ (100 + 60); a year before (20 + 30) ÷ (50 + 50). Not the mean of 80 % and 66.7 %.
    assert (actual.matching.value, actual.matching.base) == (0.75, 0.5)
    assert actual.matching.change == 0.25
    assert (actual.offered, actual.matched) == (160.0, 120.0)
    assert (actual.order_value.value, actual.order_value.base) == (1500.0, 500.0)
    assert (actual.orders.value, actual.orders.base) == (50.0, 20.0)
    assert (actual.tax.value, actual.tax.base) == (5.0, 4.0)  # 6 - 1
    assert (actual.tax_total, actual.tax_since) == (9.0, 202104)  # 4 + 6 - 1; March 2021 brought none


def test_the_catalogue_says_the_same(small):
    ctx = spring(small)
    actual = platform.summary(ctx)
    for key, value in (("platform_members", 160.0), ("capacity_matching", actual.matching.value), ("platform_new_tax", 5.0)):
        assert ctx.total(METRICS[key], Filter()).value == pytest.approx(value)


def test_members_against_the_others_by_hand(small):
    view = platform_firms.members(spring(small))
    own, other = view.sides
    # Members 1, 2, 5: 100 + 100 + 50 = 250 -> 120 + 90 + 90 = 300.
    assert (own.now.same, own.now.base, own.now.value) == (3, 250.0, 300.0)
    assert own.now.growth == pytest.approx(0.2)
    # The others of 17 and 18: 3, 4 (blank flag, another chain) in both, 6 only now; 7's industry has no member.
    assert (other.now.firms, other.now.same, other.now.base, other.now.value) == (3, 2, 300.0, 320.0)
    assert other.now.growth == pytest.approx(20 / 300)
    assert other.now.growth_of_all == pytest.approx(80 / 300)  # 210 + 110 + 60 against 300
    # Since 2020: members 1 and 5 have both: 120 -> 210, so 60 -> 105 a firm.
    assert view.first == "2020年3—4月"
    assert (own.since.same, own.since.mean_before, own.since.mean) == (2, 60.0, 105.0)
    assert own.since.growth == pytest.approx(0.75)
    # 20.0 - 6.7 = 13.3, from the figures as shown.
    assert view.insight == "同一批企业产值同比：成员+20.0%，非成员+6.7%，成员快13.3个百分点；成员户均产值比2020年3—4月+75.0%"


def test_members_by_industry(small):
    weaving, clothing = platform_firms.members(spring(small)).industries
    assert (weaving.name, clothing.name) == ("纺织业", "纺织服装、服饰业")
    assert [p.growth for p in weaving.sides] == pytest.approx([0.05, 20 / 300])  # 200 -> 210; 300 -> 320
    assert clothing.sides[0].growth == pytest.approx(0.8)
    assert math.isnan(clothing.sides[1].growth)  # firm 6 has no year before


def test_filters_apply_where_the_data_know_them(small):
    ctx = spring(small, towns=("donghu",))
    own, other = platform_firms.members(ctx).sides
    assert (own.now.same, own.now.value, other.now.same, other.now.value) == (1, 90.0, 2, 320.0)
    actual = platform_months.members(ctx)
    assert actual.points[-1].members == 160.0
    assert "时尚E家不分镇街，未按镇街筛选" in actual.caption.sentence
    assert "全部成员" in actual.caption.sentence
    nobody = platform_firms.members(spring(small, industries=("34",)))
    assert (nobody.sides, nobody.flagged) == ((), True)


def test_without_members_in_the_register(district):
    view = platform_firms.members(spring(RowsRepository(sheets(firms=[f | OTHER for f in FIRMS]), district)))
    assert (view.sides, view.flagged) == ((), False)


def test_without_comparison_only_the_first_year_is_left(small):
    view = platform_firms.members(spring(small, compare=Compare.NONE))
    assert view.base == ""
    assert view.insight == "成员户均产值比2020年3—4月+75.0%"
    first = platform_firms.members(spring(small, period="2020-03..2020-04"))
    assert (first.base, first.first, first.insight) == ("", "", "")


def test_months_for_the_charts(small):
    view = platform_months.capacity(spring(small))
    points = {p.month: p for p in view.points}
    assert (min(points), max(points)) == (202103, 202204)
    assert (points[202203].rate, points[202203].rate_before) == (0.8, 0.4)
    assert math.isnan(points[202110].offered)  # not told: a gap, no zero
    assert [p.tax_so_far for p in platform_months.new_tax(spring(small)).monthly.points][-2:] == [10.0, 9.0]
    assert view.insight == "2022年3—4月每100件产能匹配75.0件，同比提高25.0个百分点"
    later = platform_months.capacity(spring(small, period="2022-05"))
    assert later.insight == "2022年5月每100件产能匹配100.0件，5月100.0%，为5个月最高"


def test_sentences_name_the_months_that_have_values(small):
    view = platform_months.capacity(spring(small, period="2021-03..2021-06"))
    assert view.insight.startswith("2021年3—4月每100件产能匹配50.0件")  # nothing was told of May and June


def test_the_caption_of_the_key_values_names_the_months_that_are_there(small):
    assert platform.summary(spring(small, period="2022-03..2022-05")).caption.period == "2022年3—5月"
    assert platform.summary(spring(small, period="2021-03..2021-06")).caption.period == "2021年3—4月"


def test_a_value_is_compared_over_the_months_of_both_years(small):
    actual = platform.summary(spring(small, period="2022-03..2022-05"))
    orders = actual.orders  # 2021 lacks May
    assert (orders.value, orders.compared_value, orders.base, orders.change, orders.reason) == (60.0, 50.0, 20.0, 1.5, "")
    assert platform.summary(spring(small, period="2020-03")).members.reason == "2020年3月没有上报"


def test_january_and_february_reported_together(district):
    """A February without January, after earlier months, covers both: compared with both of the year before."""
    value = "订单额（万元）"
    joint = [partial_month("2020-12", **{value: 1.0}), *(partial_month(f"2021-{n:02d}", **{value: 50.0}) for n in (1, 2))]
    joint.append(partial_month("2022-02", **{value: 150.0}))
    repository = RowsRepository(sheets(joint), district)
    february = spring(repository, period="2022-02")
    actual = platform_records.flow(february, "order_value")
    assert (actual.value, actual.base) == (150.0, 100.0)
    assert math.isnan(platform_records.flow(spring(repository, period="2022-01"), "order_value").value)
    assert platform_records.covers([202012, 202102], 202102) == 2
    assert platform_records.covers([202102], 202102) == 1  # the first month ever: nothing was reported before
    assert base_period(february.period, Compare.YOY).first == 202102


def test_without_the_sheet_everything_says_so(district):
    ctx = spring(RowsRepository(sheets([]), district))
    assert not platform.summary(ctx).known
    assert not platform_months.members(ctx).known
    assert platform_months.new_tax(ctx).monthly.points == ()
    assert platform_firms.members(ctx).sides  # the register and the monthly figures are there


def test_the_samples_platform_against_plain_loops(sample_repository, book):
    actual = platform.summary(resolve_context(sample_repository, Selection(chains=("fashion",), period="2022")))
    offered = matched = value = orders = total = 0.0
    for row in book["时尚E家"]:
        if row["区域"] != "本区":
            continue
        total += row["新增税收（万元）"]
        if row["月份"].startswith("2022"):
            offered += row["发布产能（万件）"]
            matched += row["匹配产能（万件）"]
            value += row["订单额（万元）"]
            orders += row["订单数"]
    assert (actual.members.value, actual.nation.value) == (7600.0, 8176.0)
    assert actual.matching.value == pytest.approx(matched / offered)
    assert (actual.order_value.value, actual.orders.value) == (pytest.approx(value), orders)
    assert actual.tax_total == pytest.approx(total)
    assert (round(actual.tax_total, 1), actual.tax_since) == (3050.4, 202101)


def test_the_samples_members_against_plain_loops(sample_repository, book):
    register = {r[CODE]: r for r in book["企业名录"] if r["评价类型"] == "规上"}
    industries = {str(r["行业代码"])[:2] for r in book["企业名录"] if r["时尚E家成员"] == "是"}
    output = {}
    for row in book["月度经营"]:
        own = register.get(row[CODE])
        if own and str(own["行业代码"])[:2] in industries and row["工业总产值（万元）"] is not None:
            key = (own["时尚E家成员"] == "是", row[CODE], row["月份"][:4])
            output[key] = output.get(key, 0.0) + row["工业总产值（万元）"]
    view = platform_firms.members(resolve_context(sample_repository, Selection(chains=("fashion",), period="2022")))
    for side, member in zip(view.sides, (True, False), strict=True):
        for pair, year in ((side.now, "2021"), (side.since, "2020")):
            both = [c for m, c, y in output if m == member and y == "2022" and (member, c, year) in output]
            now, before = (sum(output[(member, c, y)] for c in both) for y in ("2022", year))
            assert (pair.same, pair.growth) == (len(both), pytest.approx(now / before - 1))
            assert pair.mean == pytest.approx(now / len(both))

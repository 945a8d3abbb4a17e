"""The sample district through loaders, database, cube and views: known sums, and the oracle on the workbook itself."""

from __future__ import annotations

import pytest

from cockpit import formatting
from cockpit.aggregations import aggregate
from cockpit.calendar.periods import Period, PeriodKind
from cockpit.catalogue.dimensions import Grouping, industry_name
from cockpit.catalogue.metrics import METRICS
from cockpit.cube.cube import Filter
from cockpit.metric_query import parse_query, query_rows
from cockpit.selection import Selection
from cockpit.views.chain import panels as chain
from cockpit.views.chain.firms import firm_panel, leader_panel
from cockpit.views.chain.stages import stage_panel
from cockpit.views.context import resolve_context
from cockpit.views.overview import panels as overview
from cockpit.views.overview.briefing import briefing
from tests.oracle import Oracle, span

YEAR = span("2022-01", "2022-12")


@pytest.fixture(scope="module")
def expected(book):
    return Oracle(book)


@pytest.fixture(scope="module")
def ctx(sample_repository):
    return resolve_context(sample_repository, Selection(period="2022"))


def shown(actual):
    return str(formatting.format_value(actual.metric, actual.compared.value))


def change(metric, fraction):
    return formatting.format_change(fraction, is_percent=metric.is_percent)


def test_the_summary_of_2022(ctx):
    texts = {k.metric.key: (shown(k), change(k.metric, k.compared.change)) for k in overview.summary(ctx)}
    assert texts["output"] == ("1,899.3亿元", "+7.4%")
    assert texts["value_added"] == ("435.8亿元", "+6.9%")
    assert texts["tax"] == ("123.8亿元", "+6.4%")
    assert texts["tax_per_mu"] == ("54.13万元/亩", "+6.4%")
    assert texts["green_investment"] == ("7.57亿元", "+9.4%")
    assert texts["signed_projects"][0] == "105个"
    assert ctx.total(METRICS["output"]).value == 18992864.24


def test_intensities_of_2022(ctx):
    energy, research = (ctx.total(METRICS[k]) for k in ("energy_intensity", "rd_intensity"))
    assert str(formatting.format_value(METRICS["energy_intensity"], energy.value)) == "32.9千克标准煤/万元"
    assert change(METRICS["energy_intensity"], energy.change) == "−0.4%"
    assert str(formatting.format_value(METRICS["rd_intensity"], research.value)) == "3.04%"
    assert change(METRICS["rd_intensity"], research.change) == "−0.01个百分点"


def test_targets_of_2022(ctx):
    actual = {k.metric.key: k.target for k in overview.summary(ctx) if k.target}
    assert {k: formatting.format_percent(t.completion) for k, t in actual.items()} == {
        "output": "101.4%",
        "value_added": "100.4%",
        "tax": "101.4%",
        "green_investment": "91.2%",
    }
    assert str(actual["green_investment"].pace) == "amber"
    assert str(formatting.round_half_up(actual["green_investment"].points_behind, 1)) == "8.8"


def test_what_pulled_the_growth_of_2022(ctx):
    by_town = overview.contributions(ctx)
    assert [(s.name, s.shown) for s in by_town.steps] == [
        ("东湖", 2.95),
        ("临平", 1.35),
        ("塘栖", 0.87),
        ("乔司", 0.78),
        ("运河", 0.48),
        ("星桥", 0.43),  # 0.4356; rounded up, the eight would add up to 7.45
        ("崇贤", 0.32),
        ("南苑", 0.26),
    ]
    assert by_town.total_shown == 7.44
    assert [(s.name, s.shown) for s in by_town.leaders] == [
        ("锦安动力", 1.49),
        ("创和医药", 0.67),
        ("丰天物联", 0.3),
        ("盛创新材料", 0.25),
    ]


def test_towns_of_2022(ctx):
    panel = overview.towns(ctx)
    texts = {
        r.short: (
            formatting.format_number(r.value, panel.metric.scales[0]),
            change(panel.metric, r.change),
            formatting.format_number(p, METRICS["tax_per_mu"].scales[0]),
        )
        for r, p in zip(panel.rows, panel.tax_per_mu, strict=True)
    }
    assert texts == {
        "东湖": ("755.9", "+7.4%", "75.99"),
        "临平": ("330.9", "+7.8%", "105.18"),
        "塘栖": ("190.0", "+8.8%", "31.65"),
        "星桥": ("171.9", "+4.7%", "40.51"),
        "乔司": ("141.5", "+10.8%", "34.90"),
        "崇贤": ("122.6", "+4.8%", "30.76"),
        "运河": ("107.7", "+8.5%", "28.06"),
        "南苑": ("78.7", "+6.2%", "31.28"),
    }


def test_chains_of_2022(ctx):
    panel = overview.chains(ctx)
    metric = panel.metric
    texts = [
        (
            c.item.name,
            formatting.format_number(c.item.value, metric.scales[0]),
            change(metric, c.item.change),
            change(metric, c.last_month_change),
            formatting.format_percent(c.item.share),
            formatting.format_points(c.points),
            formatting.format_percent(c.leader_share),
            c.firms,
        )
        for c in panel.cards
    ]
    assert texts == [
        ("高端装备", "569.0", "+9.6%", "+14.4%", "30.0%", "+2.82", "31.6%", 177),
        ("生物医药", "317.4", "+6.1%", "+3.4%", "16.7%", "+1.04", "54.6%", 59),
        ("新材料", "290.2", "+4.6%", "+6.8%", "15.3%", "+0.72", "53.4%", 78),
        ("绿色能源", "257.1", "+6.6%", "+13.0%", "13.5%", "+0.90", "30.1%", 66),
        ("智能物联", "238.9", "+7.3%", "+6.4%", "12.6%", "+0.92", "40.0%", 79),
        ("时尚产业", "226.7", "+9.0%", "+6.5%", "11.9%", "+1.06", "21.8%", 197),
    ]


def test_the_month_in_one_paragraph(ctx):
    actual = briefing(ctx)
    text = "".join(t for t, _ in actual.paragraph)
    assert actual.headline == "12月产值同比增长9.2%，高端装备贡献近半"
    for part in (
        "192.8亿元",
        "+9.2%",
        "比2022年高1.8个百分点",
        "高端装备拉动4.22个百分点",
        "锦安动力一家拉动2.86个百分点",
        "东湖拉动5.26个百分点",
        "101.4%",
        "2022年单位增加值能耗同比下降0.4%",
    ):
        assert part in text, (part, text)
    assert "绿色能源投资落后序时8.8个百分点" in [r.text for r in actual.remarks]


def test_the_green_energy_chain_of_2022(sample_repository):
    ctx = resolve_context(sample_repository, Selection(period="2022", chains=("green-energy",)))
    assert [shown(k) for k in chain.summary(ctx)] == [
        "257.1亿元",
        "59.3亿元",
        "10.9亿元",
        "40.47万元/亩",
        "6.80亿元",
        "21个",
        "66家",
    ]
    assert formatting.format_percent(ctx.total(METRICS["start_rate"]).value) == "47.6%"
    assert formatting.format_percent(ctx.total(METRICS["investment_completion"]).value) == "16.6%"
    signed = METRICS["signed_investment"]
    assert str(formatting.format_value(signed, ctx.total(signed).value)) == "61.5亿元"
    leader = leader_panel(ctx)
    assert (leader.leader_name, leader.leader_location, formatting.format_percent(leader.leader_share)) == (
        "杭州锦越储能科技有限公司",
        "东湖街道 · 风电零部件",
        "30.1%",
    )
    roles = [
        (
            r.item.name,
            formatting.format_number(r.item.value, leader.metric.scales[0]),
            change(leader.metric, r.item.change),
            formatting.format_points(r.points),
            r.firms,
        )
        for r in leader.roles
    ]
    assert roles == [
        ("链主", "77.4", "+1.4%", "+0.43", 1),
        ("配套", "47.2", "+8.9%", "+1.60", 16),
        ("一般", "132.5", "+9.1%", "+4.57", 49),
    ]
    firms = firm_panel(ctx).rows[:3]
    assert [
        (
            formatting.format_number(f.output, leader.metric.scales[0]),
            change(leader.metric, f.change),
            formatting.format_number(f.tax_per_mu, METRICS["tax_per_mu"].scales[0]),
        )
        for f in firms
    ] == [
        ("77.4", "+1.4%", "324.98"),
        ("10.2", "+10.2%", "96.86"),
        ("10.0", "+12.2%", "114.79"),
    ]
    stages = {
        s.item.name: (formatting.format_number(s.item.value, leader.metric.scales[0]), s.firms, s.gap)
        for s in stage_panel(ctx, "green-energy").stages
    }
    assert stages["风电零部件"] == ("111.3", 12, False)
    assert stages["风电主轴轴承"] == ("—", 0, True)


CASES = [
    pytest.param(metric, by, id=f"{metric.key}-{by or 'whole'}")
    for metric in METRICS.values()
    if metric.key != "ab_share"
    for by in ("", "town", "industry", "chain", "month")
    if not by or Grouping(by) in metric.groupings
]


@pytest.mark.parametrize(("metric", "by"), CASES)
def test_every_figure_of_the_workbook_equals_the_oracle(sample_repository, district, expected, metric, by):
    query = parse_query(metric.name, by, towns=(), industries=(), chains=(), period="2022", compare="none", district=district)
    rows = query_rows(sample_repository, query)
    if not by:
        assert rows == [{"value": pytest.approx(expected.value(metric.name, YEAR), rel=1e-9)}]
        return
    expected = {k: v for k, v in expected.groups(metric.name, YEAR, by).items() if v}
    if by == "industry":
        expected = {industry_name(k): v for k, v in expected.items()}
    assert {r[by]: r["value"] for r in rows if r["value"]} == pytest.approx(expected, rel=1e-9)
    assert len({r[by] for r in rows}) == len(rows)


@pytest.mark.parametrize(
    "where", [Filter(), Filter(towns=("tangqi", "donghu")), Filter(chains=("fashion",), industries=("18",))], ids=str
)
@pytest.mark.parametrize("by", [None, Grouping.TOWN, Grouping.CHAIN, Grouping.INDUSTRY], ids=str)
def test_the_share_of_good_grades_equals_counting_one_by_one(graded_repository, where, by):
    data, expected = graded_repository.snapshot(), dict(where.items())
    column = {None: "kind", Grouping.TOWN: "town", Grouping.CHAIN: "chain", Grouping.INDUSTRY: "division"}[by]
    counted = {}
    for row in data.grades[2022].to_dict("records"):
        if all(row[name] in keys for name, keys in expected.items()) and isinstance(row[column], str):
            good, graded = counted.get(row[column] if by else "", (0, 0))
            counted[row[column] if by else ""] = (good + (row["grade"] in "AB"), graded + 1)
    actual = aggregate.evaluate_metric(data, METRICS["ab_share"], Period(PeriodKind.YEAR, 202201, 202212), where, by)
    assert dict(actual.items()) == pytest.approx({key: good / graded for key, (good, graded) in counted.items()})

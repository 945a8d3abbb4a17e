"""What pages say, as values: on the untidy district against the oracle, and over random selections."""

from __future__ import annotations

import dataclasses
import math
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.metrics import METRICS
from cockpit.catalogue.names import group_name
from cockpit.cube.cube import Filter
from cockpit.district.terms import LevelTerms
from cockpit.errors import UsageError
from cockpit.formatting import round_half_up
from cockpit.selection import SPLITS, Compare, MapColoring, Selection
from cockpit.views.chain import panels as chain
from cockpit.views.chain.firms import firm_panel, leader_panel
from cockpit.views.chain.stages import stage_panel
from cockpit.views.context import resolve_context, restriction_notes
from cockpit.views.overview import panels as overview
from cockpit.views.overview.briefing import briefing
from tests.factories import RowsRepository
from tests.oracle import span
from tests.workbooks import firm, month

YEAR = span("2022-01", "2022-12")
VIEWS = (
    overview.summary,
    overview.towns,
    overview.chains,
    overview.trend,
    overview.contributions,
    briefing,
    chain.summary,
    chain.trend,
    chain.towns,
    chain.industries,
    leader_panel,
    firm_panel,
    lambda ctx: stage_panel(ctx, "fashion"),
)


@pytest.fixture
def ctx(repository):
    return resolve_context(repository, Selection(period="2022"))


def texts(value):
    """Every text within a view, whatever its depth; metrics and captions included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | list):
        for part in value:
            yield from texts(part)
    elif dataclasses.is_dataclass(value):
        for part in dataclasses.fields(value):
            yield from texts(getattr(value, part.name))


def test_summary_values_equal_the_oracle(ctx, expected):
    for kpi in overview.summary(ctx):
        value, base, _ = expected.compared(kpi.metric.name, YEAR)
        assert (kpi.compared.value, kpi.compared.base) == pytest.approx((value, base)), kpi.metric.key
        assert kpi.last_month_label == "12月"
        if kpi.last_month is not None:
            assert kpi.last_month.value == pytest.approx(expected.value(kpi.metric.name, ["2022-12"]))
    output = overview.summary(ctx)[0]
    months = [expected.value("工业总产值", [x]) for x in YEAR]
    assert [None if math.isnan(v) else v for v in output.spark] == pytest.approx(months)
    assert output.target.completion == pytest.approx(expected.target("工业总产值", "2022-12")[0])


def test_every_town_stands_on_the_map_in_the_districts_order(ctx, district, expected):
    panel = overview.towns(ctx)
    assert [r.key for r in panel.rows] == [t.key for t in district.towns]
    outputs = expected.groups("工业总产值", YEAR, "town")
    for row, per_mu in zip(panel.rows, panel.tax_per_mu, strict=True):
        assert (math.isnan(row.value) and not outputs.get(row.name)) or row.value == pytest.approx(outputs[row.name])
        want = expected.value("亩均税收", YEAR, towns=(row.name,))
        assert (math.isnan(per_mu) and want is None) or per_mu == pytest.approx(want)
    assert sum(r.share for r in panel.rows if not math.isnan(r.share)) == pytest.approx(1)
    assert panel.completion[[r.name for r in panel.rows].index("塘栖镇")] == pytest.approx(
        expected.target("工业总产值", "2022-12", "塘栖镇", towns=("塘栖镇",))[0]
    )


def test_selecting_towns_does_not_take_the_others_off_the_map(repository, ctx):
    chosen = resolve_context(repository, Selection(period="2022", towns=("tangqi",)))
    everywhere, here = overview.towns(ctx), overview.towns(chosen)
    assert [r.value for r in here.rows] == pytest.approx([r.value for r in everywhere.rows], nan_ok=True)
    assert overview.summary(chosen)[0].compared.value < overview.summary(ctx)[0].compared.value


def test_chains_pull_together_what_the_district_grew(ctx, expected):
    cards = overview.chains(ctx).cards
    assert sum(c.points for c in cards) == pytest.approx(100 * expected.growth("工业总产值", YEAR))
    assert [c.item.value for c in cards] == sorted((c.item.value for c in cards), reverse=True)
    for card in cards:
        leaders = expected.value("工业总产值", YEAR, chains=(card.item.name,), roles=("链主",)) or math.nan
        assert card.leader_share == pytest.approx(leaders / card.item.value, nan_ok=True)
        assert card.firms == expected.value("规上企业数", YEAR, chains=(card.item.name,))


def test_a_trend_shows_what_was_reported_by_the_month(ctx, expected):
    """Some reported January and February together: their rows are in the year, but in no point."""
    shown = overview.trend(ctx)
    assert [p.month for p in shown.points] == [202200 + n for n in range(1, 13)]
    assert {p.covered for p in shown.points} == {1}
    for point, each in zip(shown.points, YEAR, strict=True):
        value, base, _ = expected.compared("工业总产值", [each])
        assert (point.value, point.base) == (pytest.approx(value), pytest.approx(base)), each
    together = sum(row["工业总产值（万元）"] or 0 for row, _ in expected.rows(YEAR) if row.get("_span", 1) > 1)
    assert sum(p.value for p in shown.points) == pytest.approx(expected.value("工业总产值", YEAR) - together)


def test_a_trend_shows_months_once_that_everyone_reported_jointly(district):
    rows = [*(month(1, f"2021-{n:02d}", n) for n in range(1, 13)), month(1, "2022-02", 6, _span=2), month(1, "2022-03", 4)]
    rows += [month(1, f"2022-{n:02d}", n) for n in range(4, 13)]
    ctx = resolve_context(RowsRepository({"企业名录": [firm(1)], "月度经营": rows}, district), Selection(period="2022"))
    points = overview.trend(ctx).points
    known = [p for p in points if not math.isnan(p.value)]
    assert [p.month for p in known] == [202200 + n for n in range(2, 13)]
    assert (known[0].covered, known[0].value, known[0].base, known[0].change) == (2, 6, 3, 1)
    assert sum(p.value for p in known) == 6 + 4 + sum(range(4, 13))


@pytest.mark.parametrize("metric", overview.CHOICES)
@pytest.mark.parametrize("by", SPLITS)
@pytest.mark.parametrize("compare", [Compare.YOY, Compare.MOM])
def test_contributions_add_up_exactly_and_as_shown(repository, metric, by, compare):
    ctx = resolve_context(repository, Selection(period="2023-03", metric=metric, by=by, compare=compare))
    result = overview.contributions(ctx)
    if not result.steps:
        assert result.reason
        return
    assert math.fsum(s.points for s in result.steps) == pytest.approx(result.total, abs=1e-9)
    assert round(math.fsum(s.shown for s in result.steps), 2) == result.total_shown == float(round_half_up(result.total, 2))
    assert [s.points for s in result.steps] == sorted((s.points for s in result.steps), reverse=True)


@pytest.mark.parametrize(
    ("selected", "name"),
    [
        ({}, "全区"),
        ({"comparable": True}, "全区"),
        ({"towns": ("tangqi",)}, "合计"),
        ({"chains": ("fashion",)}, "合计"),
        ({"industries": ("17",)}, "合计"),
        ({"stages": ("面料",)}, "合计"),
    ],
)
def test_the_sum_of_what_drove_growth_is_the_district_only_without_a_filter(repository, selected, name):
    assert overview.contributions(resolve_context(repository, Selection(period="2022", **selected))).whole_name == name


def test_without_a_base_nothing_is_of_the_same_enterprises(repository):
    """The data begin in 2021: of its months the value is of all enterprises, and headline, paragraph and captions say so."""
    ctx = resolve_context(repository, Selection(period="2021-05", comparable=True))
    view = briefing(ctx)
    texts = [view.headline, "".join(text for text, _ in view.paragraph), view.caption.scope, ctx.caption(METRICS["output"]).scope]
    assert not [text for text in texts if "可比口径" in text]
    later = resolve_context(repository, Selection(period="2022-05", comparable=True))
    view = briefing(later)
    texts = [view.headline, "".join(text for text, _ in view.paragraph), view.caption.scope]
    assert all("可比口径" in text for text in texts), texts
    # A ledger has no base of the same enterprises.
    assert "可比口径" not in later.caption(METRICS["signed_projects"]).scope


def test_a_chains_breakdowns_each_add_up_to_the_chain(repository, expected):
    ctx = resolve_context(repository, Selection(period="2022", chains=("fashion",)))
    whole = expected.value("工业总产值", YEAR, chains=("时尚产业",))
    leader = leader_panel(ctx)
    for items in (chain.towns(ctx).items, chain.industries(ctx).items, [r.item for r in leader.roles]):
        assert sum(i.value for i in items if not math.isnan(i.value)) == pytest.approx(whole)
    assert sum(r.points for r in leader.roles) == pytest.approx(100 * expected.growth("工业总产值", YEAR, chains=("时尚产业",)))


@pytest.mark.parametrize("comparable", [False, True])
def test_the_leaders_share_is_of_the_enterprises_that_the_page_counts(repository, expected, comparable):
    ctx = resolve_context(repository, Selection(period="2022", chains=("fashion",), comparable=comparable))
    both = expected.present(YEAR) & expected.present(span("2021-01", "2021-12"))
    only = {"only": both} if comparable else {}
    sums = expected.firm_sums("工业总产值", YEAR, chains=("时尚产业",), **only)
    leaders = {c: v for c, v in sums.items() if expected.firms[c]["企业角色"] == "链主"}
    panel = leader_panel(ctx)
    assert panel.leader_share == pytest.approx(sum(leaders.values()) / sum(sums.values()))
    assert sum(r.item.value for r in panel.roles if not math.isnan(r.item.value)) == pytest.approx(sum(sums.values()))


def test_several_leaders_have_one_share_beside_their_number(district):
    """50 and 30 of 100: beside 链主（2家） stands what both have, not the share of the larger."""
    register = [firm(1, **{"企业角色": "链主"}), firm(2, **{"企业角色": "链主"}), firm(3)]
    rows = [month(n, "2022-01", value) for n, value in ((1, 30), (2, 50), (3, 20))]
    ctx = resolve_context(
        RowsRepository({"企业名录": register, "月度经营": rows}, district), Selection(period="2022-01", chains=("fashion",))
    )
    panel = leader_panel(ctx)
    assert panel.leader_share == 0.8 == panel.roles[0].item.share
    assert panel.leader_name.endswith("等2家")
    assert panel.leader_name.startswith(firm_panel(ctx).rows[0].name)
    assert panel.leader_location == ""


def test_the_leaders_share_is_over_the_rows_of_the_period(district):
    """Joint months count together only: 60 of 60 + 20 + 20; in February alone the leader isn't counted."""
    rows = [month(1, "2022-02", 60, _span=2), month(2, "2022-01", 20), month(2, "2022-02", 20)]
    repository = RowsRepository({"企业名录": [firm(1, **{"企业角色": "链主"}), firm(2)], "月度经营": rows}, district)
    ctx = resolve_context(repository, Selection(period="2022-01..2022-02", chains=("fashion",)))
    assert leader_panel(ctx).leader_share == 0.6
    assert firm_panel(ctx).rows[0].share == 0.6
    february = resolve_context(repository, Selection(period="2022-02", chains=("fashion",)))
    assert [row.name for row in firm_panel(february).rows] == ["杭州测试2有限公司"]


def test_enterprises_are_listed_by_output_with_concentration_of_all(repository, expected):
    ctx = resolve_context(repository, Selection(period="2022", chains=("fashion",)))
    panel = firm_panel(ctx)
    firms, cr4, hhi = expected.concentration("工业总产值", YEAR, chains=("时尚产业",))
    assert (panel.firms, panel.cr4, panel.hhi) == pytest.approx((firms, cr4, hhi))
    assert [r.output for r in panel.rows] == sorted((r.output for r in panel.rows), reverse=True)
    for row in panel.rows:
        register = expected.firms[row.credit_code]
        tax = expected.over("入库税收", YEAR, only={row.credit_code})
        assert row.tax_per_mu == pytest.approx(tax / register["用地面积（亩）"])


def test_stages_without_enterprises_are_gaps_and_small_single_or_falling_ones_weak(district):
    stages = [("甲", "上游", "乙、丙"), ("乙", "中游", None), ("丙", "中游", None), ("丁", "下游", None)]
    plan = [{"产业链": "时尚产业", "环节": s, "位置": p, "下一环节": n} for s, p, n in stages]
    register = [
        firm(n, **{"链条环节": s, "企业角色": r})
        for n, s, r in ((1, "甲", "链主"), (2, "甲", "一般"), (3, "乙", "一般"), (4, "戊", "一般"))
    ]
    rows = [month(n, f"{y}-01", v) for n, y, v in ((1, 2021, 50), (1, 2022, 60), (2, 2022, 30), (3, 2022, 9), (4, 2022, 1))]
    repository = RowsRepository({"企业名录": register, "月度经营": rows, "产业链图谱": plan}, district)
    panel = stage_panel(resolve_context(repository, Selection(period="2022-01", chains=("fashion",))), "fashion")
    text = [(s.item.name, s.position, s.gap, s.weak, s.next_stages) for s in panel.stages]
    assert text == [
        ("甲", "上游", False, "", ("乙", "丙")),
        ("乙", "中游", False, "仅一家规上企业", ()),
        ("丙", "中游", True, "", ()),
        ("丁", "下游", True, "", ()),
        ("戊", "", False, "占比1.0%", ()),
    ]
    assert panel.stages[0].leader == "测试1"
    assert "丙、丁缺链" in panel.insight


def test_a_filter_that_a_ledger_cannot_apply_is_noted(repository):
    where = Filter(industries=("17",), towns=("tangqi",))
    assert restriction_notes(METRICS["signed_projects"], where, LevelTerms()) == ("项目台账不分行业，未按行业筛选",)
    assert restriction_notes(METRICS["platform_members"], where, LevelTerms()) == (
        "时尚E家不分镇街，未按镇街筛选",
        "时尚E家不分行业，未按行业筛选",
    )
    assert restriction_notes(METRICS["output"], where, LevelTerms()) == ()


def test_a_caption_says_what_when_and_as_of(repository):
    ctx = resolve_context(repository, Selection(towns=("tangqi",), industries=("17",), period="2022-03"))
    caption = ctx.caption(METRICS["tax_per_mu"])
    assert caption.sentence == "塘栖镇 · 纺织业 · 近12个月（2021年4月—2022年3月） · 数据截至2023年6月"
    later = resolve_context(repository, Selection(period="2023-03")).caption(METRICS["tax_per_mu"])
    assert later.period == "近12个月（2022年4月—2023年3月）（同比：2021年4月—2022年3月）"
    assert caption.definition == METRICS["tax_per_mu"].definition_for(ctx.terms)


def test_names_of_groups(district):
    assert group_name(district, Grouping.TOWN, "tangqi") == ("塘栖镇", "塘栖")
    assert group_name(district, Grouping.CHAIN, "") == ("未归链", "未归链")
    assert group_name(district, Grouping.INDUSTRY, "34") == ("通用设备制造业", "通用设备")
    assert group_name(district, Grouping.STAGE, "") == ("未填", "未填")
    assert group_name(district, Grouping.TOWN, "gone") == ("gone", "gone")


def test_a_period_without_data_is_refused(repository):
    with pytest.raises(UsageError):
        resolve_context(repository, Selection(period="2019"))


def some(*keys):
    return st.lists(st.sampled_from(keys), unique=True, max_size=2).map(lambda result: tuple(sorted(result)))


SELECTIONS = st.builds(
    Selection,
    towns=some("tangqi", "donghu", "qiaosi", "yunhe", "nanyuan"),
    industries=some("17", "18", "34", "38", "46"),
    chains=some("fashion", "green-energy", "high-end-equipment", "new-materials"),
    period=st.sampled_from(
        ["", "2021", "2022", "2021-01", "2022-01", "2022-02", "2023-06", "2021-11..2022-01", "ttm", "ttm:2022-01"]
    ),
    compare=st.sampled_from(Compare),
    comparable=st.booleans(),
    metric=st.sampled_from(sorted(METRICS)),
    shade=st.sampled_from(MapColoring),
    by=st.sampled_from(SPLITS),
)


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(selection=SELECTIONS)
def test_no_selection_breaks_a_view_or_shows_a_number_that_is_none(repository, selection):
    ctx = resolve_context(repository, selection)
    for view in VIEWS:
        for text in texts(view(ctx)):
            assert not re.search(r"\b(nan|inf|None|NaN)\b", text), (view, text)


HOSTILE = {
    "one enterprise without land's worth": ([firm(1, land=0.0001)], [month(1, "2022-01", 0, tax=-9)]),
    "nothing but empty cells": ([firm(1)], [month(1, "2022-01", None, tax=None)]),
    "a name with markup": ([firm(1, **{"企业名称": "<script>alert(1)</script>", "企业角色": "链主"})], [month(1, "2022-01")]),
    "no 规上 enterprise": ([firm(1, kind="宗地")], [month(1, "2022-01")]),
    "only joint months": ([firm(1)], [month(1, "2022-02", _span=2), month(1, "2021-02", _span=2)]),
    "all negative": ([firm(1)], [month(1, f"{y}-01", -5, tax=-5) for y in (2021, 2022)]),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_districts_break_no_view(district, name):
    register, rows = HOSTILE[name]
    repository = RowsRepository({"企业名录": register, "月度经营": rows}, district)
    for selection in (Selection(), Selection(period="ttm"), Selection(chains=("fashion",), comparable=True, metric="tax_per_mu")):
        ctx = resolve_context(repository, selection)
        for view in VIEWS:
            assert not [t for t in texts(view(ctx)) if re.search(r"\b(nan|inf|None)\b", t)]

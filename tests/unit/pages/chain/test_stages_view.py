"""The chain's map: chosen stages stay among the others, figures of the chosen metric, what is missing or weak."""

from __future__ import annotations

import math

import pytest

from cockpit.catalogue.metrics import METRICS
from cockpit.selection import Selection
from cockpit.views.chain import panels as chain
from cockpit.views.chain.firms import firm_panel, leader_panel
from cockpit.views.chain.stages import CHOICES, stage_panel, unknown_stages
from cockpit.views.context import resolve_context
from tests import oracle
from tests.unit.chain_district import ChainDistrict, january
from tests.workbooks import firm, month

YEAR = oracle.span("2022-01", "2022-12")


@pytest.fixture(scope="module")
def small(district):
    return ChainDistrict(district)


@pytest.fixture(scope="module")
def expected(book):
    return oracle.Oracle(book)


def stages(ctx):
    return {s.item.key: s for s in stage_panel(ctx, "fashion").stages}


def test_missing_and_weak_stages_with_every_reason(small):
    result = stages(january(small))
    assert list(result) == ["面料", "高端面料", "成衣加工", "家纺", "电商"]
    assert [s.gap for s in result.values()] == [False, True, False, False, False]
    assert result["面料"].reasons == ()  # 90 of 100, two firms, grown
    assert result["成衣加工"].reasons == ("仅一家规上企业", "产值下降")  # firm 3: 10 → 9
    assert result["家纺"].reasons == ("没有规上企业",)  # only a 宗地 enterprise, which reports nothing by month
    assert result["电商"].reasons == ("占比1.0%",)  # 1 of 100
    assert [(s.firms, s.registered) for s in result.values()] == [(2, 2), (0, 0), (1, 1), (0, 1), (2, 2)]
    assert result["面料"].leader == "测试1"


def test_another_chains_firms_in_a_stage_of_the_same_name_stay_out(small):
    result = stages(january(small))
    assert result["面料"].item.value == 90  # not 590
    assert result["面料"].item.share == pytest.approx(0.9)


def test_the_map_keeps_all_stages_whatever_is_selected(small):
    whole, chosen = january(small), january(small, stages=("电商",))
    assert stage_panel(chosen, "fashion").stages == stage_panel(whole, "fashion").stages
    assert stage_panel(chosen, "fashion").caption == stage_panel(whole, "fashion").caption


def test_everything_else_follows_the_selected_stage(small):
    ctx = january(small, stages=("电商",))
    figures = {k.metric.key: k for k in chain.summary(ctx)}
    assert figures["output"].compared.value == pytest.approx(1.0)  # 0.6 + 0.4
    assert figures["output"].compared.base == pytest.approx(0.8)  # 0.5 + 0.3
    assert figures["firms"].compared.value == 2
    assert figures["signed_projects"].notes == ("项目台账不分环节，未按环节筛选",)
    assert leader_panel(ctx).leader_name == ""
    assert [r.share for r in firm_panel(ctx).rows] == pytest.approx([0.6, 0.4])
    assert [i.value for i in chain.towns(ctx).items] == pytest.approx([1.0])
    for view in (chain.trend, chain.towns, chain.industries, leader_panel, firm_panel):
        assert view(ctx).caption.scope == "全区 · 时尚产业 · 电商 · 全部行业", view


def test_stages_that_the_chain_does_not_have_are_named(small):
    selection = Selection(chains=("fashion",), stages=("<b>", "电商", "高端面料"))
    assert unknown_stages(small.snapshot(), selection) == ("<b>",)
    assert unknown_stages(small.snapshot(), selection.replace(chains=("green-energy",))) == ("<b>", "电商", "高端面料")
    assert unknown_stages(small.snapshot(), Selection(chains=("green-energy",), stages=("面料",))) == ()  # firm 7 names it


def test_within_a_town_a_stage_is_missing_or_weak_as_in_the_whole_district(small):
    """Of firms 2 and 3 alone 家纺 and 电商 would be missing, 面料 weak; the chain has them all elsewhere."""
    whole, result = stages(january(small)), stages(january(small, towns=("donghu",)))
    assert [k for k, s in result.items() if s.gap] == ["高端面料"]
    assert {k: (s.gap, s.reasons) for k, s in result.items()} == {k: (s.gap, s.reasons) for k, s in whole.items()}
    assert math.isnan(result["电商"].item.value)
    assert not result["面料"].leader


def test_a_stage_of_silent_firms_is_weak_not_missing(district):
    silent = {"企业名录": [firm(1), firm(2, **{"链条环节": "家纺"})], "月度经营": [month(1, "2022-01")], "评价结果": []}
    repository = ChainDistrict(district, **silent)
    assert stages(january(repository))["家纺"].reasons == ("没有规上企业",)


@pytest.mark.parametrize("metric", CHOICES)
def test_the_sample_by_stage_equals_the_oracle(sample_repository, expected, metric):
    ctx = resolve_context(sample_repository, Selection(chains=("green-energy",), stages=("储能电池",), metric=metric))
    panel = stage_panel(ctx, "green-energy")
    assert panel.metric is METRICS[metric]
    for stage in panel.stages:
        where = {"chains": ("绿色能源",), "stages": (stage.item.key,)}
        value, _, change = expected.compared(panel.metric.name, YEAR, **where)
        assert (value is None and math.isnan(stage.shown.value)) or stage.shown.value == pytest.approx(value), stage.item.key
        assert (change is None and math.isnan(stage.shown.change)) or stage.shown.change == pytest.approx(change)
        assert stage.firms == (expected.value("规上企业数", YEAR, **where) or 0)
        registered = [f for f in expected.firms.values() if expected.passes(f, **where)]
        assert stage.registered == len(registered)
        assert stage.gap is not bool(registered)
    whole = expected.value(panel.metric.name, YEAR, chains=("绿色能源",), stages=("储能电池",))
    assert ctx.total(panel.metric).value == pytest.approx(whole)
    here = {i.key: i.value for i in chain.towns(ctx).items}
    assert here["donghu"] == pytest.approx(
        expected.value(panel.metric.name, YEAR, chains=("绿色能源",), stages=("储能电池",), towns=("东湖街道",))
    )


def test_a_metric_that_makes_no_sense_by_stage_falls_back_to_output(small):
    assert stage_panel(january(small, metric="signed_projects"), "fashion").metric is METRICS["output"]


def test_the_insight_of_a_ratio_names_its_highest_stage(small):
    panel = stage_panel(january(small, metric="rd_intensity"), "fashion")
    assert panel.insight.startswith("电商研发强度最高（")  # 4 ÷ (0.9 × 0.5) each: the least revenue
    assert stage_panel(january(small), "fashion").insight == "面料占九成以上，高端面料缺链，成衣加工、家纺、电商为弱链"

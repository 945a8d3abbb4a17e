"""A chain's page: stages, leader and suppliers, concentration."""

from __future__ import annotations

import math
from urllib.parse import unquote

import pytest

from cockpit import formatting
from cockpit.catalogue.metrics import METRICS
from cockpit.views.chain.firms import ChainRole, FirmPanel, FirmRow, LeaderPanel
from cockpit.views.chain.stages import ChainStage, StagePanel
from cockpit.views.parts import Caption, Item
from layouts.chain.firms import _scale_position, render_firms, render_leader
from layouts.chain.stages import render_stages
from layouts.components.panel import PanelContents, PanelFrame
from tests.unit.pages.markup import attribute, text_of, walk, with_class

NAN = math.nan
CAPTION = Caption("全区", "2022年", "数据截至2022年12月")
PATH = "/chain/green-energy"


def item(name, value=NAN, change=NAN, share=NAN):
    shown = formatting.NO_SHARE if math.isnan(share) else formatting.round_half_up(share * 100, 1)
    return Item(name, name, name, value, NAN, change, share, shown)


def stage(name, position, *following, value=1e5, change=0.05, share=0.4, gap=False, weak=(), leader="", shown=None):
    if gap:
        return ChainStage(item(name), item(name), position, following, 0.0, 0, True, (), "")
    figures = item(name, value, change, share)
    return ChainStage(figures, shown or figures, position, following, 9.0, 20, False, weak, leader)


def panel(context, *rows, metric="output", **selected):
    choices = (METRICS["output"], METRICS["tax_per_mu"])
    view = StagePanel(rows, METRICS[metric], choices, "规则", "", CAPTION)
    return render_stages(view, context(PATH, metric=metric, **selected))


def stages(context, *rows, **selected):
    return panel(context, *rows, **selected).body


def test_stages_are_in_columns_from_upstream_to_downstream(context):
    rendered = stages(context, stage("整机", "中游"), stage("部件", "上游", "整机"), stage("其他", ""))
    columns = with_class(rendered, "stage-column")
    assert [text_of(with_class(c, "stage-position")) for c in columns] == ["上游", "中游", "图谱外"]
    assert [text_of(c).count("亿元") for c in columns] == [1, 1, 1]


def test_a_stage_has_output_firms_share_and_change(context):
    [rendered] = with_class(stages(context, stage("部件", "上游", value=1.113e6, share=0.433)), "stage")
    assert text_of(with_class(rendered, "stage-value")) == "111.3亿元 · 9家规上 · 占43.3%▲ +5.0%"


def test_missing_and_weak_stages_are_marked_in_text(context):
    rows = [stage("轴承", "上游", gap=True), stage("整机", "上游", weak=("占比4.0%", "产值下降"))]
    missing, weak = with_class(stages(context, *rows), "stage")
    assert "gap" in missing.className
    assert text_of(missing) == "轴承◇ 缺链全区没有企业招引方向 →"
    assert "weak" in weak.className
    assert "占比4.0%◆ 弱链" in text_of(weak)


def test_within_a_selection_a_stage_without_firms_is_not_missing_in_the_district(context):
    assert "所选范围没有企业" in text_of(stages(context, stage("轴承", "上游", gap=True), towns=("tangqi",)))


def test_where_a_stage_leads_is_text_too(context):
    first, last = with_class(stages(context, stage("部件", "上游", "整机", "支架"), stage("服务", "下游")), "stage")
    assert text_of(with_class(first, "stage-next")) == "下一环节：整机、支架"
    assert not with_class(last, "stage-next")


def test_a_click_selects_a_stage_and_another_deselects_it(context):
    rows = stage("部件", "上游"), stage("整机", "中游")
    first, second = with_class(stages(context, *rows), "stage")
    assert unquote(first.href) == "/chain/green-energy?stage=部件"
    assert "on" not in first.className.split()
    first, second = with_class(stages(context, *rows, stages=("部件",)), "stage")
    assert first.href == "/chain/green-energy"
    assert attribute(first, "aria-current") == "true"
    assert "on" in first.className.split()
    assert "on" not in second.className.split()
    assert unquote(second.href) == "/chain/green-energy?stage=整机&stage=部件"
    back = with_class(panel(context, *rows, stages=("部件",)).tools, "reset-link")
    assert [x.href for x in back] == ["/chain/green-energy"]
    assert not with_class(panel(context, *rows).tools, "reset-link")


def test_a_missing_stage_leads_to_what_is_to_be_attracted(context):
    [missing] = with_class(stages(context, stage("轴承", "上游", gap=True), stages=("部件",)), "stage")
    assert unquote(missing.href) == "/chain/green-energy?view=lists#gaps"
    [chosen] = with_class(stages(context, stage("轴承", "上游", gap=True), stages=("轴承",)), "stage")
    assert chosen.href == "/chain/green-energy"


def test_a_stage_without_a_name_cannot_be_selected(context):
    named, unnamed = with_class(stages(context, stage("部件", "上游"), stage("", "")), "stage")
    assert hasattr(named, "href")
    assert not hasattr(unnamed, "href")


def test_the_selected_metric_gives_value_bar_and_colour(context):
    """Output 10 and 20 亿元; 亩均税收 50 and 5 万元/亩: the bar of the second is a tenth, its class the lowest."""
    rows = (
        stage("部件", "上游", value=1e5, shown=item("部件", 50.0, -0.1)),
        stage("整机", "中游", value=2e5, shown=item("整机", 5.0, 0.2)),
    )
    rendered = stages(context, *rows, metric="tax_per_mu")
    assert [text_of(with_class(s, "stage-value")) for s in with_class(rendered, "stage")] == [
        "50.00万元/亩 · 9家规上▼ −10.0%",
        "5.00万元/亩 · 9家规上▲ +20.0%",
    ]
    assert [b.children[0].style["width"] for b in with_class(rendered, "stage-bar")] == ["100.00%", "10.00%"]
    first, second = (h.style["background"] for h in with_class(rendered, "stage-name"))
    assert second == "var(--m1)"
    assert first > second
    assert text_of(with_class(rendered, "stages-foot")).startswith("底色：亩均税收 万元/亩")
    assert with_class(rendered, "legend-cut")
    tools = panel(context, *rows, metric="tax_per_mu").tools
    assert [(text_of(x), x.href) for x in walk(tools) if getattr(x, "href", None)] == [
        ("产值", "/chain/green-energy"),
        ("亩均税收", "/chain/green-energy?metric=tax_per_mu"),
    ]


def test_a_chain_of_which_no_stage_is_named_has_no_map(context):
    for rows in ((), (stage("", ""),)):
        assert panel(context, *rows) == PanelContents(frame=PanelFrame.HIDDEN)
    assert panel(context, stage("部件", ""), stage("", "")).frame is PanelFrame.DECLARED


def leader(context, *roles, name="杭州甲有限公司", share=0.301):
    rows = tuple(ChainRole(item(r, v, c, s), p, p, n) for r, v, c, s, p, n in roles)
    view = LeaderPanel(name, "东湖街道 · 部件", share, rows, METRICS["output"], "", CAPTION)
    return render_leader(view, context(PATH)).body


def test_roles_are_one_colour_ever_weaker(context):
    rendered = leader(
        context, ("链主", 7.74e5, 0.014, 0.3, 0.43, 1), ("配套", 4.72e5, 0.089, 0.2, 1.6, 16), ("一般", 1e6, 0.091, 0.5, 4.57, 49)
    )
    assert text_of(with_class(rendered, "share-labels")) == "链主 77.4亿元配套 47.2亿元一般 100.0亿元"
    assert [float(f.style["opacity"]) for f in with_class(rendered, "bar-fill")] == [1.0, 0.62, 0.34]
    assert "链主（1家）+1.4%拉动0.43个百分点" in text_of(with_class(rendered, "bar-row"))


def test_without_a_leader_the_others_are_shown(context):
    rendered = leader(context, ("配套", 1e5, NAN, 1.0, NAN, 2), name="", share=NAN)
    assert not with_class(rendered, "leader")
    assert text_of(with_class(rendered, "bar-label")) == "—"


def firms(context, *shares, hhi):
    rows = tuple(FirmRow(str(i), f"企业{i}", "东湖", "电气", "", "一般", s * 1e5, NAN, s, NAN) for i, s in enumerate(shares))
    panel = FirmPanel(rows, len(rows), sum(sorted(shares)[-4:]), hhi, METRICS["output"], "", CAPTION)
    return render_firms(panel, context(PATH)).body


@pytest.mark.parametrize(
    ("hhi", "level"), [(1499.0, "较分散"), (1500.0, "中度集中"), (2500.0, "高度集中"), (10000.0, "高度集中")]
)
def test_concentration_is_named(context, hhi, level):
    zones = with_class(firms(context, 0.4, 0.3, 0.2, 0.1, hhi=hhi), "hhi-zones")
    assert [text_of(z) for z in zones[0].children if z.className == "on"] == [level]


@pytest.mark.parametrize(("hhi", "position"), [(0.0, 0.0), (750.0, 100 / 6), (1500.0, 100 / 3), (2000.0, 50.0), (10000.0, 100.0)])
def test_each_level_has_a_third_of_the_scale(hhi, position):
    assert _scale_position(hhi) == pytest.approx(position)


def test_a_list_of_firms_shows_dashes_for_what_is_missing(context):
    rendered = firms(context, 1.0, hhi=NAN)
    assert not with_class(rendered, "concentration")
    assert text_of(rendered).endswith("企业0东湖电气—一般10.0—100.0%—")

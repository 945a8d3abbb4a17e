"""The view 绿色能源 rendered: figures with units, the layout on the map, fields, projects with their step, empty states."""

from __future__ import annotations

import dataclasses
import math
from datetime import date
from decimal import Decimal

import pytest

from cockpit.analysis.comparison import Compared
from cockpit.analysis.targets import Pace, Target
from cockpit.catalogue.metrics import METRICS
from cockpit.district.geo import MapGeometry
from cockpit.selection import View
from cockpit.views.chain.firms import LeaderPanel
from cockpit.views.green.areas import GreenAreaRow, GreenAreas
from cockpit.views.green.projects import GreenFieldRow, GreenFields, GreenProject, GreenProjectList
from cockpit.views.green.summary import GreenShare, GreenSummary, ProjectTotals
from cockpit.views.parts import Caption, Item, Trend, TrendPoint
from layouts.components.panel import PanelKind
from layouts.green.areas import render_areas
from layouts.green.page import PAGE, render_summary
from layouts.green.projects import MOST_OPEN, render_fields, render_projects, render_share
from layouts.ui.theme import Viewport
from tests.unit.pages.markup import kpi_text, text_of, walk, with_class

NAN = math.nan
CAPTION = Caption("全区 · 全部行业", "2022年1—12月", "数据截至2022年12月", "口径")
GREEN, OTHER = ProjectTotals(21, 10, 615000.2, 101815.1), ProjectTotals(84, 59, 1459702.5, 503768.1)
SHARE = GreenShare(GREEN, OTHER, True, "105个签约项目中绿色21个", CAPTION)
SUMMARY = GreenSummary(
    Compared(75733.4, 69205.1, False),
    67973.3,
    Target(83046.0, 75733.4, 0.9119, 1.0, Pace.AMBER),
    SHARE,
    GREEN,
    Compared(0.032921, 0.033058, False),
    Compared(2571340.4, 2412154.5, False),
    CAPTION,
)
TOWNS = (
    Item("donghu", "东湖街道", "东湖", 34446.0, 32172.0, 0.0707, 0.4548, Decimal("45.5")),
    Item("tangqi", "塘栖镇", "塘栖", 8714.0, 7927.0, 0.0993, 0.1151, Decimal("11.5")),
    Item("qiaosi", "乔司街道", "乔司", 7400.0, 7000.0, 0.0571, 0.0977, Decimal("9.8")),
)
AREAS = GreenAreas(
    "一主两翼",
    TOWNS,
    (("donghu", "主"), ("tangqi", "翼")),
    (
        GreenAreaRow("经开区", "主", ("东湖",), 34446.0, 32172.0, 0.4548, Decimal("45.5"), ProjectTotals(1, 0, 10598.3, 0.0)),
        GreenAreaRow("塘栖", "翼", ("塘栖",), 8714.0, 7927.0, 0.1151, Decimal("11.5"), ProjectTotals(3, 3, 91620.9, 22905.3)),
        GreenAreaRow("其他镇街", "", ("乔司",), 7400.0, 7000.0, 0.0977, Decimal("9.8"), ProjectTotals(0, 0, 0.0, 0.0)),
    ),
    "全区",
    True,
    "按东湖街道计（假定）",
    "经开区占45.5%",
    CAPTION,
)
FIELDS = GreenFields(
    (GreenFieldRow("储能", ProjectTotals(6, 2, 201059.0, 18770.1), 0.327, Decimal("32.7")),),
    GREEN,
    True,
    "储能计划投资最多",
    CAPTION,
)


def project(n, step=1):
    return GreenProject(f"P{n}", f"重大项目{n:03d}", "储能", "临平", 66424.3, 16606.1, step, date(2022, 9, 15))


def projects(count):
    rows = tuple(project(n, n % 4) for n in range(count))
    names = ("待开工", "在建", "待投产", "已投产")
    return GreenProjectList(rows, tuple((w, sum(p.step == i for p in rows)) for i, w in enumerate(names)), True, "", CAPTION)


@pytest.fixture
def green(context):
    return lambda path="/chain/green-energy", **selected: context(path, **({"view": View.GREEN} | selected))


def test_summary_figures_carry_unit_share_and_target(green):
    panel = render_summary(SUMMARY, green())
    assert kpi_text(panel, "绿色能源投资") == "绿色能源投资7.57亿元▲ +9.4% 同比目标 8.30，完成 91.2% ◆ 落后8.8点"
    assert kpi_text(panel, "绿色签约项目") == "绿色签约项目21个 占全部签约 20.0%全部签约 105个"
    assert kpi_text(panel, "绿色签约投资") == "绿色签约投资61.5亿元 占签约投资 29.6%全部签约 207.5亿元"
    assert kpi_text(panel, "项目完成投资") == "项目完成投资10.2亿元 完成计划 16.6%累计签约 21个绿色项目"
    assert kpi_text(panel, "已开工项目") == "已开工项目10个 开工率 47.6%11个待开工"
    assert kpi_text(panel, "能耗强度") == "能耗强度32.9千克标准煤/万元▼ −0.4% 同比能耗 ÷ 增加值，越低越好"
    assert kpi_text(panel, "本链产值") == "本链产值257.1亿元▲ +6.6% 同比本链绿色能源投资 6.80亿元"


def test_summary_without_projects_target_or_figures(green):
    none = ProjectTotals(0, 0, 0.0, 0.0)
    bare = dataclasses.replace(
        SUMMARY,
        investment=Compared(NAN, NAN, False, "该期间没有数据"),
        target=None,
        share=GreenShare(none, none, False, "", CAPTION),
        to_date=none,
    )
    panel = render_summary(bare, green())
    assert kpi_text(panel, "绿色能源投资") == "绿色能源投资—该期间没有数据"
    assert kpi_text(panel, "绿色签约项目") == "绿色签约项目—没有项目台账"
    zero = render_summary(dataclasses.replace(bare, share=GreenShare(none, none, True, "", CAPTION)), green())
    assert kpi_text(zero, "绿色签约投资") == "绿色签约投资0亿元全部签约 0亿元"


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_map_names_main_and_wings_in_legible_colours(shape, theme, green):
    context = dataclasses.replace(green(towns=("tangqi",)), viewport=Viewport(theme), map_geometry=shape)
    rendered = render_areas(AREAS, context).svg
    labels = {text_of(label.children[0]): label.style.get("color") for label in with_class(rendered, "town-label")}
    # Dark theme: the main area is light green, its label is dark; all others have the text's own colour.
    assert labels == {"主 东湖": "var(--bg)" if theme == "dark" else None, "翼 塘栖": None, "乔司": None}
    fills = [p.style["fill"] for p in walk(rendered) if getattr(p, "tag", "") == "path" and hasattr(p, "style")]
    assert fills[2] == "var(--s3)"
    assert len(set(fills)) == 3
    assert len(with_class(rendered, "town-outline")) == 1
    assert not render_areas(AREAS, dataclasses.replace(context, map_geometry=MapGeometry({}, {}))).svg


def test_areas_lead_to_their_towns_and_back(green):
    rendered = render_areas(AREAS, green())
    links = with_class(rendered.body, "area-name")
    assert [a.href for a in links][:2] == [
        "/chain/green-energy?town=donghu&view=green",
        "/chain/green-energy?town=tangqi&view=green",
    ]
    assert text_of(with_class(rendered.body, "area-table")).count("主 经开区东湖3.44+7.1%45.5%11.06") == 1
    assert "塘栖0.87" in text_of(with_class(rendered.body, "area-table"))  # one town of the same name isn't text twice
    chosen = render_areas(AREAS, green(towns=("donghu",)))
    assert with_class(chosen.body, "area-name")[0].href == "/chain/green-energy?view=green"
    assert "示意图，非行政界线；按东湖街道计（假定）" in text_of(rendered.body)


def test_areas_without_investment_or_projects(green):
    assert "所选范围没有数据" in text_of(render_areas(dataclasses.replace(AREAS, towns=()), green()).body)
    bare = render_areas(dataclasses.replace(AREAS, has_projects=False), green())
    assert "绿色项目" not in text_of(bare.body)


def test_fields_have_plan_and_done(green):
    rendered = render_fields(FIELDS, green())
    text = text_of(rendered.body)
    assert "储能6个项目，2个已开工20.1占32.7%1.88完成9.3%" in text
    assert "合计 10.2 ÷ 61.5亿元，完成 16.6%" in text
    assert rendered.subtitle == "绿色能源项目 · 亿元"


def test_share_by_number_and_by_investment(green):
    text = text_of(render_share(SHARE, green()).body)
    assert "项目数20.0%21 ÷ 105个" in text
    assert "计划总投资29.6%61.5 ÷ 207.5亿元" in text
    assert "开工率47.6%70.2%" in text


def test_projects_with_step_and_the_rest_in_a_list(green):
    panel = render_projects(projects(MOST_OPEN + 3), green())
    tables = with_class(panel.body, "green-table")
    assert text_of(tables[0]).startswith("项目领域镇街计划 亿元完成率进度重大项目000储能临平6.6425%待开工")
    [rest] = with_class(panel.body, "more-rows")
    assert text_of(rest.children[0]) == "其余 3个"
    assert len(with_class(rest, "steps-done")) == 3
    [link] = [a for a in walk(panel.tools) if getattr(a, "tag", "") == "a"]
    assert link.href == "/projects"
    assert not with_class(render_projects(projects(MOST_OPEN), green()).body, "more-rows")


def test_empty_states_tell_a_missing_sheet_from_a_narrow_filter(green):
    none = ProjectTotals(0, 0, 0.0, 0.0)
    views = (
        (render_fields, GreenFields((), none, False, "", CAPTION)),
        (render_share, GreenShare(none, none, False, "", CAPTION)),
        (render_projects, GreenProjectList((), (), False, "", CAPTION)),
    )
    for render, view in views:
        assert "还没有项目数据" in text_of(render(view, green()).body)
        narrowed = render(dataclasses.replace(view, known=True), green(towns=("tangqi",)))
        assert "镇街 = 塘栖镇" in text_of(narrowed.body)


def test_every_panel_has_title_and_caption(green, shape):
    intensity = METRICS["energy_intensity"]
    trend = Trend(intensity, (TrendPoint(202212, 1, 0.0319, 0.0328, NAN, -0.03),), "下降", CAPTION)
    leader = LeaderPanel("", "", NAN, (), METRICS["output"], "", CAPTION)
    views = (SUMMARY, AREAS, FIELDS, SHARE, projects(3), trend, leader)
    for spec, view in zip(PAGE.panels, views, strict=True):
        panel = spec.render(view, dataclasses.replace(green(), map_geometry=shape))
        assert panel.title or spec.title
        assert panel.caption is CAPTION
        assert panel.figure is None
        assert bool(panel.svg) == (spec.kind is PanelKind.SVG)


def test_another_chain_has_no_such_view(green):
    first = PAGE.panels[0].render(None, green("/chain/fashion", towns=("tangqi",)))
    links = {text_of(a): a.href for a in walk(with_class(first.body, "not-offered")[0]) if getattr(a, "tag", "") == "a"}
    assert links["回到时尚产业"] == "/chain/fashion?town=tangqi"

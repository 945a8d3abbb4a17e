"""The wall scene of projects and green energy: what was signed, how far it is, by chain."""

from __future__ import annotations

import math

from cockpit import formatting
from cockpit.catalogue.formulas import Scale
from cockpit.district.district import District
from cockpit.formatting import FormattedValue
from cockpit.views.projects.breakdowns import ProjectGroup
from cockpit.views.projects.funnel import FunnelStep, ProjectSummary
from cockpit.views.wall.scenes import ProjectsScene
from layouts.components.bars import bar_length
from layouts.ui.templates import render
from layouts.ui.theme import chain_token, css_color
from layouts.wall.parts import Fact, RenderedScene, WallContext

_YI = Scale("亿元", 1e4)


def render_scene(view: ProjectsScene, context: WallContext) -> RenderedScene:
    """Render the scene; only the headline when nothing was signed."""
    values = view.summary
    if not values.count:
        return RenderedScene(render("wall/projects.html", headline=view.headline, hero=None))
    most = max((row.planned for row in view.chains.rows), default=0.0) or 1.0
    html = render(
        "wall/projects.html",
        headline=view.headline,
        hero=FormattedValue(formatting.format_number(values.planned, _YI), _YI.unit),
        period=view.period,
        count=f"{values.count:,}",
        facts=_facts(values)[: context.most_facts],
        steps=[_step(step, values.count) for step in view.funnel.steps],
        step_color=css_color("prev"),
        chains=[_chain(row, most, context.district) for row in view.chains.rows if row.count],
    )
    return RenderedScene(html)


def _facts(values: ProjectSummary) -> list[Fact]:
    started, invested = (formatting.format_percent(v).removesuffix("%") for v in (values.start_rate, values.completion))
    facts = [
        Fact("开工率", FormattedValue(started, "%"), f"开工 {values.started:,}个"),
        Fact("投资完成率", FormattedValue(invested, "%"), f"完成 {formatting.format_number(values.invested, _YI)}亿元"),
    ]
    green = values.green
    if green is not None:
        share = "" if math.isnan(green.share) else f"占 {formatting.format_percent(green.share)}"
        facts.append(Fact("绿色能源项目", FormattedValue(f"{green.count:,}", "个"), share))
        planned = FormattedValue(formatting.format_number(green.planned, _YI), "亿元")
        facts.append(Fact("绿色能源计划投资", planned, "签约项目"))
    return facts


def _step(step: FunnelStep, total: int) -> tuple[str, str, str, str]:
    """(name, count, share, width in percent) of a step, over all that were signed."""
    share = step.count / total if total else 0.0
    return str(step.step), f"{step.count:,}", formatting.format_percent(share), f"{share * 100:.1f}"


def _chain(row: ProjectGroup, most: float, district: District) -> tuple[str, str, str, str, str]:
    """(name, color, width in percent, planned investment, number of projects)."""
    return (
        row.name,
        css_color(chain_token(district, row.key)),
        bar_length(row.planned, most),
        formatting.format_number(row.planned, _YI),
        f"{row.count:,}",
    )

"""Panels of several pages: the monthly trend, and the contributions to growth."""

from __future__ import annotations

from markupsafe import Markup

from cockpit import formatting
from cockpit.catalogue.dimensions import Grouping, grouping_label
from cockpit.selection import COMPARE_LABELS, SPLITS, Compare
from cockpit.views.parts import Contributions, ContributionStep, Trend
from layouts.components.bars import Bar, bars, extent, waterfall
from layouts.components.no_data import no_data, reset_links
from layouts.components.panel import PanelContents, empty, link_tabs, navigate
from layouts.components.trend_chart import trend_chart
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import NOTHING, render

_MOST_STEPS = 9
_MOST_SPLIT_PARTS = 4


def render_trend(view: Trend, context: RenderContext) -> PanelContents:
    """Render the monthly trend of the selected metric."""
    chart = trend_chart(view, context.district.terms, context.viewport)
    unit = formatting.scale_for(view.metric, [v for p in view.points for v in (p.value, p.base, p.before)]).unit
    return PanelContents(
        NOTHING if chart else no_data(context),
        title=f"各月{view.metric.label}",
        subtitle=f"{unit} · 与前两年同月比，下为同比",
        insight=view.insight if chart else "",
        svg=chart,
        caption=view.caption,
    )


def render_contributions(view: Contributions, context: RenderContext) -> PanelContents:
    """Render what drove growth: a waterfall of the parts, and the enterprises that pulled and dragged most."""
    tabs = [
        (grouping_label(g, context.district.terms), context.href(context.selection.replace(by=g)), g is context.selection.by)
        for g in SPLITS
    ]
    tools = link_tabs(tabs, "拆分方式")
    if not view.steps:
        body = empty("没有可拆分的增长", view.reason, _exit_link(context))
        return PanelContents(body, tools=tools, caption=view.caption)
    groups = _ratio_groups(view) if view.metric.is_ratio else _firm_groups(view, context)
    versus = COMPARE_LABELS[context.selection.compare]
    return PanelContents(
        render("components/contributions.html", waterfall=_waterfall(view, context), groups=groups),
        subtitle=f"{view.metric.label} · {formatting.POINTS_HEADING} · 合计 = 所选范围{versus}",
        insight=view.insight,
        tools=tools,
        caption=view.caption,
    )


def _exit_link(context: RenderContext) -> Markup:
    if context.selection.compare is Compare.NONE:
        return navigate("改为同比", context.href(context.selection.replace(compare=Compare.YOY)), "button")
    return reset_links(context)


def _waterfall(view: Contributions, context: RenderContext) -> Markup:
    """Render the parts in the order of the view; where there are too many, those that contribute least are one bar."""
    weightiest = sorted(view.steps, key=lambda s: -abs(s.points))
    single = weightiest if len(weightiest) <= _MOST_STEPS else weightiest[: _MOST_STEPS - 1]
    rows, at = [], 0.0
    for step in (s for s in view.steps if s in single):
        label, name = formatting.format_points(step.shown), step.name
        rows.append(
            Bar(name, at, at + step.points, label, "bar", _step_link(step, context), title=f"{name} {label}{formatting.POINTS}")
        )
        at += step.points
    rest = [s for s in view.steps if s not in single]
    if rest:
        rows.append(Bar(f"其余{len(rest)}个", at, view.total, formatting.format_points(sum(s.shown for s in rest)), "bar"))
    rows.append(Bar(view.whole_name, 0.0, view.total, formatting.format_points(view.total_shown), "now", is_selected=True))
    return waterfall(rows)


def _step_link(step: ContributionStep, context: RenderContext) -> str:
    dimension = {Grouping.TOWN: "towns", Grouping.INDUSTRY: "industries"}.get(context.selection.by)
    if dimension:
        return context.href(context.selection.toggled(dimension, step.key))
    return context.selection.replace(chains=()).href(f"/chain/{step.key}") if step.key else ""


def _ratio_groups(view: Contributions) -> list[tuple[str, Markup]]:
    """(title, bars) of a ratio: the own change of each part, and the change by shifts between the parts."""
    most = sorted(view.steps, key=lambda s: -abs(s.points))[:_MOST_SPLIT_PARTS]
    span = extent([v for s in most for v in (s.own, s.structure)])
    groups = []
    for i, (title, field) in enumerate((("自身变化", "own"), ("结构变化", "structure"))):
        rows = []
        for step in most:
            points, shown = getattr(step, field), step.shown_parts[i]
            rows.append(Bar(step.name, 0.0, points, formatting.format_points(shown), "up" if points >= 0 else "down"))
        groups.append((title, bars(rows, "firms", span)))
    return groups


def _firm_groups(view: Contributions, context: RenderContext) -> list[tuple[str, Markup]]:
    """(title, bars) of the enterprises that moved the whole most; each leads to its own page."""
    groups = []
    span = extent([s.points for s in (*view.leaders, *view.laggards)])
    for title, firms, token in (("拉动最大的企业", view.leaders, "up"), ("拖累最大的企业", view.laggards, "down")):
        if firms:
            rows = [Bar(s.name, 0.0, s.points, formatting.format_points(s.shown), token, _firm_link(s, context)) for s in firms]
            groups.append((title, bars(rows, "firms", span)))
    return groups


def _firm_link(step: ContributionStep, context: RenderContext) -> str:
    return context.selection.shared.href(f"/enterprise/{step.key}")

"""Grades: how scores spread, the grades of each town or chain, and how grades moved from the year before."""

from __future__ import annotations

from typing import Any

from cockpit import formatting
from cockpit.catalogue.dimensions import Grouping, grouping_label
from cockpit.catalogue.formulas import Scale
from cockpit.evaluation.policy.policy import GRADES
from cockpit.evaluation.results.evaluated_firms import UNGRADED
from cockpit.selection import SPLITS, GradeMeasure, Selection
from cockpit.views.land.evaluation import GradeFlow, GradeRow, GradeStructure
from cockpit.views.land.scores import GroupGrades, ScoreDistribution
from layouts.components.no_data import no_data
from layouts.components.panel import PanelContents, empty, link_tabs, navigate
from layouts.land.grade_flow_figure import flow_figure
from layouts.land.scores_figure import spread_figure
from layouts.land.tabs import unpublished
from layouts.ui import html
from layouts.ui.render_context import RenderContext
from layouts.ui.theme import css_color, grade_token

COUNTED_LABELS = {GradeMeasure.FIRMS: "家数", GradeMeasure.LAND: "用地", GradeMeasure.TAX: "税收"}
_UNITS = {
    GradeMeasure.FIRMS: Scale("家", whole=True),
    GradeMeasure.LAND: Scale("亩", whole=True),
    GradeMeasure.TAX: Scale("万元", whole=True),
}
_DIMENSION = {Grouping.TOWN: "towns", Grouping.CHAIN: "chains", Grouping.INDUSTRY: "industries"}
#: A segment narrower than this share of its bar has no room for any number.
_NARROWEST = 0.06
_MOST_ROWS = 12


def render_spread(view: ScoreDistribution | None, context: RenderContext) -> PanelContents:
    """Each group's grades as one bar, and the scores of one group as columns."""
    if view is None:
        return PanelContents(title="得分分布", body=unpublished(context))
    if not sum(sum(g.counts) + g.ungraded for g in view.groups):
        return PanelContents(title="得分分布", body=no_data(context), caption=view.caption)
    options = [(g.key, context.href(context.selection.replace(group=g.key)), g.key == view.group) for g in view.groups]
    return PanelContents(
        title="得分分布",
        body=[_group_bar(g, context) for g in view.groups],
        subtitle=f"{view.group}，各分数段企业数（家）",
        insight=view.insight,
        tools=link_tabs(options, "评价类型"),
        figure=spread_figure(view, context.viewport),
        caption=view.caption,
    )


def _group_bar(group: GroupGrades, context: RenderContext) -> html.Div:
    """Counts by grade over the whole group, with its yield."""
    total = sum(group.counts)
    told = f"{total + group.ungraded:,} 家" + (f"，未定级 {group.ungraded:,}" if group.ungraded else "")
    per_mu = formatting.format_number(group.tax_per_mu, Scale("万元/亩"))
    links = {g: context.href(context.selection.replace(group=group.key, grades=(g,))) for g in GRADES}
    return html.Div(
        [
            html.Div([html.B(group.key), html.Span(told), html.Span(f"亩均税收 {per_mu} 万元/亩")], className="grade-line-head"),
            _segments(
                [float(c) for c in group.counts], Scale("家", whole=True), links, letters=True, narrow=context.viewport.narrow
            ),
        ],
        className="grade-line",
    )


def _room(words: str, *, narrow: bool) -> float:
    """Share of a bar that the words need; bars are some 20 figures wide, on a phone 12."""
    return max(_NARROWEST, (len(words) + 1) / (22 if narrow else 48))


def _segments(
    amounts: list[float], scale: Scale, links: dict[Any, str], *, letters: bool = False, narrow: bool = False
) -> html.Div:
    """One stacked bar A-D; each part is a link."""
    whole = sum(max(a, 0.0) for a in amounts) or 1.0
    parts = []
    for grade, amount in zip(GRADES, amounts, strict=True):
        share = max(amount, 0.0) / whole
        if not share:
            continue
        shown = formatting.format_number(amount, scale)
        token = grade_token(grade)
        words = f"{grade} {shown}" if letters else shown
        parts.append(
            navigate(
                words if share >= _room(words, narrow=narrow) else (grade if letters and share >= 0.035 else ""),
                links[grade],
                "segment",
                style={"width": f"{share * 100:.3f}%", "background": css_color(token), "color": css_color(f"{token}-on")},
                title=f"{grade}类 {shown} {scale.unit}，占{formatting.format_percent(share)}",
            )
        )
    return html.Div(parts, className="segments")


def render_structure(view: GradeStructure | None, context: RenderContext) -> PanelContents:
    """Rows of towns, chains or industries, each a bar of its grades; name and parts choose."""
    if view is None:
        return PanelContents(title="等级结构", body=unpublished(context))
    if not view.rows:
        return PanelContents(title="等级结构", body=no_data(context), caption=view.caption)
    scale = _UNITS[view.counted]
    shown = view.rows[:_MOST_ROWS]
    head = html.Div(
        [html.Span(), html.Div([*map(_letter, GRADES[:-1])], className="structure-key"), html.Span("D"), html.Span("A+B")],
        className="structure-row structure-head",
    )
    rows = [_structure_row(r, view, scale, context) for r in shown]
    if len(view.rows) > len(shown):
        rows.append(
            html.P(
                f"另有{len(view.rows) - len(shown)}个{grouping_label(view.by, context.district.terms)}未列出。", className="more"
            )
        )
    by = [
        (grouping_label(g, context.district.terms), context.href(context.selection.replace(by=g)), g is view.by) for g in SPLITS
    ]
    counted = [(w, context.href(context.selection.replace(counted=c)), c is view.counted) for c, w in COUNTED_LABELS.items()]
    return PanelContents(
        title=f"各{grouping_label(view.by, context.district.terms)}等级结构",
        body=html.Div([head, *rows], className="structure"),
        subtitle=f"{COUNTED_LABELS[view.counted]}（{scale.unit}），条长为占比",
        insight=view.insight,
        tools=[link_tabs(by, "分组"), link_tabs(counted, "统计内容")],
        caption=view.caption,
    )


def _letter(grade: str) -> html.Span:
    return html.Span([html.I(style={"background": css_color(grade_token(grade))}, className="swatch"), grade])


def _structure_row(row: GradeRow, view: GradeStructure, scale: Scale, context: RenderContext) -> html.Div:
    dimension = _DIMENSION[view.by]
    chosen = row.key in getattr(context.selection, dimension)
    links = {g: context.href(_narrowed(context.selection, dimension, row.key, g)) for g in GRADES}
    name = navigate(
        row.name,
        context.href(context.selection.toggled(dimension, row.key)),
        "structure-name",
        title=f"{'取消' if chosen else '只看'}{row.name}",
    )
    return html.Div(
        [
            name,
            _segments(list(row.amounts), scale, links, narrow=context.viewport.narrow),
            html.B(formatting.format_number(row.amounts[-1], scale)),
            html.Span(formatting.format_percent(row.ab)),
        ],
        className=f"structure-row{' on' if chosen else ''}",
    )


def _narrowed(selection: Selection, dimension: str, key: str, grade: str) -> Selection:
    """Only this part's firms of this grade; the same again undoes it."""
    wanted = selection.replace(**{dimension: (key,), "grades": (grade,)})
    return selection.replace(**{dimension: (), "grades": ()}) if wanted == selection else wanted


def render_flow(view: GradeFlow | None, context: RenderContext) -> PanelContents:
    """Grades of the year before on the left, of the year on the right."""
    title = "等级变动"
    if view is None:
        return PanelContents(title=title, body=unpublished(context))
    if view.flows is None:
        words = f"{view.base_year}年没有已发布的评价，无法对比。"
        return PanelContents(title=title, body=empty("没有上年的等级", words), caption=view.caption)
    if not view.flows.total:
        return PanelContents(title=title, body=no_data(context), caption=view.caption)
    return PanelContents(
        title=title,
        body=_flow_words(view),
        subtitle=f"家 · {view.base_year}年 → {view.year}年",
        insight=view.insight,
        figure=flow_figure(view.flows, (f"{view.base_year}年", f"{view.year}年"), context.viewport),
        caption=view.caption,
    )


def _flow_words(view: GradeFlow) -> html.Div:
    """What the bands' colours mean."""
    told = [("grade-a", "升"), ("grade-d", "降"), ("ghost", f"不变或{UNGRADED}")]
    return html.Div(
        [html.Span([html.I(style={"background": css_color(t)}, className="swatch"), w]) for t, w in told], className="flow-key"
    )

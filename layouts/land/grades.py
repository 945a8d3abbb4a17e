"""Grades: how scores spread, the grades of each town or chain, and how grades moved from the year before."""

from __future__ import annotations

from typing import Any

from cockpit import formatting
from cockpit.catalogue.dimensions import GROUPING_LABELS, Grouping
from cockpit.catalogue.formulas import Scale
from cockpit.evaluation.policy.policy import GRADES
from cockpit.evaluation.results.summary import UNGRADED
from cockpit.selection import SPLITS, Counted, Selection
from cockpit.views.land.evaluation import GradeRow, Migration, Structure
from cockpit.views.land.scores import GroupCounts, Spread
from layouts.components import growth
from layouts.components.panel import Panel, empty, navigate, switch
from layouts.land.grade_flow_figure import flow_figure
from layouts.land.scores_figure import spread_figure
from layouts.land.tabs import unpublished
from layouts.page import Env
from layouts.ui import html
from layouts.ui.theme import css_color, grade_token

COUNTED_LABELS = {Counted.FIRMS: "家数", Counted.LAND: "用地", Counted.TAX: "税收"}
_UNITS = {Counted.FIRMS: Scale("家", whole=True), Counted.LAND: Scale("亩", whole=True), Counted.TAX: Scale("万元", whole=True)}
_DIMENSION = {Grouping.TOWN: "towns", Grouping.CHAIN: "chains", Grouping.INDUSTRY: "industries"}
#: A segment narrower than this share of its bar has no room for any number.
_NARROWEST = 0.06
_MOST_ROWS = 12


def draw_spread(view: Spread | None, env: Env) -> Panel:
    """Each group's grades as one bar, and the scores of one group as columns."""
    if view is None:
        return Panel("spread", "得分分布", unpublished(env), has_graph=True)
    if not sum(sum(g.counts) + g.ungraded for g in view.groups):
        return Panel("spread", "得分分布", growth.nothing(env), has_graph=True, caption=view.caption)
    options = [(g.key, env.href(env.selection.but(group=g.key)), g.key == view.group) for g in view.groups]
    return Panel(
        "spread",
        "得分分布",
        [_group_bar(g, env) for g in view.groups],
        subtitle=f"{view.group}，各分数段企业数（家）",
        reading=view.reading,
        tools=switch(options, "评价类型"),
        figure=spread_figure(view, env.on),
        has_graph=True,
        caption=view.caption,
    )


def _group_bar(group: GroupCounts, env: Env) -> html.Div:
    """Counts by grade over the whole group, with its yield."""
    total = sum(group.counts)
    told = f"{total + group.ungraded:,} 家" + (f"，未定级 {group.ungraded:,}" if group.ungraded else "")
    per_mu = formatting.number(group.tax_per_mu, Scale("万元/亩"))
    links = {g: env.href(env.selection.but(group=group.key, grades=(g,))) for g in GRADES}
    return html.Div(
        [
            html.Div([html.B(group.key), html.Span(told), html.Span(f"亩均税收 {per_mu} 万元/亩")], className="grade-line-head"),
            _segments([float(c) for c in group.counts], Scale("家", whole=True), links, letters=True, narrow=env.on.narrow),
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
        shown = formatting.number(amount, scale)
        token = grade_token(grade)
        words = f"{grade} {shown}" if letters else shown
        parts.append(
            navigate(
                words if share >= _room(words, narrow=narrow) else (grade if letters and share >= 0.035 else ""),
                links[grade],
                "segment",
                style={"width": f"{share * 100:.3f}%", "background": css_color(token), "color": css_color(f"{token}-on")},
                title=f"{grade}类 {shown} {scale.unit}，占{formatting.percent(share)}",
            )
        )
    return html.Div(parts, className="segments")


def draw_structure(view: Structure | None, env: Env) -> Panel:
    """Rows of towns, chains or industries, each a bar of its grades; name and parts choose."""
    if view is None:
        return Panel("structure", "等级结构", unpublished(env))
    if not view.rows:
        return Panel("structure", "等级结构", growth.nothing(env), caption=view.caption)
    scale = _UNITS[view.counted]
    shown = view.rows[:_MOST_ROWS]
    head = html.Div(
        [html.Span(), html.Div([*map(_letter, GRADES[:-1])], className="structure-key"), html.Span("D"), html.Span("A+B")],
        className="structure-row structure-head",
    )
    rows = [_structure_row(r, view, scale, env) for r in shown]
    if len(view.rows) > len(shown):
        rows.append(html.P(f"另有{len(view.rows) - len(shown)}个{GROUPING_LABELS[view.by]}未列出。", className="more"))
    by = [(GROUPING_LABELS[g], env.href(env.selection.but(by=g)), g is view.by) for g in SPLITS]
    counted = [(w, env.href(env.selection.but(counted=c)), c is view.counted) for c, w in COUNTED_LABELS.items()]
    return Panel(
        "structure",
        f"各{GROUPING_LABELS[view.by]}等级结构",
        html.Div([head, *rows], className="structure"),
        subtitle=f"{COUNTED_LABELS[view.counted]}（{scale.unit}），条长为占比",
        reading=view.reading,
        tools=[switch(by, "分组"), switch(counted, "统计内容")],
        caption=view.caption,
    )


def _letter(grade: str) -> html.Span:
    return html.Span([html.I(style={"background": css_color(grade_token(grade))}, className="swatch"), grade])


def _structure_row(row: GradeRow, view: Structure, scale: Scale, env: Env) -> html.Div:
    dimension = _DIMENSION[view.by]
    chosen = row.key in getattr(env.selection, dimension)
    links = {g: env.href(_narrowed(env.selection, dimension, row.key, g)) for g in GRADES}
    name = navigate(
        row.name,
        env.href(env.selection.toggled(dimension, row.key)),
        "structure-name",
        title=f"{'取消' if chosen else '只看'}{row.name}",
    )
    return html.Div(
        [
            name,
            _segments(list(row.amounts), scale, links, narrow=env.on.narrow),
            html.B(formatting.number(row.amounts[-1], scale)),
            html.Span(formatting.percent(row.ab)),
        ],
        className=f"structure-row{' on' if chosen else ''}",
    )


def _narrowed(selection: Selection, dimension: str, key: str, grade: str) -> Selection:
    """Only this part's firms of this grade; the same again undoes it."""
    wanted = selection.but(**{dimension: (key,), "grades": (grade,)})
    return selection.but(**{dimension: (), "grades": ()}) if wanted == selection else wanted


def draw_flow(view: Migration | None, env: Env) -> Panel:
    """Grades of the year before on the left, of the year on the right."""
    title = "等级变动"
    if view is None:
        return Panel("flow", title, unpublished(env), has_graph=True)
    if view.flows is None:
        words = f"{view.base_year}年没有已发布的评价，无法对比。"
        return Panel("flow", title, empty("没有上年的等级", words), has_graph=True, caption=view.caption)
    if not view.flows.total:
        return Panel("flow", title, growth.nothing(env), has_graph=True, caption=view.caption)
    return Panel(
        "flow",
        title,
        _flow_words(view),
        subtitle=f"家 · {view.base_year}年 → {view.year}年",
        reading=view.reading,
        figure=flow_figure(view.flows, (f"{view.base_year}年", f"{view.year}年"), env.on),
        has_graph=True,
        caption=view.caption,
    )


def _flow_words(view: Migration) -> html.Div:
    """What the bands' colours mean."""
    told = [("grade-a", "升"), ("grade-d", "降"), ("ghost", f"不变或{UNGRADED}")]
    return html.Div(
        [html.Span([html.I(style={"background": css_color(t)}, className="swatch"), w]) for t, w in told], className="flow-key"
    )

"""Grades: how scores are distributed, the grades of each town or chain, and how grades moved from the year before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cockpit import formatting
from cockpit.catalogue.dimensions import Grouping, grouping_label
from cockpit.catalogue.entries import PER_MU
from cockpit.catalogue.formulas import Scale
from cockpit.evaluation.policy.policy import GRADES, Grade
from cockpit.evaluation.results.evaluated_firms import UNGRADED
from cockpit.selection import SPLITS, GradeMeasure, Selection
from cockpit.views.land.evaluation import GradeMigrationPanel, GradeRow, GradeStructure
from cockpit.views.land.scores import GroupGrades, ScoreDistribution
from layouts.components.no_data import no_data
from layouts.components.panel import PanelContents, empty, link_tabs
from layouts.land.grade_migration_figure import grade_migration_figure
from layouts.land.scores_figure import scores_figure
from layouts.land.tabs import not_published
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import render
from layouts.ui.theme import grade_token

_MEASURE_LABELS = {GradeMeasure.FIRMS: "家数", GradeMeasure.LAND: "用地", GradeMeasure.TAX: "税收"}
_FIRMS = Scale("家", whole=True)
_SCALES = {
    GradeMeasure.FIRMS: _FIRMS,
    GradeMeasure.LAND: Scale("亩", whole=True),
    GradeMeasure.TAX: Scale("万元", whole=True),
}
_DIMENSIONS = {Grouping.TOWN: "towns", Grouping.CHAIN: "chains", Grouping.INDUSTRY: "industries"}
#: A segment narrower than these shares of its bar shows no value, or not even its grade's letter.
_LEAST_VALUE_SHARE, _LEAST_LETTER_SHARE = 0.06, 0.035
#: Characters that fit in a bar, on a phone and elsewhere.
_NARROW_BAR_CHARACTERS, _BAR_CHARACTERS = 22, 48
_MOST_ROWS = 12
_FLOW_COLORS = (("grade-a", "升"), ("grade-d", "降"), ("ghost", f"不变或{UNGRADED}"))


def render_scores(view: ScoreDistribution | None, context: RenderContext) -> PanelContents:
    """Render each group's grades as one bar, and the scores of one group as columns."""
    if view is None:
        return PanelContents(not_published(context))
    if not sum(sum(g.counts) + g.ungraded for g in view.groups):
        return PanelContents(no_data(context), caption=view.caption)
    options = [(g.key, context.href(context.selection.replace(group=g.key)), g.key == view.group) for g in view.groups]
    return PanelContents(
        render("land/group_grades.html", groups=[_group_bar(g, context) for g in view.groups]),
        subtitle=f"{view.group}，各分数段企业数（家）",
        insight=view.insight,
        tools=link_tabs(options, "得分分布的评价类型"),
        figure=scores_figure(view, context.viewport),
        caption=view.caption,
    )


def _group_bar(group: GroupGrades, context: RenderContext) -> dict[str, object]:
    """Build the bar of an evaluation group by grade, with its tax per mu."""
    total = sum(group.counts)
    links = {g: context.href(context.selection.replace(group=group.key, grades=(g,))) for g in GRADES}
    return {
        "name": group.key,
        "firms": f"{total + group.ungraded:,}家" + (f"，不定等级 {group.ungraded:,}" if group.ungraded else ""),
        "tax_per_mu": formatting.format_number(group.tax_per_mu, PER_MU),
        "segments": _segments(group.counts, _FIRMS, links, has_letters=True, narrow=context.viewport.narrow),
    }


def _segments(
    amounts: Sequence[float], scale: Scale, links: Mapping[Grade, str], *, has_letters: bool = False, narrow: bool = False
) -> list[dict[str, object]]:
    """Build the segments A to D of one stacked bar, each a link; ``has_letters``: the grade is before the value."""
    total = sum(max(a, 0.0) for a in amounts) or 1.0
    segments: list[dict[str, object]] = []
    percents = formatting.shown_shares([max(a, 0.0) for a in amounts])
    for grade, amount, percent in zip(GRADES, amounts, percents, strict=True):
        share = max(amount, 0.0) / total
        if not share:
            continue
        value = formatting.format_number(amount, scale)
        label = f"{grade} {value}" if has_letters else value
        if share < _share_needed(label, narrow=narrow):
            label = grade if has_letters and share >= _LEAST_LETTER_SHARE else ""
        segments.append(
            {
                "href": links[grade],
                "label": label,
                "width": f"{share * 100:.3f}",
                "token": grade_token(grade),
                "title": f"{grade}类 {value}{scale.unit}，占{formatting.format_share(percent)}",
            }
        )
    return segments


def _share_needed(label: str, *, narrow: bool) -> float:
    """Return the share of a bar that a label needs."""
    characters = _NARROW_BAR_CHARACTERS if narrow else _BAR_CHARACTERS
    return max(_LEAST_VALUE_SHARE, (len(label) + 1) / characters)


def render_grade_structure(view: GradeStructure | None, context: RenderContext) -> PanelContents:
    """Render towns, chains or industries, each as a bar of its grades; name and segments filter."""
    if view is None:
        return PanelContents(not_published(context))
    if not view.rows:
        return PanelContents(no_data(context), caption=view.caption)
    scale, terms, selection = _SCALES[view.counted], context.district.terms, context.selection
    grouping, hidden = grouping_label(view.by, terms), len(view.rows) - _MOST_ROWS
    groupings = [(grouping_label(g, terms), context.href(selection.replace(by=g)), g is view.by) for g in SPLITS]
    measures = [(label, context.href(selection.replace(counted=c)), c is view.counted) for c, label in _MEASURE_LABELS.items()]
    return PanelContents(
        render(
            "land/grade_structure.html",
            grades=GRADES[:-1],
            rows=[_structure_row(r, view, scale, context) for r in view.rows[:_MOST_ROWS]],
            remaining=f"另有{hidden}个{grouping}未列出。" if hidden > 0 else "",
        ),
        title=f"各{grouping}等级结构",
        subtitle=f"{_MEASURE_LABELS[view.counted]}（{scale.unit}），条长为占比",
        insight=view.insight,
        tools=link_tabs(groupings, "分组") + link_tabs(measures, "统计内容"),
        caption=view.caption,
    )


def _structure_row(row: GradeRow, view: GradeStructure, scale: Scale, context: RenderContext) -> dict[str, object]:
    dimension = _DIMENSIONS[view.by]
    is_selected = row.key in getattr(context.selection, dimension)
    links = {g: context.href(_toggled(context.selection, dimension, row.key, g)) for g in GRADES}
    return {
        "name": row.name,
        "href": context.href(context.selection.toggled(dimension, row.key)),
        "title": f"{'取消' if is_selected else '只看'}{row.name}",
        "is_selected": is_selected,
        "segments": _segments(row.amounts, scale, links, narrow=context.viewport.narrow),
        "worst": formatting.format_number(row.amounts[-1], scale),
        "ab": formatting.format_percent(row.ab),
    }


def _toggled(selection: Selection, dimension: str, key: str, grade: str) -> Selection:
    """Select only the firms of a part with a grade, or undo both filters where that is the selection."""
    narrowed = selection.replace(**{dimension: (key,), "grades": (grade,)})
    return selection.replace(**{dimension: (), "grades": ()}) if narrowed == selection else narrowed


def render_grade_migration(view: GradeMigrationPanel | None, context: RenderContext) -> PanelContents:
    """Render grades of the year before on the left, of the year on the right."""
    if view is None:
        return PanelContents(not_published(context))
    if view.moves is None:
        reason = f"{view.base_year}年没有已发布的评价，无法对比。"
        return PanelContents(empty("没有上年的等级", reason), caption=view.caption)
    if not view.moves.total:
        return PanelContents(no_data(context), caption=view.caption)
    return PanelContents(
        render("land/grade_migration_key.html", colors=_FLOW_COLORS),
        subtitle=f"家 · {view.base_year}年 → {view.year}年",
        insight=view.insight,
        figure=grade_migration_figure(view.moves, (f"{view.base_year}年", f"{view.year}年"), context.viewport),
        caption=view.caption,
    )

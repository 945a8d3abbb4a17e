"""The key metrics: cells of one panel with hairlines between them."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

from markupsafe import Markup

from cockpit import formatting
from cockpit.analysis.targets import Target
from cockpit.catalogue.formulas import GradedFirms, Ratio
from cockpit.selection import COMPARE_LABELS, Compare
from cockpit.views.parts import Kpi
from layouts.components.bars import bar_length
from layouts.components.change import change
from layouts.components.sparkline import sparkline
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import render

#: No metric has a page of its own.
NO_PAGES: Mapping[str, str] = {}
_TRACK = 1.2  # the target track runs from 0 to 120 %


def kpi_strip(
    kpis: Sequence[Kpi], context: RenderContext, linked: Collection[str] = (), pages: Mapping[str, str] = NO_PAGES
) -> Markup:
    """Render all cells in a row, which wraps on narrow screens. The value of a metric in ``linked`` selects that metric.

    That of a metric in ``pages`` leads to the page (path) which is about it.
    """
    rows = [_cell(kpi, context, is_linked=kpi.metric.key in linked, page=pages.get(kpi.metric.key, "")) for kpi in kpis]
    return render("components/kpi_strip.html", kpis=rows)


def _cell(kpi: Kpi, context: RenderContext, *, is_linked: bool, page: str) -> dict[str, object]:
    metric, notes = kpi.metric, "；".join(kpi.notes)
    here = context.href(context.selection.replace(metric=metric.key)) if is_linked else ""
    return {
        "label": kpi.label,
        "name": metric.name,
        "definition": metric.definition_for(context.district.terms),
        "glossary": f"{context.selection.href('/glossary')}#{metric.key}",
        "value": formatting.format_value(metric, kpi.compared.value),
        "href": context.selection.shared.href(page) if page else here,
        "hint": f"看{kpi.label}的页面" if page else f"地图、走势和拉动改看{kpi.label}",
        "changes": _changes(kpi, context.selection.compare),
        "sparkline": sparkline(metric, kpi.spark, kpi.spark_base),
        "target": _target(kpi.target, kpi) if kpi.target else None,
        "notes": notes,
        "note": notes or kpi.note,
    }


def _changes(kpi: Kpi, compare: Compare) -> list[tuple[str, Markup | str]]:
    """(class, text) of each change; a change that is HTML already has no class."""
    if math.isnan(kpi.compared.value):
        return [("versus", kpi.compared.reason or "没有数据")]
    if compare is Compare.NONE:
        return []
    is_graded = isinstance(kpi.metric.formula, Ratio) and isinstance(kpi.metric.formula.numerator, GradedFirms)
    versus = "较上次评价" if is_graded else COMPARE_LABELS[compare]
    compared = kpi.compared
    changes: list[tuple[str, Markup | str]] = [
        ("", change(compared.change, is_percent=compared.is_percent, reason=compared.reason))
    ]
    if math.isnan(compared.change):
        return [*changes, ("versus", f" {compared.reason or versus}")]
    changes.append(("versus", f" {versus}"))
    month = kpi.last_month
    if month is not None and not math.isnan(month.change):
        moved = formatting.format_change(month.change, is_percent=month.is_percent)
        changes.append(("versus last-month", f" · {kpi.last_month_label} {moved}"))
    return changes


def track_position(share: float) -> str:
    """Format where a completion or a share of the year is on a target's track, in percent of its length."""
    return bar_length(min(share, _TRACK), _TRACK)


def _target(target: Target, kpi: Kpi) -> dict[str, str]:
    completion = formatting.format_percent(target.completion)
    label = f"{target.label}完成"
    windows = kpi.compared.windows
    is_of_value = not target.months or (windows is not None and windows.current.months == target.months)
    return {
        "tone": target.pace.tone,
        "width": track_position(target.completion),
        "tick": track_position(target.time_gone),
        "amount": formatting.format_number(target.amount, formatting.scale_for(kpi.metric, kpi.compared.value)),
        "behind": target.behind_text,
        # Where the value is of other months than the target's completion, that says which.
        "completion": completion if is_of_value else f"{label} {completion}",
        "label": f"{label}年度目标 {completion}，序时进度 {formatting.format_percent(target.time_gone)}",
    }

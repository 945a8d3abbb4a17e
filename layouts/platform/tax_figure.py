"""New tax brought by the platform: accumulated over the months, and each month's own."""

from __future__ import annotations

import math
from typing import Any

from cockpit import formatting
from cockpit.calendar import months as m
from cockpit.catalogue.formulas import Metric
from cockpit.district.terms import LevelTerms
from cockpit.views.platform.months import PlatformMonth
from layouts.charts.annotations import note
from layouts.charts.labels import wrapped
from layouts.charts.traces import bar_hover, columns, hover, line
from layouts.platform.platform_axis import margins, platform_axis, tooltip_title
from layouts.ui.theme import Viewport, layout

#: Bottom of the line and top of the columns, in parts of the figure's height.
_LINE_FROM, _COLUMNS_TO = 0.4, 0.24
#: A year's end is labelled when it is at least so many months from the last month, and from the first.
_LEAST_TO_END, _LEAST_FROM_START = 4, 3


def tax_figure(
    points: tuple[PlatformMonth, ...], metric: Metric, terms: LevelTerms, token: str, viewport: Viewport
) -> dict[str, Any] | None:
    """Build the figure, ``None`` without months. ``token``: the chain's colour."""
    if not points:
        return None
    totals, monthly = [p.tax_so_far for p in points], [p.new_tax for p in points]
    known = [v for v in monthly if not math.isnan(v)] or [0.0]
    low, high = min([*known, 0.0]), max([*known, 0.0]) or 1.0
    tooltips = [_tooltip(p, metric, terms) for p in points]
    end = len(points) - 1
    colors = [viewport.token("now" if i == end else "bar") for i in range(len(points))]
    area = {"fill": "tozeroy", "fillcolor": viewport.faded(token, 0.16)}
    return {
        "data": [
            line(totals, token, 2.5, viewport, **area, **hover(tooltips)),
            columns(monthly, colors, yaxis="y2", **bar_hover(tooltips)),
        ],
        "layout": layout(
            viewport,
            xaxis=platform_axis(points, "y2"),
            yaxis={
                "domain": [_LINE_FROM, 1],
                "range": [min([*totals, 0.0]), max([*totals, 1.0]) * 1.18],
                "visible": False,
            },
            yaxis2={"domain": [0, _COLUMNS_TO], "range": [low * 1.1, high * 1.5], "visible": False},
            margin=margins(points, viewport, left=4, right=8, top=8),
            annotations=[*_total_labels(points, viewport), *_monthly_labels(points, viewport)],
            bargap=0.36,
            hovermode="x",
        ),
    }


def _total_labels(points: tuple[PlatformMonth, ...], viewport: Viewport) -> list[dict[str, Any]]:
    """Build the sum at the end, and at the end of each year before it."""
    end, labels = len(points) - 1, []
    for i, point in enumerate(points):
        is_year_end = m.number_of(point.month) == 12 and end - i >= _LEAST_TO_END and i >= _LEAST_FROM_START
        if i != end and not is_year_end:
            continue
        total = formatting.format_rounded(point.tax_so_far, 0)
        text = f"<b>累计 {total}</b>" if i == end else f"{m.year_of(point.month) % 100:02d}年末 {total}"
        position = {"xref": "x", "yref": "y", "xanchor": "right", "yshift": viewport.px(12)}
        labels.append(note(i, point.tax_so_far, text, "t1" if i == end else "t2", viewport, **position))
    return labels


def _monthly_labels(points: tuple[PlatformMonth, ...], viewport: Viewport) -> list[dict[str, Any]]:
    """Build the last month's own value over its column, and what the columns are."""
    last, end = points[-1], len(points) - 1
    name_position = {"xref": "x", "yref": "paper", "xanchor": "left", "yanchor": "middle"}
    labels = [note(-0.5, _COLUMNS_TO - 0.005, "当月", "t2", viewport, **name_position)]
    if not math.isnan(last.new_tax):
        text = f"<b>{formatting.format_rounded(last.new_tax, 1)}</b>"
        position = {"xref": "x", "yref": "y2", "xanchor": "right", "yshift": viewport.px(9)}
        labels.append(note(end + 0.5, max(last.new_tax, 0.0), text, "t1", viewport, **position))
    return labels


def _tooltip(point: PlatformMonth, metric: Metric, terms: LevelTerms) -> str:
    lines = [tooltip_title(point), f"累计新增 {formatting.format_value(metric, point.tax_so_far)}"]
    if not math.isnan(point.new_tax):
        lines.append(f"当月新增 {formatting.format_value(metric, point.new_tax)}")
    return "<br>".join([*lines, wrapped(f"口径：{metric.definition_for(terms)}")])

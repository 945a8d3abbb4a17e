"""Capacity month by month: the matching rate over what was offered and matched."""

from __future__ import annotations

import math
from typing import Any

from cockpit import formatting
from cockpit.catalogue.formulas import Metric
from cockpit.district.terms import LevelTerms
from cockpit.views.platform.months import PlatformMonth
from layouts.charts.annotations import axis_end
from layouts.charts.axes import value_grid
from layouts.charts.labels import wrapped
from layouts.charts.traces import NO_HOVER, bar_hover, columns, hover, line
from layouts.platform.platform_axis import EndLabel, end_labels, last_known, margins, platform_axis, tooltip_title
from layouts.ui.theme import Viewport, layout

#: Bottom of the lines and top of the columns, in parts of the figure's height.
_LINES_FROM, _COLUMNS_TO = 0.5, 0.4


def capacity_figure(
    points: tuple[PlatformMonth, ...], metric: Metric, terms: LevelTerms, token: str, viewport: Viewport
) -> dict[str, Any] | None:
    """Build the figure, ``None`` when no month has a capacity. ``token``: the chain's colour."""
    offered, matched = [p.offered for p in points], [p.matched for p in points]
    capacities = [v for v in (*offered, *matched) if not math.isnan(v)]
    if not capacities:
        return None
    rates, before = [p.rate * 100 for p in points], [p.rate_before * 100 for p in points]
    low, high, padding = _rate_range(rates, before)
    tooltips = [_tooltip(p, metric, terms) for p in points]
    end, most = len(points) - 1, max(capacities)
    names = end_labels(_capacity_labels(offered, matched), end + 0.5, most * 0.24, viewport, shift=2, axis="y2")
    return {
        "data": [
            line(before, "prev", 1.75, viewport, **NO_HOVER),
            line(rates, "now", 2.5, viewport, **hover(tooltips)),
            columns(offered, [viewport.token("bar")] * len(points), yaxis="y2", **bar_hover(tooltips)),
            columns(matched, [viewport.token(token)] * len(points), yaxis="y2", width=[0.4] * len(points), **NO_HOVER),
        ],
        "layout": layout(
            viewport,
            xaxis=platform_axis(points, "y2"),
            yaxis={"domain": [_LINES_FROM, 1], "range": [low, high], "ticksuffix": "%", **value_grid(viewport)},
            yaxis2={"domain": [0, _COLUMNS_TO], "range": [0, axis_end(most * 1.08, names, "y2")], "visible": False},
            margin=margins(points, viewport, left=44, right=112, top=10),
            annotations=[
                *end_labels(_rate_labels(rates, before), end, padding * 0.75, viewport, shift=8, axis="y"),
                *names,
            ],
            bargap=0.3,
            barmode="overlay",
            hovermode="x",
        ),
    }


def _rate_range(rates: list[float], before: list[float]) -> tuple[float, float, float]:
    """Return the ends of the axis of rates, and how far they are from the least and the greatest rate."""
    known = [r for r in (*rates, *before) if not math.isnan(r)] or [0.0]
    padding = (max(known) - min(known)) * 0.18 or 5.0
    return min(known) - padding, max(known) + padding, padding


def _rate_labels(rates: list[float], before: list[float]) -> list[EndLabel]:
    rows = (("匹配率", last_known(rates), "t1"), ("上年同月", before[-1], "t3"))
    return [EndLabel(f"{name} {_rounded(value, 1)}%", value, token) for name, value, token in rows]


def _capacity_labels(offered: list[float], matched: list[float]) -> list[EndLabel]:
    rows = (("发布", last_known(offered)), ("匹配", last_known(matched)))
    return [EndLabel(f"{name} {_rounded(value, 0)}万件", value, "t2") for name, value in rows]


def _rounded(value: float, digits: int) -> str:
    return formatting.format_rounded(value, digits)


def _tooltip(point: PlatformMonth, metric: Metric, terms: LevelTerms) -> str:
    lines = [tooltip_title(point)]
    if not math.isnan(point.rate):
        lines.append(f"匹配率 {formatting.format_percent(point.rate)}")
    if not math.isnan(point.rate_before):
        lines.append(f"上年同月 {formatting.format_percent(point.rate_before)}")
    for name, value in (("发布", point.offered), ("匹配", point.matched)):
        if not math.isnan(value):
            lines.append(f"{name}产能 {formatting.format_rounded(value, 1)}万件")
    return "<br>".join([*lines, wrapped(f"口径：{metric.definition_for(terms)}")])

"""New tax brought by the platform: accumulated over the months, and each month's own."""

from __future__ import annotations

import math
from typing import Any

from cockpit import formatting
from cockpit.calendar import months as m
from cockpit.catalogue.formulas import Metric
from cockpit.views.platform.months import PlatformMonth
from layouts.charts.text import wrapped
from layouts.platform import figure_axis as ax
from layouts.ui.theme import Screen, layout

_LINES_FROM, _COLUMNS_TO = 0.4, 0.24


def tax_figure(points: tuple[PlatformMonth, ...], metric: Metric, token: str, on: Screen) -> dict[str, Any] | None:
    """The figure, or ``None`` without months. ``token``: the chain's colour."""
    if not points:
        return None
    totals, own = [p.tax_so_far for p in points], [p.new_tax for p in points]
    known = [v for v in own if not math.isnan(v)] or [0.0]
    hover = ax.hovered([_hover(p, metric) for p in points])
    end = len(points) - 1
    total = ax.line(totals, token, 2.5, on, fill="tozeroy", fillcolor=on.faded(token, 0.16), **hover)
    colours = [on.token("now" if i == end else "bar") for i in range(len(points))]
    low, high = min([*known, 0.0]), max([*known, 0.0]) or 1.0
    return {
        "data": [total, ax.columns(own, colours, "y2", **hover)],
        "layout": layout(
            on,
            xaxis=ax.axis(points, on, "y2"),
            yaxis={
                "domain": [_LINES_FROM, 1],
                "range": [min([*totals, 0.0]), max([*totals, 1.0]) * 1.18],
                "visible": False,
            },
            yaxis2={"domain": [0, _COLUMNS_TO], "range": [low * 1.1, high * 1.5], "visible": False},
            margin={"l": on.px(4), "r": on.px(8), "t": on.px(8), "b": ax.height_of_months(points, on), "pad": 0},
            annotations=[*_totals(points, on), *_months(points, on)],
            bargap=0.36,
            hovermode="x",
        ),
    }


def _totals(points: tuple[PlatformMonth, ...], on: Screen) -> list[dict[str, Any]]:
    """The sum at the end, and at the end of each year before it."""
    end, labels = len(points) - 1, []
    for i, point in enumerate(points):
        if i != end and (m.number_of(point.month) != 12 or end - i < 4 or i < 3):
            continue
        text = f"{formatting.rounded(point.tax_so_far, 0):,}"
        words = f"<b>累计 {text}</b>" if i == end else f"{m.year_of(point.month) % 100:02d}年末 {text}"
        colour = on.token("t1" if i == end else "t2")
        labels.append(ax.note(i, point.tax_so_far, words, colour, on, xanchor="right", yref="y", yshift=on.px(12)))
    return labels


def _months(points: tuple[PlatformMonth, ...], on: Screen) -> list[dict[str, Any]]:
    """The last month's own figure over its column, and what the columns are."""
    last, end = points[-1], len(points) - 1
    labels = [
        ax.note(-0.5, 0, "当月", on.token("t2"), on)
        | {"yref": "paper", "y": _COLUMNS_TO - 0.005, "xanchor": "left", "yanchor": "middle"}
    ]
    if not math.isnan(last.new_tax):
        text = f"<b>{formatting.rounded(last.new_tax, 1):,}</b>"
        labels.append(
            ax.note(end + 0.5, max(last.new_tax, 0.0), text, on.token("t1"), on, xanchor="right", yref="y2", yshift=on.px(9))
        )
    return labels


def _hover(point: PlatformMonth, metric: Metric) -> str:
    lines = [ax.title(point), f"累计新增 {formatting.figure(metric, point.tax_so_far)}"]
    if not math.isnan(point.new_tax):
        lines.append(f"当月新增 {formatting.figure(metric, point.new_tax)}")
    return "<br>".join([*lines, wrapped(f"口径：{metric.definition}")])

"""Capacity month by month: the matching rate over what was offered and matched."""

from __future__ import annotations

import math
from typing import Any

from cockpit import formatting
from cockpit.catalogue.formulas import Metric
from cockpit.views.platform.months import PlatformMonth
from layouts.charts.text import wrapped
from layouts.platform import figure_axis as ax
from layouts.ui.theme import Screen, layout

_LINES_FROM, _COLUMNS_TO = 0.5, 0.4


def capacity_figure(points: tuple[PlatformMonth, ...], metric: Metric, token: str, on: Screen) -> dict[str, Any] | None:
    """The figure, or ``None`` when no month tells a capacity. ``token``: the chain's colour."""
    offered, matched = [p.offered for p in points], [p.matched for p in points]
    known = [v for v in (*offered, *matched) if not math.isnan(v)]
    if not known:
        return None
    rates = [p.rate * 100 for p in points]
    before = [p.rate_before * 100 for p in points]
    told = [r for r in (*rates, *before) if not math.isnan(r)] or [0.0]
    pad = (max(told) - min(told)) * 0.18 or 5.0
    hover = [_hover(p, metric) for p in points]
    end = len(points) - 1
    lines = [ax.line(before, "prev", 1.75, on), ax.line(rates, "now", 2.5, on, **ax.hovered(hover))]
    bars = [
        ax.columns(offered, [on.token("bar")] * len(points), "y2", **ax.hovered(hover)),
        ax.columns(matched, [on.token(token)] * len(points), "y2", width=[0.4] * len(points)),
    ]
    return {
        "data": [*lines, *bars],
        "layout": layout(
            on,
            xaxis=ax.axis(points, on, "y2"),
            yaxis={"domain": [_LINES_FROM, 1], "range": [min(told) - pad, max(told) + pad], "ticksuffix": "%", **ax.grid(on)},
            yaxis2={"domain": [0, _COLUMNS_TO], "range": [0, max(known) * 1.08], "visible": False},
            margin={"l": on.px(44), "r": on.px(112), "t": on.px(10), "b": ax.height_of_months(points, on), "pad": 0},
            annotations=[*_rates(rates, before, pad, end, on), *_amounts(offered, matched, max(known), end, on)],
            bargap=0.3,
            barmode="overlay",
            hovermode="x",
        ),
    }


def _rates(rates: list[float], before: list[float], pad: float, end: int, on: Screen) -> list[dict[str, Any]]:
    """The names at the ends of the lines, and the first month's rate at its beginning."""
    rows = [("匹配率", ax.last_known(rates), "t1"), ("上年同月", before[-1], "t3")]
    told = [r for r in rows if not math.isnan(r[1])]
    labels = []
    for (name, value, colour), at in zip(told, ax.apart([v for _, v, _ in told], pad * 0.75), strict=True):
        text = f"{name} {formatting.rounded(value, 1)}%"
        bold = f"<b>{text}</b>" if colour == "t1" else text
        labels.append(ax.note(end, at, bold, on.token(colour), on, xanchor="left", xshift=on.px(8), yref="y"))
    return labels


def _amounts(offered: list[float], matched: list[float], most: float, end: int, on: Screen) -> list[dict[str, Any]]:
    rows = [("发布", ax.last_known(offered), "t2"), ("匹配", ax.last_known(matched), "t2")]
    told = [r for r in rows if not math.isnan(r[1])]
    labels = []
    for (name, value, colour), at in zip(told, ax.apart([v for _, v, _ in told], most * 0.24), strict=True):
        text = f"{name} {formatting.rounded(value, 0):,} 万件"
        labels.append(ax.note(end + 0.5, at, text, on.token(colour), on, xanchor="left", xshift=on.px(2), yref="y2"))
    return labels


def _hover(point: PlatformMonth, metric: Metric) -> str:
    lines = [ax.title(point)]
    if not math.isnan(point.rate):
        lines.append(f"匹配率 {formatting.percent(point.rate)}")
    if not math.isnan(point.rate_before):
        lines.append(f"上年同月 {formatting.percent(point.rate_before)}")
    for name, value in (("发布", point.offered), ("匹配", point.matched)):
        if not math.isnan(value):
            lines.append(f"{name}产能 {formatting.rounded(value, 1):,} 万件")
    return "<br>".join([*lines, wrapped(f"口径：{metric.definition}")])

"""Orders month by month: their value, their number and the buyers met, each on its own scale under the other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from cockpit import formatting
from cockpit.catalogue.formulas import Metric
from cockpit.district.terms import LevelTerms
from cockpit.views.platform.months import PlatformMonth
from layouts.charts.annotations import PAPER, note
from layouts.charts.labels import wrapped
from layouts.charts.traces import NO_HOVER, bar_hover, columns, line
from layouts.platform.platform_axis import margins, platform_axis, tooltip_title
from layouts.ui.theme import Viewport, layout

#: Bottom and top of each band, in parts of the figure's height; over each is room for its name.
_BANDS = ((0.66, 0.9), (0.34, 0.53), (0.0, 0.19))
_NAME_OVER = 0.025


class _Band(NamedTuple):
    """One band: its name, its y axis, its values, the last one as text, and its bottom and top."""

    name: str
    axis: str
    values: list[float]
    last: str
    domain: tuple[float, float]


def orders_figure(
    points: tuple[PlatformMonth, ...], money: Metric, terms: LevelTerms, viewport: Viewport
) -> dict[str, Any] | None:
    """Build the figure, ``None`` when no month has an order. ``money``: any metric shown in the units of money."""
    values, numbers, buyers = [p.order_value for p in points], [p.orders for p in points], [p.buyers for p in points]
    if all(math.isnan(v) for v in (*values, *numbers, *buyers)):
        return None
    scale = formatting.scale_for(money, values)
    scaled, end = [v / scale.factor for v in values], len(points) - 1
    tooltips = bar_hover([_tooltip(p, money, terms) for p in points])
    colors = [viewport.token("now" if i == end else "bar") for i in range(len(points))]
    bands = (
        _Band(f"订单额 {scale.unit}", "y", scaled, formatting.format_number(values[-1], scale), _BANDS[0]),
        _Band("订单 单", "y2", numbers, _whole(numbers[-1]), _BANDS[1]),
        _Band("对接买手 人", "y3", buyers, _whole(buyers[-1]), _BANDS[2]),
    )
    axes = {
        f"yaxis{band.axis[1:]}": {"domain": list(band.domain), "range": _range(band.values, from_zero=i == 0), "visible": False}
        for i, band in enumerate(bands)
    }
    return {
        "data": [
            columns(scaled, colors, yaxis="y", **tooltips),
            line(numbers, "now", 2.0, viewport, yaxis="y2", **NO_HOVER),
            line(buyers, "now", 2.0, viewport, yaxis="y3", **NO_HOVER),
        ],
        "layout": layout(
            viewport,
            xaxis=platform_axis(points, "y3"),
            **axes,
            margin=margins(points, viewport, left=4, right=64, top=4),
            annotations=_labels(bands, end, viewport),
            bargap=0.36,
            hovermode="x",
        ),
    }


def _range(values: list[float], *, from_zero: bool) -> list[float]:
    known = [v for v in values if not math.isnan(v)] or [0.0, 1.0]
    low, high = (0.0 if from_zero else min(known)), max(known)
    pad = (high - low) * 0.1 or 1.0
    return [low - (0 if from_zero else pad), high + pad]


def _labels(bands: Sequence[_Band], end: int, viewport: Viewport) -> list[dict[str, Any]]:
    """Build the name over each band at the left, and the last month's value at the right end."""
    labels = []
    for band in bands:
        name_position = {**PAPER, "xanchor": "left", "yanchor": "bottom"}
        labels.append(note(0, band.domain[1] + _NAME_OVER, band.name, "t2", viewport, **name_position))
        if not math.isnan(band.values[-1]):
            x = end + (0.4 if band.axis == "y" else 0)
            position = {"xref": "x", "yref": band.axis, "xanchor": "left", "yanchor": "middle", "xshift": viewport.px(6)}
            labels.append(note(x, band.values[-1], f"<b>{band.last}</b>", "t1", viewport, **position))
    return labels


def _whole(value: float) -> str:
    return formatting.format_count(value)


def _tooltip(point: PlatformMonth, money: Metric, terms: LevelTerms) -> str:
    lines = [tooltip_title(point)]
    if not math.isnan(point.order_value):
        lines.append(f"订单额 {formatting.format_value(money, point.order_value)}")
    for name, value, unit in (("订单", point.orders, "单"), ("对接买手", point.buyers, "人")):
        if not math.isnan(value):
            lines.append(f"{name} {formatting.format_count(value)}{unit}")
    return "<br>".join([*lines, wrapped(f"口径：时尚E家{terms.own}平台当月数")])

"""Orders month by month: their value, their number and the buyers met, each on its own scale under the other."""

from __future__ import annotations

import math
from typing import Any

from cockpit import formatting
from cockpit.catalogue.formulas import Metric
from cockpit.views.platform.months import PlatformMonth
from layouts.charts.text import wrapped
from layouts.platform import figure_axis as ax
from layouts.ui.theme import Screen, layout

#: Bottom and top of each band, in parts of the chart's height; over each is room for its name.
_BANDS = ((0.66, 0.9), (0.34, 0.53), (0.0, 0.19))
_NAME_OVER = 0.025


def orders_figure(points: tuple[PlatformMonth, ...], money: Metric, on: Screen) -> dict[str, Any] | None:
    """The figure, or ``None`` when no month tells an order. ``money``: any metric shown in the units of money."""
    values, numbers, buyers = [p.order_value for p in points], [p.orders for p in points], [p.buyers for p in points]
    if all(math.isnan(v) for v in (*values, *numbers, *buyers)):
        return None
    end = len(points) - 1
    scale = formatting.scale_for(money, values)
    hover = ax.hovered([_hover(p, money) for p in points])
    colours = [on.token("now" if i == end else "bar") for i in range(len(points))]
    ends = (
        (f"订单额 {scale.unit}", formatting.number(values[-1], scale)),
        ("订单 单", _whole(numbers[-1])),
        ("对接买手 人", _whole(buyers[-1])),
    )
    data = [
        ax.columns([v / scale.factor for v in values], colours, "y", **hover),
        ax.line(numbers, "now", 2.0, on, yaxis="y2"),
        ax.line(buyers, "now", 2.0, on, yaxis="y3"),
    ]
    axes = {
        f"yaxis{n or ''}": {"domain": list(band), "range": _range(own, from_zero=n == ""), "visible": False}
        for n, band, own in zip(("", "2", "3"), _BANDS, ([v / scale.factor for v in values], numbers, buyers), strict=True)
    }
    return {
        "data": data,
        "layout": layout(
            on,
            xaxis=ax.axis(points, on, "y3"),
            **axes,
            margin={"l": on.px(4), "r": on.px(64), "t": on.px(4), "b": ax.height_of_months(points, on), "pad": 0},
            annotations=_labels(ends, (values[-1] / scale.factor, numbers[-1], buyers[-1]), end, on),
            bargap=0.36,
            hovermode="x",
        ),
    }


def _range(values: list[float], *, from_zero: bool) -> list[float]:
    known = [v for v in values if not math.isnan(v)] or [0.0, 1.0]
    low, high = (0.0 if from_zero else min(known)), max(known)
    pad = (high - low) * 0.1 or 1.0
    return [low - (0 if from_zero else pad), high + pad]


def _labels(ends: Any, last: tuple[float, ...], end: int, on: Screen) -> list[dict[str, Any]]:
    """The name over each band at the left, the last month's figure at the right end."""
    labels = []
    for n, ((name, text), value, band) in enumerate(zip(ends, last, _BANDS, strict=True), 1):
        place = {"xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom"}
        labels.append(ax.note(0, band[1] + _NAME_OVER, name, on.token("t2"), on) | place)
        if not math.isnan(value):
            axis = "y" if n == 1 else f"y{n}"
            more = {"xanchor": "left", "xshift": on.px(6), "yref": axis, "yanchor": "middle"}
            labels.append(ax.note(end + (0.4 if n == 1 else 0), value, f"<b>{text}</b>", on.token("t1"), on, **more))
    return labels


def _whole(value: float) -> str:
    return formatting.MISSING if math.isnan(value) else f"{value:,.0f}"


def _hover(point: PlatformMonth, money: Metric) -> str:
    lines = [ax.title(point)]
    if not math.isnan(point.order_value):
        lines.append(f"订单额 {formatting.figure(money, point.order_value)}")
    for name, value, unit in (("订单", point.orders, "单"), ("对接买手", point.buyers, "人")):
        if not math.isnan(value):
            lines.append(f"{name} {value:,.0f} {unit}")
    return "<br>".join([*lines, wrapped("口径：时尚E家本区平台当月数")])

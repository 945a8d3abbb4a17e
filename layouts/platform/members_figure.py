"""Members of the platform month by month: in the district, nationwide, and those digitally converted."""

from __future__ import annotations

import math
from typing import Any

from cockpit.catalogue.formulas import Metric
from cockpit.views.platform.months import PlatformMonth
from layouts.charts.text import wrapped
from layouts.platform import figure_axis as ax
from layouts.ui.theme import Screen, layout

_LEAST_GAP = 0.095


def members_figure(points: tuple[PlatformMonth, ...], metric: Metric, token: str, on: Screen) -> dict[str, Any] | None:
    """The figure, or ``None`` when no month tells a number. ``token``: the chain's colour."""
    drawn = (
        ("全国", [p.nation for p in points], "prev", "t3", 1.75),
        ("本区", [p.members for p in points], "now", "t1", 2.5),
        ("数字化", [p.digitised for p in points], token, "t2", 2.0),
    )
    known = [v for _, values, *_ in drawn for v in values if not math.isnan(v)]
    if not known:
        return None
    most = max(known)
    traces = [ax.line(values, colour, width, on) for _, values, colour, _, width in drawn]
    traces[2] |= {"fill": "tozeroy", "fillcolor": on.faded(token, 0.14)}
    traces[1] |= ax.hovered([_hover(p, metric) for p in points])
    return {
        "data": traces,
        "layout": layout(
            on,
            xaxis=ax.axis(points, on),
            yaxis={"range": [0, most * 1.1], **ax.grid(on)},
            margin={"l": on.px(44), "r": on.px(92), "t": on.px(10), "b": ax.height_of_months(points, on), "pad": 0},
            annotations=_names([(n, ax.last_known(v), c) for n, v, _, c, _ in drawn], len(points) - 1, most, on),
            hovermode="x",
        ),
    }


def _names(rows: list[tuple[str, float, str]], end: int, most: float, on: Screen) -> list[dict[str, Any]]:
    told = [r for r in rows if not math.isnan(r[1])]
    places = ax.apart([value for _, value, _ in told], most * _LEAST_GAP * (1.2 if on.narrow else 1))
    labels = []
    for (name, value, colour), at in zip(told, places, strict=True):
        text = f"{name} {value:,.0f}"
        bold = f"<b>{text}</b>" if colour == "t1" else text
        labels.append(ax.note(end, at, bold, on.token(colour), on, xanchor="left", xshift=on.px(8), yref="y"))
    return labels


def _hover(point: PlatformMonth, metric: Metric) -> str:
    rows = (("本区成员", point.members), ("全国成员", point.nation), ("本区数字化改造", point.digitised))
    lines = [ax.title(point), *(f"{name} {value:,.0f} 家" for name, value in rows if not math.isnan(value))]
    return "<br>".join([*lines, wrapped(f"口径：{metric.definition}")])

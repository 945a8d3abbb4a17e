"""What the platform's charts share: months under them, words beside the ends of their lines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from cockpit.calendar import months as m
from cockpit.views.platform.months import PlatformMonth
from layouts.ui.theme import Screen

#: About as many months as a third of a desk, or a phone, has room for.
_MONTHS_TOLD = 6


def axis(points: Sequence[PlatformMonth], on: Screen, anchor: str = "y") -> dict[str, Any]:
    """The axis of months: the last one always told, the year under each one's first."""
    x, end = list(range(len(points))), len(points) - 1
    return {"range": [-0.6, end + 0.6], "tickvals": x, "ticktext": _ticks(points), "anchor": anchor, "tickangle": 0}


def height_of_months(points: Sequence[PlatformMonth], on: Screen) -> float:
    """Room under the chart, in pixels."""
    return on.px(40 if _crosses_years(points) else 24)


def _ticks(points: Sequence[PlatformMonth]) -> list[str]:
    step = max(1, math.ceil(len(points) / _MONTHS_TOLD))
    end, told, texts = len(points) - 1, 0, []
    for i, point in enumerate(points):
        year = m.year_of(point.month)
        if (end - i) % step:
            texts.append("")
            continue
        texts.append(
            f"{month_words(point)}<br>{year % 100:02d}年" if _crosses_years(points) and year != told else month_words(point)
        )
        told = year
    return texts


def _crosses_years(points: Sequence[PlatformMonth]) -> bool:
    return m.year_of(points[0].month) != m.year_of(points[-1].month)


def month_words(point: PlatformMonth) -> str:
    """3月, or 1—2月 for months told together."""
    last = m.number_of(point.month)
    return f"1—{last}月" if point.covered > 1 else f"{last}月"


def title(point: PlatformMonth) -> str:
    """First line of a hover box."""
    return f"<b>{m.year_of(point.month)}年{month_words(point)}</b>"


def note(x: float, y: float, text: str, colour: str, on: Screen, **more: Any) -> dict[str, Any]:
    """A piece of text in the chart."""
    font = {"size": on.px(12), "color": colour}
    return {"x": x, "y": y, "text": text, "showarrow": False, "font": font, "xref": "x", **more}


def line(values: Sequence[float], token: str, width: float, on: Screen, **more: Any) -> dict[str, Any]:
    """A line over the months; a single month is a dot."""
    y = [None if math.isnan(v) else v for v in values]
    return {
        "type": "scatter",
        "mode": "lines" if sum(v is not None for v in y) > 1 else "markers",
        "x": list(range(len(y))),
        "y": y,
        "line": {"color": on.token(token), "width": on.px(width)},
        "marker": {"color": on.token(token), "size": on.px(6)},
        "hoverinfo": "skip",
        "connectgaps": False,
        **more,
    }


def columns(values: Sequence[float], colours: Sequence[str], yaxis: str, **more: Any) -> dict[str, Any]:
    """Columns over the months."""
    y = [None if math.isnan(v) else v for v in values]
    x = list(range(len(y)))
    return {"type": "bar", "x": x, "y": y, "yaxis": yaxis, "marker": {"color": list(colours)}, "hoverinfo": "skip", **more}


def hovered(hover: Sequence[str]) -> dict[str, Any]:
    """What a trace needs to show these texts on hover."""
    return {"text": list(hover), "textposition": "none", "hoverinfo": "text", "hovertemplate": "%{text}<extra></extra>"}


def apart(values: Sequence[float], least: float) -> list[float]:
    """Places for labels of ``values`` in their own order, at least ``least`` apart, none below the lowest value's."""
    order = sorted(range(len(values)), key=lambda i: values[i])
    places = list(values)
    for lower, upper in pairwise(order):
        places[upper] = max(places[upper], places[lower] + least)
    return places


def last_known(values: Sequence[float]) -> float:
    """The last value that is known, NaN when none is."""
    return next((v for v in reversed(values) if not math.isnan(v)), math.nan)


def grid(on: Screen) -> dict[str, Any]:
    """The look of a value axis with lines."""
    return {"showgrid": True, "gridcolor": on.token("line"), "gridwidth": on.px(1), "nticks": 4, "separatethousands": True}

"""The monthly trend: this year over the two before it, and under it the growth of each month. Drawn as SVG on the server.

Shapes stretch with their box, while lines and labels keep their size (`assets/24_drawn.css`); `assets/hints.js` tells a
month's figures at the pointer.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from cockpit import formatting
from cockpit.calendar import months as m
from cockpit.catalogue.formulas import Scale
from cockpit.views.parts import Trend
from layouts.charts.text import apart
from layouts.charts.trend_lines import Corner, crosses_years, gaps, month_names, runs, tick_words, ticks, told_of
from layouts.ui import html, svg
from layouts.ui.theme import Screen

#: The picture in its own units: lines from the top to ``_LINES``, columns from ``_COLUMNS`` to the bottom.
_SIZE, _LINES, _COLUMNS = 1000.0, 640.0, 750.0
_COLUMN_WIDTH = 0.64
_TICKS = 4
#: Room between the labels at the right end, as a share of the height of the lines.
_APART, _APART_ON_WALL = 0.13, 0.22


class _Plot:
    """Where months and values stand in the picture."""

    def __init__(self, months: int, values: tuple[float, float], changes: tuple[float, float]) -> None:
        self._months = months
        self.low, self.high = values
        self._least, self._most = changes

    def x(self, month: float) -> float:
        """Middle of a month's place."""
        return (month + 0.5) / self._months * _SIZE

    def line(self, value: float) -> float:
        """Height of a value among the lines."""
        return (self.high - value) / (self.high - self.low) * _LINES

    def column(self, change: float) -> float:
        """Height of a change among the columns."""
        return _COLUMNS + (self._most - change) / (self._most - self._least) * (_SIZE - _COLUMNS)

    def path(self, corners: Iterable[Corner]) -> str:
        """A line through (month's place, value)."""
        return "M" + "L".join(f"{self.x(x):.1f},{self.line(y):.1f}" for x, y in corners)

    def bar(self, month: int, change: float) -> str:
        """The column of a month."""
        width = _COLUMN_WIDTH / self._months * _SIZE
        top, zero = self.column(change), self.column(0)
        return f"M{self.x(month) - width / 2:.1f},{zero:.1f}v{top - zero:.1f}h{width:.1f}v{zero - top:.1f}z"


def trend_chart(view: Trend, on: Screen) -> html.Div | None:
    """The chart, or ``None`` when no month has a figure."""
    if not view.points:
        return None
    values = [v for p in view.points for v in (p.value, p.base, p.before)]
    scale = formatting.scale_for(view.metric, values)
    known = [v / scale.factor for v in values if not math.isnan(v)]
    low, high = min(known), max(known)
    pad = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    changes = [p.change * 100 for p in view.points]
    plot = _Plot(len(view.points), (low - pad, high + pad), _room(changes))
    marks = ticks(plot.low, plot.high, _TICKS)
    picture = svg.Svg(
        [
            svg.Path(d="".join(f"M0,{plot.line(v):.1f}H{_SIZE:.0f}" for v in marks), className="trend-grid"),
            *_lines(view, scale, plot),
            *_columns(changes, plot),
        ],
        viewBox=f"0 0 {_SIZE:.0f} {_SIZE:.0f}",
        preserveAspectRatio="none",
    )
    labels = [
        *(_at("trend-tick", words, top=plot.line(v)) for v, words in zip(marks, tick_words(marks), strict=True)),
        *_ends(view, on, scale, plot),
        *_column_labels(view, on, plot),
        *_months(view, on, plot),
    ]
    inside = html.Div([picture, *labels, *_hints(view, plot)], className="trend-plot")
    state = "trend trend-years" if crosses_years(view.points) else "trend"
    # The reading says it to those who can't see it.
    return html.Div(inside, className=state, **{"aria-hidden": "true", "data-hint-all": f"口径：{view.metric.definition}"})


def _room(changes: Sequence[float]) -> tuple[float, float]:
    """Least and greatest change of the columns' scale: with room above (and below) them for their labels."""
    known = [c for c in changes if not math.isnan(c)]
    high, low = max([*known, 0.0]), min([*known, 0.0])
    room = (high - low) * (0.7 if low < 0 < high else 0.35) or 1.0
    return low - (room if low < 0 else 0), high + (room if high > 0 or low == 0 else 0)


def _lines(view: Trend, scale: Scale, plot: _Plot) -> list[svg.Path]:
    """The areas between this year and the last, then the years, this one on top."""
    now, base, before = ([getattr(p, name) / scale.factor for p in view.points] for name in ("value", "base", "before"))
    drawn = []
    for tone, rings in gaps(now, base).items():
        if rings:
            drawn.append(svg.Path(d="".join(plot.path(ring) + "Z" for ring in rings), className=f"trend-gap {tone}"))
    for name, values in (("ghost", before), ("prev", base), ("now", now)):
        parts = runs(values)
        if lines := "".join(plot.path(run) for run in parts if len(run) > 1):
            drawn.append(svg.Path(d=lines, className=f"trend-line {name}"))
        # A line of no length with round ends stays a round dot however the picture is stretched.
        if dots := "".join(plot.path(run) + "h.01" for run in parts if len(run) == 1):
            drawn.append(svg.Path(d=dots, className=f"trend-line {name} trend-dot"))
    return drawn


def _columns(changes: Sequence[float], plot: _Plot) -> list[svg.Path]:
    """The growth of each month; the last one is solid."""
    drawn: dict[str, str] = {}
    for i, change in enumerate(changes):
        if not math.isnan(change):
            state = f"trend-column {_tone(change)}{' last' if i == len(changes) - 1 else ''}"
            drawn[state] = drawn.get(state, "") + plot.bar(i, change)
    return [svg.Path(d=d, className=state) for state, d in drawn.items()]


def _tone(change: float) -> str:
    return "rise" if change >= 0 else "fall"


def _ends(view: Trend, on: Screen, scale: Scale, plot: _Plot) -> list[html.Div]:
    """Names and last figures at the right end, pushed apart by at least a line."""
    last = view.points[-1]
    year = m.year_of(last.month)
    told = [(year, last.value, "now"), (year - 1, last.base, ""), (year - 2, last.before, "")]
    rows = sorted(((v / scale.factor, y, t) for y, v, t in told if not math.isnan(v)), reverse=True)
    least = (plot.high - plot.low) * (_APART_ON_WALL if on.wall else _APART)
    left = plot.x(len(view.points) - 1)
    return [
        _at(f"trend-end {tone}", f"{name}年 {formatting.number(value * scale.factor, scale)}", left, plot.line(at))
        for (value, name, tone), at in zip(rows, apart([r[0] for r in rows], least, plot.low), strict=True)
    ]


def _column_labels(view: Trend, on: Screen, plot: _Plot) -> list[html.Div]:
    """Growth over each column; on a crowded axis only every other one and always the last. The unit stands at the end."""
    end = len(view.points) - 1
    step = max(1, math.ceil(len(view.points) / (5 if on.narrow else 14)))
    labels = []
    for i, point in enumerate(view.points):
        if math.isnan(point.change) or (end - i) % step:
            continue
        state = f"trend-change {_tone(point.change)}{' last' if i == end else ''}"
        change = point.change * 100
        labels.append(_at(state, formatting.signed(change, 1), plot.x(i), plot.column(change)))
    if any(not math.isnan(p.change) for p in view.points):
        labels.append(_at("trend-unit", "同比 百分点" if view.metric.is_percent else "同比 %", top=plot.column(0)))
    return labels


def _months(view: Trend, on: Screen, plot: _Plot) -> list[html.Div]:
    names = month_names(view.points, narrow=on.narrow)
    return [
        _at("trend-name", [name, html.Br(), year] if year else name, plot.x(i)) for i, (name, year) in enumerate(names) if name
    ]


def _hints(view: Trend, plot: _Plot) -> list[html.Div]:
    """What is told of each month, over the whole height of its place."""
    width = {"width": f"{100 / len(view.points):.2f}%"}
    return [
        html.Div(
            className="trend-month",
            style={"left": f"{i / len(view.points) * 100:.2f}%", **width},
            **{"data-hint": "\n".join(told_of(view, point))},
        )
        for i, point in enumerate(view.points)
    ]


def _at(state: str, words: Any, left: float | None = None, top: float | None = None) -> html.Div:
    """A label at a point of the picture; a side that isn't given is the style sheet's."""
    places = {name: f"{at / _SIZE * 100:.2f}%" for name, at in (("left", left), ("top", top)) if at is not None}
    return html.Div(words, className=state, style=places)

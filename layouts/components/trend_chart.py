"""The monthly trend: this year over the two before it, and under it the growth of each month, as SVG.

Shapes stretch with their box, while lines and labels keep their size (`assets/base/svg.css`); `assets/base/tooltips.js` shows a
month's values at the pointer.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from markupsafe import Markup

from cockpit import formatting
from cockpit.calendar import months as m
from cockpit.catalogue.formulas import Scale
from cockpit.district.terms import LevelTerms
from cockpit.views.parts import Trend
from layouts.charts.axes import crosses_years
from layouts.charts.labels import apart
from layouts.charts.trend_lines import Corner, label_step, month_names, rise_and_fall, runs, tick_labels, ticks, tooltip_lines
from layouts.ui.templates import render
from layouts.ui.theme import Viewport

#: The picture in its own units: lines from the top to ``_LINES``, columns from ``_COLUMNS`` to the bottom.
_SIZE, _LINES, _COLUMNS = 1000.0, 640.0, 750.0
_COLUMN_WIDTH = 0.64
_TICKS = 4
#: Room between the labels at the right end, as a share of the height of the lines.
_APART, _APART_ON_WALL = 0.13, 0.22


class _Plot:
    """Positions of months and values in the picture."""

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
        """Return a line through (month's place, value)."""
        return "M" + "L".join(f"{self.x(x):.1f},{self.line(y):.1f}" for x, y in corners)

    def bar(self, month: int, change: float) -> str:
        """Return the column of a month."""
        width = _COLUMN_WIDTH / self._months * _SIZE
        top, zero = self.column(change), self.column(0)
        return f"M{self.x(month) - width / 2:.1f},{zero:.1f}v{top - zero:.1f}h{width:.1f}v{zero - top:.1f}z"


def trend_chart(view: Trend, terms: LevelTerms, viewport: Viewport) -> Markup:
    """Render the chart, a gap where a month has no value; nothing when none has."""
    if not view.points:
        return Markup("")
    values = [v for p in view.points for v in (p.value, p.base, p.before)]
    scale = formatting.scale_for(view.metric, values)
    known = [v / scale.factor for v in values if not math.isnan(v)]
    low, high = min(known), max(known)
    pad = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    changes = [p.change * 100 for p in view.points]
    plot = _Plot(len(view.points), (low - pad, high + pad), _change_range(changes))
    tick_values = ticks(plot.low, plot.high, _TICKS)
    labels = [
        *(_label("trend-tick", text, top=plot.line(v)) for v, text in zip(tick_values, tick_labels(tick_values), strict=True)),
        *_end_labels(view, viewport, scale, plot),
        *_column_labels(view, viewport, plot),
        *_month_labels(view, viewport, plot),
    ]
    grid = "".join(f"M0,{plot.line(v):.1f}H{_SIZE:.0f}" for v in tick_values)
    return render(
        "components/trend_chart.html",
        size=f"{_SIZE:.0f}",
        paths=[("trend-grid", grid), *_lines(view, scale, plot), *_columns(changes, plot)],
        labels=labels,
        tooltips=_tooltips(view),
        month_width=f"{100 / len(view.points):.2f}",
        crosses_years=crosses_years([point.month for point in view.points]),
        definition=view.metric.definition_for(terms),
    )


def _change_range(changes: Sequence[float]) -> tuple[float, float]:
    """Return the least and greatest change of the columns' scale, with room above (and below) for their labels."""
    known = [c for c in changes if not math.isnan(c)]
    high, low = max([*known, 0.0]), min([*known, 0.0])
    room = (high - low) * (0.7 if low < 0 < high else 0.35) or 1.0
    return low - (room if low < 0 else 0), high + (room if high > 0 or low == 0 else 0)


#: A label: class, text (several lines), position as CSS.
Label = tuple[str, tuple[str, ...], str]


def _lines(view: Trend, scale: Scale, plot: _Plot) -> list[tuple[str, str]]:
    """(class, path) of the areas between this year and the last, then of the years, this one on top."""
    now, base, before = ([getattr(p, name) / scale.factor for p in view.points] for name in ("value", "base", "before"))
    paths = []
    for tone, rings in rise_and_fall(now, base).items():
        if rings:
            paths.append((f"trend-gap {tone}", "".join(plot.path(ring) + "Z" for ring in rings)))
    for name, values in (("ghost", before), ("prev", base), ("now", now)):
        parts = runs(values)
        if lines := "".join(plot.path(run) for run in parts if len(run) > 1):
            paths.append((f"trend-line {name}", lines))
        # A line of no length with round ends stays a round dot however the picture is stretched.
        if dots := "".join(plot.path(run) + "h.01" for run in parts if len(run) == 1):
            paths.append((f"trend-line {name} trend-dot", dots))
    return paths


def _columns(changes: Sequence[float], plot: _Plot) -> list[tuple[str, str]]:
    """(class, path) of the growth of each month; the last one is solid."""
    paths: dict[str, str] = {}
    for i, change in enumerate(changes):
        if not math.isnan(change):
            state = f"trend-column {_tone(change)}{' last' if i == len(changes) - 1 else ''}"
            paths[state] = paths.get(state, "") + plot.bar(i, change)
    return list(paths.items())


def _tone(change: float) -> str:
    return "rise" if change >= 0 else "fall"


def _end_labels(view: Trend, viewport: Viewport, scale: Scale, plot: _Plot) -> list[Label]:
    """Names and last values at the right end, pushed apart by at least a line."""
    last = next(point for point in reversed(view.points) if not math.isnan(point.value))
    year = m.year_of(last.month)
    ends = [(year, last.value, "trend-end now"), (year - 1, last.base, "trend-end"), (year - 2, last.before, "trend-end")]
    rows = sorted(((v / scale.factor, y, state) for y, v, state in ends if not math.isnan(v)), reverse=True)
    least = (plot.high - plot.low) * (_APART_ON_WALL if viewport.wall else _APART)
    left = plot.x(len(view.points) - 1)
    heights = apart([row[0] for row in rows], least, plot.low)
    return [
        _label(state, f"{name}年 {formatting.format_number(value * scale.factor, scale)}", left, plot.line(at))
        for (value, name, state), at in zip(rows, heights, strict=True)
    ]


def _column_labels(view: Trend, viewport: Viewport, plot: _Plot) -> list[Label]:
    """Growth over each column; on a crowded axis only every other one and always the last. The unit stands at the end."""
    end = len(view.points) - 1
    step = label_step(len(view.points), narrow=viewport.narrow)
    labels = []
    for i, point in enumerate(view.points):
        if math.isnan(point.change) or (end - i) % step:
            continue
        state = f"trend-change {_tone(point.change)}{' last' if i == end else ''}"
        change = point.change * 100
        labels.append(_label(state, formatting.format_signed(change, 1), plot.x(i), plot.column(change)))
    if any(not math.isnan(p.change) for p in view.points):
        labels.append(
            _label("trend-unit", f"同比 {formatting.POINTS_HEADING}" if view.metric.is_percent else "同比 %", top=plot.column(0))
        )
    return labels


def _month_labels(view: Trend, viewport: Viewport, plot: _Plot) -> list[Label]:
    names = month_names(view.points, narrow=viewport.narrow)
    return [_label("trend-name", f"{name}\n{year}".strip(), plot.x(i)) for i, (name, year) in enumerate(names) if name]


def _tooltips(view: Trend) -> list[tuple[str, str]]:
    """(left in percent, text) of each month's tooltip, which spans its whole height."""
    count = len(view.points)
    return [(f"{i / count * 100:.2f}", "\n".join(tooltip_lines(view, point))) for i, point in enumerate(view.points)]


def _label(state: str, text: str, left: float | None = None, top: float | None = None) -> Label:
    """Build a label at a point of the picture; a side without a position is the style sheet's."""
    sides = (("left", left), ("top", top))
    style = ";".join(f"{name}:{at / _SIZE * 100:.2f}%" for name, at in sides if at is not None)
    return state, tuple(text.split("\n")), style

"""Parts of the monthly trend in its own units: areas between two lines, runs without a gap, round ticks, names of months."""

from __future__ import annotations

import math
from collections.abc import Sequence

from cockpit import formatting
from cockpit.calendar import months as m
from cockpit.views.parts import Trend, TrendPoint
from layouts.charts.axes import crosses_years, month_label

Corner = tuple[float, float]
#: Steps between ticks, times a power of ten.
_STEPS = (1.0, 2.0, 5.0, 10.0)
_ROUNDING = 1e-9


def rise_and_fall(now: Sequence[float], base: Sequence[float]) -> dict[str, list[list[Corner]]]:
    """Compute the areas between this year and the last as rings of (month's place, value), by ``rise`` and ``fall``.

    An area ends where the lines cross, and where either has no value.
    """
    areas: dict[str, list[list[Corner]]] = {"rise": [], "fall": []}
    run: list[tuple[float, float, float]] = []

    def close() -> None:
        if len(run) > 1:
            ring = [*((x, above) for x, above, _ in run), *((x, below) for x, _, below in reversed(run))]
            areas["rise" if sum(above - below for _, above, below in run) >= 0 else "fall"].append(ring)
        run.clear()

    for i, (value, before) in enumerate(zip(now, base, strict=True)):
        if math.isnan(value) or math.isnan(before):
            close()
            continue
        if run and (run[-1][1] - run[-1][2]) * (value - before) < 0:
            last, gap = run[-1], run[-1][1] - run[-1][2]
            share = gap / (gap - value + before)
            meeting = last[1] + share * (value - last[1])
            crossing = (last[0] + share * (i - last[0]), meeting, meeting)
            run.append(crossing)
            close()
            run.append(crossing)
        run.append((float(i), value, before))
    close()
    return areas


def runs(values: Sequence[float]) -> list[list[Corner]]:
    """Split a line into runs of (index of the month, value) at months without a value."""
    result: list[list[Corner]] = [[]]
    for i, value in enumerate(values):
        if math.isnan(value):
            result.append([])
        else:
            result[-1].append((float(i), value))
    return [run for run in result if run]


def ticks(low: float, high: float, most: int) -> list[float]:
    """Return at most ``most`` + 1 round numbers, equally far apart, from ``low`` to ``high``."""
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * s for s in _STEPS if power * s >= rough * (1 - _ROUNDING))
    return [i * step for i in range(math.ceil(low / step), math.floor(high / step) + 1)]


def tick_labels(values: Sequence[float]) -> list[str]:
    """Format ticks, all with as many decimals as the step between them needs."""
    step = values[1] - values[0] if len(values) > 1 else 1.0
    digits = max(0, -math.floor(math.log10(step) + _ROUNDING))
    return [formatting.format_rounded(v, digits) for v in values]


def label_step(count: int, *, narrow: bool) -> int:
    """Return how many months are between two that are labelled: those with a growth are those with a name."""
    return max(1, math.ceil(count / (5 if narrow else 14)))


def month_names(points: Sequence[TrendPoint], *, narrow: bool) -> list[tuple[str, str]]:
    """Return month and year under each point, '' where they do not fit; of several years, each under its first month only."""
    step = label_step(len(points), narrow=narrow)
    several = crosses_years([point.month for point in points])
    names, last_year = [], 0
    for i, point in enumerate(points):
        if (len(points) - 1 - i) % step:
            names.append(("", ""))
            continue
        year = m.year_of(point.month)
        year_label = f"{year % 100:02d}年" if narrow else f"{year}年"
        names.append((month_label(point.month, point.covered), year_label if several and year != last_year else ""))
        last_year = year
    return names


def tooltip_lines(view: Trend, point: TrendPoint) -> tuple[str, ...]:
    """Return the lines of the tooltip of a month, its name first."""
    metric = view.metric
    name = f"{m.year_of(point.month)}年{month_label(point.month, point.covered)}"
    if math.isnan(point.value):
        return name, "没有上报"
    lines = [name, f"{metric.label} {formatting.format_value(metric, point.value)}"]
    if not math.isnan(point.base):
        lines.append(f"上年同期 {formatting.format_value(metric, point.base)}")
    lines.append(f"同比 {formatting.format_change(point.change, is_percent=metric.is_percent)}")
    return tuple(lines)

"""Months (or years) as a line, what came before dotted behind it: an SVG picture with a label for those who can't see it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from cockpit import formatting
from cockpit.catalogue.formulas import Metric
from layouts.charts.trend_lines import runs
from layouts.ui.templates import macro

_WIDTH, _HEIGHT, _EDGE = 200.0, 30.0, 4.0
_picture = macro("components/sparkline.html", "sparkline")


def sparkline(metric: Metric, values: Sequence[float], base: Sequence[float]) -> Markup:
    """Render the last twelve months of a metric over those a year before."""
    known = [v for v in values if not math.isnan(v)]
    last = formatting.format_value(metric, known[-1]) if known else ""
    return line_picture(values, base, f"{metric.name}近12个月走势，最近一月{last}")


def line_picture(values: Sequence[float], base: Sequence[float], label: str) -> Markup:
    """Render a small line with ``base`` dotted behind it, both on one scale; nothing with fewer than two values."""
    if sum(not math.isnan(v) for v in values) < 2:
        return Markup("")
    both = [v for v in (*values, *base) if not math.isnan(v)]
    low, height = min(both), (max(both) - min(both)) or 1.0

    step = (_WIDTH - 2 * _EDGE) / max(len(values) - 1, 1)

    def point(position: float, value: float) -> str:
        return f"{_EDGE + position * step:.1f},{_HEIGHT - _EDGE - (value - low) / height * (_HEIGHT - 2 * _EDGE):.1f}"

    def line(numbers: Sequence[float]) -> str:
        """Draw a line with gaps at NaN; a value between two gaps is a dot, as a line of no length with round ends is."""
        parts = ("L".join(point(*corner) for corner in run) + ("h.01" if len(run) == 1 else "") for run in runs(numbers))
        return "".join(f"M{run}" for run in parts)

    last = max(i for i, v in enumerate(values) if not math.isnan(v))
    return Markup(_picture(f"0 0 {_WIDTH:g} {_HEIGHT:g}", label, line(base), line(values), point(last, values[last])))

"""Months (or years) as a line, what came before dotted behind it: an SVG picture with a label for those who can't see it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from cockpit import formatting
from cockpit.catalogue.formulas import Metric
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

    def points(numbers: Sequence[float]) -> list[str]:
        step = (_WIDTH - 2 * _EDGE) / max(len(values) - 1, 1)
        positions = ((_EDGE + i * step, (v - low) / height) for i, v in enumerate(numbers) if not math.isnan(v))
        return [f"{x:.1f},{_HEIGHT - _EDGE - share * (_HEIGHT - 2 * _EDGE):.1f}" for x, share in positions]

    now, before = points(values), points(base)
    line_before = "M" + "L".join(before) if len(before) > 1 else ""
    return Markup(_picture(f"0 0 {_WIDTH:g} {_HEIGHT:g}", label, line_before, "M" + "L".join(now), now[-1]))

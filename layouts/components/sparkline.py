"""Months (or years) as a line, what came before dotted behind it: an SVG picture with words for those who can't see it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from cockpit import formatting
from cockpit.catalogue.formulas import Metric
from layouts.ui import svg

_WIDTH, _HEIGHT, _EDGE = 200.0, 30.0, 4.0


def sparkline(metric: Metric, values: Sequence[float], base: Sequence[float]) -> svg.Svg | None:
    """The picture, or ``None`` when fewer than two months have a figure."""
    known = [v for v in values if not math.isnan(v)]
    last = formatting.figure(metric, known[-1]) if known else ""
    return line_picture(values, base, f"{metric.name}近12个月走势，最近一月{last}")


def line_picture(values: Sequence[float], base: Sequence[float], words: str) -> svg.Svg | None:
    """Any small line with ``base`` dotted behind it, on their own scale; ``None`` with fewer than two figures."""
    if sum(not math.isnan(v) for v in values) < 2:
        return None
    both = [v for v in (*values, *base) if not math.isnan(v)]
    low, height = min(both), (max(both) - min(both)) or 1.0

    def points(numbers: Sequence[float]) -> list[str]:
        step = (_WIDTH - 2 * _EDGE) / max(len(values) - 1, 1)
        places = ((_EDGE + i * step, (v - low) / height) for i, v in enumerate(numbers) if not math.isnan(v))
        return [f"{x:.1f},{_HEIGHT - _EDGE - share * (_HEIGHT - 2 * _EDGE):.1f}" for x, share in places]

    now, before = points(values), points(base)
    lines = [svg.Path(d="M" + "L".join(before), className="spark-before")] if len(before) > 1 else []
    # A line of no length with round ends stays a round dot however the picture is stretched.
    lines += [svg.Path(d="M" + "L".join(now), className="spark-now"), svg.Path(d=f"M{now[-1]}h.01", className="spark-last")]
    state = {"role": "img", "aria-label": words}
    return svg.Svg(lines, viewBox=f"0 0 {_WIDTH:g} {_HEIGHT:g}", preserveAspectRatio="none", className="spark", **state)

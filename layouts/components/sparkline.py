"""Months (or years) as a line, what came before dotted behind it: an SVG picture with words for those who can't see it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from urllib.parse import quote

from cockpit import formatting
from cockpit.formulas import Metric
from layouts import html
from layouts.theme import Screen

_WIDTH, _HEIGHT, _EDGE = 200.0, 30.0, 4.0


def sparkline(metric: Metric, values: Sequence[float], base: Sequence[float], on: Screen) -> html.Img | None:
    """The picture, or ``None`` when fewer than two months have a figure."""
    known = [v for v in values if not math.isnan(v)]
    last = formatting.figure(metric, known[-1]) if known else ""
    return line_picture(values, base, f"{metric.name}近12个月走势，最近一月{last}", on)


def line_picture(values: Sequence[float], base: Sequence[float], words: str, on: Screen) -> html.Img | None:
    """Any small line with ``base`` dotted behind it, on their own scale; ``None`` with fewer than two figures."""
    if sum(not math.isnan(v) for v in values) < 2:
        return None
    both = [v for v in (*values, *base) if not math.isnan(v)]
    low, height = min(both), (max(both) - min(both)) or 1.0

    def place(i: int, value: float) -> tuple[float, float]:
        x = _EDGE + i * (_WIDTH - 2 * _EDGE) / max(len(values) - 1, 1)
        return x, _HEIGHT - _EDGE - (value - low) / height * (_HEIGHT - 2 * _EDGE)

    def line(numbers: Sequence[float], style: str) -> str:
        points = [place(i, v) for i, v in enumerate(numbers) if not math.isnan(v)]
        joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        return f'<polyline points="{joined}" fill="none" vector-effect="non-scaling-stroke" {style}/>' if len(points) > 1 else ""

    size = on.scale
    last = max(i for i, v in enumerate(values) if not math.isnan(v))
    x, y = place(last, values[last])
    before = line(base, f'stroke="{on.token("prev")}" stroke-width="{size:.1f}" stroke-dasharray="2 3"')
    now = line(values, f'stroke="{on.token("now")}" stroke-width="{1.6 * size:.1f}"')
    # A line of no length with round ends stays a round dot however the picture is stretched.
    dot = (
        f'<path d="M{x:.1f},{y:.1f}h.01" stroke="{on.token("now")}" stroke-width="{5 * size:.1f}" '
        'stroke-linecap="round" vector-effect="non-scaling-stroke"/>'
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" preserveAspectRatio="none">'
        f"{before}{now}{dot}</svg>"
    )
    return html.Img(src=f"data:image/svg+xml,{quote(svg)}", alt=words, className="spark")

"""The classes of a map as a strip with their cuts."""

from __future__ import annotations

from collections.abc import Sequence

from cockpit import formatting
from layouts.charts.value_classes import cuts
from layouts.ui import html
from layouts.ui.theme import RAMP, css_color


def legend(what: str, values: Sequence[float]) -> html.Div:
    """The classes that ``values`` fall in, for a map of towns."""
    return html.Div(
        [html.Span(what, className="legend-title"), *strip(values), html.Span("示意图，非行政界线")], className="legend"
    )


def strip(values: Sequence[float]) -> list[html.Div]:
    """The classes with their cuts, empty when there is only one; a class is as wide as the longest cut needs."""
    limits = cuts(values, len(RAMP))
    digits = 0 if all(float(c).is_integer() for c in limits) else (1 if all(float(c * 10).is_integer() for c in limits) else 2)
    told = [_cut(c, digits) for c in limits]
    tile = max((0.9 + 0.5 * len(words) for words in told), default=0.0)
    tiles = [html.Span(style={"background": css_color(t)}, className="legend-tile") for t in RAMP[: len(limits) + 1]]
    marks = [html.Span(words, style={"left": f"{(i + 1) * tile:.2f}rem"}, className="legend-cut") for i, words in enumerate(told)]
    shown = [
        html.Div(tiles, className="legend-strip", style={"width": f"{tile * len(tiles):.2f}rem"}),
        html.Div(marks, className="legend-cuts"),
    ]
    return shown if limits else []


def _cut(value: float, digits: int) -> str:
    return f"{formatting.rounded(value, digits):,}".replace("-", formatting.MINUS)

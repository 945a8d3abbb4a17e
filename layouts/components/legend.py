"""The classes of a map as a strip with their cuts."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from cockpit import formatting
from layouts.charts.value_classes import cuts
from layouts.ui.templates import render
from layouts.ui.theme import RAMP, css_color


def legend(title: str, values: Sequence[float]) -> Markup:
    """Render the classes of a map's ``values`` under a title, with the note that the map is schematic."""
    return render("components/legend.html", title=title, strip=strip(values))


def strip(values: Sequence[float]) -> Markup:
    """Render the classes with their cuts, nothing when there is only one; all are as wide as the longest cut needs."""
    labels = _cut_labels(values)
    if not labels:
        return Markup("")
    width = _class_width(labels)
    colors = [css_color(token) for token in RAMP[: len(labels) + 1]]
    positions = [f"{(i + 1) * width:.2f}" for i in range(len(labels))]
    cut_marks = list(zip(labels, positions, strict=True))
    return render("components/legend_strip.html", colors=colors, cuts=cut_marks, width=f"{width * len(colors):.2f}")


def strip_width(values: Sequence[float]) -> float:
    """Return the width of the strip in rem."""
    labels = _cut_labels(values)
    return _class_width(labels) * (len(labels) + 1) if labels else 0.0


def _cut_labels(values: Sequence[float]) -> list[str]:
    limits = cuts(values, len(RAMP))
    digits = 0 if all(float(c).is_integer() for c in limits) else (1 if all(float(c * 10).is_integer() for c in limits) else 2)
    return [_format_cut(cut, digits) for cut in limits]


def _class_width(labels: Sequence[str]) -> float:
    return max(0.9 + 0.5 * len(label) for label in labels)


def _format_cut(value: float, digits: int) -> str:
    return formatting.format_rounded(value, digits)

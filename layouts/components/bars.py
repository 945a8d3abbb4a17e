"""Bars as plain markup: each is a link or a label, so it can be read, focused and printed like text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from cockpit import formatting
from layouts.ui.templates import render
from layouts.ui.theme import css_color

_THINNEST = 0.4  # percent of the track, so that a small value is still seen


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: from ``start`` to ``end`` of the scale, its label at the end, a token as colour (``strength``: its opacity)."""

    name: str
    start: float
    end: float
    label: str
    token: str = "bar"
    href: str = ""
    extra: Markup | str | None = None
    is_selected: bool = False
    title: str = ""
    strength: float = 1.0


def bars(rows: Sequence[Bar], class_name: str = "", span: tuple[float, float] | None = None) -> Markup:
    """Render horizontal bars on one scale, zero included: the rows' own, or ``span`` shared with other bars."""
    low, high = span or extent([v for row in rows for v in (row.start, row.end)])
    return render("components/bars.html", rows=[_position(r, low, (high - low) or 1.0) for r in rows], class_name=class_name)


def waterfall(rows: Sequence[Bar]) -> Markup:
    """Render bars as a waterfall: a line leads from the end of each to the next."""
    low, high = extent([v for row in rows for v in (row.start, row.end)])
    width = (high - low) or 1.0
    positions = [_position(r, low, width, has_lead=i < len(rows) - 1) for i, r in enumerate(rows)]
    return render("components/bars.html", rows=positions, class_name="steps")


def extent(ends: Sequence[float]) -> tuple[float, float]:
    """Return the least and the greatest of the numbers and zero; NaN is left out."""
    known = [v for v in ends if not math.isnan(v)]
    return min([*known, 0.0]), max([*known, 0.0])


def bar_length(amount: float, whole: float) -> str:
    """Format the length of a bar in percent of a track that stands for ``whole``; what is unknown or negative has none."""
    share = amount / whole if whole else math.nan
    return f"{share * 100 if share > 0 else 0:.2f}"


def _position(bar: Bar, low: float, width: float, *, has_lead: bool = False) -> dict[str, object]:
    """Compute the position of a bar, in percent of its track."""
    left, right = sorted((bar.start, bar.end))
    at = (left - low) / width * 100
    size = max((right - left) / width * 100, _THINNEST)
    return {
        "bar": bar,
        "left": f"{at:.2f}",
        "width": f"{size:.2f}",
        "label_left": f"{max(at + size, 0):.2f}",
        "lead": f"{(bar.end - low) / width * 100:.2f}" if has_lead else "",
        "color": css_color(bar.token),
    }


def columns(months: Sequence[int], values: Sequence[float], token: str, low: float, high: float) -> Markup:
    """Render small columns of monthly changes between ``low`` and ``high`` (fractions), the last solid. ``months``: yyyymm."""
    height = (high - low) or 1.0
    zero = -low / height * 100
    rows = []
    for month, value in zip(months, values, strict=True):
        size = abs(value) / height * 100
        position = "" if math.isnan(value) else f";height:{size:.2f}%;bottom:{zero if value >= 0 else zero - size:.2f}%"
        rows.append((f"{month % 100}月同比 {formatting.format_change(value, is_percent=False)}", position))
    return render("components/columns.html", rows=rows, color=css_color(token), zero=f"{zero:.2f}")

"""Bars as plain markup: each is a link or a label, so it can be read, focused and printed like text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cockpit import formatting
from layouts.components.panel import navigate
from layouts.ui import html
from layouts.ui.theme import css_color


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: from ``start`` to ``end`` of the scale, its label at the end, a token as colour (``strength``: its opacity)."""

    name: str
    start: float
    end: float
    label: str
    token: str = "bar"
    href: str = ""
    extra: Any = None
    on: bool = False
    title: str = ""
    strength: float = 1.0


def bars(rows: Sequence[Bar], className: str = "", span: tuple[float, float] | None = None) -> html.Div:
    """Horizontal bars on one scale, zero included: the rows' own, or ``span`` shared with other bars."""
    low, high = span or extent([v for r in rows for v in (r.start, r.end)])
    return html.Div([_row(r, low, (high - low) or 1.0) for r in rows], className=f"bars {className}")


def steps(rows: Sequence[Bar]) -> html.Div:
    """Bars of a waterfall: a line leads from the end of each to the next."""
    low, high = extent([v for r in rows for v in (r.start, r.end)])
    width = (high - low) or 1.0
    drawn = [_row(r, low, width, leads=i < len(rows) - 1) for i, r in enumerate(rows)]
    return html.Div(drawn, className="bars steps")


def extent(ends: Sequence[float]) -> tuple[float, float]:
    """Least and greatest of the numbers and zero."""
    known = [v for v in ends if not math.isnan(v)]
    return min([*known, 0.0]), max([*known, 0.0])


def _row(row: Bar, low: float, width: float, *, leads: bool = False) -> Any:
    left, right = sorted((row.start, row.end))
    at = (left - low) / width * 100
    size = max((right - left) / width * 100, 0.4)
    label_at = {"left": f"{max(at + size, 0):.2f}%"}
    look = {"background": css_color(row.token), "opacity": row.strength}
    bar = html.Span(className="bar-fill", style={"left": f"{at:.2f}%", "width": f"{size:.2f}%", **look})
    track = [bar, html.Span(row.label, className="bar-label", style=label_at)]
    if leads:
        track.append(html.Span(className="bar-lead", style={"left": f"{(row.end - low) / width * 100:.2f}%"}))
    cells = [html.Span(row.name, className="bar-name"), html.Span(track, className="bar-track")]
    if row.extra is not None:
        cells.append(html.Span(row.extra, className="bar-extra"))
    state = f"bar-row{' on' if row.on else ''}"
    if row.href:
        return navigate(cells, row.href, className=state, title=row.title or row.name)
    return html.Div(cells, className=state, title=row.title or row.name)


def columns(months: Sequence[int], values: Sequence[float], token: str, low: float, high: float) -> html.Div:
    """Small vertical columns of monthly changes on a scale from ``low`` to ``high`` (fractions); the last is solid."""
    height = (high - low) or 1.0
    zero = -low / height * 100
    columns = []
    for i, (month, value) in enumerate(zip(months, values, strict=True)):
        told = f"{month % 100}月同比 {formatting.change(value, is_percent=False)}"
        style = {"background": css_color(token)}
        if not math.isnan(value):
            size = abs(value) / height * 100
            style |= {"height": f"{size:.2f}%", "bottom": f"{zero if value >= 0 else zero - size:.2f}%"}
        solid = " solid" if i == len(values) - 1 else ""
        columns.append(html.Span(html.Span(style=style, className="column-fill"), className=f"column{solid}", title=told))
    line = html.Span(className="column-zero", style={"bottom": f"{zero:.2f}%"})
    return html.Div([*columns, line], className="columns")

"""Traces that several figures share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from layouts.ui.theme import Viewport

#: A trace, or a part of one, without tooltip.
NO_HOVER = {"hoverinfo": "skip"}


def hover(texts: Sequence[str]) -> dict[str, Any]:
    """Build the properties of a trace that shows these texts as tooltips, lines joined by ``<br>``."""
    return {"text": list(texts), "hovertemplate": "%{text}<extra></extra>"}


def bar_hover(texts: Sequence[str]) -> dict[str, Any]:
    """Build the tooltips of bars, as ``hover`` does, without the texts inside the bars."""
    return hover(texts) | {"textposition": "none"}


def line(values: Sequence[float], token: str, width: float, viewport: Viewport, *, dash: str = "", **more: Any) -> dict[str, Any]:
    """Build a line over columns 0, 1, …, with gaps where a value is NaN; a single value is a dot.

    ``dash``: as Plotly names it (``dot``); ``more``: properties of Plotly's scatter trace.
    """
    y = _with_gaps(values)
    style = {"color": viewport.token(token), "width": viewport.px(width)}
    return {
        "type": "scatter",
        "mode": "lines" if sum(v is not None for v in y) > 1 else "markers",
        "x": list(range(len(y))),
        "y": y,
        "line": style | {"dash": dash} if dash else style,
        "marker": {"color": viewport.token(token), "size": viewport.px(6)},
        **more,
    }


def columns(values: Sequence[float], colors: Sequence[str], **more: Any) -> dict[str, Any]:
    """Build vertical bars over columns 0, 1, …, each in its colour; none where a value is NaN."""
    x = list(range(len(values)))
    return {"type": "bar", "x": x, "y": _with_gaps(values), "marker": {"color": list(colors)}, **more}


def _with_gaps(values: Sequence[float]) -> list[float | None]:
    """Replace NaN, which JSON lacks, by ``None``."""
    return [None if math.isnan(value) else value for value in values]

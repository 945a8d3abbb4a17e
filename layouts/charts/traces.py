"""Traces that several figures share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from layouts.ui.theme import Viewport

#: A trace, or a part of one, without tooltip.
NO_HOVER = {"hoverinfo": "skip"}


def hover(texts: Sequence[str]) -> dict[str, Any]:
    """Build the properties of a trace that shows these texts as tooltips, lines joined by ``<br>``."""
    return {"text": list(texts), "hovertemplate": "%{text}<extra></extra>"}


def bar_hover(texts: Sequence[str]) -> dict[str, Any]:
    """Build the same for bars, which would show the texts inside them otherwise."""
    return hover(texts) | {"textposition": "none"}


def line(values: Sequence[float], token: str, width: float, viewport: Viewport, **more: Any) -> dict[str, Any]:
    """Build a line over columns 0, 1, …; a single value is a dot."""
    return {
        "type": "scatter",
        "mode": "lines" if len(values) > 1 else "markers",
        "x": list(range(len(values))),
        "y": list(values),
        "line": {"color": viewport.token(token), "width": viewport.px(width)},
        "marker": {"color": viewport.token(token), "size": viewport.px(6)},
        **more,
    }

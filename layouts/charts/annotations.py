"""Text inside figures: notes at a point of the data, and positions of labels that would overlap."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from layouts.ui.theme import Viewport

#: Size of all text in figures, in pixels of the 1920 design.
TEXT_SIZE = 12.0

#: Over a corner of the figure instead of at a point of the data.
PAPER = {"xref": "paper", "yref": "paper"}


def font(token: str, viewport: Viewport) -> dict[str, Any]:
    """Return Plotly's font of text in a token's colour."""
    return {"size": viewport.px(TEXT_SIZE), "color": viewport.token(token)}


def note(x: float, y: float, text: str, token: str, viewport: Viewport, **more: Any) -> dict[str, Any]:
    """Build an annotation without arrow at a point of the data; ``more``: properties of Plotly's annotation."""
    return {"x": x, "y": y, "text": text, "showarrow": False, "font": font(token, viewport), **more}


def axis_end(end: float, labels: Sequence[dict[str, Any]], axis: str = "y") -> float:
    """Return the end of a value axis, ``end`` or as far up as a label stands: beyond it Plotly shows none."""
    heights: list[float] = [label["y"] for label in labels if label["yref"] == axis]
    return max([end, *heights])


def spread_labels(rising: Sequence[float], gap: float, lowest: float) -> list[float]:
    """Move rising positions of labels to at least ``gap`` apart: down where two overlap, up again from ``lowest``."""
    positions = list(rising)
    for i in range(len(positions) - 2, -1, -1):
        positions[i] = min(positions[i], positions[i + 1] - gap)
    for i, position in enumerate(positions):
        positions[i] = max(position, positions[i - 1] + gap if i else lowest)
    return positions


def raise_labels(positions: Sequence[float], gap: float) -> list[float]:
    """Move positions of labels, in any order, up until all are at least ``gap`` apart; the lowest one stays."""
    order = sorted(range(len(positions)), key=lambda i: positions[i])
    raised = list(positions)
    for lower, upper in pairwise(order):
        raised[upper] = max(raised[upper], raised[lower] + gap)
    return raised

"""Figures are plain dictionaries; Plotly's own schema validates them."""

from __future__ import annotations

import plotly.graph_objects as go


def validate(figure):
    """Return the figure; raise ``ValueError`` for a property or a value that Plotly doesn't know."""
    go.Figure(figure)
    return figure

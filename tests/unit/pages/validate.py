"""Figures are plain dictionaries; Plotly's own schema validates them."""

from __future__ import annotations

import plotly.graph_objects as go


def validate(figure):
    """Return the figure; raise ``ValueError`` for a property or a value that Plotly doesn't know.

    No text may stand beyond the end of its axis either: Plotly doesn't show it then.
    """
    go.Figure(figure)
    layout = figure["layout"]
    for label in layout.get("annotations", ()):
        for at in "xy":
            axis = layout.get(f"{label.get(at + 'ref', 'paper')}".replace(at, f"{at}axis", 1), {})
            if "range" in axis:
                low, high = sorted(axis["range"])
                assert low <= label[at] <= high, f"{label['text']}：{at} {label[at]}，轴 {low}—{high}"
    return figure

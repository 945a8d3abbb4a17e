"""The one graph wrapper."""

from __future__ import annotations

from typing import Any

from dash import dcc

#: Every chart: no toolbar, nothing that posts a figure anywhere, follows its box.
CONFIG: dict[str, Any] = {"displayModeBar": False, "displaylogo": False, "showSendToCloud": False, "responsive": True}


def graph(identity: str, figure: dict[str, Any]) -> dcc.Graph:
    """A chart that fills its box."""
    return dcc.Graph(id=identity, figure=figure, config=CONFIG, className="graph", responsive=True)

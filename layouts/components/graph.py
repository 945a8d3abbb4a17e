"""The one wrapper of Plotly charts."""

from __future__ import annotations

from typing import Any

from dash import dcc

from layouts.components.client import NearViewport

#: Scripts that charts wait for, loaded with the first one: our plotly.js, and Dash's chunk with its Graph.
PLOTLY, GRAPH_CHUNK = "Plotly", "async-graph"
#: Every chart: no toolbar, nothing that posts a figure anywhere; it follows the size of its box.
CONFIG: dcc.Graph.Config = {"displayModeBar": False, "displaylogo": False, "showSendToCloud": False}


def graph(graph_id: str, figure: dict[str, Any]) -> NearViewport:
    """Build a chart that fills its box, rendered when it comes near the screen."""
    chart = dcc.Graph(id=graph_id, figure=figure, config=CONFIG, responsive=True, className="graph")
    return NearViewport(chart, graph_id, className="near-viewport", requires=[PLOTLY, GRAPH_CHUNK])

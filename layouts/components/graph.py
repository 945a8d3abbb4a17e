"""The one graph wrapper."""

from __future__ import annotations

from typing import Any

from layouts.components.part import Chart

#: Every chart: no toolbar, nothing that posts a figure anywhere. It follows its box (`assets/parts.js`).
CONFIG: dict[str, Any] = {"displayModeBar": False, "displaylogo": False, "showSendToCloud": False}


def graph(identity: str, figure: dict[str, Any]) -> Chart:
    """A chart that fills its box."""
    return Chart(id=identity, figure=figure, config=CONFIG)

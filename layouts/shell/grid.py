"""A page as a grid of panels."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html

from layouts.components.panel import Panel, panel_component


def grid(page: str, panels: Sequence[Panel]) -> html.Div:
    """Build a page from its panels; the page's style sheet lays them out on narrower screens."""
    return html.Div([panel_component(panel) for panel in panels], className=f"grid grid-{page}")

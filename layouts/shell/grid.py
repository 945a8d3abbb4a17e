"""A page with figures as a grid of panels."""

from __future__ import annotations

from collections.abc import Sequence

from layouts.components.panel import Panel, section
from layouts.ui import html


def grid(page: str, panels: Sequence[Panel]) -> html.Div:
    """The panels of a page; `assets/30_pages.css` places them by page and panel key."""
    return html.Div([section(p) for p in panels], className=f"grid grid-{page}")

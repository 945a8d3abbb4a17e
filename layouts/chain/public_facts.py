"""Firms of a chain that public reports name, apart from all values of the district's own."""

from __future__ import annotations

from cockpit.district.narratives import ChainFact
from layouts.components.panel import PanelContents
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import render


def render_facts(view: tuple[ChainFact, ...], context: RenderContext) -> PanelContents:
    """Render the firms with what is reported of them; nothing where there are none."""
    if not view:
        return PanelContents()
    sources = "、".join(dict.fromkeys(fact.source for fact in view))
    return PanelContents(
        render("chain/public_facts.html", facts=view, sources=sources), tools=render("chain/public_facts_label.html")
    )

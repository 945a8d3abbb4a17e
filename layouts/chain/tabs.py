"""The rows of links above every view of a chain's page: the chains, and the views that this chain offers."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from cockpit.district.district import Chain
from cockpit.selection import View
from cockpit.views.context import ViewContext
from layouts.components.panel import PanelContents, PanelSpec, empty
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import render
from layouts.ui.theme import chain_token, css_color

#: The views of every chain; the own view of a chain (``extra`` of the district pack) comes after them.
_VIEWS = {View.RESULT: "图谱与企业", View.LISTS: "三张清单"}
_EXTRA_VIEWS = {View.PLATFORM: "时尚E家", View.GREEN: "绿色能源布局"}


def chain_key(path: str) -> str:
    """Return the chain's key in ``/chain/<key>``."""
    return path.rsplit("/", 1)[-1]


def page_token(context: RenderContext) -> str:
    """Return the colour token of the page's chain."""
    return chain_token(context.district, chain_key(context.path))


def chain_tabs(context: RenderContext) -> Markup:
    """Render both rows of links."""
    return chain_row(context) + view_row(context)


def chain_row(context: RenderContext) -> Markup:
    """Render links to the chains of the district; the current one is marked.

    A link keeps the view only where that chain offers it, and leaves out the selected stages, which belong to one chain.
    """
    return _row("page-tabs", "产业链", [_chain_link(chain, context) for chain in context.district.chains])


def view_row(context: RenderContext) -> Markup:
    """Render links to the views of the current chain; they keep the filters."""
    selection = context.selection.replace(chains=())
    links = [
        {"text": label, "href": context.href(selection.replace(view=view)), "is_current": view is selection.view, "color": ""}
        for view, label in _views(_page_chain(context)).items()
    ]
    return _row("chain-views", "产业链页面", links)


def only_where_offered(view: View, specs: tuple[PanelSpec, ...]) -> tuple[PanelSpec, ...]:
    """Wrap the panels of a view that few chains offer: on the page of another chain they say so, and nothing is computed."""
    return tuple(
        dataclasses.replace(spec, compute=_compute(view, spec.compute), render=_render(view, spec, is_first=i == 0))
        for i, spec in enumerate(specs)
    )


def _chain_link(chain: Chain, context: RenderContext) -> dict[str, object]:
    is_current = chain.key == chain_key(context.path)
    view = context.selection.view if context.selection.view in _views(chain) else View.RESULT
    selection = context.selection.replace(chains=(), stages=context.selection.stages if is_current else (), view=view)
    return {
        "text": chain.name,
        "href": selection.href(f"/chain/{chain.key}"),
        "is_current": is_current,
        "color": css_color(chain_token(context.district, chain.key)),
    }


def _row(class_name: str, label: str, links: list[dict[str, object]]) -> Markup:
    return render("chain/link_row.html", class_name=class_name, label=label, links=links)


def _compute(view: View, compute: Callable[[ViewContext], Any]) -> Callable[[ViewContext], Any]:
    def compute_where_offered(ctx: ViewContext) -> Any:
        chain = ctx.district.chain(ctx.selection.chains[0])
        return compute(ctx) if view in _views(chain) else None

    return compute_where_offered


def _render(view: View, spec: PanelSpec, *, is_first: bool) -> Callable[[Any, RenderContext], PanelContents]:
    def render_where_offered(values: Any, context: RenderContext) -> PanelContents:
        if values is not None:
            return spec.render(values, context)
        body = _not_offered(view, context)
        return PanelContents(chain_tabs(context) + body if is_first else body)

    return render_where_offered


def _not_offered(view: View, context: RenderContext) -> Markup:
    """Render that the chain lacks the view, a link back, and links to the chains that have it."""
    chain, selection = _page_chain(context), context.selection.replace(chains=())
    links = [(f"回到{chain.name}", context.href(selection.replace(view=View.RESULT)), "button")]
    for other in context.district.chains:
        if view in _views(other):
            links.append((f"{other.name}的“{_EXTRA_VIEWS[view]}”", selection.href(f"/chain/{other.key}"), "button quiet"))
    fact = f"{chain.name}没有“{_EXTRA_VIEWS[view]}”这一页"
    state = empty(fact, "这一页只为下列产业链开设" if len(links) > 1 else "", render("components/buttons.html", links=links))
    return render("chain/not_offered.html", state=state)


def _page_chain(context: RenderContext) -> Chain:
    return context.district.chain(chain_key(context.path))


def _views(chain: Chain) -> dict[View, str]:
    return _VIEWS | ({View(chain.extra): _EXTRA_VIEWS[View(chain.extra)]} if chain.extra else {})

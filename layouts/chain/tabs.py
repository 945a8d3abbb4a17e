"""The rows over every view of a chain's page: the chains, and the views that this chain offers."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from cockpit.district.district import Chain
from cockpit.selection import View
from cockpit.views.context import Context
from layouts.components.panel import Panel, empty, navigate
from layouts.page import Env, PanelSpec
from layouts.ui import html
from layouts.ui.theme import chain_token, css_color

#: Every chain's views; a chain's own one (`extra` of the district pack) stands after them.
_VIEWS = {View.RESULT: "图谱与企业", View.LISTS: "三张清单"}
_EXTRA = {View.PLATFORM: "时尚E家", View.GREEN: "绿色能源布局"}


def chain_row(env: Env) -> html.Nav:
    """The chains of the district; the current one is marked. A view that a chain lacks isn't carried over to it.

    Nor are the chosen stages: they are one chain's own.
    """
    links = []
    for c in env.district.chains:
        on = c.key == _key(env)
        words = [html.I(style={"background": css_color(chain_token(c.key))}, className="swatch"), c.name]
        more = {"aria-current": "page"} if on else {}
        view = env.selection.view if env.selection.view in _views(c) else View.RESULT
        stages = env.selection.stages if on else ()
        href = env.selection.but(chains=(), stages=stages, view=view).href(f"/chain/{c.key}")
        links.append(navigate(words, href, "on" if on else "", **more))
    return html.Nav(links, className="chain-tabs scroll", **{"aria-label": "产业链"})


def chain_views(env: Env) -> html.Nav:
    """The views of the current chain; filters are kept."""
    links = []
    for view, words in _views(env.district.chain(_key(env))).items():
        on = view is env.selection.view
        more = {"aria-current": "page"} if on else {}
        links.append(navigate(words, env.href(env.selection.but(chains=(), view=view)), "on" if on else "", **more))
    return html.Nav(links, className="chain-views scroll", **{"aria-label": "产业链页面"})


def only_where_offered(view: View, panels: tuple[PanelSpec, ...]) -> tuple[PanelSpec, ...]:
    """The panels of a view that few chains offer: on another chain's page they say so, and nothing is computed."""
    return tuple(
        dataclasses.replace(spec, view=_asked(view, spec.view), draw=_told(view, spec, first=i == 0))
        for i, spec in enumerate(panels)
    )


def _asked(view: View, make: Callable[[Context], Any]) -> Callable[[Context], Any]:
    def asked(ctx: Context) -> Any:
        chain = ctx.district.chain(ctx.selection.chains[0])
        return make(ctx) if view in _views(chain) else None

    return asked


def _told(view: View, spec: PanelSpec, *, first: bool) -> Callable[[Any, Env], Panel]:
    def told(found: Any, env: Env) -> Panel:
        if found is not None:
            return spec.draw(found, env)
        lacking = _not_offered(view, env)
        content = [chain_row(env), chain_views(env), lacking] if first else lacking
        return Panel(spec.key, spec.title, content, has_graph=spec.has_graph, has_drawing=spec.has_drawing)

    return told


def _not_offered(view: View, env: Env) -> html.Div:
    """What the chain lacks, the way back, and the chains that have it."""
    chain = env.district.chain(_key(env))
    kept = env.selection.but(chains=())
    links = [navigate(f"回到{chain.name}", env.href(kept.but(view=View.RESULT)), "button")]
    for other in env.district.chains:
        if view in _views(other):
            links.append(navigate(f"{other.name}的“{_EXTRA[view]}”", kept.href(f"/chain/{other.key}"), "button quiet"))
    fact = f"{chain.name}没有“{_EXTRA[view]}”这一页"
    return html.Div(empty(fact, "区县配置没有为这条链开设", html.Div(links, className="buttons")), className="not-offered")


def _views(chain: Chain) -> dict[View, str]:
    return _VIEWS | ({View(chain.extra): _EXTRA[View(chain.extra)]} if chain.extra else {})


def _key(env: Env) -> str:
    return env.path.rsplit("/", 1)[-1]

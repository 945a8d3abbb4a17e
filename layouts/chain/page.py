"""A chain's page: one layout for every chain."""

from __future__ import annotations

import math
from typing import Any

from cockpit import formatting
from cockpit.catalogue.formulas import Scale
from cockpit.selection import COMPARE_LABELS, View
from cockpit.views.chain import firms as chain_firms
from cockpit.views.chain import headline as chain
from cockpit.views.chain import stages as chain_stages
from cockpit.views.context import Context
from cockpit.views.parts import Item, Kpi
from layouts.chain import firms as drawn_firms
from layouts.chain import lists as chain_lists
from layouts.chain import stages as drawn_stages
from layouts.chain.tabs import chain_row, chain_views
from layouts.components import growth
from layouts.components.bars import Bar, bars
from layouts.components.change import change
from layouts.components.kpi_strip import kpi_strip
from layouts.components.panel import Panel
from layouts.green import page as green_page
from layouts.page import Env, Page, PanelSpec
from layouts.platform import page as platform_page
from layouts.ui import html
from layouts.ui.theme import chain_token

_MOST_BARS = 10


def key_of(path: str) -> str:
    """The chain's key in ``/chain/<key>``."""
    return path.rsplit("/", 1)[-1]


def draw_headline(view: tuple[Kpi, ...], env: Env) -> Panel:
    """The chain's headline figures under the row of chains."""
    return Panel("kpis", "关键指标", [chain_row(env), chain_views(env), kpi_strip(view, env)])


def _of_chain(draw: Any) -> Any:
    """A drawing function that is told the chain's colour."""
    return lambda view, env: draw(view, env, chain_token(key_of(env.path)))


def draw_breakdown(key: str, dimension: str) -> Any:
    """Drawing function of a breakdown whose rows toggle ``dimension`` of the selection."""

    def draw(view: chain.Breakdown, env: Env) -> Panel:
        if not view.items:
            return Panel(key, f"{view.title}分布", growth.nothing(env), caption=view.caption)
        scale = formatting.scale_for(view.metric, [i.value for i in view.items])
        chosen = set(getattr(env.selection, dimension))
        rows = [_item_bar(i, scale, chosen, dimension, view, env) for i in view.items[:_MOST_BARS]]
        more = len(view.items) - _MOST_BARS
        subtitle = f"{view.metric.label} {scale.unit} · {COMPARE_LABELS[env.selection.compare]} · 点击可筛选"
        note = html.P(f"另有{more}个{view.title}未列出", className="more") if more > 0 else None
        return Panel(
            key, f"{view.title}分布", [bars(rows, "items"), note], subtitle=subtitle, reading=view.reading, caption=view.caption
        )

    return draw


def _item_bar(item: Item, scale: Scale, chosen: set[str], dimension: str, view: chain.Breakdown, env: Env) -> Bar:
    return Bar(
        item.short,
        0.0,
        0.0 if math.isnan(item.value) else item.value,
        formatting.number(item.value, scale),
        chain_token(key_of(env.path)),
        env.href(env.selection.toggled(dimension, item.key)),
        change(item.change, is_percent=view.metric.is_percent, arrow=False),
        item.key in chosen,
        f"{'取消' if item.key in chosen else '只看'}{item.name}",
    )


def _stages(ctx: Context) -> chain_stages.StagePanel:
    return chain_stages.stage_panel(ctx, ctx.selection.chains[0])


PAGE = Page(
    "chain",
    "产业链",
    (
        PanelSpec("kpis", "关键指标", chain.headline, draw_headline),
        PanelSpec("stages", "链条图谱", _stages, _of_chain(drawn_stages.draw_stages)),
        PanelSpec("leader", "链主与配套", chain_firms.leader_panel, _of_chain(drawn_firms.draw_leader)),
        PanelSpec("trend", "月度走势", chain.trend, growth.draw_trend, has_drawing=True),
        PanelSpec("town-split", "镇街分布", chain.towns, draw_breakdown("town-split", "towns")),
        PanelSpec("industry-split", "行业分布", chain.industries, draw_breakdown("industry-split", "industries")),
        PanelSpec("firms", "重点企业", chain_firms.firm_panel, _of_chain(drawn_firms.draw_firms)),
    ),
    tab="chain",
)

#: The page's views; those of one chain only (时尚E家, 绿色能源) are offered where the district pack says so.
VIEWS = {View.RESULT: PAGE, View.LISTS: chain_lists.PAGE, View.PLATFORM: platform_page.PAGE, View.GREEN: green_page.PAGE}

"""The chains side by side, on one scale."""

from __future__ import annotations

import math

from cockpit import formatting
from cockpit.catalogue.formulas import Metric
from cockpit.selection import Compare
from cockpit.sentences.drivers import driving_verb
from cockpit.views.context import whole_name
from cockpit.views.overview.panels import ChainCard, ChainsPanel
from layouts.components.bars import columns
from layouts.components.change import change
from layouts.components.no_data import no_data
from layouts.components.panel import PanelContents
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import render
from layouts.ui.theme import chain_token, css_color

_LEAST_SCALE = 0.01  # growth of one per cent fills the columns at least


def render_chains(view: ChainsPanel, context: RenderContext) -> PanelContents:
    """Render a card for each chain."""
    known = [v for card in view.cards for v in card.monthly_change if not math.isnan(v)]
    low, high = min([*known, 0.0]), max([*known, _LEAST_SCALE])
    cards = [_card(card, view.metric, low, high, context) for card in view.cards]
    return PanelContents(
        render("overview/chains.html", cards=cards) if cards else no_data(context),
        title="六条产业链" if len(view.cards) == 6 else "",
        subtitle="产值，按大小排序 · 柱为各月同比 %，同一刻度",
        insight=view.insight,
        caption=view.caption,
    )


def _card(card: ChainCard, metric: Metric, low: float, high: float, context: RenderContext) -> dict[str, object]:
    token, compare = chain_token(context.district, card.item.key), context.selection.compare
    whole = whole_name(context.district.terms, context.selection.replace(chains=()).where, narrowed="所选")
    facts = [
        (f"占{whole}", formatting.format_share(card.item.share_shown)),
        ("链主占比", formatting.format_percent(card.leader_share)),
        ("规上企业", f"{formatting.format_count(card.firms)}家"),
    ]
    if compare is not Compare.NONE:
        facts.insert(1, _driven(card.shown, metric))
    last_month = ""
    if compare is Compare.YOY and not math.isnan(card.last_month_change):
        last_month = f" {card.months[-1] % 100}月 {formatting.format_change(card.last_month_change, is_percent=False)}"
    return {
        "name": card.item.name,
        "href": context.selection.replace(chains=()).href(f"/chain/{card.item.key}"),
        "color": css_color(token),
        "value": formatting.format_value(metric, card.item.value),
        "change": "" if compare is Compare.NONE else change(card.item.change, is_percent=False),
        "last_month": last_month,
        "columns": columns(card.months, card.monthly_change, token, low, high),
        "first_month_name": f"{card.months[0] % 100}月" if card.months else "",
        "last_month_name": f"{card.months[-1] % 100}月" if card.months else "",
        "facts": facts,
    }


def _driven(points: float, metric: Metric) -> tuple[str, str]:
    """(verb, points without a sign): what falls drags, and doesn't pull by less than nothing."""
    if math.isnan(points):
        return "拉动", formatting.MISSING
    shown = formatting.round_points(points)
    return driving_verb(metric, points) if shown else "拉动", f"{abs(shown)}{formatting.POINTS_SHORT}"

"""The headline of the view 时尚E家: members, conversion, matching, orders, buyers, new tax, output per member."""

from __future__ import annotations

from dataclasses import dataclass

from cockpit.analysis.comparison import Compared
from cockpit.district.narratives import PlatformNarrative
from cockpit.views.context import ViewContext
from cockpit.views.parts import Caption
from cockpit.views.platform import members as platform_firms
from cockpit.views.platform import months as platform_months
from cockpit.views.platform import state as ps
from cockpit.views.platform.members import Pair


@dataclass(frozen=True, slots=True)
class Headline:
    """Headline figures. Counts; ``offered`` and ``matched`` in 万件 over the period; money in 万元; NaN = unknown.

    ``tax_total`` is summed since month ``tax_since`` (0 = none yet); ``uplift``: members' output now and in the
    months ``first`` of the first year, of the same firms.
    """

    known: bool
    members: Compared
    nation: Compared
    digitised: Compared
    matching: Compared
    offered: float
    matched: float
    order_value: Compared
    orders: Compared
    buyers: Compared
    tax: Compared
    tax_total: float
    tax_since: int
    uplift: Pair | None
    first: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class Services:
    """What the platform does, in the district pack's words; ``None``: the pack says nothing."""

    story: PlatformNarrative | None
    caption: Caption


def headline(ctx: ViewContext) -> Headline:
    """The headline figures as of the period's end, or over the period."""
    now = ps.state(ctx)
    tax, firms = platform_months.new_tax(ctx), platform_firms.members(ctx)
    placed = platform_months.orders(ctx)
    return Headline(
        now.is_known,
        ps.stock(ctx, "members"),
        ps.nation(ctx, "members"),
        ps.stock(ctx, "digitised"),
        ps.matching(ctx),
        ps.flow(ctx, "offered").value,
        ps.flow(ctx, "matched").value,
        placed.value,
        placed.number,
        placed.buyers,
        tax.period,
        tax.total,
        tax.since,
        firms.sides[0].since if firms.sides else None,
        firms.first,
        ps.caption(ctx, None, ctx.period.label, ""),
    )


def services(ctx: ViewContext) -> Services:
    """The services, online and offline."""
    story = ctx.district.platform
    source = f"来源：{story.source}" if story and story.source else ""
    return Services(story, Caption(ctx.district.name, "", source))

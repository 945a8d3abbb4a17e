"""The summary of the view 时尚E家: members, conversion, matching, orders, buyers, new tax, output per member."""

from __future__ import annotations

from dataclasses import dataclass

from cockpit.analysis.comparison import Compared
from cockpit.district.narratives import PlatformNarrative
from cockpit.views.context import ViewContext
from cockpit.views.parts import Caption
from cockpit.views.platform import members as platform_firms
from cockpit.views.platform import months as platform_months
from cockpit.views.platform import records as platform_records
from cockpit.views.platform.members import OutputPair


@dataclass(frozen=True, slots=True)
class PlatformSummary:
    """Values of the summary. Counts; ``offered`` and ``matched`` in 万件 over the period; money in 万元; NaN = unknown.

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
    uplift: OutputPair | None
    first: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class PlatformServices:
    """What the platform does by the district pack; ``None``: it says nothing."""

    narrative: PlatformNarrative | None
    caption: Caption


def summary(ctx: ViewContext) -> PlatformSummary:
    """Compute the summary as of the period's end, or over the period."""
    records = platform_records.load_records(ctx)
    tax, firms = platform_months.new_tax(ctx), platform_firms.members(ctx)
    orders = platform_months.orders(ctx)
    return PlatformSummary(
        records.is_known,
        platform_records.stock(ctx, "members"),
        platform_records.nation(ctx, "members"),
        platform_records.stock(ctx, "digitised"),
        platform_records.matching(ctx),
        platform_records.flow(ctx, "offered").value,
        platform_records.flow(ctx, "matched").value,
        orders.value,
        orders.number,
        orders.buyers,
        tax.period,
        tax.total,
        tax.since,
        firms.sides[0].since if firms.sides else None,
        firms.first,
        platform_records.caption(ctx, None, platform_records.covered_months(ctx), ""),
    )


def services(ctx: ViewContext) -> PlatformServices:
    """Return the services, online and offline."""
    narrative = ctx.district.platform
    source = f"来源：{narrative.source}" if narrative and narrative.source else ""
    return PlatformServices(narrative, Caption(ctx.district.name, "", source))

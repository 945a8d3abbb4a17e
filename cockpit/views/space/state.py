"""Where space stands as of the period's last day: what every panel of the page 空间 starts from."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import pandas as pd

from cockpit import cache
from cockpit.calendar.dates import month_end
from cockpit.catalogue.metrics import METRICS
from cockpit.cube.table_view import ColumnStore, TableView
from cockpit.ledgers.parks import Park, parks_in_year
from cockpit.ledgers.renewal import NO_RENEWALS, RenewalStage, RenewalTotals, renewal_as_of, totals_by_stage
from cockpit.views.context import ViewContext, restriction_notes
from cockpit.views.parts import Caption

RENEWAL, PARK = "有机更新", "产业园区"


@dataclass(frozen=True)
class State:
    """Renewal projects as ``renewal_as_of`` the period's last day: ``every`` of the district, ``entries`` of the chosen towns.

    ``known``: whether any project was ever handed in.
    """

    day: pd.Timestamp
    every: TableView
    entries: TableView
    known: bool

    def of(self, stage: RenewalStage) -> TableView:
        """The chosen towns' projects of a stage."""
        return self.entries.where_equal("stage", stage.value)


class ByState:
    """The sums of anything that splits renewal into done, in progress and planned."""

    __slots__ = ()
    done: RenewalTotals
    active: RenewalTotals
    planned: RenewalTotals

    @property
    def area(self) -> float:
        """All its area in 亩."""
        return self.done.area + self.active.area + self.planned.area

    @property
    def done_rate(self) -> float:
        """Area done ÷ all area; NaN without any."""
        return self.done.area / self.area if self.area else math.nan


def renewals(ctx: ViewContext) -> State:
    """Renewal as of the period's last day."""
    day = month_end(ctx.period.last)
    every = known_on(ctx, ctx.period.last)
    return State(day, every, of_towns(every, ctx), len(every) > 0)


def known_on(ctx: ViewContext, month: int) -> TableView:
    """All projects as they stood at the end of ``month``; made once for a data version."""

    def build() -> ColumnStore:
        return ColumnStore(renewal_as_of(ctx.full.ledgers["renewal"], month_end(month)))

    return ctx.full.cache.get_or_compute(cache.RENEWAL, month, build).rows


def state_sums(entries: TableView) -> tuple[RenewalTotals, RenewalTotals, RenewalTotals]:
    """What the projects add up to: done, in progress, planned."""
    return totals_by_stage(entries).get("", (NO_RENEWALS, NO_RENEWALS, NO_RENEWALS))


def of_towns(rows: TableView, ctx: ViewContext) -> TableView:
    """The rows of the chosen towns, all of them when none is chosen."""
    return rows.filter({"town": ctx.selection.towns})


def parks_by_year(ctx: ViewContext, *, every_town: bool = False) -> dict[int, dict[str, Park]]:
    """The parks of the chosen towns by year and name, of every year with any park; ``every_town``: whichever are chosen."""
    rows = ctx.full.ledgers["park"]
    every = ctx.full.cache.get_or_compute(
        cache.PARKS, (), lambda: {int(year): parks_in_year(rows, int(year)) for year in rows["year"].unique()}
    )
    towns = () if every_town else ctx.selection.towns
    return {year: {n: p for n, p in found.items() if not towns or p.town in towns} for year, found in every.items()}


def caption(ctx: ViewContext, source: str, definition: str, *, period: str = "", every_town: bool = False) -> Caption:
    """The sentence under a panel whose sheet knows towns, but neither industries nor chains.

    ``period``: by default the day as of which it counts; ``every_town``: it shows the district whatever is chosen.
    """
    chosen = "" if every_town else "、".join(ctx.district.town(t).name for t in ctx.selection.towns)
    day = month_end(ctx.period.last)
    said = ctx.caption(period=period or f"截至{day.year}年{day.month}月{day.day}日")
    lost = _restrictions(ctx, source)
    unmoved = (f"不随{ctx.terms.part}筛选",) if every_town and ctx.selection.towns else ()
    return Caption(chosen or ctx.terms.whole, said.period, said.data_month, definition, (f"来源：{source}", *unmoved, *lost))


def _restrictions(ctx: ViewContext, source: str) -> tuple[str, ...]:
    """Both sheets know what the catalogue's figure of renewal knows: towns, no industries, no chains."""
    return restriction_notes(dataclasses.replace(METRICS["renewal_rate"], source=source), ctx.where, ctx.terms)

"""Renewal projects and parks as of the period's last day: what every panel of the page 空间 starts from."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import pandas as pd

from cockpit import cache
from cockpit.calendar.dates import format_day, month_end
from cockpit.catalogue.metrics import METRICS
from cockpit.cube.table_view import ColumnStore, TableView
from cockpit.ledgers.parks import Park, parks_in_year
from cockpit.ledgers.renewal import NO_RENEWALS, RenewalStage, RenewalTotals, renewal_as_of, totals_by_stage
from cockpit.views.context import ViewContext, restriction_notes
from cockpit.views.parts import Caption

RENEWAL, PARK = "有机更新", "产业园区"


@dataclass(frozen=True)
class RenewalState:
    """Renewal projects as ``renewal_as_of`` the period's last day: ``every`` of the district, ``entries`` of the selected towns.

    ``known``: whether any project was ever published.
    """

    day: pd.Timestamp
    every: TableView
    entries: TableView
    known: bool

    def at_stage(self, stage: RenewalStage) -> TableView:
        """Return the selected towns' projects of a stage."""
        return self.entries.where_equal("stage", stage.value)


class RenewalByStage:
    """Totals of renewal projects that are done, in progress and planned: base class of the rows that hold the three."""

    __slots__ = ()
    done: RenewalTotals
    active: RenewalTotals
    planned: RenewalTotals

    @property
    def area(self) -> float:
        """Area of the three stages together, in 亩."""
        return self.done.area + self.active.area + self.planned.area

    @property
    def completion(self) -> float:
        """Area done ÷ all area; NaN without any."""
        return self.done.area / self.area if self.area else math.nan


def renewal_state(ctx: ViewContext) -> RenewalState:
    """Load the renewal projects as of the period's last day."""
    day = month_end(ctx.period.last)
    every = renewals_at(ctx, ctx.period.last)
    return RenewalState(day, every, in_selected_towns(every, ctx), len(every) > 0)


def renewals_at(ctx: ViewContext, month: int) -> TableView:
    """Return all projects as they stood at the end of ``month``; computed once for a data version."""

    def build() -> ColumnStore:
        return ColumnStore(renewal_as_of(ctx.full.ledgers["renewal"], month_end(month)))

    return ctx.full.cache.get_or_compute(cache.RENEWAL, month, build).rows


def stage_totals(entries: TableView) -> tuple[RenewalTotals, RenewalTotals, RenewalTotals]:
    """Total the projects: done, in progress, planned."""
    return totals_by_stage(entries).get("", (NO_RENEWALS, NO_RENEWALS, NO_RENEWALS))


def in_selected_towns(rows: TableView, ctx: ViewContext) -> TableView:
    """Return the rows of the selected towns, all of them when none is selected."""
    return rows.filter({"town": ctx.selection.towns})


def parks_by_year(ctx: ViewContext, *, every_town: bool = False) -> dict[int, dict[str, Park]]:
    """Return the parks of the selected towns by year and name, of every year with any park; ``every_town``: of all towns."""
    rows = ctx.full.ledgers["park"]
    every = ctx.full.cache.get_or_compute(
        cache.PARKS, (), lambda: {int(year): parks_in_year(rows, int(year)) for year in rows["year"].unique()}
    )
    towns = () if every_town else ctx.selection.towns
    return {year: {n: p for n, p in parks.items() if not towns or p.town in towns} for year, parks in every.items()}


def space_caption(ctx: ViewContext, source: str, definition: str, *, period: str = "", every_town: bool = False) -> Caption:
    """Build the sentence under a panel whose sheet knows towns, but neither industries nor chains.

    ``period``: by default the day as of which it counts; ``every_town``: it shows the district whatever is selected.
    """
    towns = "" if every_town else ctx.district.town_names(ctx.selection.towns)
    day = month_end(ctx.period.last)
    general = ctx.caption(period=period or f"截至{format_day(day)}")
    unused = _restrictions(ctx, source)
    fixed = (f"不随{ctx.terms.part}筛选",) if every_town and ctx.selection.towns else ()
    return Caption(towns or ctx.terms.whole, general.period, general.data_month, definition, (f"来源：{source}", *fixed, *unused))


def _restrictions(ctx: ViewContext, source: str) -> tuple[str, ...]:
    """Name the filters that have no effect: both sheets know what the catalogue's metric of renewal knows, towns alone."""
    return restriction_notes(dataclasses.replace(METRICS["renewal_rate"], source=source), ctx.where, ctx.terms)

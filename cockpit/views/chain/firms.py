"""The enterprises of a chain: its leader and suppliers (链主带动), the largest ones, and concentration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cockpit import cache, formatting
from cockpit.aggregations import evaluate as core
from cockpit.analysis import comparison, contribution
from cockpit.analysis.concentration import concentration
from cockpit.calendar import months as m
from cockpit.catalogue.dimensions import Grouping, industry_name
from cockpit.catalogue.formulas import Metric
from cockpit.catalogue.metrics import METRICS
from cockpit.catalogue.names import group_name, short_firm
from cockpit.cube.arrays import FloatArray
from cockpit.cube.breakdown import Breakdown
from cockpit.cube.cube import Filter
from cockpit.cube.firm_totals import FirmTotals
from cockpit.cube.table_view import ColumnStore, TableView
from cockpit.views.context import ViewContext, items
from cockpit.views.parts import Caption, Item

ROLES = ("链主", "配套", "一般")
_FIRMS_LISTED = 10


@dataclass(frozen=True, slots=True)
class ChainRole:
    """Leader, suppliers or others (链主/配套/一般): output, change, contribution in points, number of firms."""

    item: Item
    points: float
    firms: float


@dataclass(frozen=True, slots=True)
class LeaderPanel:
    """链主带动: the leader's share, and how its suppliers grow against the others."""

    leader_name: str
    leader_location: str
    leader_share: float
    roles: tuple[ChainRole, ...]
    metric: Metric
    insight: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class FirmRow:
    """One enterprise of the list; money in 万元, ``tax_per_mu`` over twelve months in 万元/亩."""

    credit_code: str
    name: str
    town: str
    industry: str
    stage: str
    role: str
    output: float
    change: float
    share: float
    tax_per_mu: float


@dataclass(frozen=True, slots=True)
class FirmPanel:
    """The largest enterprises, and how concentrated the chain is: CR4 (fraction) and HHI (0-10,000)."""

    rows: tuple[FirmRow, ...]
    firms: int
    cr4: float
    hhi: float
    metric: Metric
    insight: str
    caption: Caption


def leader_panel(ctx: ViewContext) -> LeaderPanel:
    """Leader, suppliers and others: share, growth and contribution to the chain's growth."""
    metric = METRICS["output"]
    found = {i.key: i for i in items(ctx, metric, ctx.where, Grouping.ROLE)}
    firms = core.evaluate(ctx.data, METRICS["firms"], ctx.period, ctx.where, Grouping.ROLE)
    points = contribution.of_sum(
        Breakdown(tuple(found), np.array([i.value for i in found.values()])),
        Breakdown(tuple(found), np.array([i.base for i in found.values()])),
    )
    known = [r for r in ROLES if r in found] + [r for r in found if r not in ROLES]
    roles = tuple(ChainRole(found[r], points.get(r) * 100, firms.get(r, 0.0)) for r in known)
    totals = reported_firms(ctx)
    leader = totals.where_equal("role", "链主").head(1)
    caption = ctx.caption(metric)
    if not len(leader):
        return LeaderPanel("", "", np.nan, roles, metric, "所选范围内没有链主企业", caption)
    [name], [town], [stage] = leader.names(), leader.categorical("town").labels(), leader.categorical("stage").labels()
    whole = float(totals.value.sum())
    place = " · ".join(p for p in (group_name(ctx.district, Grouping.TOWN, town)[0], stage) if p)
    share = float(leader.value[0]) / whole if whole > 0 else np.nan
    return LeaderPanel(name, place, share, roles, metric, _pull(found), caption)


def _pull(found: dict[str, Item]) -> str:
    """How suppliers grow against the others: a comparison, not a cause."""
    told = [
        f"{role}{formatting.format_change(found[role].change, is_percent=False)}"
        for role in ROLES
        if role in found and not np.isnan(found[role].change)
    ]
    if not told:
        return "没有可比的增长"
    lead = "，".join(told)
    if {"配套", "一般"} <= found.keys():
        gap = found["配套"].change - found["一般"].change
        if not np.isnan(gap):
            lead += f"；配套企业增速{'高于' if gap > 0 else '低于'}一般企业"
    return lead


def firm_panel(ctx: ViewContext) -> FirmPanel:
    """The ten largest enterprises by output, with growth, share and 亩均税收, and the concentration of all."""
    metric = METRICS["output"]
    reported = reported_firms(ctx)
    measured = concentration(reported.value)
    rows = _rows(ctx, reported.head(_FIRMS_LISTED), float(reported.value.sum()))
    insight = "所选范围没有企业数据"
    if rows and not np.isnan(measured.cr4):
        insight = f"前4家占{formatting.format_percent(measured.cr4)}，{short_firm(rows[0].name)}居首"
    return FirmPanel(rows, measured.firms, measured.cr4, measured.hhi, metric, insight, ctx.caption(metric))


def reported_firms(ctx: ViewContext, where: Filter | None = None) -> FirmTotals:
    """Enterprises that reported output, largest first.

    Over the months that the page's own figure covers, and only the comparable ones when the selection says so;
    by default under the selection's filter.
    """
    where = where or ctx.where
    pair = comparison.windows(ctx.data, METRICS["output"], ctx.period, where, ctx.compare)
    months = pair.current.months or ctx.period.months
    totals = ctx.repository.firm_totals(ctx.full, "output", months, pair.base.months).filter(where)
    if ctx.data is not ctx.full and pair.base.months:
        totals = totals.in_both_periods
    return totals.with_value().sorted_by_value()


def registered_firms(ctx: ViewContext, where: Filter) -> TableView:
    """The register under ``where``, whatever the evaluation type: columns of ``contracts.ENTERPRISES``, blanks as ''."""

    def build() -> ColumnStore:
        rows = ctx.full.ledgers["enterprise"]
        blank = {name: rows[name].fillna("") for name in ("stage", "role")}
        return ColumnStore(rows.assign(division=rows["industry_code"].str[:2], **blank))

    return ctx.full.cache.get_or_compute(cache.REGISTER, (), build).rows.filter(dict(where.items()))


def firms_tax_per_mu(ctx: ViewContext) -> FloatArray:
    """亩均税收 (万元/亩) of each of the cube's enterprises over the twelve months that end with the period.

    NaN without tax or land, and for those that the selection leaves out.
    """
    cube, last = ctx.full.cube, ctx.period.last
    months = m.span(m.shift(last, -11), last)
    found = np.full(len(cube.firm_code), np.nan)
    if months[0] >= cube.first_month:
        tax = ctx.repository.firm_totals(ctx.full, "tax", months, ()).filter(ctx.where)
        found[tax.indices] = tax.value / np.where(tax.land > 0, tax.land, np.nan)
    return found


def _rows(ctx: ViewContext, firms: FirmTotals, whole: float) -> tuple[FirmRow, ...]:
    change = np.where(firms.base > 0, (firms.value - firms.base) / np.where(firms.base > 0, firms.base, 1.0), np.nan)
    words = zip(
        firms.credit_codes(),
        firms.names(),
        *(firms.categorical(n).labels() for n in ("town", "division", "stage", "role")),
        strict=True,
    )
    figures = zip(firms.value.tolist(), change.tolist(), firms_tax_per_mu(ctx)[firms.indices].tolist(), strict=True)
    return tuple(
        FirmRow(
            code,
            name,
            group_name(ctx.district, Grouping.TOWN, town)[1],
            industry_name(division),
            stage,
            role,
            output,
            moved,
            output / whole if whole > 0 else np.nan,
            per_mu,
        )
        for (code, name, town, division, stage, role), (output, moved, per_mu) in zip(words, figures, strict=True)
    )

"""The enterprises of a chain: its leader and suppliers (链主带动), the largest ones, and concentration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit import comparison, contribution, formatting
from cockpit import months as m
from cockpit.aggregations import core
from cockpit.aggregations.groups import Groups
from cockpit.concentration import concentration
from cockpit.cube import Filter
from cockpit.dimensions import Grouping, industry_name
from cockpit.formulas import Metric
from cockpit.metrics import METRICS
from cockpit.names import group_name, short_firm
from cockpit.views.context import Context, items
from cockpit.views.parts import Caption, Item

ROLES = ("链主", "配套", "一般")
_FIRMS_LISTED = 10


@dataclass(frozen=True, slots=True)
class Role:
    """Leader, suppliers or others (链主/配套/一般): output, change, contribution in points, number of firms."""

    item: Item
    points: float
    firms: float


@dataclass(frozen=True, slots=True)
class LeaderPanel:
    """链主带动: the leader's share, and how its suppliers grow against the others."""

    leader_name: str
    leader_place: str
    leader_share: float
    roles: tuple[Role, ...]
    metric: Metric
    reading: str
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
    reading: str
    caption: Caption


def leader_panel(ctx: Context) -> LeaderPanel:
    """Leader, suppliers and others: share, growth and contribution to the chain's growth."""
    metric = METRICS["output"]
    found = {i.key: i for i in items(ctx, metric, ctx.where, Grouping.ROLE)}
    firms = core.evaluate(ctx.data, METRICS["firms"], ctx.period, ctx.where, Grouping.ROLE)
    points = contribution.of_sum(
        Groups(tuple(found), np.array([i.value for i in found.values()])),
        Groups(tuple(found), np.array([i.base for i in found.values()])),
    )
    known = [r for r in ROLES if r in found] + [r for r in found if r not in ROLES]
    roles = tuple(Role(found[r], points.get(r) * 100, firms.get(r, 0.0)) for r in known)
    totals = reported_firms(ctx)
    leaders = totals[totals["role"] == "链主"]
    caption = ctx.caption(metric)
    if leaders.empty:
        return LeaderPanel("", "", np.nan, roles, metric, "所选范围内没有链主企业", caption)
    first = leaders.iloc[0]
    whole = float(totals["value"].sum())
    place = " · ".join(p for p in (group_name(ctx.district, Grouping.TOWN, str(first["town"]))[0], str(first["stage"])) if p)
    share = float(first["value"]) / whole if whole > 0 else np.nan
    return LeaderPanel(str(first["name"]), place, share, roles, metric, _pull(found), caption)


def _pull(found: dict[str, Item]) -> str:
    """How suppliers grow against the others: a comparison, not a cause."""
    told = [
        f"{role}{formatting.change(found[role].change, is_percent=False)}"
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


def firm_panel(ctx: Context) -> FirmPanel:
    """The ten largest enterprises by output, with growth, share and 亩均税收, and the concentration of all."""
    metric = METRICS["output"]
    reported = reported_firms(ctx)
    measured = concentration(reported["value"])
    per_mu = firms_tax_per_mu(ctx)
    whole = float(reported["value"].sum())
    rows = tuple(_row(ctx, r, whole, per_mu) for r in reported.head(_FIRMS_LISTED).itertuples(index=False))
    reading = "所选范围没有企业数据"
    if rows and not np.isnan(measured.cr4):
        reading = f"前4家占{formatting.percent(measured.cr4)}，{short_firm(rows[0].name)}居首"
    return FirmPanel(rows, measured.firms, measured.cr4, measured.hhi, metric, reading, ctx.caption(metric))


def reported_firms(ctx: Context, where: Filter | None = None) -> pd.DataFrame:
    """Enterprises that reported output, largest first: columns of ``FirmTotals.frame``.

    Over the months that the page's own figure covers, and only the comparable ones when the selection says so;
    by default under the selection's filter.
    """
    where = where or ctx.where
    pair = comparison.windows(ctx.data, METRICS["output"], ctx.period, where, ctx.compare)
    months = pair.current.months or ctx.period.months
    totals = ctx.repository.firm_totals(ctx.full, "output", months, pair.base.months).within(where).frame()
    if ctx.data is not ctx.full and pair.base.months:
        totals = totals[totals["base"].notna()]
    return totals[totals["value"].notna()]


def registered_firms(ctx: Context, where: Filter) -> pd.DataFrame:
    """The register under ``where``, whatever the evaluation type: columns of ``contracts.ENTERPRISES``, blanks as ''."""
    rows = ctx.full.ledgers["enterprise"]
    rows = rows.assign(division=rows["industry_code"].str[:2], stage=rows["stage"].fillna(""), role=rows["role"].fillna(""))
    keep = pd.Series(True, index=rows.index)
    for column, wanted in where.items():
        keep &= rows[column].isin(wanted)
    return rows[keep]


def firms_tax_per_mu(ctx: Context) -> dict[str, float]:
    """亩均税收 (万元/亩) by enterprise over the twelve months that end with the period."""
    last = ctx.period.last
    months = m.span(m.shift(last, -11), last)
    if months[0] < ctx.full.cube.first_month:
        return {}
    tax = ctx.repository.firm_totals(ctx.full, "tax", months, ()).within(ctx.where).frame()
    return dict(zip(tax["credit_code"], tax["value"] / tax["land_mu"].where(tax["land_mu"] > 0), strict=True))


def _row(ctx: Context, firm: object, whole: float, per_mu: dict[str, float]) -> FirmRow:
    values = {f: getattr(firm, f) for f in ("credit_code", "name", "town", "division", "stage", "role", "value", "base")}
    base = values["base"]
    change = (values["value"] - base) / base if base > 0 else np.nan
    return FirmRow(
        values["credit_code"],
        values["name"],
        group_name(ctx.district, Grouping.TOWN, values["town"])[1],
        industry_name(values["division"]),
        values["stage"],
        values["role"],
        float(values["value"]),
        float(change),
        float(values["value"] / whole) if whole > 0 else np.nan,
        float(per_mu.get(values["credit_code"], np.nan)),
    )

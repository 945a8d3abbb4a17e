"""The enterprises of a chain: its leader and suppliers (链主带动), the largest ones, and concentration."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from cockpit import cache, formatting
from cockpit.aggregations import aggregate
from cockpit.aggregations.windows import windows
from cockpit.analysis import comparison
from cockpit.analysis.concentration import Concentration, concentration
from cockpit.analysis.contribution import decompose_growth
from cockpit.calendar import months as m
from cockpit.catalogue.dimensions import Grouping, industry_name
from cockpit.catalogue.formulas import Metric
from cockpit.catalogue.metrics import METRICS
from cockpit.catalogue.names import group_name, short_firm
from cockpit.cube.cube import Filter
from cockpit.cube.firm_totals import FirmTotals
from cockpit.cube.table_view import ColumnStore, TableView
from cockpit.sentences.changes import GROWTH
from cockpit.sentences.counts import top_share
from cockpit.sentences.superlatives import largest_name, show_value
from cockpit.views.context import ViewContext, items
from cockpit.views.parts import Caption, Item

ROLES = ("链主", "配套", "一般")
_FIRMS_LISTED = 10


@dataclass(frozen=True, slots=True)
class ChainRole:
    """Leader, suppliers or others (链主/配套/一般): output and its change, contribution in percentage points, firms.

    ``shown``: the contribution as shown; with the others' it adds up to the growth of the whole as shown.
    """

    item: Item
    points: float
    shown: float
    firms: float


@dataclass(frozen=True, slots=True)
class LeaderPanel:
    """Values of 链主带动: the leaders' share of the output (a fraction), and the growth of each role.

    Where several lead, ``leader_name`` says the largest and how many they are; they have no one ``leader_location``.
    """

    leader_name: str
    leader_location: str
    leader_share: float
    roles: tuple[ChainRole, ...]
    metric: Metric
    insight: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class FirmRow:
    """An enterprise among the largest; money in 万元, ``tax_per_mu`` over twelve months in 万元/亩."""

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
    """Compute share, growth and contribution to the chain's growth of the leader, its suppliers and the others."""
    metric = METRICS["output"]
    by_role = _roles(ctx, metric)
    firms = aggregate.evaluate_metric(ctx.data, METRICS["firms"], ctx.period, ctx.where, Grouping.ROLE)
    pair = windows(ctx.data, metric, ctx.period, ctx.where, ctx.compare)
    parts = {part.key: part for part in decompose_growth(ctx.data, metric, pair, ctx.where, Grouping.ROLE)}
    points, shown = ({key: getattr(part, name) for key, part in parts.items()} for name in ("points", "shown"))
    keys = [r for r in ROLES if r in by_role] + [r for r in by_role if r not in ROLES]
    roles = tuple(ChainRole(by_role[r], points.get(r, math.nan), shown.get(r, math.nan), firms.get(r, 0.0)) for r in keys)
    totals = reported_firms(ctx)
    leaders = totals.where_equal("role", ROLES[0])
    caption = ctx.caption(metric)
    if not len(leaders):
        return LeaderPanel("", "", math.nan, roles, metric, "所选范围内没有链主企业", caption)
    largest = leaders.head(1)
    [name], [town], [stage] = largest.names(), largest.text("town"), largest.text("stage")
    whole = totals.total()
    location = " · ".join(part for part in (group_name(ctx.district, Grouping.TOWN, town)[0], stage) if part)
    if len(leaders) > 1:
        name, location = f"{name}等{len(leaders)}家", ""
    share = leaders.total() / whole if whole > 0 else math.nan
    return LeaderPanel(name, location, share, roles, metric, _growth_insight(by_role), caption)


def _roles(ctx: ViewContext, metric: Metric) -> dict[str, Item]:
    """Return the roles by key; the leader's share is also shown by itself, so it is rounded for itself."""
    roles = items(ctx, metric, ctx.where, Grouping.ROLE)
    leader = next((i for i, role in enumerate(roles) if role.key == ROLES[0]), None)
    shown = formatting.shown_shares([role.value for role in roles], apart=leader)
    return {role.key: replace(role, share_shown=percent) for role, percent in zip(roles, shown, strict=True)}


def _growth_insight(by_role: dict[str, Item]) -> str:
    """Compare the growth of suppliers and of the others: a comparison, not a cause."""
    growth = {role: by_role[role].change for role in ROLES if role in by_role and not math.isnan(by_role[role].change)}
    if not growth:
        return "没有可比的增长"
    clauses = "，".join(f"{role}{GROWTH.show(change)}" for role, change in growth.items())
    if "配套" not in growth or "一般" not in growth:
        return clauses
    gap = formatting.percent_gap(growth["配套"], growth["一般"])
    versus = f"增速{'高于' if gap > 0 else '低于'}一般企业" if gap else "增速与一般企业持平"
    return f"{clauses}；配套企业{versus}"


def firm_panel(ctx: ViewContext) -> FirmPanel:
    """Compute the ten largest enterprises by output, with growth, share and 亩均税收, and the concentration of all."""
    metric = METRICS["output"]
    reported = reported_firms(ctx)
    measured = concentration(reported.value)
    rows = _firm_rows(ctx, reported.head(_FIRMS_LISTED), reported.total())
    insight = _firms_insight(ctx, rows, measured)
    return FirmPanel(rows, measured.firms, measured.cr4, measured.hhi, metric, insight, ctx.caption(metric))


def _firms_insight(ctx: ViewContext, rows: tuple[FirmRow, ...], measured: Concentration) -> str:
    """Say what the largest have, and who is the largest of several."""
    if not rows:
        return "所选范围没有企业数据"
    first = largest_name([(short_firm(ctx.district, row.name), row.output) for row in rows], show_value(METRICS["output"]))
    return "，".join(
        filter(
            None,
            [
                top_share(4, measured.firms, measured.cr4) or f"共{measured.firms:,}家企业",
                f"{first}居首" if first else "",
            ],
        )
    )


def reported_firms(ctx: ViewContext, where: Filter | None = None) -> FirmTotals:
    """Return the enterprises that reported output, largest first, by default under the selection's filter.

    Over the months that the page's own value covers; only the comparable ones when the selection asks for these.
    """
    where = where or ctx.where
    pair = windows(ctx.data, METRICS["output"], ctx.period, where, ctx.compare)
    totals = comparison.compare_firms(ctx.repository, ctx.data, "output", pair).filter(where)
    return totals.with_value().sorted_by_value()


def registered_firms(ctx: ViewContext, where: Filter) -> TableView:
    """Return the register under ``where``, whatever the evaluation type.

    Columns as in ``contracts.ENTERPRISES``, and ``division``; missing stages and roles are ''.
    """

    def build() -> ColumnStore:
        rows = ctx.full.ledgers["enterprise"]
        blank = {name: rows[name].fillna("") for name in ("stage", "role")}
        return ColumnStore(rows.assign(division=rows["industry_code"].str[:2], **blank))

    return ctx.full.cache.get_or_compute(cache.REGISTER, (), build).rows.filter(dict(where.items()))


def trailing_tax(ctx: ViewContext) -> FirmTotals:
    """Return the tax of the selected enterprises over the twelve months that end with the period.

    Empty where the data begin later.
    """
    months = m.year_to(ctx.period.last)
    if months[0] < ctx.full.cube.first_month:
        months = ()
    return ctx.repository.firm_totals(ctx.full, "tax", months, ()).filter(ctx.where)


def _firm_rows(ctx: ViewContext, firms: FirmTotals, whole: float) -> tuple[FirmRow, ...]:
    tax = trailing_tax(ctx)
    tax_per_mu = tax.for_every_firm(tax.value_per_mu())[firms.indices].tolist()
    dimensions = (firms.text(name) for name in ("town", "division", "stage", "role"))
    labels = zip(firms.credit_codes(), firms.names(), *dimensions, strict=True)
    values = zip(firms.value.tolist(), firms.growth(), tax_per_mu, strict=True)
    return tuple(
        FirmRow(
            code,
            name,
            group_name(ctx.district, Grouping.TOWN, town)[1],
            industry_name(division),
            stage,
            role,
            output,
            growth,
            output / whole if whole > 0 else math.nan,
            per_mu,
        )
        for (code, name, town, division, stage, role), (output, growth, per_mu) in zip(labels, values, strict=True)
    )

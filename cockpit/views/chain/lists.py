"""The lists of a chain (三张清单): its enterprises, and how many enterprises, projects and policies there are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cockpit import cache
from cockpit.analysis.comparison import Compared
from cockpit.calendar import months as m
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.formulas import Metric
from cockpit.catalogue.metrics import METRICS
from cockpit.catalogue.names import group_name, short_firm
from cockpit.cube.arrays import BoolArray, FloatArray, IntArray
from cockpit.cube.table_view import TableView
from cockpit.district.narratives import ChainFact
from cockpit.views.chain import gaps as chain_gaps
from cockpit.views.chain import projects as chain_projects
from cockpit.views.chain.firms import ROLES, firms_tax_per_mu, registered_firms, reported_firms
from cockpit.views.context import ViewContext
from cockpit.views.parts import Caption

#: Rows that the list of enterprises may hold; the rest is told as a number.
MAX_IN_LIST = 300
#: What the list may be sorted by: keys of metrics.
ORDERS = ("output", "tax_per_mu")


@dataclass(frozen=True, slots=True)
class ChainFirmRow:
    """One enterprise of the register. ``output`` in 万元, ``tax_per_mu`` in 万元/亩 over twelve months; NaN = not reported.

    ``share`` of the listed enterprises' output; ``grade`` '' = none; ``kind`` 规上 or 宗地; ``member`` of 时尚E家.
    """

    credit_code: str
    name: str
    stage: str
    role: str
    town: str
    kind: str
    output: float
    change: float
    share: float
    tax_per_mu: float
    grade: str
    member: bool


@dataclass(frozen=True, slots=True)
class ChainFirmList:
    """The enterprises, the largest first: ``count`` in all, of them the first ``rows``; ``kinds``: 规上, 宗地.

    ``order``: key of ``ORDERS``; ``year`` of the newest published evaluation (0 = none).
    """

    rows: tuple[ChainFirmRow, ...]
    count: int
    kinds: tuple[int, int]
    order: str
    year: int
    metric: Metric
    insight: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class ChainListsSummary:
    """Headline of the lists: enterprises, output, projects, policies, missing and weak stages."""

    kinds: tuple[int, int]
    year: int
    good: int
    graded: int
    metric: Metric
    output: Compared
    projects: chain_projects.ChainProjectList
    policies: chain_projects.PolicyList
    gaps: chain_gaps.GapPanel
    stages: tuple[str, ...]
    caption: Caption


def summary(ctx: ViewContext) -> ChainListsSummary:
    """The headline figures, and the chain's stages to choose from."""
    rows = _rows(ctx).rows
    year, grades = _grades(ctx)
    graded = [grades[code] for code in rows.text("credit_code") if code in grades]
    every = chain_gaps.gaps(ctx)
    return ChainListsSummary(
        _kinds(rows),
        year,
        sum(grade in ("A", "B") for grade in graded),
        len(graded),
        METRICS["output"],
        ctx.total(METRICS["output"]),
        chain_projects.projects(ctx),
        chain_projects.policies(ctx),
        every,
        every.stages,
        ctx.caption(METRICS["output"]),
    )


def firms(ctx: ViewContext) -> ChainFirmList:
    """All enterprises of the chain (or of the chosen stages) in the register, with the figures of the 规上 ones."""
    every = _rows(ctx)
    year, grades = _grades(ctx)
    order = ctx.selection.metric if ctx.selection.metric in ORDERS else ORDERS[0]
    first = every.tax_per_mu if order == "tax_per_mu" else every.output
    land, code = every.rows.number("land_mu"), every.rows.categorical("credit_code").codes
    found = every.only(np.lexsort((code, -land, -every.output, -first)))
    listed = _listed(ctx, found.only(np.arange(min(len(found.rows), MAX_IN_LIST))), float(np.nansum(found.output)), grades)
    metric = METRICS["output"]
    return ChainFirmList(listed, len(found.rows), _kinds(found.rows), order, year, metric, _insight(found), ctx.caption(metric))


def facts(ctx: ViewContext) -> tuple[ChainFact, ...]:
    """What public reports say of the chain's firms; with stages chosen, of those that stand there."""
    stages = ctx.selection.stages
    return tuple(f for f in ctx.district.facts if f.chain in ctx.selection.chains and (not stages or f.stage in stages))


@dataclass(frozen=True, slots=True)
class _Firms:
    """Enterprises of the register with what they reported: output and its base in 万元, 亩均税收; NaN = none."""

    rows: TableView
    output: FloatArray
    base: FloatArray
    tax_per_mu: FloatArray

    def only(self, which: BoolArray | IntArray) -> _Firms:
        """Those that a mask or places name."""
        return _Firms(self.rows.take(which), self.output[which], self.base[which], self.tax_per_mu[which])


def _rows(ctx: ViewContext) -> _Firms:
    """The register under the selection; in 可比口径 only the enterprises that count."""
    rows, reported = registered_firms(ctx, ctx.where), reported_firms(ctx)
    at = ctx.full.firm_register.rows
    known = at >= 0
    output, base, per_mu = (np.full(len(rows.store), np.nan) for _ in range(3))
    output[at[reported.indices]], base[at[reported.indices]] = reported.value, reported.base
    per_mu[at[known]] = firms_tax_per_mu(ctx)[known]
    found = _Firms(rows, output[rows.indices], base[rows.indices], per_mu[rows.indices])
    return found if ctx.data is ctx.full else found.only(~np.isnan(found.output))


def _kinds(rows: TableView) -> tuple[int, int]:
    return int(rows.isin("kind", ("规上",)).sum()), int(rows.isin("kind", ("宗地",)).sum())


def _grades(ctx: ViewContext) -> tuple[int, dict[str, str]]:
    """Year of the newest published evaluation not after the period (0 = none), and its grades by credit code."""
    year = max((y for y in ctx.full.grades if y <= m.year_of(ctx.period.last)), default=0)
    if not year:
        return 0, {}
    rows = ctx.full.grades[year]
    every = ctx.full.cache.get_or_compute(
        cache.GRADES_BY_CODE, year, lambda: dict(zip(rows["credit_code"], rows["grade"], strict=True))
    )
    return year, every


def _listed(ctx: ViewContext, firms: _Firms, whole: float, grades: dict[str, str]) -> tuple[ChainFirmRow, ...]:
    words = zip(*(firms.rows.text(n) for n in ("credit_code", "name", "stage", "role", "town", "kind")), strict=True)
    figures = zip(firms.output.tolist(), firms.base.tolist(), firms.tax_per_mu.tolist(), strict=True)
    members = firms.rows.boolean("platform_member").tolist()
    return tuple(
        ChainFirmRow(
            code,
            name,
            stage,
            role,
            group_name(ctx.district, Grouping.TOWN, town)[1],
            kind,
            output,
            (output - base) / base if base > 0 else np.nan,
            output / whole if whole > 0 else np.nan,
            per_mu,
            grades.get(code, ""),
            member,
        )
        for (code, name, stage, role, town, kind), (output, base, per_mu), member in zip(words, figures, members, strict=True)
    )


def _insight(firms: _Firms) -> str:
    if not len(firms.rows):
        return "所选范围没有企业"
    parts = []
    if not np.isnan(firms.output).all():
        [largest] = firms.rows.take(np.array([np.nanargmax(firms.output)])).text("name")
        parts.append(f"{short_firm(largest)}产值最大")
    told = [f"{role}{n}家" for role in ROLES[:2] if (n := int(firms.rows.isin("role", (role,)).sum()))]
    return "，".join([*parts, *told]) or f"{len(firms.rows)}家企业，所选期间都没有月度数据"

"""The lists of a chain (三张清单): its enterprises, and how many enterprises, projects and policies there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cockpit import months as m
from cockpit.comparison import Compared
from cockpit.dimensions import Grouping
from cockpit.formulas import Metric
from cockpit.metrics import METRICS
from cockpit.names import group_name, short_firm
from cockpit.stories import ChainFact
from cockpit.views import chain_gaps, chain_projects
from cockpit.views.chain_firms import ROLES, firms_tax_per_mu, registered_firms, reported_firms
from cockpit.views.context import Context
from cockpit.views.parts import Caption

#: Rows that the list of enterprises may hold; the rest is told as a number.
LONGEST_LIST = 300
#: What the list may be sorted by: keys of metrics.
ORDERS = ("output", "tax_per_mu")


@dataclass(frozen=True, slots=True)
class ListedFirm:
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
class FirmList:
    """The enterprises, the largest first: ``count`` in all, of them the first ``rows``; ``kinds``: 规上, 宗地.

    ``order``: key of ``ORDERS``; ``year`` of the newest published evaluation (0 = none).
    """

    rows: tuple[ListedFirm, ...]
    count: int
    kinds: tuple[int, int]
    order: str
    year: int
    metric: Metric
    reading: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class Summary:
    """Headline of the lists: enterprises, output, projects, policies, missing and weak stages."""

    kinds: tuple[int, int]
    year: int
    good: int
    graded: int
    metric: Metric
    output: Compared
    projects: chain_projects.ProjectList
    policies: chain_projects.PolicyList
    gaps: chain_gaps.GapPanel
    stages: tuple[str, ...]
    caption: Caption


def summary(ctx: Context) -> Summary:
    """The headline figures, and the chain's stages to choose from."""
    rows = _rows(ctx)
    year, grades = _grades(ctx)
    graded = rows["credit_code"].map(grades).dropna()
    every = chain_gaps.gaps(ctx)
    return Summary(
        _kinds(rows),
        year,
        int(graded.isin(["A", "B"]).sum()),
        len(graded),
        METRICS["output"],
        ctx.total(METRICS["output"]),
        chain_projects.projects(ctx),
        chain_projects.policies(ctx),
        every,
        every.stages,
        ctx.caption(METRICS["output"]),
    )


def firms(ctx: Context) -> FirmList:
    """All enterprises of the chain (or of the chosen stages) in the register, with the figures of the 规上 ones."""
    rows = _rows(ctx)
    year, grades = _grades(ctx)
    order = ctx.selection.metric if ctx.selection.metric in ORDERS else ORDERS[0]
    rows = rows.sort_values([order, "output", "land_mu", "credit_code"], ascending=[False, False, False, True], kind="stable")
    whole = float(rows["output"].sum())
    listed = tuple(_listed(ctx, r, whole, grades) for r in rows.head(LONGEST_LIST).to_dict("records"))
    metric = METRICS["output"]
    return FirmList(listed, len(rows), _kinds(rows), order, year, metric, _reading(rows), ctx.caption(metric))


def facts(ctx: Context) -> tuple[ChainFact, ...]:
    """What public reports say of the chain's firms; with stages chosen, of those that stand there."""
    stages = ctx.selection.stages
    return tuple(f for f in ctx.district.facts if f.chain in ctx.selection.chains and (not stages or f.stage in stages))


def _rows(ctx: Context) -> pd.DataFrame:
    """The register under the selection with ``output, base, tax_per_mu``; in 可比口径 only the enterprises that count."""
    register = registered_firms(ctx, ctx.where)
    reported = reported_firms(ctx)
    rows = register.merge(
        reported[["credit_code", "value", "base"]].rename(columns={"value": "output"}),
        on="credit_code",
        how="inner" if ctx.data is not ctx.full else "left",
    )
    per_mu = rows["credit_code"].map(firms_tax_per_mu(ctx)).astype("float64")
    return rows.assign(tax_per_mu=per_mu, land_mu=rows["land_mu"].astype("float64"))


def _kinds(rows: pd.DataFrame) -> tuple[int, int]:
    return int((rows["kind"] == "规上").sum()), int((rows["kind"] == "宗地").sum())


def _grades(ctx: Context) -> tuple[int, dict[str, str]]:
    """Year of the newest published evaluation not after the period (0 = none), and its grades by credit code."""
    year = max((y for y in ctx.full.grades if y <= m.year_of(ctx.period.last)), default=0)
    if not year:
        return 0, {}
    rows = ctx.full.grades[year]
    return year, dict(zip(rows["credit_code"], rows["grade"], strict=True))


def _listed(ctx: Context, row: Mapping[Any, Any], whole: float, grades: dict[str, str]) -> ListedFirm:
    output, base, per_mu = (float(row[n]) for n in ("output", "base", "tax_per_mu"))
    code = str(row["credit_code"])
    return ListedFirm(
        code,
        str(row["name"]),
        str(row["stage"]),
        str(row["role"]),
        group_name(ctx.district, Grouping.TOWN, str(row["town"]))[1],
        str(row["kind"]),
        output,
        (output - base) / base if base > 0 else np.nan,
        output / whole if whole > 0 else np.nan,
        per_mu,
        grades.get(code, ""),
        not pd.isna(row["platform_member"]) and bool(row["platform_member"]),
    )


def _reading(rows: pd.DataFrame) -> str:
    if rows.empty:
        return "所选范围没有企业"
    known = rows[rows["output"].notna()]
    parts = []
    if len(known):
        largest = known.loc[known["output"].idxmax()]
        parts.append(f"{short_firm(str(largest['name']))}产值最大")
    told = [f"{role}{n}家" for role in ROLES[:2] if (n := int((rows["role"] == role).sum()))]
    return "，".join([*parts, *told]) or f"{len(rows)}家企业，所选期间都没有月度数据"

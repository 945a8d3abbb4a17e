"""A chain's projects (项目清单) and policies (政策清单), each as of a day of the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import pandas as pd

from cockpit import cache
from cockpit.calendar.dates import as_date, format_day, month_end, whole_months
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.formulas import Metric
from cockpit.catalogue.metrics import METRICS
from cockpit.catalogue.names import group_name
from cockpit.cube.table_view import TableView
from cockpit.ledgers import projects as project_ledger
from cockpit.views.context import ViewContext, restriction_notes
from cockpit.views.parts import Caption
from cockpit.views.projects.state import INVESTED_AS_OF, projects_on

#: The value of 产业链 in the sheet 政策清单 that means every chain.
EVERY_CHAIN = "all"


@dataclass(frozen=True, slots=True)
class ChainProjectRow:
    """One project as of the day. ``step``: 0-3, the furthest of ``projects.STEPS``; money in 万元, NaN = not reported.

    ``dates`` of the four steps; ``concern`` what is wrong by rule ('' = nothing).
    """

    number: str
    name: str
    field: str
    town: str
    origin: str
    step: int
    standing: str
    dates: tuple[date | None, ...]
    planned: float
    invested: float
    concern: str


@dataclass(frozen=True, slots=True)
class ChainProjectList:
    """The projects signed up to ``day``, the largest first; totals in 万元; ``metric``: its units."""

    rows: tuple[ChainProjectRow, ...]
    day: date
    planned: float
    invested: float
    metric: Metric
    insight: str
    caption: Caption


class PolicyValidity(StrEnum):
    """Whether a policy may be used on the data's last day."""

    VALID = "有效"
    EXPIRING = "即将到期"
    EXPIRED = "已过期"
    OPEN = "未填有效期"


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One policy: of this chain (``own``) or of every chain; ``months_left`` whole months to its end."""

    title: str
    kind: str
    level: str
    summary: str
    own: bool
    valid_until: date | None
    validity: PolicyValidity
    months_left: int

    @property
    def applies(self) -> bool:
        """Whether it may still be used."""
        return self.validity is not PolicyValidity.EXPIRED


@dataclass(frozen=True, slots=True)
class PolicyList:
    """The chain's own policies and those of every chain, the ones in force first; ``day``: as of when."""

    rows: tuple[PolicyRow, ...]
    day: date
    insight: str
    caption: Caption

    def count(self, validity: PolicyValidity) -> int:
        """Count the policies of this validity."""
        return sum(r.validity is validity for r in self.rows)


def chain_projects(ctx: ViewContext) -> TableView:
    """Return the chain's projects in the selected towns, as of the period's last day (see ``known_on``)."""
    return projects_on(ctx, month_end(ctx.period.last)).filter({"chain": ctx.selection.chains, "town": ctx.where.towns})


def projects(ctx: ViewContext) -> ChainProjectList:
    """List all projects of the chain, whatever the period they were signed in."""
    table, until = chain_projects(ctx), month_end(ctx.period.last)
    table = table.sort_by(-table.number("planned"), table.categorical("project_no").codes)
    every = ctx.full.cache.get_or_compute(
        cache.CHAIN_PROJECT_ROWS, until, lambda: [_project(ctx, row) for row in table.store.records()]
    )
    rows, day = tuple(every[i] for i in table.indices.tolist()), until.date()
    planned, invested = table.total("planned"), table.known_total("invested")
    caption = Caption(
        ctx.caption().scope,
        f"截至{format_day(day)}已签约",
        ctx.data_date("project"),
        f"签约日期不晚于期末的全部项目；开工、竣工、投产按日期判断是否已到。{INVESTED_AS_OF}",
        restriction_notes(METRICS["signed_projects"], ctx.where, ctx.terms),
    )
    return ChainProjectList(rows, day, planned, invested, METRICS["signed_investment"], _projects_insight(rows), caption)


def _project(ctx: ViewContext, row: Mapping[Any, Any]) -> ChainProjectRow:
    return ChainProjectRow(
        str(row["project_no"]),
        str(row["name"]),
        _text(row["field"]),
        group_name(ctx.district, Grouping.TOWN, str(row["town"]))[1],
        _text(row["origin"]),
        int(row["step"]),
        str(row["standing"]),
        tuple(as_date(row[d]) if not pd.isna(row[d]) else None for d in project_ledger.DATES),
        float(row["planned"]),
        float(row["invested"]),
        "" if row["soon"] else str(row["concern"]),
    )


def _projects_insight(rows: tuple[ChainProjectRow, ...]) -> str:
    if not rows:
        return "所选范围没有已签约的项目"
    counts = [f"{s.value}{n}个" for s in project_ledger.STANDINGS if (n := sum(r.standing == s.value for r in rows))]
    late = sum(bool(r.concern) for r in rows)
    return "，".join(counts) + (f"；{late}个逾期或停滞" if late else "")


def policies(ctx: ViewContext) -> PolicyList:
    """List the policies for a firm of the chain, judged on the last day of the newest month of the data."""
    day, limit = month_end(ctx.full.cube.newest_month), ctx.district.thresholds.policy_expiring_months
    # A data version has one newest month.
    every = ctx.full.cache.get_or_compute(cache.POLICIES, (), lambda: _policies(ctx.full.ledgers["policy"], day, limit))
    rows = [policy for chain, policy in every if chain in (*ctx.selection.chains, EVERY_CHAIN)]
    rows.sort(key=lambda p: (not p.applies, not p.own, p.valid_until or date.max, p.title))
    data_month = ctx.data_date()
    chains = ctx.district.chain_names(ctx.selection.chains)
    definition = f"本链和面向全部产业链的政策。有效期至早于{format_day(day)}为已过期，其后{limit}个月内到期为即将到期。"
    caption = Caption(chains, f"截至{format_day(day)}", data_month, definition)
    return PolicyList(tuple(rows), day.date(), _policies_insight(rows), caption)


def _policies(rows: pd.DataFrame, day: pd.Timestamp, limit: int) -> list[tuple[str, PolicyRow]]:
    return [(str(row["chain"]), _policy(row, day, limit)) for row in rows.to_dict("records")]


def _policy(row: Mapping[Any, Any], day: pd.Timestamp, limit: int) -> PolicyRow:
    until, validity, left = row["valid_until"], PolicyValidity.OPEN, 0
    valid_until = as_date(until) if not pd.isna(until) else None
    if valid_until:
        left = int(max(whole_months(pd.Series([day]), pd.Series([until])).iloc[0], 0.0))
        soon = until <= day + pd.DateOffset(months=limit)
        validity = PolicyValidity.EXPIRED if until < day else PolicyValidity.EXPIRING if soon else PolicyValidity.VALID
    own = row["chain"] != EVERY_CHAIN
    title, kind, level, summary = (_text(row[n]) for n in ("title", "kind", "level", "summary"))
    return PolicyRow(title, kind, level, summary, own, valid_until, validity, left)


def _policies_insight(rows: list[PolicyRow]) -> str:
    if not rows:
        return "没有面向这条链的政策"
    expired = sum(not r.applies for r in rows)
    expiring = sum(r.validity is PolicyValidity.EXPIRING for r in rows)
    usable = _usable(len(rows) - expired, sum(r.own for r in rows if r.applies))
    return usable + (f"；{expiring}项即将到期" if expiring else "") + (f"；{expired}项已过期" if expired else "")


def _usable(count: int, own: int) -> str:
    """Say how many policies are in force, and how many of them are the chain's own."""
    if not count:
        return "没有在有效期内的政策"
    if not own:
        return f"{count}项可用，没有本链专项"
    if own == count:
        return f"{count}项可用，{'均' if count > 1 else ''}为本链专项"
    return f"{count}项可用，其中本链专项{own}项"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""

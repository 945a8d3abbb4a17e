"""The view 低效整治 as values: firms to be listed, in progress and done as of the period's last day, and a firm's way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from cockpit import cache, formatting
from cockpit.aggregations import evaluate as core
from cockpit.calendar.dates import as_date, format_duration, month_end
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.names import group_name
from cockpit.cube.table_view import TableView, median
from cockpit.ledgers.remediation import KINDS, NO_DATE, RemediationStage, remediation_as_of
from cockpit.views.context import ViewContext
from cockpit.views.land.evaluation import EvaluationScope
from cockpit.views.parts import Caption
from cockpit.views.remediation.state import RELEASED, RemediationState, by_kind, state, to_date

#: Rows that a column of the board may hold; the rest is told as a number.
LONGEST_COLUMN = 300


@dataclass(frozen=True, slots=True)
class RemediationSummary:
    """Headline figures. Entries by kind in the order of ``KINDS``; land in 亩; NaN = none.

    ``done_rate``: done ÷ all listed; ``days``: how long the done ones took (median, least, most).
    """

    known: bool
    done: tuple[int, ...]
    active: tuple[int, ...]
    slow: int
    soon: int
    slow_months: int
    oldest: str
    to_list: float
    to_list_land: float
    released: float
    done_rate: float
    days: tuple[float, float, float]
    year: int
    line: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class RemediationEntry:
    """A firm on the board. Land in 亩, tax in 万元/亩, NaN = unknown; ``kind`` '' = not listed.

    ``town`` is its short name; ``age``: the time so far, or taken, in words.
    """

    code: str
    name: str
    town: str
    chain: str
    kind: str
    land: float
    tax_per_mu: float
    listed_on: date | None
    completed_on: date | None
    released: float
    age: str
    slow: bool


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """A column of the board: ``count`` firms, of them the first ``entries``.

    ``parts``: how many of each kind of remediation, or evaluation group. ``slow`` and ``soon``: in progress for
    longer than the limit, or by the end of next month; ``low``: done, but still below the evaluation's D line.
    """

    stage: RemediationStage
    count: int
    parts: tuple[tuple[str, int], ...]
    entries: tuple[RemediationEntry, ...]
    slow: int = 0
    soon: int = 0
    low: int = 0


@dataclass(frozen=True, slots=True)
class RemediationBoard:
    """The three columns as of ``day``; ``year`` of the evaluation (0 = none published), ``line`` its D line in words."""

    known: bool
    day: date
    columns: tuple[BoardColumn, ...]
    slow_months: int
    year: int
    line: str
    insight: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class RemediationStep:
    """One entry of a firm's history: what for, how it stood at the period's end, when, land put back (亩), how long."""

    kind: str
    state: str
    listed_on: date | None
    completed_on: date | None
    released_land: float
    age: str
    slow: bool


def summary(ctx: ViewContext) -> RemediationSummary:
    """The headline figures."""
    now = state(ctx)
    done, active = now.of(RemediationStage.DONE), now.of(RemediationStage.IN_PROGRESS)
    days = done.number("days")
    taken = days[~np.isnan(days)]
    return RemediationSummary(
        now.known,
        by_kind(done),
        by_kind(active),
        int(active.boolean("slow").sum()),
        int(active.boolean("soon").sum()),
        ctx.district.thresholds.remediation_slow_months,
        _oldest(active),
        float(len(now.to_list)) if now.found else np.nan,
        now.to_list.total("land_mu") if now.found else np.nan,
        core.total(ctx.full, RELEASED, to_date(ctx), ctx.where),
        len(done) / len(now.entries) if len(now.entries) else np.nan,
        (median(taken), float(taken.min()), float(taken.max())) if len(taken) else (np.nan, np.nan, np.nan),
        now.found.year if now.found else 0,
        now.line,
        now.caption,
    )


def _oldest(active: TableView) -> str:
    days = active.number("days")
    if np.isnan(days).all():
        return ""
    at = int(np.nanargmax(days))
    return format_duration(float(active.number("months")[at]), float(days[at]))


def board(ctx: ViewContext) -> RemediationBoard:
    """The three columns: the largest land, the longest in progress, and the latest done first."""
    now = state(ctx)
    due, listed = _told(ctx, now)
    active = now.of(RemediationStage.IN_PROGRESS)
    land = np.array([listed[i].land for i in active.indices.tolist()], dtype=np.float64)
    active = active.sort_by(active.date("listed_on"), -land, active.categorical("credit_code").codes)
    done = now.of(RemediationStage.DONE)
    done = done.sort_by(
        done.latest_first("completed_on"), -done.number("released_land_mu"), done.categorical("credit_code").codes
    )
    low = int(done.isin("credit_code", set(now.low.text("credit_code"))).sum())
    late = {name: int(active.boolean(name).sum()) for name in ("slow", "soon")}
    columns = (
        BoardColumn(RemediationStage.TO_LIST, len(now.to_list), _groups(now), _first(due, now.to_list)),
        BoardColumn(RemediationStage.IN_PROGRESS, len(active), _kinds(active), _first(listed, active), **late),
        BoardColumn(RemediationStage.DONE, len(done), _kinds(done), _first(listed, done), low=low),
    )
    slow_months = ctx.district.thresholds.remediation_slow_months
    shown, year = () if now.is_empty else columns, now.found.year if now.found else 0
    return RemediationBoard(
        now.known, now.day.date(), shown, slow_months, year, now.line, _insight(now, slow_months), now.caption
    )


def _told(ctx: ViewContext, now: RemediationState) -> tuple[list[RemediationEntry], list[RemediationEntry]]:
    """All firms below the D line and all entries of the ledger, one by one; made once for a day and evaluation."""

    def build() -> tuple[list[RemediationEntry], list[RemediationEntry]]:
        tell = _Teller(ctx, now.found)
        return tell.firms(now.low.store.records()), tell.entries(now.entries.store.records())

    return ctx.full.cache.get_or_compute(
        cache.REMEDIATION_ROWS, (now.day, now.found.published.record.id if now.found else 0), build
    )


def _first(every: list[RemediationEntry], rows: TableView) -> tuple[RemediationEntry, ...]:
    return tuple(every[i] for i in rows.indices[:LONGEST_COLUMN].tolist())


def _kinds(entries: TableView) -> tuple[tuple[str, int], ...]:
    return tuple(zip(KINDS, by_kind(entries), strict=True))


def _groups(now: RemediationState) -> tuple[tuple[str, int], ...]:
    """Firms to be listed by evaluation group, in the policy's order."""
    if now.found is None:
        return ()
    return tuple((g.key, int(now.to_list.isin("group", (g.key,)).sum())) for g in now.found.evaluation.policy.groups)


def _insight(now: RemediationState, slow_months: int) -> str:
    active, parts = now.of(RemediationStage.IN_PROGRESS), []
    if len(active):
        slow, soon = int(active.boolean("slow").sum()), int(active.boolean("soon").sum())
        told = [f"在治{len(active)}家", *([f"最久{_oldest(active)}"] if _oldest(active) else [])]
        told += [f"{slow}家超过{slow_months}个月"] if slow else []
        told += [f"{'另有' if slow else ''}{soon}家到下月底将超过{slow_months}个月"] if soon else []
        parts.append("，".join(told))
    elif len(now.entries):
        parts.append("已列入的全部完成")
    if len(now.to_list):
        land = formatting.round_half_up(now.to_list.total("land_mu"), 0)
        parts.append(f"{'还有' if parts else ''}{len(now.to_list)}家应列入而未列入，占地{land:,}亩")
    return "；".join(parts)


class _Teller:
    """Tells rows as entries, with what register and evaluation know of the firms."""

    def __init__(self, ctx: ViewContext, found: EvaluationScope | None) -> None:
        register = ctx.full.ledgers["enterprise"]
        self._district = ctx.district
        self._names = dict(zip(register["credit_code"], register["name"], strict=True))
        #: 用地面积 of the evaluation, else of the register; in 亩.
        self._land = dict(zip(register["credit_code"], register["land_mu"].astype("float64"), strict=True))
        self._tax: dict[str, float] = {}
        if found:
            firms = found.evaluation.firms
            self._land |= dict(zip(firms["credit_code"], firms["land_mu"], strict=True))
            self._tax = dict(zip(firms["credit_code"], firms["tax"] / firms["land_mu"], strict=True))

    def firms(self, rows: Sequence[dict[Any, Any]]) -> list[RemediationEntry]:
        """Firms of an evaluation that are to be listed."""
        blank = {"listed_on": None, "completed_on": None, "kind": "", "released_land_mu": np.nan, "slow": False}
        return [self._entry(row | blank | {"days": np.nan, "months": np.nan}) for row in rows]

    def entries(self, rows: Sequence[dict[Any, Any]]) -> list[RemediationEntry]:
        """Entries of the ledger."""
        return [self._entry(row) for row in rows]

    def _entry(self, row: Mapping[Any, Any]) -> RemediationEntry:
        code = str(row["credit_code"])
        listed_on, completed_on = as_date(row["listed_on"]), as_date(row["completed_on"])
        return RemediationEntry(
            code,
            str(self._names.get(code, code)),
            group_name(self._district, Grouping.TOWN, str(row["town"]))[1],
            group_name(self._district, Grouping.CHAIN, str(row["chain"]))[0],
            str(row["kind"]),
            float(self._land.get(code, np.nan)),
            float(self._tax.get(code, np.nan)),
            listed_on,
            completed_on,
            float(row["released_land_mu"]),
            format_duration(float(row["months"]), float(row["days"])),
            bool(row["slow"]),
        )


def history(ctx: ViewContext, code: str) -> tuple[RemediationStep, ...]:
    """A firm's entries up to the period's last day, the earliest listed first."""
    rows = ctx.full.ledgers["remediation"]
    own = remediation_as_of(
        rows[rows["credit_code"] == code], month_end(ctx.period.last), ctx.district.thresholds.remediation_slow_months
    )
    own = own.sort_values(["listed_on", "kind"], kind="stable", na_position="first")
    return tuple(
        RemediationStep(
            str(row["kind"]),
            str(row["stage"]),
            as_date(row["listed_on"]),
            as_date(row["completed_on"]),
            float(row["released_land_mu"]),
            format_duration(float(row["months"]), float(row["days"])) or ("" if as_date(row["listed_on"]) else NO_DATE),
            bool(row["slow"]),
        )
        for row in own.to_dict("records")
    )

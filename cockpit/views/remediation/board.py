"""The view 低效整治 as values: firms to be listed, in progress and done as of the period's last day; one firm's history."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cockpit import cache, formatting
from cockpit.aggregations import aggregate
from cockpit.calendar.dates import as_date, format_duration, month_end
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.names import group_name
from cockpit.cube.table_view import TableView
from cockpit.ledgers.remediation import KINDS, NO_DATE, RemediationStage, remediation_as_of
from cockpit.views.context import ViewContext
from cockpit.views.evaluation_scope import EvaluationScope
from cockpit.views.parts import Caption
from cockpit.views.remediation.state import RELEASED, RemediationState, count_by_kind, period_to_date, state

#: Most rows of a column of the board; of the others there is only the number.
LONGEST_COLUMN = 300


@dataclass(frozen=True, slots=True)
class RemediationSummary:
    """Key values. Entries by kind in the order of ``KINDS``; land in 亩; NaN = none.

    ``completion``: done ÷ all listed; ``days``: how long the done ones took (median, least, most).
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
    completion: float
    days: tuple[float, float, float]
    year: int
    line: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class RemediationEntry:
    """A firm on the board. Land in 亩, tax in 万元/亩, NaN = unknown; ``kind`` '' = not listed.

    ``town`` is its short name; ``age``: the time so far, or taken, as text.
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
    longer than the limit, or by the end of next month; ``below_line``: done, but still below the evaluation's D line.
    """

    stage: RemediationStage
    count: int
    parts: tuple[tuple[str, int], ...]
    entries: tuple[RemediationEntry, ...]
    slow: int = 0
    soon: int = 0
    below_line: int = 0


@dataclass(frozen=True, slots=True)
class RemediationBoard:
    """The three columns as of ``day``; ``year`` of the evaluation (0 = none published), ``line``: its D line as text."""

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
    """One entry of a firm's history: kind, state at the period's end, dates, land put back to use (亩), how long."""

    kind: str
    state: str
    listed_on: date | None
    completed_on: date | None
    released_land: float
    age: str
    slow: bool


def summary(ctx: ViewContext) -> RemediationSummary:
    """Compute the key values."""
    now = state(ctx)
    done, active = now.at_stage(RemediationStage.DONE), now.at_stage(RemediationStage.IN_PROGRESS)
    return RemediationSummary(
        now.known,
        count_by_kind(done),
        count_by_kind(active),
        int(active.boolean("slow").sum()),
        int(active.boolean("soon").sum()),
        ctx.district.thresholds.remediation_slow_months,
        _oldest(active),
        float(len(now.to_list)) if now.scope else math.nan,
        now.to_list.total("land_mu") if now.scope else math.nan,
        aggregate.total(ctx.full, RELEASED, period_to_date(ctx), ctx.where),
        len(done) / len(now.entries) if len(now.entries) else math.nan,
        (done.median("days"), done.minimum("days"), done.maximum("days")),
        now.scope.year if now.scope else 0,
        now.line,
        now.caption,
    )


def _oldest(active: TableView) -> str:
    """Say how long the oldest entry has been in progress; '' without a date of listing."""
    oldest = active.argmax("days")
    if oldest is None:
        return ""
    return format_duration(float(active.number("months")[oldest]), float(active.number("days")[oldest]))


def board(ctx: ViewContext) -> RemediationBoard:
    """Compute the three columns: the largest land, the longest in progress, and the latest done first."""
    now = state(ctx)
    to_list, listed = _all_entries(ctx, now)
    active, done = _by_age(now.at_stage(RemediationStage.IN_PROGRESS), listed), now.at_stage(RemediationStage.DONE)
    done = done.sort_by(
        done.latest_first("completed_on"), -done.number("released_land_mu"), done.categorical("credit_code").codes
    )
    below_line = int(done.isin("credit_code", set(now.below_line.text("credit_code"))).sum())
    late = {name: int(active.boolean(name).sum()) for name in ("slow", "soon")}
    columns = (
        BoardColumn(RemediationStage.TO_LIST, len(now.to_list), _groups(now), _first(to_list, now.to_list)),
        BoardColumn(RemediationStage.IN_PROGRESS, len(active), _kinds(active), _first(listed, active), **late),
        BoardColumn(RemediationStage.DONE, len(done), _kinds(done), _first(listed, done), below_line=below_line),
    )
    return RemediationBoard(
        now.known,
        now.day.date(),
        () if now.is_empty else columns,
        ctx.district.thresholds.remediation_slow_months,
        now.scope.year if now.scope else 0,
        now.line,
        _insight(now, ctx.district.thresholds.remediation_slow_months),
        now.caption,
    )


def _by_age(active: TableView, listed: Sequence[RemediationEntry]) -> TableView:
    """Sort entries in progress: the earliest listed first, of equals the largest land."""
    land = [-listed[i].land for i in active.indices.tolist()]
    return active.sort_by(active.date("listed_on"), land, active.categorical("credit_code").codes)


def _all_entries(ctx: ViewContext, now: RemediationState) -> tuple[list[RemediationEntry], list[RemediationEntry]]:
    """Build the entries of all firms below the D line, and those of the whole ledger: once for a day and evaluation."""

    def build() -> tuple[list[RemediationEntry], list[RemediationEntry]]:
        builder = _EntryBuilder(ctx, now.scope)
        return builder.of_firms(now.below_line.store.records()), builder.of_ledger(now.entries.store.records())

    return ctx.full.cache.get_or_compute(
        cache.REMEDIATION_ROWS, (now.day, now.scope.published.record.id if now.scope else 0), build
    )


def _first(entries: Sequence[RemediationEntry], rows: TableView) -> tuple[RemediationEntry, ...]:
    """Return the entries of the first rows; ``entries``: of all rows of the view's store."""
    return tuple(entries[i] for i in rows.indices[:LONGEST_COLUMN].tolist())


def _kinds(entries: TableView) -> tuple[tuple[str, int], ...]:
    return tuple(zip(KINDS, count_by_kind(entries), strict=True))


def _groups(now: RemediationState) -> tuple[tuple[str, int], ...]:
    """Count the firms to be listed by evaluation group, in the policy's order."""
    if now.scope is None:
        return ()
    return tuple((g.key, len(now.to_list.where_equal("group", g.key))) for g in now.scope.evaluation.policy.groups)


def _insight(now: RemediationState, slow_months: int) -> str:
    active, sentences = now.at_stage(RemediationStage.IN_PROGRESS), []
    if len(active):
        sentences.append(_active_sentence(active, slow_months))
    elif len(now.entries):
        sentences.append("已列入的全部完成")
    if len(now.to_list):
        land = formatting.format_rounded(now.to_list.total("land_mu"), 0)
        sentences.append(f"{'还有' if sentences else ''}{len(now.to_list)}家应列入而未列入，占地{land}亩")
    return "；".join(sentences)


def _active_sentence(active: TableView, slow_months: int) -> str:
    """Say how many are in progress, how long the oldest has been, and how many take too long."""
    slow, soon = int(active.boolean("slow").sum()), int(active.boolean("soon").sum())
    oldest = _oldest(active)
    facts = [f"在治{len(active):,}家", *([f"{'最久' if len(active) > 1 else '已'}{oldest}"] if oldest else [])]
    facts += [f"{slow}家超过{slow_months}个月"] if slow else []
    facts += [f"{'另有' if slow else ''}{soon}家到下月底将超过{slow_months}个月"] if soon else []
    return "，".join(facts)


class _EntryBuilder:
    """Builds entries from rows, with names, land and tax of the firms from register and evaluation."""

    def __init__(self, ctx: ViewContext, scope: EvaluationScope | None) -> None:
        register = ctx.full.ledgers["enterprise"]
        self._district = ctx.district
        self._names = dict(zip(register["credit_code"], register["name"], strict=True))
        #: 用地面积 of the evaluation, else of the register; in 亩.
        self._land = dict(zip(register["credit_code"], register["land_mu"].astype("float64"), strict=True))
        self._tax_per_mu: dict[str, float] = {}
        if scope:
            firms = scope.evaluation.firms
            self._land |= dict(zip(firms["credit_code"], firms["land_mu"], strict=True))
            self._tax_per_mu = dict(zip(firms["credit_code"], firms["tax"] / firms["land_mu"], strict=True))

    def of_firms(self, rows: Sequence[dict[Any, Any]]) -> list[RemediationEntry]:
        """Build entries of firms of an evaluation, which aren't in the ledger."""
        missing = {"listed_on": None, "completed_on": None, "kind": "", "released_land_mu": math.nan, "slow": False}
        missing |= {"days": math.nan, "months": math.nan}
        return [self._entry(row | missing) for row in rows]

    def of_ledger(self, rows: Sequence[dict[Any, Any]]) -> list[RemediationEntry]:
        """Build entries of the ledger."""
        return [self._entry(row) for row in rows]

    def _entry(self, row: Mapping[Any, Any]) -> RemediationEntry:
        code = str(row["credit_code"])
        return RemediationEntry(
            code,
            str(self._names.get(code, code)),
            group_name(self._district, Grouping.TOWN, str(row["town"]))[1],
            group_name(self._district, Grouping.CHAIN, str(row["chain"]))[0],
            str(row["kind"]),
            float(self._land.get(code, math.nan)),
            float(self._tax_per_mu.get(code, math.nan)),
            as_date(row["listed_on"]),
            as_date(row["completed_on"]),
            float(row["released_land_mu"]),
            format_duration(float(row["months"]), float(row["days"])),
            bool(row["slow"]),
        )


def history(ctx: ViewContext, code: str) -> tuple[RemediationStep, ...]:
    """List a firm's entries up to the period's last day, the earliest listed first."""
    ledger = ctx.full.ledgers["remediation"]
    slow_months = ctx.district.thresholds.remediation_slow_months
    entries = remediation_as_of(ledger[ledger["credit_code"] == code], month_end(ctx.period.last), slow_months)
    entries = entries.sort_values(["listed_on", "kind"], kind="stable", na_position="first")
    return tuple(_step(row) for row in entries.to_dict("records"))


def _step(row: Mapping[Any, Any]) -> RemediationStep:
    listed_on = as_date(row["listed_on"])
    return RemediationStep(
        str(row["kind"]),
        str(row["stage"]),
        listed_on,
        as_date(row["completed_on"]),
        float(row["released_land_mu"]),
        format_duration(float(row["months"]), float(row["days"])) or ("" if listed_on else NO_DATE),
        bool(row["slow"]),
    )

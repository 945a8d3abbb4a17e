"""Remediation by town, and month by month."""

from __future__ import annotations

import math
from dataclasses import dataclass

from cockpit import formatting
from cockpit.aggregations import aggregate
from cockpit.calendar import months as m
from cockpit.calendar.periods import Period, PeriodKind
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.names import group_name
from cockpit.cube.cube import Filter
from cockpit.cube.table_view import TableView
from cockpit.ledgers.remediation import RemediationStage
from cockpit.sentences.clauses import join_clauses
from cockpit.sentences.scope import month_name
from cockpit.sentences.shares import precise_percent
from cockpit.sentences.superlatives import count_noun, largest_name, show_count, show_value, superlative
from cockpit.views.context import ViewContext, whole_name
from cockpit.views.parts import Caption
from cockpit.views.remediation.state import RELEASED, RemediationState, period_to_date, state

_FEWEST_MONTHS, _MOST_MONTHS = 12, 24


@dataclass(frozen=True, slots=True)
class RemediationTownRow:
    """A town's (or the whole's: key '') firms by stage, of those in progress the slow ones, and land put back (亩).

    ``to_list`` NaN: no evaluation; ``completion`` done ÷ listed, NaN without any listed.
    """

    key: str
    name: str
    to_list: float
    active: int
    slow: int
    done: int
    completion: float
    released: float


@dataclass(frozen=True, slots=True)
class RemediationTowns:
    """All towns, those with the most firms still to be done first, and their sum. No rows: there is nothing."""

    rows: tuple[RemediationTownRow, ...]
    whole: RemediationTownRow | None
    known: bool
    insight: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class RemediationMonth:
    """A month: firms listed and done up to its end, done within it, and land put back within it (亩)."""

    month: int
    listed: int
    done: int
    finished: int
    released: float


@dataclass(frozen=True, slots=True)
class RemediationProgress:
    """Twelve to 24 months up to the period's end, as far back as entries reach. No months: nothing was listed."""

    months: tuple[RemediationMonth, ...]
    known: bool
    insight: str
    caption: Caption


def towns(ctx: ViewContext) -> RemediationTowns:
    """Compute remediation by town: of all towns, whichever are selected."""
    now = state(ctx, every_town=True)
    if now.is_empty:
        return RemediationTowns((), None, now.known, "", now.caption)
    where = Filter((), ctx.where.industries, ctx.where.chains)
    released = aggregate.evaluate_metric(ctx.full, RELEASED, period_to_date(ctx), where, Grouping.TOWN)
    keys = {t.key for t in ctx.district.towns} | set(now.entries.text("town")) | set(now.to_list.text("town"))
    rows = [_row(ctx, now, key, released.get(key, 0.0)) for key in sorted(keys)]
    rows.sort(key=lambda r: (-(r.active + (0.0 if math.isnan(r.to_list) else r.to_list)), -r.done, r.key))
    together = aggregate.total(ctx.full, RELEASED, period_to_date(ctx), where)
    whole = _count(now, "", whole_name(ctx.terms, where), now.entries, now.to_list, together)
    return RemediationTowns(tuple(rows), whole, now.known, _town_insight(rows, count_noun(Grouping.TOWN, ctx.terms)), now.caption)


def _row(ctx: ViewContext, now: RemediationState, key: str, released: float) -> RemediationTownRow:
    name = group_name(ctx.district, Grouping.TOWN, key)[0] or f"{ctx.terms.part}不明"
    return _count(now, key, name, now.entries.where_equal("town", key), now.to_list.where_equal("town", key), released)


def _count(now: RemediationState, key: str, name: str, entries: TableView, due: TableView, released: float) -> RemediationTownRow:
    done = int(entries.isin("stage", (RemediationStage.DONE.value,)).sum())
    rate = done / len(entries) if len(entries) else math.nan
    to_list = float(len(due)) if now.scope else math.nan
    return RemediationTownRow(key, name, to_list, len(entries) - done, int(entries.boolean("slow").sum()), done, rate, released)


def _town_insight(rows: list[RemediationTownRow], noun: str) -> str:
    """Name the towns that stand out."""
    if not any(r.active or r.done for r in rows):
        return "截至期末没有列入整治的企业"
    named = [r for r in rows if r.key]
    return join_clauses(
        [
            superlative([(r.name, r.released) for r in named], "最多", show_value(RELEASED), noun=noun, attribute="盘活"),
            superlative([(r.name, float(r.active)) for r in named], "最多", show_count("家"), noun=noun, attribute="在治"),
            superlative(
                [(r.name, r.completion) for r in named],
                "最低",
                formatting.format_percent,
                noun=noun,
                attribute="完成率",
                least=True,
            ),
        ],
        "，",
    )


def progress(ctx: ViewContext) -> RemediationProgress:
    """Compute firms listed and done, month by month."""
    now = state(ctx)
    if not len(now.entries):
        return RemediationProgress((), now.known, "", now.caption)
    last = ctx.period.last
    listed, completed = (now.entries.month(c) for c in ("listed_on", "completed_on"))
    first = int(min([*listed[listed > 0].tolist(), m.shift(last, 1 - _FEWEST_MONTHS)]))
    months = m.span(max(first, m.shift(last, 1 - _MOST_MONTHS)), last)
    undated = int((now.at_stage(RemediationStage.DONE).month("completed_on") == 0).sum())
    completed = completed[completed > 0]
    released = aggregate.evaluate_metric(ctx.full, RELEASED, Period(PeriodKind.RANGE, months[0], last), ctx.where, Grouping.MONTH)
    points = tuple(
        RemediationMonth(
            month,
            # An entry without a date of listing is listed all along, one without a date of completion done all along.
            int((~(listed > month)).sum()),
            int((completed <= month).sum()) + undated,
            int((completed == month).sum()),
            released.get(month, 0.0),
        )
        for month in months
    )
    return RemediationProgress(points, now.known, _progress_insight(points), now.caption)


def _progress_insight(points: tuple[RemediationMonth, ...]) -> str:
    last = points[-1]
    facts = [f"列入{last.listed}家，已完成{last.done}家（{precise_percent(last.done / last.listed)}）"]
    several = m.year_of(points[0].month) != m.year_of(last.month)
    finished = [(month_name(p.month, with_year=several), float(p.finished)) for p in points]
    if best := largest_name(finished, show_count("家")):
        facts.append(f"{best}完成最多，{max(p.finished for p in points)}家")
    return "；".join(facts)

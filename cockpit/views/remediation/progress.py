"""Remediation by town, and month by month."""

from __future__ import annotations

import math
from collections.abc import Callable
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
from cockpit.views.context import ViewContext
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
    where = Filter((), ctx.where.divisions, ctx.where.chains)
    released = aggregate.evaluate_metric(ctx.full, RELEASED, period_to_date(ctx), where, Grouping.TOWN)
    keys = {t.key for t in ctx.district.towns} | set(now.entries.text("town")) | set(now.to_list.text("town"))
    rows = [_row(ctx, now, key, released.get(key, 0.0)) for key in sorted(keys)]
    rows.sort(key=lambda r: (-(r.active + (0.0 if math.isnan(r.to_list) else r.to_list)), -r.done, r.key))
    whole = _count(
        now, "", ctx.terms.whole, now.entries, now.to_list, aggregate.total(ctx.full, RELEASED, period_to_date(ctx), where)
    )
    return RemediationTowns(tuple(rows), whole, now.known, _town_insight(rows), now.caption)


def _row(ctx: ViewContext, now: RemediationState, key: str, released: float) -> RemediationTownRow:
    name = group_name(ctx.district, Grouping.TOWN, key)[0] or f"{ctx.terms.part}不明"
    return _count(now, key, name, now.entries.where_equal("town", key), now.to_list.where_equal("town", key), released)


def _count(now: RemediationState, key: str, name: str, entries: TableView, due: TableView, released: float) -> RemediationTownRow:
    done = int(entries.isin("stage", (RemediationStage.DONE.value,)).sum())
    rate = done / len(entries) if len(entries) else math.nan
    to_list = float(len(due)) if now.scope else math.nan
    return RemediationTownRow(key, name, to_list, len(entries) - done, int(entries.boolean("slow").sum()), done, rate, released)


def _town_insight(rows: list[RemediationTownRow]) -> str:
    """Name the towns that stand out, none where several share the first rank."""
    facts = []
    most, busiest = _single_first(rows, lambda r: r.released), _single_first(rows, lambda r: float(r.active))
    if most:
        facts.append(f"{most.name}盘活最多（{formatting.format_value(RELEASED, most.released)}）")
    if busiest:
        facts.append(f"{'在治也最多' if busiest is most else f'{busiest.name}在治最多'}（{busiest.active}家）")
    if behind := _single_first([r for r in rows if not math.isnan(r.completion)], lambda r: 1 - r.completion):
        facts.append(f"{behind.name}完成率最低（{formatting.format_percent(behind.completion)}）")
    if not facts and not any(r.active or r.done for r in rows):
        return "截至期末没有列入整治的企业"
    return "，".join(facts)


def _single_first(rows: list[RemediationTownRow], value: Callable[[RemediationTownRow], float]) -> RemediationTownRow | None:
    """Return the row whose value is the greatest and above zero; ``None`` when there are several, or only one row."""
    ranked = sorted(rows, key=value, reverse=True)
    if len(ranked) < 2 or value(ranked[0]) <= 0 or value(ranked[0]) == value(ranked[1]):
        return None
    return ranked[0]


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
    last, most = points[-1], max(p.finished for p in points)
    facts = [f"列入{last.listed}家，已完成{last.done}家（{formatting.format_percent(last.done / last.listed)}）"]
    best = [p.month for p in points if p.finished == most]
    if most and len(best) == 1:
        year = "" if m.year_of(best[0]) == m.year_of(last.month) else f"{m.year_of(best[0])}年"
        facts.append(f"{year}{m.number_of(best[0])}月最多，{most}家")
    return "；".join(facts)

"""Projects over time: how many took each step in each month, and each project's own line."""

from __future__ import annotations

import calendar
import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cockpit.calendar import months as m
from cockpit.calendar.dates import format_day
from cockpit.ledgers.projects import DATES, STEPS
from cockpit.sentences.scope import month_name
from cockpit.sentences.superlatives import largest_name, show_count
from cockpit.views.context import ViewContext
from cockpit.views.parts import Caption
from cockpit.views.projects.state import project_state

_FEWEST_MONTHS, _MOST_MONTHS = 12, 24
#: Lines that the chart can tell apart; of more projects those with the largest planned investment are drawn.
MOST_LINES = 160


@dataclass(frozen=True, slots=True)
class StepMonth:
    """A month: projects that took each step within it, in the order of the steps."""

    month: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """A project's life: when it took each step, in months from the chart's left edge (NaN: not yet).

    ``late``: when it fell behind by rule (NaN: it didn't).
    """

    name: str
    group: str
    planned: float
    at: tuple[float, ...]
    days: tuple[str, ...]
    standing: str
    late: float


@dataclass(frozen=True, slots=True)
class ProjectTimeline:
    """Months and lines, the earliest signed first. No months: nothing was ever signed; ``all_lines``: before the cut."""

    months: tuple[StepMonth, ...]
    lines: tuple[ProjectLine, ...]
    all_lines: int
    end: float
    known: bool
    insight: str
    caption: Caption


def timeline(ctx: ViewContext) -> ProjectTimeline:
    """Lay out the period's months, at least twelve, and every project that was still on its way in them."""
    now = project_state(ctx)
    if not len(now.stock):
        return ProjectTimeline((), (), 0, 0.0, now.known, "", now.stock_caption)
    last = ctx.period.last
    first = max(min(ctx.period.first, m.shift(last, 1 - _FEWEST_MONTHS)), m.shift(last, 1 - _MOST_MONTHS))
    shown = m.span(first, last)
    taken = [now.stock.month(d) for d in DATES]
    months = tuple(StepMonth(x, tuple(int((t == x).sum()) for t in taken)) for x in shown)
    alive = now.stock.take((taken[-1] == 0) | (taken[-1] >= first))
    largest = alive.sort_by(-alive.number("planned")).head(MOST_LINES)
    largest = largest.sort_by(largest.date("signed_on"), largest.categorical("project_no").codes)
    lines = tuple(_line(ctx, row, first) for row in largest.records())
    return ProjectTimeline(months, lines, len(alive), float(len(shown)), now.known, _insight(months), now.stock_caption)


def _line(ctx: ViewContext, row: dict[Any, Any], first: int) -> ProjectLine:
    dates, limit = [row[d] for d in DATES], row["limit"]
    known = [d if isinstance(d, pd.Timestamp) else None for d in dates]
    town = next((t.short for t in ctx.district.towns if t.key == row["town"]), str(row["town"]))
    chain = next((c.name for c in ctx.district.chains if c.key == row["chain"]), str(row["chain"]))
    return ProjectLine(
        str(row["name"]),
        f"{chain} · {town}",
        float(str(row["planned"])),
        tuple(math.nan if d is None else _months_from(d, first) for d in known),
        tuple("" if d is None else format_day(d) for d in known),
        str(row["standing"]),
        _months_from(limit + pd.Timedelta(days=1), first) if isinstance(limit, pd.Timestamp) and not row["soon"] else math.nan,
    )


def _months_from(day: pd.Timestamp, first: int) -> float:
    """Return the months from the first day of month ``first`` to ``day``, the part of its own month as a fraction."""
    length = calendar.monthrange(day.year, day.month)[1]
    return float(m.distance(first, m.month(day.year, day.month))) + float(day.day - 1) / length


def _insight(months: tuple[StepMonth, ...]) -> str:
    """Name the busiest month of each step; where several tie, none is named."""
    several = m.year_of(months[0].month) != m.year_of(months[-1].month)
    phrases = []
    for at, step in enumerate(STEPS):
        counts = [(month_name(x.month, with_year=several), float(x.counts[at])) for x in months]
        if best := largest_name(counts, show_count("个")):
            phrases.append(f"{best}{step.value}最多（{max(x.counts[at] for x in months):,}个）")
    return "，".join(phrases) or (
        "各月签约、开工都不突出" if any(sum(x.counts) for x in months) else "这些月份没有签约、开工或投产"
    )

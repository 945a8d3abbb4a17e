"""Output of the platform's members against the others of the same industries: a comparison, not a cause."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from cockpit import cache, formatting
from cockpit.aggregations.coverage import coverage
from cockpit.aggregations.windows import Window, base_period, windows
from cockpit.calendar import months as m
from cockpit.calendar.periods import months_label
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.metrics import METRICS
from cockpit.catalogue.names import group_name
from cockpit.cube.arrays import BoolArray
from cockpit.cube.cube import Filter
from cockpit.cube.firm_totals import FirmTotals
from cockpit.selection import COMPARE_LABELS
from cockpit.snapshot import Snapshot
from cockpit.views.context import ViewContext
from cockpit.views.parts import Caption

OUTPUT = METRICS["output"]
GROUPS = ("成员", "非成员")


@dataclass(frozen=True, slots=True)
class OutputPair:
    """Output (万元) of firms now and before. ``same``: firms with a value in both; ``firms``: with one now.

    ``value`` and ``base`` are the sums of the same firms, ``all_value`` and ``all_base`` of all of them.
    """

    firms: int
    same: int
    value: float
    base: float
    all_value: float
    all_base: float

    @property
    def growth(self) -> float:
        """Return the growth of the same firms as a fraction; their average has grown as much."""
        return (self.value - self.base) / self.base if self.base > 0 else math.nan

    @property
    def growth_of_all(self) -> float:
        """Return the growth of all firms, new and closed ones included."""
        return (self.all_value - self.all_base) / self.all_base if self.all_base > 0 else math.nan

    @property
    def mean(self) -> float:
        """Return the output per firm now, of the same firms, in 万元."""
        return self.value / self.same if self.same else math.nan

    @property
    def mean_before(self) -> float:
        """Return the output per firm before, of the same firms, in 万元."""
        return self.base / self.same if self.same else math.nan


@dataclass(frozen=True, slots=True)
class MemberGroup:
    """Members or the others: compared as selected (``now``) and with the first year's same months (``since``)."""

    name: str
    now: OutputPair
    since: OutputPair


@dataclass(frozen=True, slots=True)
class IndustryRow:
    """A two-digit industry: both sides' growth as selected, and firms."""

    key: str
    name: str
    sides: tuple[OutputPair, OutputPair]


@dataclass(frozen=True, slots=True)
class MemberComparison:
    """Members and the others. ``sides`` empty: nothing to compare; ``flagged``: whether the register names any member.

    ``base``: label of what ``now`` is compared with ('' = nothing); ``first``: label of the first year's months.
    """

    sides: tuple[MemberGroup, ...]
    industries: tuple[IndustryRow, ...]
    flagged: bool
    base: str
    first: str
    insight: str
    caption: Caption


def members(ctx: ViewContext) -> MemberComparison:
    """Compare members by the register's present flag with all others of their industries, whatever the chain."""
    own = ctx.full.cache.get_or_compute(cache.PLATFORM_MEMBERS, (), lambda: _members(ctx.full))
    divisions = sorted(own.divisions & set(ctx.where.industries or own.divisions))
    # An industry that no enterprise has keeps the filter from meaning all industries.
    where = Filter(ctx.where.towns, tuple(divisions) or ("",))
    now, base, first, first_label = _windows(ctx, where)
    pairs = _totals(ctx, now.months, base.months, where) if now.months else None
    caption = _caption(ctx, where, first_label)
    if pairs is None or not len(pairs):
        return MemberComparison((), (), own.any, "", "", now.reason, caption)
    early = _totals(ctx, now.months, first, where) if first else pairs.without_base()
    sides = tuple(
        MemberGroup(name, _pair(own.side(pairs, member=is_member)), _pair(own.side(early, member=is_member)))
        for name, is_member in zip(GROUPS, (True, False), strict=True)
    )
    shifted = base_period(ctx.period, ctx.compare)
    versus = COMPARE_LABELS[ctx.compare] if shifted and base.months else ""
    rows = tuple(_industry(ctx, pairs, own, d) for d in divisions)
    return MemberComparison(sides, rows, own.any, versus, first_label, _insight(sides, versus, first_label), caption)


@dataclass(frozen=True, slots=True)
class _Members:
    """Members by the register: whether there is ``any``, their two-digit industries, and which of the cube's firms are."""

    any: bool
    divisions: frozenset[str]
    flags: BoolArray

    def side(self, totals: FirmTotals, *, member: bool) -> FirmTotals:
        """Return the members among these firms, or the others."""
        return totals.take(self.flags[totals.indices] == member)


def _members(data: Snapshot) -> _Members:
    register = data.ledgers["enterprise"]
    flagged = register["platform_member"].fillna(False).to_numpy(dtype=bool)
    rows = data.firm_register.rows
    divisions = frozenset(register["industry_code"][flagged].str[:2])
    return _Members(bool(flagged.any()), divisions, (rows >= 0) & flagged[rows])


def _totals(ctx: ViewContext, months: tuple[int, ...], base: tuple[int, ...], where: Filter) -> FirmTotals:
    return ctx.repository.firm_totals(ctx.full, "output", months, base).filter(where)


def _windows(ctx: ViewContext, where: Filter) -> tuple[Window, Window, tuple[int, ...], str]:
    """Return the months now, of the base, and of the first year that has the same months with their label.

    Without any earlier year the last two are empty.
    """
    pair = windows(ctx.full, OUTPUT, ctx.period, where, ctx.compare)
    now = pair.current if pair.base.is_empty else pair.compared
    months = now.months
    if not months:
        return now, pair.base, (), ""
    back = m.distance(ctx.full.cube.first_month, months[0]) // 12 * -12
    early = m.shifted(months, back)
    if not back or coverage(ctx.full, where).within(early) != early:
        return now, pair.base, (), ""
    whole = m.number_of(early[0]) == 1 and m.number_of(early[-1]) == 12
    return now, pair.base, early, months_label(early[0], early[-1], whole_year=whole)


def _pair(firms: FirmTotals) -> OutputPair:
    both = firms.in_both_periods
    sums = (both.total(), both.base_total(), firms.total(), firms.base_total())
    return OutputPair(len(firms.with_value()), len(both), *sums)


def _industry(ctx: ViewContext, pairs: FirmTotals, own: _Members, division: str) -> IndustryRow:
    firms = pairs.where_equal("division", division)
    name = group_name(ctx.district, Grouping.INDUSTRY, division)[0]
    return IndustryRow(division, name, (_pair(own.side(firms, member=True)), _pair(own.side(firms, member=False))))


def gap(sides: tuple[MemberGroup, ...]) -> str:
    """Say how many percentage points faster or slower members grew, from both values as shown; '' when unknown."""
    own, other = (s.now.growth for s in sides)
    if math.isnan(own) or math.isnan(other):
        return ""
    points = formatting.percent_gap(own, other)
    if not points:
        return "与非成员持平"
    return f"{'快' if points > 0 else '慢'}{abs(points)}{formatting.POINTS}"


def _insight(sides: tuple[MemberGroup, ...], versus: str, first: str) -> str:
    own, other = sides
    parts = []
    if text := gap(sides):
        grown, others = (formatting.format_change(s.now.growth, is_percent=False) for s in sides)
        ahead = "两者持平" if text.startswith("与") else f"成员{text}"
        parts.append(f"同一批企业产值{versus}：成员{grown}，非成员{others}，{ahead}")
    if first and not math.isnan(own.since.growth):
        parts.append(f"成员户均产值比{first}{formatting.format_change(own.since.growth, is_percent=False)}")
    if not parts and not other.now.firms:
        return "同行业没有非成员企业可比"
    return "；".join(parts)


def _caption(ctx: ViewContext, where: Filter, first: str) -> Caption:
    caption = ctx.caption(OUTPUT, where=where if where.industries != ("",) else Filter(ctx.where.towns))
    since = f"户均产值为本期与{first}都有产值的企业合计 ÷ 家数，" if first else ""
    definition = (
        "规上工业总产值。成员按企业名录现有标记，空白视为非成员；同行业指有成员的两位数行业，不限产业链。"
        f"“同一批企业”为本期和对比期都有产值的企业，合计之比；“全部企业”含进出企业。{since}增幅即合计之比。"
    )
    return replace(caption, definition=definition, notes=())

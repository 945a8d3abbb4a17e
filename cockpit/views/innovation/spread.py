"""Carriers by town and chain, year by year; and research intensity by chain and town."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from cockpit import formatting
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.names import group_name
from cockpit.cube.cube import Filter
from cockpit.district.terms import LevelTerms
from cockpit.sentences.changes import ChangeTerms, strongest_change
from cockpit.sentences.clauses import join_clauses
from cockpit.sentences.superlatives import count_noun, largest_name, show_count, show_value, superlative
from cockpit.views.context import ViewContext, items
from cockpit.views.innovation.carriers import RD
from cockpit.views.innovation.state import DEMONSTRATOR, LADDER_KINDS, Carrier, CarrierState, carrier_state
from cockpit.views.parts import Caption, Item

_FEWEST_YEARS, _MOST_YEARS = 5, 12
_SHARE_CHANGES = ChangeTerms(
    "提高", "下降", "提高最多", "降得最少", lambda change: f"{format_share_change(change)}{formatting.POINTS}"
)


@dataclass(frozen=True, slots=True)
class CarrierSpreadRow:
    """A town's or chain's (key '' = not filled) carriers by kind, from the top of the ladder, and its demonstrators last."""

    key: str
    name: str
    cells: tuple[tuple[Carrier, ...], ...]

    @property
    def total(self) -> int:
        """Number of its carriers of the ladder."""
        return sum(map(len, self.cells[:-1]))


@dataclass(frozen=True, slots=True)
class CarrierSpread:
    """Towns and chains in the district's order over ``kinds`` of carriers. No rows: nothing within the selection."""

    kinds: tuple[str, ...]
    towns: tuple[CarrierSpreadRow, ...]
    chains: tuple[CarrierSpreadRow, ...]
    known: bool
    insight: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class RecognitionYear:
    """Carriers and demonstrators recognised in a year, and up to it (undated ones included)."""

    year: int
    added: int
    total: int
    demonstrators_added: int
    demonstrators: int


@dataclass(frozen=True, slots=True)
class Recognitions:
    """Five to twelve years up to the period's. No years: nothing within the selection."""

    years: tuple[RecognitionYear, ...]
    known: bool
    insight: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class ResearchIntensity:
    """R&D expenses ÷ revenue (fractions) of chains and towns, the highest first, and of the whole selection."""

    chains: tuple[Item, ...]
    towns: tuple[Item, ...]
    whole: float
    whole_change: float
    insight: str
    caption: Caption


def carrier_spread(ctx: ViewContext) -> CarrierSpread:
    """Compute every town within the selected chains, and every chain within the selected towns."""
    by_town, by_chain, now = carrier_state(ctx, every_town=True), carrier_state(ctx, every_chain=True), carrier_state(ctx)
    if not by_town.carriers and not by_chain.carriers:
        return CarrierSpread((), (), (), now.known, "", now.caption)
    towns = _rows(ctx, by_town, Grouping.TOWN, [t.key for t in ctx.district.towns])
    chains = _rows(ctx, by_chain, Grouping.CHAIN, [c.key for c in ctx.district.chains])
    kinds = (*LADDER_KINDS, DEMONSTRATOR)
    insight = "；".join(
        p for p in (_spread_insight(towns, Grouping.TOWN, ctx.terms), _spread_insight(chains, Grouping.CHAIN, ctx.terms)) if p
    )
    return CarrierSpread(kinds, towns, chains, now.known, insight, _every_row(ctx, now.caption))


def _every_row(ctx: ViewContext, caption: Caption) -> Caption:
    """Note, where a filter narrows the page, what is listed here in full."""
    if not (ctx.where.towns or ctx.where.chains):
        return caption
    return dataclasses.replace(caption, notes=(*caption.notes, f"{ctx.terms.part}、产业链各自全部列出，互相筛选"))


def _rows(ctx: ViewContext, now: CarrierState, by: Grouping, keys: list[str]) -> tuple[CarrierSpreadRow, ...]:
    def key_of(carrier: Carrier) -> str:
        return carrier.town if by is Grouping.TOWN else carrier.chain

    unknown = {key_of(c) for c in now.carriers} - set(keys)
    rows = []
    for key in (*keys, *sorted(unknown)):
        own = [c for c in now.carriers if key_of(c) == key]
        blank = f"{ctx.terms.part}未填" if by is Grouping.TOWN else "未归链"
        name = group_name(ctx.district, by, key)[0] if key else blank
        rows.append(
            CarrierSpreadRow(key, name, tuple(tuple(c for c in own if c.kind == kind) for kind in (*LADDER_KINDS, DEMONSTRATOR)))
        )
    return tuple(rows)


def _spread_insight(rows: tuple[CarrierSpreadRow, ...], by: Grouping, terms: LevelTerms) -> str:
    """Say who of those that have a name has most, and who has none."""
    named, noun = [r for r in rows if r.key], count_noun(by, terms)
    most = superlative(
        [(r.name, float(r.total)) for r in named],
        "最多",
        show_count("个"),
        noun=noun,
        attribute="载体" if by is Grouping.TOWN else "",
    )
    clauses: list[str] = []
    if most:
        clauses.append(str(most) if by is Grouping.TOWN or most.subject.endswith(noun) else f"产业链中{most}")
    missing = [r.name for r in named if not r.total]
    if 0 < len(missing) <= 2 and len(missing) < len(named):
        clauses.append(f"{'、'.join(missing)}还没有载体")
    elif len(missing) > 2 and any(r.total for r in rows):
        clauses.append(f"{len(missing)}{noun}还没有载体")
    return "，".join(clauses)


def recognitions(ctx: ViewContext) -> Recognitions:
    """Compute the recognitions year by year."""
    now = carrier_state(ctx)
    if not now.carriers:
        return Recognitions((), now.known, "", now.caption)
    first = min([*(c.year for c in now.carriers if c.year), now.year - _FEWEST_YEARS + 1])
    shown = range(max(first, now.year - _MOST_YEARS + 1), now.year + 1)
    points = tuple(
        RecognitionYear(
            year,
            sum(c.year == year for c in now.ladder),
            sum(c.year <= year for c in now.ladder),
            sum(c.year == year for c in now.demonstrators),
            sum(c.year <= year for c in now.demonstrators),
        )
        for year in shown
    )
    return Recognitions(points, now.known, _years_insight(points), now.caption)


def _years_insight(points: tuple[RecognitionYear, ...]) -> str:
    last, parts = points[-1], []
    if last.added and last.demonstrators_added:
        parts.append(f"{last.year}年新认定载体{last.added}个、服务型制造示范{last.demonstrators_added}个")
    elif last.added:
        parts.append(f"{last.year}年新认定载体{last.added}个")
    elif last.demonstrators_added:
        parts.append(f"{last.year}年新认定服务型制造示范{last.demonstrators_added}个，载体没有新增")
    else:
        parts.append(f"{last.year}年没有新认定")
    if best := largest_name([(f"{p.year}年", float(p.added)) for p in points], show_count("个")):
        parts.append(f"{best}认定载体最多，{max(p.added for p in points)}个")
    return "；".join(parts)


def research_intensity(ctx: ViewContext) -> ResearchIntensity:
    """Compute research intensity by chain and town with the year before."""
    where = ctx.where
    chains = items(ctx, RD, Filter(where.towns, where.industries, ()), Grouping.CHAIN)
    towns = items(ctx, RD, Filter((), where.industries, where.chains), Grouping.TOWN)
    whole = ctx.total(RD)
    caption = _every_row(ctx, ctx.caption(RD))
    return ResearchIntensity(chains, towns, whole.value, whole.change, _research_insight(chains, towns, ctx.terms), caption)


def _research_insight(chains: tuple[Item, ...], towns: tuple[Item, ...], terms: LevelTerms) -> str:
    """Say the highest and lowest chain, the chain that rose most, the highest town."""
    noun, show = count_noun(Grouping.CHAIN, terms), show_value(RD)
    values = [(i.name, i.value) for i in chains if i.key]
    highest = superlative(values, "最高", show, noun=noun)
    lowest = superlative(values, "最低", show, noun=noun, least=True)
    changed = strongest_change([(i.name, i.change) for i in chains if i.key], _SHARE_CHANGES, noun=noun)
    town = superlative([(i.name, i.value) for i in towns if i.key], "最高", show, noun=count_noun(Grouping.TOWN, terms))
    clauses = [highest, None if lowest == highest or highest is None else lowest, changed]
    town_text = f"{terms.part}中{town}" if town and town.predicate.endswith("）") else str(town or "")
    return join_clauses([join_clauses(clauses, "，"), town_text])


def format_share_change(change: float) -> str:
    """Format a change of a share in percentage points, with two decimals like the shares: +0.57; '—' when missing."""
    return formatting.format_signed(change * 100, 2)

"""The page 创新与人才: key values, the ladder of carriers, the lists."""

from __future__ import annotations

from dataclasses import dataclass

from cockpit.catalogue.metrics import METRICS
from cockpit.district.terms import LevelTerms
from cockpit.sentences.clauses import join_clauses
from cockpit.sentences.shares import share_text
from cockpit.sentences.superlatives import largest_name, show_count
from cockpit.views.context import ViewContext, kpi
from cockpit.views.innovation.state import (
    LADDER_KINDS,
    Carrier,
    CarrierState,
    carrier_state,
    count_by_level,
    town_and_chain_names,
)
from cockpit.views.innovation.talent import TalentStock, talent_totals
from cockpit.views.parts import Caption, Kpi

RD = METRICS["rd_intensity"]


@dataclass(frozen=True, slots=True)
class InnovationSummary:
    """Key values: carriers of the ladder and of the highest level, those recognised in ``year``, talents.

    ``known``: whether any carrier was ever published; ``national``: carriers of the highest level; ``levels``,
    ``demonstrator_levels``: number by level, the highest first; ``stocks``: leading and all talents, those that have
    a value.
    """

    known: bool
    year: int
    carriers: int
    national: int
    added: int
    levels: tuple[tuple[str, int], ...]
    demonstrators: int
    demonstrators_added: int
    demonstrator_levels: tuple[tuple[str, int], ...]
    stocks: tuple[TalentStock, ...]
    rd: Kpi
    caption: Caption


@dataclass(frozen=True, slots=True)
class CarrierRow:
    """A carrier of a list: names of town and chain ('' = not filled), the chain's key for its colour."""

    name: str
    kind: str
    level: str
    rank: int
    town: str
    chain: str
    chain_key: str
    year: int


@dataclass(frozen=True, slots=True)
class LadderStep:
    """A step of the ladder: its carriers, the highest level first, their number by level, and those of the year."""

    kind: str
    rows: tuple[CarrierRow, ...]
    levels: tuple[tuple[str, int], ...]
    added: int


@dataclass(frozen=True, slots=True)
class CarrierLadder:
    """Steps from the foot (众创空间) to the top (重大平台). No steps: nothing within the selection."""

    steps: tuple[LadderStep, ...]
    known: bool
    insight: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class CarrierList:
    """Carriers (or demonstrators), the latest first, undated last; ``added`` of them in ``year``."""

    rows: tuple[CarrierRow, ...]
    added: int
    year: int
    known: bool
    insight: str
    caption: Caption


def summary(ctx: ViewContext) -> InnovationSummary:
    """Compute the key values."""
    now = carrier_state(ctx)
    return InnovationSummary(
        now.known,
        now.year,
        len(now.ladder),
        now.national,
        _added(now.ladder, now.year),
        count_by_level(now.ladder),
        len(now.demonstrators),
        _added(now.demonstrators, now.year),
        count_by_level(now.demonstrators),
        talent_totals(ctx),
        kpi(ctx, RD.key),
        now.caption,
    )


def _added(carriers: tuple[Carrier, ...], year: int) -> int:
    return sum(c.year == year for c in carriers)


def carrier_ladder(ctx: ViewContext) -> CarrierLadder:
    """Compute the five steps of the ladder."""
    now = carrier_state(ctx)
    if not now.ladder:
        return CarrierLadder((), now.known, "", now.caption)
    steps = tuple(_step(ctx, now, kind) for kind in reversed(LADDER_KINDS))
    return CarrierLadder(steps, now.known, _ladder_insight(now, steps), now.caption)


def _step(ctx: ViewContext, now: CarrierState, kind: str) -> LadderStep:
    carriers = now.of_kind(kind)
    return LadderStep(kind, tuple(_row(ctx, c) for c in carriers), count_by_level(carriers), _added(carriers, now.year))


def _row(ctx: ViewContext, carrier: Carrier) -> CarrierRow:
    town, chain = town_and_chain_names(ctx, carrier)
    return CarrierRow(carrier.name, carrier.kind, carrier.level, carrier.rank, town, chain, carrier.chain, carrier.year)


def _ladder_insight(now: CarrierState, steps: tuple[LadderStep, ...]) -> str:
    """Say how many are of the highest level, which step has most, and which steps are empty."""
    total, national = len(now.ladder), now.national
    if not national:
        lead = f"{total}个载体，没有国家级"
    elif national == total:
        lead = f"{total}个载体{'均为国家级' if total > 1 else '，为国家级'}"
    else:
        lead = f"{total}个载体中国家级{national}个，占{share_text(national / total)}"
    most = largest_name([(s.kind, float(len(s.rows))) for s in steps], show_count("个"))
    missing = [s.kind for s in reversed(steps) if not s.rows]
    return join_clauses(
        [
            lead,
            f"{most}最多，{max(len(s.rows) for s in steps)}个" if most else "",
            f"没有{'、'.join(missing)}" if missing else "",
        ]
    )


def carrier_list(ctx: ViewContext) -> CarrierList:
    """List all carriers of the ladder, the latest first."""
    now = carrier_state(ctx)
    return _list(ctx, now, now.ladder, "载体")


def demonstrator_list(ctx: ViewContext) -> CarrierList:
    """List the demonstrators of service-oriented manufacturing (服务型制造示范), the latest first."""
    now = carrier_state(ctx)
    return _list(ctx, now, now.demonstrators, "示范")


def _list(ctx: ViewContext, now: CarrierState, carriers: tuple[Carrier, ...], noun: str) -> CarrierList:
    # Without a year last; within a year from the top of the ladder down, then by level.
    order = {kind: i for i, kind in enumerate(LADDER_KINDS)}
    ranked = sorted(carriers, key=lambda c: (-c.year, order.get(c.kind, 0), c.rank, c.name))
    added = _added(carriers, now.year)
    rows = tuple(_row(ctx, c) for c in ranked)
    insight = _list_insight(rows, added, now.year, noun, ctx.terms)
    return CarrierList(rows, added, now.year, now.known, insight, now.caption)


def _list_insight(rows: tuple[CarrierRow, ...], added: int, year: int, noun: str, terms: LevelTerms) -> str:
    if not rows:
        return ""
    if added:
        towns = {e.town for e in rows if e.year == year}
        # Where one of them names no town, nothing is known of them all.
        return f"{year}年新认定{added}个" + (f"，分布在{len(towns)}个{terms.part}" if len(towns) > 1 and "" not in towns else "")
    latest = rows[0]
    same = sum(e.year == latest.year for e in rows)
    name = f"的{latest.name}" if same == 1 else f"（{same}个）"
    return f"{year}年没有新认定{noun}" + (f"，最近一次是{latest.year}年{name}" if latest.year else "")

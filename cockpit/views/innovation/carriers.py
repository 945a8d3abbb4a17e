"""The page 创新与人才 as values: headline figures, the ladder of carriers, the lists."""

from __future__ import annotations

from dataclasses import dataclass

from cockpit import formatting
from cockpit.catalogue.metrics import METRICS
from cockpit.district.terms import LevelTerms
from cockpit.views.context import ViewContext, kpi
from cockpit.views.innovation.state import STEPS, Carrier, State, counts, place_names, state
from cockpit.views.innovation.talent import Stock, heads
from cockpit.views.parts import Caption, Kpi

RD = METRICS["rd_intensity"]


@dataclass(frozen=True, slots=True)
class Summary:
    """Headline figures: carriers of the five steps and of the highest level, those recognised in ``year``, talents.

    ``known``: whether any carrier was ever handed in; ``national``: carriers of the highest level; ``levels``,
    ``demonstrator_levels``: number by level, the highest first; ``stocks``: leading and all talents, those that have
    a figure.
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
    stocks: tuple[Stock, ...]
    rd: Kpi
    caption: Caption


@dataclass(frozen=True, slots=True)
class Entry:
    """A carrier as listed: names of town and chain ('' = not filled), the chain's key for its colour."""

    name: str
    kind: str
    level: str
    rank: int
    town: str
    chain: str
    chain_key: str
    year: int


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the ladder: its carriers, the highest level first, their number by level, and those of the year."""

    kind: str
    entries: tuple[Entry, ...]
    levels: tuple[tuple[str, int], ...]
    added: int


@dataclass(frozen=True, slots=True)
class Ladder:
    """The steps from the foot (众创空间) to the top (重大平台). No steps: nothing within the selection."""

    steps: tuple[Step, ...]
    known: bool
    insight: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class Listing:
    """Carriers (or demonstrators), the latest first, undated last; ``added`` of them in ``year``."""

    entries: tuple[Entry, ...]
    added: int
    year: int
    known: bool
    insight: str
    caption: Caption


def summary(ctx: ViewContext) -> Summary:
    """The headline figures."""
    now = state(ctx)
    return Summary(
        now.known,
        now.year,
        len(now.ladder),
        now.national,
        _added(now.ladder, now.year),
        counts(now.ladder),
        len(now.demonstrators),
        _added(now.demonstrators, now.year),
        counts(now.demonstrators),
        heads(ctx),
        kpi(ctx, RD.key),
        now.caption,
    )


def _added(carriers: tuple[Carrier, ...], year: int) -> int:
    return sum(c.year == year for c in carriers)


def ladder(ctx: ViewContext) -> Ladder:
    """The five steps."""
    now = state(ctx)
    if not now.ladder:
        return Ladder((), now.known, "", now.caption)
    steps = tuple(_step(ctx, now, kind) for kind in reversed(STEPS))
    return Ladder(steps, now.known, _ladder_insight(now, steps), now.caption)


def _step(ctx: ViewContext, now: State, kind: str) -> Step:
    found = now.of(kind)
    return Step(kind, tuple(_entry(ctx, c) for c in found), counts(found), _added(found, now.year))


def _entry(ctx: ViewContext, carrier: Carrier) -> Entry:
    town, chain = place_names(ctx, carrier)
    return Entry(carrier.name, carrier.kind, carrier.level, carrier.rank, town, chain, carrier.chain, carrier.year)


def _ladder_insight(now: State, steps: tuple[Step, ...]) -> str:
    """How many of the highest level, which step carries most, and which steps are missing."""
    total, national = len(now.ladder), dict(counts(now.ladder)).get("国家", 0)
    share = formatting.share_phrase(national / total)
    parts = [f"{total}个载体中国家级{national}个" + (f"，占{share}" if 0 < national < total else "")]
    most = max(len(s.entries) for s in steps)
    first = [s.kind for s in steps if len(s.entries) == most]
    parts += [f"{first[0]}最多，{most}个"] if len(first) == 1 and most < total else []
    missing = [s.kind for s in reversed(steps) if not s.entries]
    parts += [f"没有{'、'.join(missing)}"] if missing else []
    return "；".join(parts)


def roster(ctx: ViewContext) -> Listing:
    """All carriers of the ladder."""
    now = state(ctx)
    return _listing(ctx, now, now.ladder, "载体")


def demonstrators(ctx: ViewContext) -> Listing:
    """The demonstrators of service-oriented manufacturing."""
    now = state(ctx)
    return _listing(ctx, now, now.demonstrators, "示范")


def _listing(ctx: ViewContext, now: State, carriers: tuple[Carrier, ...], what: str) -> Listing:
    # Without a year last; within a year from the top of the ladder down, then by level.
    order = {kind: at for at, kind in enumerate(STEPS)}
    ranked = sorted(carriers, key=lambda c: (-c.year, order.get(c.kind, 0), c.rank, c.name))
    added = _added(carriers, now.year)
    entries = tuple(_entry(ctx, c) for c in ranked)
    return Listing(entries, added, now.year, now.known, _listing_insight(entries, added, now.year, what, ctx.terms), now.caption)


def _listing_insight(entries: tuple[Entry, ...], added: int, year: int, what: str, terms: LevelTerms) -> str:
    if not entries:
        return ""
    if added:
        towns = len({e.town for e in entries if e.year == year and e.town})
        return f"{year}年新认定{added}个" + (f"，分布在{towns}个{terms.part}" if towns > 1 else "")
    latest = entries[0]
    same = sum(e.year == latest.year for e in entries)
    which = f"的{latest.name}" if same == 1 else f"（{same}个）"
    return f"{year}年没有新认定{what}" + (f"，最近一次是{latest.year}年{which}" if latest.year else "")

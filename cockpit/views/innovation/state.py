"""What the panels of the page 创新与人才 start from: the carriers recognised by the period's year, within the selection."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import pandas as pd

from cockpit import cache
from cockpit.calendar import months as m
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.names import group_name
from cockpit.contracts.sheets import CARRIERS
from cockpit.cube.cube import Filter
from cockpit.views.context import ViewContext
from cockpit.views.parts import Caption

_KINDS: tuple[str, ...] = CARRIERS.column("kind").choices
#: Kinds of carriers from the top of the ladder (重大平台) to its foot (众创空间); and the one that is counted beside it.
LADDER_KINDS, DEMONSTRATOR = _KINDS[:-1], _KINDS[-1]
#: Levels of recognition (级别), the highest first; another text, or none, ranks behind them.
LEVELS = ("国家", "省", "市", "区")
_DEFINITION_TEMPLATE = (
    f"创新载体：{'、'.join(LADDER_KINDS)}，不含{DEMONSTRATOR}（单独统计）。"
    "认定年份不晚于所选期间的年份即计入，未填年份的也计入。按{part}或产业链筛选时，没有填写的不计入。来源：创新载体。"
)


@dataclass(frozen=True, slots=True)
class Carrier:
    """A carrier of innovation or a demonstrator. ``town`` and ``chain`` are keys, '' = not filled; ``year`` 0 = undated.

    ``level``: one of ``LEVELS``, another text as written, or ''.
    """

    name: str
    kind: str
    level: str
    town: str
    chain: str
    year: int

    @property
    def rank(self) -> int:
        """Rank of the level, 0 = the highest."""
        return LEVELS.index(self.level) if self.level in LEVELS else len(LEVELS)


@dataclass(frozen=True, slots=True)
class CarrierState:
    """Carriers recognised by ``year``, the highest level first, then the oldest. ``known``: any was ever published."""

    known: bool
    year: int
    carriers: tuple[Carrier, ...]
    caption: Caption

    @property
    def ladder(self) -> tuple[Carrier, ...]:
        """Carriers of the five kinds of the ladder, the highest level first."""
        return tuple(c for c in self.carriers if c.kind in LADDER_KINDS)

    @property
    def demonstrators(self) -> tuple[Carrier, ...]:
        """Demonstrators of service-oriented manufacturing (服务型制造示范), counted beside the ladder."""
        return self.of_kind(DEMONSTRATOR)

    @property
    def national(self) -> int:
        """Number of carriers of the ladder that are of the highest level (国家级)."""
        return sum(c.level == LEVELS[0] for c in self.ladder)

    def of_kind(self, kind: str) -> tuple[Carrier, ...]:
        """Return the carriers of a kind."""
        return tuple(c for c in self.carriers if c.kind == kind)


def carrier_state(ctx: ViewContext, *, every_town: bool = False, every_chain: bool = False) -> CarrierState:
    """Load the carriers within the selection; ``every_town``, ``every_chain``: whatever towns or chains are selected."""
    rows, year = ctx.full.ledgers["carrier"], m.year_of(ctx.period.last)
    where = Filter(() if every_town else ctx.where.towns, (), () if every_chain else ctx.where.chains)
    every = ctx.full.cache.get_or_compute(cache.CARRIERS, (), lambda: _carriers(rows))
    carriers = [c for c in every if c.year <= year and _within(c, where)]
    carriers.sort(key=lambda c: (c.rank, c.year or m.year_of(ctx.period.last), c.name))
    caption = _caption(ctx, where, year, sum(not c.year for c in carriers))
    return CarrierState(not rows.empty, year, tuple(carriers), caption)


def _carriers(rows: pd.DataFrame) -> list[Carrier]:
    texts = {f: rows[f].astype("str").fillna("") for f in ("name", "kind", "level", "town", "chain")}
    years = rows["year"].fillna(0).astype("int64")
    cells = zip(*(texts[f] for f in texts), years, strict=True)
    return [Carrier(name, kind, _level(level), town, chain, int(year)) for name, kind, level, town, chain, year in cells]


def _level(text: str) -> str:
    """Return the level without its suffix: 国家级 and 国家 are one."""
    return text.strip().removesuffix("级")


def _within(carrier: Carrier, where: Filter) -> bool:
    in_town = not where.towns or carrier.town in where.towns
    return in_town and (not where.chains or carrier.chain in where.chains)


def _caption(ctx: ViewContext, where: Filter, year: int, undated: int) -> Caption:
    # Neither comparison nor 可比口径 means anything for a stock of names.
    stock = dataclasses.replace(ctx, selection=ctx.selection.replace(comparable=False, stages=()))
    general = stock.caption(period=f"截至{year}年", where=where)
    notes = ["创新载体不分行业，未按行业筛选"] if ctx.where.industries else []
    notes += [f"{undated}个未填认定年份，已计入"] if undated else []
    return Caption(
        general.scope.removesuffix(" · 全部行业"),
        general.period,
        general.data_month,
        ctx.terms.fill(_DEFINITION_TEMPLATE),
        tuple(notes),
    )


def town_and_chain_names(ctx: ViewContext, carrier: Carrier) -> tuple[str, str]:
    """Return the short name of the town and the name of the chain, '' where not filled."""
    town = group_name(ctx.district, Grouping.TOWN, carrier.town)[1] if carrier.town else ""
    return town, group_name(ctx.district, Grouping.CHAIN, carrier.chain)[0] if carrier.chain else ""


def count_by_level(carriers: tuple[Carrier, ...]) -> tuple[tuple[str, int], ...]:
    """Count by level, the highest first; other levels after the known ones, those without a level last ('')."""
    levels = sorted({c.level for c in carriers}, key=lambda v: (v == "", LEVELS.index(v) if v in LEVELS else len(LEVELS), v))
    return tuple((level, sum(c.level == level for c in carriers)) for level in levels)

"""Green investment by area: the layout of the district pack (一主两翼), and every town for the map."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from cockpit import formatting
from cockpit.catalogue.dimensions import Grouping
from cockpit.cube.cube import Filter
from cockpit.sentences.changes import GROWTH, strongest_change
from cockpit.sentences.clauses import Clause, join_clauses
from cockpit.views.context import ViewContext, items, whole_name
from cockpit.views.green.scope import INVESTMENT, everywhere, green, has_projects, signed
from cockpit.views.green.summary import ProjectTotals, project_totals
from cockpit.views.parts import Caption, Item


@dataclass(frozen=True, slots=True)
class GreenAreaRow:
    """An area of the layout, or the rest of the towns.

    ``role``: 主, 翼 or '' = the rest; ``towns``: their short names; investment in 万元 now and before, and its share;
    ``share_shown``: the shares of its towns as they are shown, added up.
    """

    name: str
    role: str
    towns: tuple[str, ...]
    value: float
    base: float
    share: float
    share_shown: Decimal
    projects: ProjectTotals

    @property
    def change(self) -> float:
        """Return the growth of the investment as a fraction; NaN without a positive base."""
        return (self.value - self.base) / self.base if self.base > 0 else math.nan


@dataclass(frozen=True, slots=True)
class GreenAreas:
    """Green investment over the district.

    ``towns``: every town with its investment; ``roles``: (town key, 主 or 翼). ``rows``: the areas, then the rest.

    ``name``: of the layout, '' when the pack has none; ``note``: what is assumed in it. ``whole``: what the shares are of.
    ``has_projects``: whether any project was ever published.
    """

    name: str
    towns: tuple[Item, ...]
    roles: tuple[tuple[str, str], ...]
    rows: tuple[GreenAreaRow, ...]
    whole: str
    has_projects: bool
    note: str
    insight: str
    caption: Caption


def areas(ctx: ViewContext) -> GreenAreas:
    """Compute the investment of every town and area, whichever are selected: a click on the map selects them."""
    where = Filter((), everywhere(ctx).industries)
    by_town = {item.key: item for item in items(ctx, INVESTMENT, where, Grouping.TOWN)}
    unknown = (math.nan,) * 4
    towns = tuple(by_town.get(t.key, Item(t.key, t.name, t.short, *unknown)) for t in ctx.district.towns)
    layout = ctx.district.layout
    roles = tuple((town, area.role) for area in layout.areas for town in area.towns) if layout else ()
    rows = _rows(ctx, towns)
    basis = f"{layout.name}：{layout.note}；出自{layout.source}。" if layout else ""
    definition = (
        f"{INVESTMENT.definition_for(ctx.terms)}全部产业链。{basis}项目为截至期末签约的绿色能源项目，按所属{ctx.terms.part}归入。"
    )
    caption = replace(ctx.caption(INVESTMENT, where=where), definition=definition, notes=())
    known = any(not math.isnan(t.value) for t in towns)
    return GreenAreas(
        layout.name if layout else "",
        towns if known else (),
        roles,
        rows,
        whole_name(ctx.terms, where),
        has_projects(ctx),
        layout.note if layout else "",
        _insight(rows, layout.name if layout else ""),
        caption,
    )


def _rows(ctx: ViewContext, towns: Sequence[Item]) -> tuple[GreenAreaRow, ...]:
    layout = ctx.district.layout
    if layout is None:
        return ()
    projects = green(signed(ctx, every_town=True))
    whole = _sum([t.value for t in towns])
    in_layout = {town for area in layout.areas for town in area.towns}
    areas: list[tuple[str, str, tuple[str, ...]]] = [(a.name, a.role, a.towns) for a in layout.areas]
    areas.append((f"其他{ctx.terms.part}", "", tuple(t.key for t in towns if t.key not in in_layout)))
    rows = []
    for name, role, keys in areas:
        own = [t for t in towns if t.key in keys]
        value, base = _sum([t.value for t in own]), _sum([t.base for t in own])
        share = value / whole if whole > 0 else math.nan
        totals = project_totals(projects.take(projects.isin("town", keys)))
        if own:
            rows.append(GreenAreaRow(name, role, tuple(t.short for t in own), value, base, share, _shown(own), totals))
    return tuple(rows)


def _sum(values: Sequence[float]) -> float:
    known = [v for v in values if not math.isnan(v)]
    return float(sum(known)) if known else math.nan


def _shown(parts: Sequence[Item | GreenAreaRow]) -> Decimal:
    known = [part.share_shown for part in parts if not part.share_shown.is_nan()]
    return sum(known, Decimal(0)) if known else formatting.NO_SHARE


def _insight(rows: tuple[GreenAreaRow, ...], layout: str) -> str:
    """Say the share of the main area and of both wings together, and which of the layout's areas grows fastest."""
    clauses: list[Clause | str | None] = []
    for role, name in (("主", ""), ("翼", "两翼")):
        own = [r for r in rows if r.role == role and not math.isnan(r.share)]
        if own:
            label = name if len(own) == 2 and name else "、".join(r.name for r in own)
            together = "合计" if len(own) > 1 else ""
            clauses.append(f"{label}{together}占{formatting.format_share(_shown(own))}")
    fastest = strongest_change([(r.name, r.change) for r in rows if r.role], GROWTH, noun="个片区")
    if fastest:
        clauses.append(f"{layout}中{fastest}")
    return join_clauses(clauses, "，")

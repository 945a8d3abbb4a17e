"""Green investment by area: the layout of the district pack (一主两翼), and every town for the map."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cockpit import formatting
from cockpit.catalogue.dimensions import Grouping
from cockpit.cube.cube import Filter
from cockpit.views.context import ViewContext, items
from cockpit.views.green.headline import ProjectTotals, project_totals
from cockpit.views.green.scope import INVESTMENT, everywhere, green, has_projects, signed
from cockpit.views.parts import Caption, Item


@dataclass(frozen=True, slots=True)
class GreenAreaRow:
    """An area: role (主, 翼, '' = the rest), towns' short names, investment (万元) now and before, share, projects."""

    name: str
    role: str
    towns: tuple[str, ...]
    value: float
    base: float
    share: float
    projects: ProjectTotals

    @property
    def change(self) -> float:
        """Growth of the investment, a fraction."""
        return (self.value - self.base) / self.base if self.base > 0 else math.nan


@dataclass(frozen=True, slots=True)
class GreenAreas:
    """``towns``: every town with its investment; ``roles``: town key -> 主 or 翼. ``rows``: the areas, then the rest.

    ``name``: of the layout, '' when the pack has none; ``note``: what is assumed in it.
    ``has_projects``: whether any project was ever handed in.
    """

    name: str
    towns: tuple[Item, ...]
    roles: tuple[tuple[str, str], ...]
    rows: tuple[GreenAreaRow, ...]
    has_projects: bool
    note: str
    insight: str
    caption: Caption


def areas(ctx: ViewContext) -> GreenAreas:
    """Every town whichever are selected: the map is where they are chosen."""
    where = Filter((), everywhere(ctx).divisions)
    found = {i.key: i for i in items(ctx, INVESTMENT, where, Grouping.TOWN)}
    towns = tuple(found.get(t.key, Item(t.key, t.name, t.short, np.nan, np.nan, np.nan, np.nan)) for t in ctx.district.towns)
    laid = ctx.district.layout
    roles = tuple((t, a.role) for a in laid.areas for t in a.towns) if laid else ()
    rows = _rows(ctx, towns)
    said = ctx.caption(INVESTMENT, where=where)
    told = f"{laid.name}：{laid.note}；出自{laid.source}。" if laid else ""
    definition = (
        f"{INVESTMENT.definition_for(ctx.terms)}全部产业链。{told}项目为截至期末签约的绿色能源项目，按所属{ctx.terms.part}归入。"
    )
    caption = Caption(said.scope, said.period, said.data_month, definition)
    known = any(not math.isnan(t.value) for t in towns)
    return GreenAreas(
        laid.name if laid else "",
        towns if known else (),
        roles,
        rows,
        has_projects(ctx),
        laid.note if laid else "",
        _insight(rows),
        caption,
    )


def _rows(ctx: ViewContext, towns: Sequence[Item]) -> tuple[GreenAreaRow, ...]:
    laid = ctx.district.layout
    if laid is None:
        return ()
    projects = green(signed(ctx, every_town=True))
    whole = _sum([t.value for t in towns])
    taken = {t for a in laid.areas for t in a.towns}
    places: list[tuple[str, str, tuple[str, ...]]] = [(a.name, a.role, a.towns) for a in laid.areas]
    places.append((f"其他{ctx.terms.part}", "", tuple(t.key for t in towns if t.key not in taken)))
    rows = []
    for name, role, keys in places:
        own = [t for t in towns if t.key in keys]
        value, base = _sum([t.value for t in own]), _sum([t.base for t in own])
        share = value / whole if whole > 0 else math.nan
        counted = project_totals(projects.take(projects.isin("town", keys)))
        if own:
            rows.append(GreenAreaRow(name, role, tuple(t.short for t in own), value, base, share, counted))
    return tuple(rows)


def _sum(values: Sequence[float]) -> float:
    known = [v for v in values if not math.isnan(v)]
    return float(sum(known)) if known else math.nan


def _insight(rows: tuple[GreenAreaRow, ...]) -> str:
    """The main area's share and the wings' together."""
    words = []
    for role, name in (("主", ""), ("翼", "两翼")):
        own = [r for r in rows if r.role == role and not math.isnan(r.share)]
        if own:
            called = name if len(own) == 2 and name else "、".join(r.name for r in own)
            together = "合计" if len(own) > 1 else ""
            words.append(f"{called}{together}占{formatting.format_percent(sum(r.share for r in own))}")
    growing = [r for r in rows if r.role and not math.isnan(r.change)]
    if len(growing) > 1:
        fastest = max(growing, key=lambda r: r.change)
        if fastest.change > 0:
            words.append(f"{fastest.name}增长最快（{formatting.format_change(fastest.change, is_percent=False)}）")
    return "，".join(words)

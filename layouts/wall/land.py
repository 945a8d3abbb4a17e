"""The wall scene of per-mu efficiency: hero and values, grades by area, and how grades moved."""

from __future__ import annotations

import math
from typing import Any

from cockpit import formatting
from cockpit.catalogue.entries import PER_MU
from cockpit.catalogue.formulas import Scale
from cockpit.evaluation.policy.policy import GRADES
from cockpit.formatting import FormattedValue
from cockpit.views.land.evaluation import GradeRow, LandSummary
from cockpit.views.wall.scenes import LandScene
from layouts.components.change import change, count_change
from layouts.land.grade_migration_figure import grade_migration_figure
from layouts.land.land_tax_figure import land_tax_figure
from layouts.ui.templates import render
from layouts.ui.theme import css_color, grade_token
from layouts.wall.parts import Fact, Hero, RenderedScene, WallContext

_NARROWEST = 0.1  # share of a row from which a segment has room for its number
_MOST_ROWS = 12


def render_scene(view: LandScene, context: WallContext) -> RenderedScene:
    """Render scene and charts; only the headline before the first published evaluation."""
    if view.summary is None:
        return RenderedScene(render("wall/land.html", headline=view.headline, hero=None))
    figures: dict[str, dict[str, Any]] = {}
    if view.grade_migration is not None and view.grade_migration.moves is not None and view.grade_migration.moves.total:
        years = (f"{view.grade_migration.base_year}年", f"{view.grade_migration.year}年")
        figures["flow"] = grade_migration_figure(view.grade_migration.moves, years, context.viewport)
    group = ""
    if context.orientation == "ultra" and view.scatter is not None:
        scatter = land_tax_figure(view.scatter, context.viewport)
        if scatter:
            figures["scatter"], group = scatter, view.scatter.group
    html = render(
        "wall/land.html",
        headline=view.headline,
        hero=_hero(view.summary),
        facts=_facts(view.summary)[: context.most_facts],
        part=context.district.terms.part,
        keys=[(grade, css_color(grade_token(grade))) for grade in GRADES[:-1]],
        rows=[_row(row) for row in view.structure.rows[:_MOST_ROWS]] if view.structure is not None else None,
        has_flow="flow" in figures,
        scatter_group=group,
    )
    return RenderedScene(html, figures)


def _hero(values: LandSummary) -> Hero:
    moved = values.tax_per_mu / values.tax_per_mu_base - 1 if values.tax_per_mu_base > 0 else math.nan
    value = FormattedValue(formatting.format_number(values.tax_per_mu, PER_MU), PER_MU.unit)
    return Hero(f"亩均税收 · {values.year}年评价", value, change(moved, is_percent=False), " 比上年")


def _facts(values: LandSummary) -> list[Fact]:
    ab = FormattedValue(formatting.format_percent(values.ab_share).removesuffix("%"), "%")
    worst = FormattedValue(f"{values.counts['D']:,}", "家")
    land = FormattedValue(formatting.format_rounded(values.worst_land, 0), "亩")
    cleared = FormattedValue(formatting.format_number(values.released_land, Scale("亩", whole=True)), "亩")
    return [
        Fact("A、B类占比", ab, change(values.ab_share - values.ab_base, is_percent=True)),
        Fact("D类企业", worst, count_change(values.counts["D"] - values.worst_base, "家")),
        Fact("D类占地", land, f"占 {formatting.format_percent(values.worst_land_share)}"),
        Fact("累计盘活用地", cleared, "完成整治"),
    ]


def _row(row: GradeRow) -> dict[str, object]:
    segments = []
    for grade, amount in zip(GRADES, row.amounts, strict=True):
        share, token = amount / row.total if row.total else 0.0, grade_token(grade)
        text = formatting.format_count(amount) if share >= _NARROWEST and grade != "D" else ""
        segments.append((text, f"{share * 100:.3f}", css_color(token), css_color(f"{token}-on")))
    return {
        "name": row.name,
        "segments": segments,
        "worst": formatting.format_count(row.amounts[-1]),
        "ab_share": formatting.format_percent(row.ab),
    }

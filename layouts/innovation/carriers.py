"""Carriers of innovation: on the steps of their ladder, and one by one in lists."""

from __future__ import annotations

from markupsafe import Markup

from cockpit import formatting
from cockpit.views.innovation.carriers import CarrierLadder, CarrierList, CarrierRow, LadderStep
from layouts.components.panel import PanelContents
from layouts.innovation.parts import level_name, no_innovation_data
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import render
from layouts.ui.theme import chain_token, css_color

#: Carriers of a step that are named (the others are counted), and of a list that are not folded.
MOST_PLATES, FIRST_ROWS = 7, 14


def render_ladder(view: CarrierLadder, context: RenderContext) -> PanelContents:
    """Render the five kinds as rising steps with the carriers on them, by level and chain."""
    if not view.steps:
        return PanelContents(no_innovation_data("创新载体", context, known=view.known), caption=view.caption)
    body = render("innovation/ladder.html", steps=[_step(step, context) for step in view.steps])
    subtitle = "自下而上五级 · 底色浓淡为级别，左侧色条为产业链"
    return PanelContents(body, subtitle=subtitle, insight=view.insight, caption=view.caption)


def _step(step: LadderStep, context: RenderContext) -> dict[str, object]:
    levels = " · ".join(f"{level or level_name(level)} {n:,}" for level, n in step.levels)
    rest = step.rows[MOST_PLATES:]
    return {
        "kind": step.kind,
        "count": f"{len(step.rows):,}",
        "levels": levels or "所选范围没有",
        "plates": [_plate(row, context) for row in step.rows[:MOST_PLATES]],
        "rest": f"另 {len(rest):,}个" if rest else "",
        "rest_names": "、".join(row.name for row in rest),
    }


def _plate(row: CarrierRow, context: RenderContext) -> dict[str, object]:
    year = f"{row.year}年认定" if row.year else "未填认定年份"
    facts = " · ".join(fact for fact in (row.kind, level_name(row.level), row.town, row.chain, year) if fact)
    return {
        "name": row.name,
        "level": row.level,
        "rank": row.rank,
        "color": css_color(chain_token(context.district, row.chain_key) if row.chain_key else "line2"),
        "title": f"{row.name}：{facts}",
    }


def render_carriers(view: CarrierList, context: RenderContext) -> PanelContents:
    """Render the list of all carriers, the latest first."""
    if not view.rows:
        return PanelContents(no_innovation_data("创新载体", context, known=view.known), caption=view.caption)
    subtitle = f"{len(view.rows):,}个 · 最近认定在前"
    return PanelContents(_list(view, context, has_kinds=True), subtitle=subtitle, insight=view.insight, caption=view.caption)


def render_demonstrators(view: CarrierList, context: RenderContext) -> PanelContents:
    """Render the list of demonstrators of service-oriented manufacturing."""
    if not view.rows:
        return PanelContents(no_innovation_data("服务型制造示范", context, known=view.known), caption=view.caption)
    subtitle = f"{len(view.rows):,}个 · 不计入载体"
    return PanelContents(_list(view, context, has_kinds=False), subtitle=subtitle, insight=view.insight, caption=view.caption)


def _list(view: CarrierList, context: RenderContext, *, has_kinds: bool) -> Markup:
    """Render the first rows, and the others in a list that opens; both in the same columns."""
    rows = [_row(row, view, context) for row in view.rows]
    return render(
        "innovation/carrier_list.html",
        part=context.district.terms.part,
        has_kinds=has_kinds,
        first=rows[:FIRST_ROWS],
        rest=rows[FIRST_ROWS:],
        rest_label=f"其余 {len(rows) - FIRST_ROWS:,}个",
    )


def _row(row: CarrierRow, view: CarrierList, context: RenderContext) -> dict[str, object]:
    return {
        "name": row.name,
        "kind": row.kind,
        "level": row.level or formatting.MISSING,
        "town": row.town or formatting.MISSING,
        "chain": row.chain or formatting.MISSING,
        "color": css_color(chain_token(context.district, row.chain_key)) if row.chain_key else "",
        "year": str(row.year) if row.year else "未填",
        "is_new": row.year == view.year,
    }

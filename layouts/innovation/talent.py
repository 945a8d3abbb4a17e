"""Talents: leading and all talents against their goals, and the talent plans in their chains' colours."""

from __future__ import annotations

import math

from cockpit import formatting
from cockpit.views.innovation.talent import GoalStanding, TalentPanel, TalentStock, format_people
from layouts.components.bars import bar_length
from layouts.components.change import change
from layouts.components.panel import PanelContents
from layouts.innovation.parts import no_innovation_data
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import NOTHING, render
from layouts.ui.theme import chain_token, css_color

_PLANS_OF_SUBTITLE = 3


def render_talents(view: TalentPanel, context: RenderContext) -> PanelContents:
    """Render goals over plans; all plans are on one scale."""
    if not view.totals and not view.plans:
        return PanelContents(no_innovation_data("人才", context, known=view.known), caption=view.caption)
    most = max((people for stock in view.plans for _, people in stock.years), default=1.0)
    body = render(
        "innovation/talents.html",
        totals=[_total(stock) for stock in view.totals],
        plans=[_plan(stock, most, context) for stock in view.plans],
    )
    subtitle = f"{context.district.terms.whole}年度数 · 虚线框为目标"
    if len(view.plans) == _PLANS_OF_SUBTITLE:
        subtitle += "，三项计划同一刻度"
    return PanelContents(body, subtitle=subtitle, insight=view.insight, caption=view.caption)


def _total(stock: TalentStock) -> dict[str, object]:
    """Build leading or all talents: a column a year, the last one highlighted, and the goal as one more."""
    standing = stock.standing
    most = max([*(people for _, people in stock.years), *([standing.target] if standing else [])])
    tokens = ["bar"] * (len(stock.years) - 1) + ["now"]
    return _stock(stock) | {
        "columns": _columns(stock, most, tokens),
        "goal": _goal_column(standing, most) if standing else None,
        "standing": _standing(standing) if standing else None,
    }


def _plan(stock: TalentStock, most: float, context: RenderContext) -> dict[str, object]:
    """Build a plan: a column a year in its chain's colour, the last one solid."""
    token = chain_token(context.district, stock.chain) if stock.chain else "prev"
    return _stock(stock) | {
        "color": css_color(token),
        "columns": _columns(stock, most, [token] * len(stock.years), fade=True),
    }


def _stock(stock: TalentStock) -> dict[str, object]:
    has_change = not math.isnan(stock.change)
    return {
        "name": stock.category,
        "field": stock.field or stock.chain_name,
        "value": format_people(stock.value),
        "change": change(stock.change, is_percent=False) if has_change else NOTHING,
        "title": f"{stock.category}：{stock.chain_name}" if stock.chain_name else stock.category,
        "color": "",
    }


def _columns(stock: TalentStock, most: float, tokens: list[str], *, fade: bool = False) -> list[dict[str, object]]:
    """Build a column a year with value and year; ``fade``: all but the last are weaker."""
    return [
        {
            "height": f"{people / most * 100 if most else 0:.2f}",
            "color": css_color(token),
            "is_faded": fade and i < len(stock.years) - 1,
            "value": format_people(people).text,
            "label": f"{year}年",
        }
        for i, ((year, people), token) in enumerate(zip(stock.years, tokens, strict=True))
    ]


def _goal_column(standing: GoalStanding, most: float) -> dict[str, str]:
    return {
        "height": f"{standing.target / most * 100:.2f}",
        "value": format_people(standing.target).text,
        "label": f"{standing.by_year}年目标" if standing.by_year else "目标",
    }


def _standing(standing: GoalStanding) -> dict[str, str]:
    """Build completion as a bar; of a goal with a deadline the share of the increase against the time gone."""
    if standing.pace is None:
        reason = f"没有{standing.base_year}年的基数" if standing.by_year else "目标没有期限"
        return {
            "width": _width(standing.completion),
            "tick": "",
            "tone": "",
            "share": f"完成目标 {formatting.format_percent(standing.completion)}",
            "time": f"{reason}，不比时间进度",
        }
    pace = standing.pace
    behind = f"{pace.mark} 落后{standing.behind_shown}{formatting.POINTS_SHORT} " if pace.mark else ""
    return {
        "width": _width(standing.progress),
        "tick": "" if math.isnan(standing.time_gone) else f"{standing.time_gone * 100:.2f}",
        "tone": pace.tone,
        "share": f"{behind}{standing.plan_name}增量进度 {formatting.format_percent(standing.progress)}",
        "time": f"时间进度 {formatting.format_percent(standing.time_gone)}",
    }


def _width(share: float) -> str:
    """Format the length of a bar that is full at 100 %."""
    return bar_length(min(share, 1.0), 1.0)

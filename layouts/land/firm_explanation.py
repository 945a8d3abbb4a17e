"""One firm's grade explained, in a drawer over the page."""

from __future__ import annotations

from typing import Any

from cockpit.evaluation.results.explanation import GradeExplanation
from cockpit.selection import View
from cockpit.views.land.firms import FirmExplanation, firm_explanation
from layouts.components.panel import PanelContents, PanelSpec, navigate
from layouts.land.explanation_parts import (
    grade_tile,
    grade_years,
    indicator_table,
    remediation_steps,
    score_and_rank,
    score_breakdown,
)
from layouts.ui import html
from layouts.ui.render_context import RenderContext


def render_explanation(view: FirmExplanation | None, context: RenderContext) -> PanelContents:
    """The firm that the link names; nothing when it names none."""
    if view is None:
        return PanelContents(title="得分说明")
    close = navigate("× 关闭", context.href(context.selection.replace(firm="")), "drawer-close", title="关闭（Esc）")
    if view.explanation is None:
        words = f"{view.year}年度没有代码为 {context.selection.firm} 的企业的评价结果。请从企业名单里选择。"
        return PanelContents(title="得分说明", body=html.P(words, className="empty-hint"), tools=close, caption=view.caption)
    told = view.explanation
    content = [
        html.Div([grade_tile(told.grade), *_who(view, told)], className="story-head"),
        html.P(told.sentence, className="story-sentence"),
        score_breakdown(told),
        html.Div(indicator_table(told), className="scroll"),
        html.Div([grade_years(view), *remediation_steps(view)], className="story-parts"),
    ]
    page = context.selection.shared.href(f"/enterprise/{told.credit_code}")
    tools = [navigate("企业画像 →", page, "story-page", title=f"{told.name}的完整画像"), close]
    # In the what-if the numbers beside the drawer are others.
    basis = "按已发布的办法，不含正在试算的调整" if context.selection.view is View.WHAT_IF else ""
    return PanelContents(title=told.name, body=content, subtitle=basis, tools=tools, caption=view.caption)


def _who(view: FirmExplanation, told: GradeExplanation) -> list[Any]:
    place = " · ".join(p for p in (view.town, view.chain, f"{told.group}企业", f"{view.year}年度") if p)
    return [html.Div([html.Span(place, className="unit"), html.Span(told.credit_code, className="unit")]), score_and_rank(told)]


#: The drawer, the same on every view of the per-mu page.
EXPLANATION = PanelSpec("story", "得分说明", firm_explanation, render_explanation)

"""One firm's grade explained, in a drawer over the page."""

from __future__ import annotations

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
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import render


def render_explanation(view: FirmExplanation | None, context: RenderContext) -> PanelContents:
    """Render the firm that the address names; nothing when it names none."""
    if view is None:
        return PanelContents()
    close = navigate("× 关闭", context.href(context.selection.replace(firm="")), "drawer-close", title="关闭（Esc）")
    explanation = view.explanation
    if explanation is None:
        text = f"{view.year}年度没有代码为 {context.selection.firm} 的企业的评价结果。请从企业名单里选择。"
        return PanelContents(render("land/hint.html", text=text), tools=close, caption=view.caption)
    facts = (view.town, view.chain, f"{explanation.group}企业", f"{view.year}年度")
    profile = context.selection.shared.href(f"/enterprise/{explanation.credit_code}")
    return PanelContents(
        render(
            "land/explanation.html",
            explanation=explanation,
            grade=grade_tile(explanation.grade),
            facts=" · ".join(fact for fact in facts if fact),
            score_and_rank=score_and_rank(explanation, context.district),
            score_breakdown=score_breakdown(explanation),
            indicators=indicator_table(explanation),
            years=grade_years(view),
            remediation=remediation_steps(view),
        ),
        title=explanation.name,
        # In the what-if the values beside the drawer are others.
        subtitle="按已发布的办法，不含正在试算的调整" if context.selection.view is View.WHAT_IF else "",
        tools=navigate("企业画像 →", profile, "explanation-link", title=f"{explanation.name}的完整画像") + close,
        caption=view.caption,
    )


#: The drawer, the same on every view of the per-mu page.
EXPLANATION = PanelSpec("explanation", "得分说明", firm_explanation, render_explanation)

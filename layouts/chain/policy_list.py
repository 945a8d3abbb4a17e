"""The list of policies for a chain (政策清单)."""

from __future__ import annotations

from cockpit.calendar.dates import format_day
from cockpit.views.chain.projects import PolicyList, PolicyRow, PolicyValidity
from layouts.chain.tabs import chain_key
from layouts.components.panel import PanelContents, empty
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import render

#: Mark and class of each validity.
_MARKS = {
    PolicyValidity.VALID: ("", ""),
    PolicyValidity.EXPIRING: ("◆ ", "soon"),
    PolicyValidity.EXPIRED: ("■ ", "slow"),
    PolicyValidity.OPEN: ("", ""),
}


def render_policies(view: PolicyList, context: RenderContext) -> PanelContents:
    """Render the policies, with how long each stays in force."""
    if not view.rows:
        state = empty("没有面向这条链的政策", "在“政策清单”表中填写本链或“全部”的政策后，这里列出。")
        return PanelContents(state, caption=view.caption)
    chain = context.district.chain(chain_key(context.path)).name
    body = render("chain/policy_list.html", policies=[_policy(policy, chain) for policy in view.rows])
    return PanelContents(body, subtitle=f"{len(view.rows)}项", insight=view.insight, caption=view.caption)


def _policy(policy: PolicyRow, chain: str) -> dict[str, object]:
    level = f"{policy.level}级" if len(policy.level) == 1 else policy.level
    until = f"有效期至 {format_day(policy.valid_until)}" if policy.valid_until else policy.validity.value
    mark, tone = _MARKS[policy.validity]
    return {
        "title": policy.title,
        "scope": chain if policy.own else "全部产业链",
        "summary": policy.summary,
        "facts": " · ".join(fact for fact in (policy.kind, level, until) if fact),
        "status": mark + _status(policy),
        "tone": tone,
        "applies": policy.applies,
    }


def _status(policy: PolicyRow) -> str:
    left = f"还有{policy.months_left}个月" if policy.months_left else "不足1个月"
    if policy.validity is PolicyValidity.VALID:
        return left
    if policy.validity is PolicyValidity.EXPIRING:
        return f"即将到期，{left}"
    return policy.validity.value if policy.valid_until else ""

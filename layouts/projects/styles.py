"""What the panels of the page 项目 share: colours of standings, words of a project's worry, the empty state."""

from __future__ import annotations

from cockpit import formatting
from cockpit.catalogue.formulas import Scale
from cockpit.ledgers.projects import STANDINGS, Concern, Standing
from cockpit.views.projects.listing import Project
from layouts.components import growth
from layouts.components.panel import empty
from layouts.page import Env
from layouts.ui import html
from layouts.ui.theme import css_color

#: From waiting (grey) to done (the strongest): the same for bars of the funnel, lines of the timeline, swatches.
STANDING_TOKENS: dict[Standing, str] = dict(zip(STANDINGS, ("ghost", "m5", "accent", "now"), strict=True))
_WAITED = {
    Concern.LATE_START.value: ("签约", "未开工"),
    Concern.STALLED.value: ("开工", ""),
    Concern.LATE_COMPLETION.value: ("开工", "未竣工"),
    Concern.LATE_PRODUCTION.value: ("竣工", "未投产"),
}


def swatch(token: str) -> html.I:
    """A small square in a token's colour."""
    return html.I(style={"background": css_color(token)}, className="swatch")


def short(concern: Concern) -> str:
    """A concern where there is little room: 未开工, 停滞."""
    return concern.value.removeprefix("逾期").removeprefix("进展")


def worry(project: Project) -> str:
    """Why a project needs attention: 签约11个月未开工, 开工10个月，投资25.0%; '' when it doesn't."""
    if not project.concern:
        return ""
    step, waits = _WAITED[project.concern]
    if project.concern == Concern.STALLED.value:
        return f"{step}{project.age}，投资{formatting.percent(project.done_rate, 0)}"
    return f"{step}{project.age}{waits}"


def tone(project: Project) -> str:
    """The class by which the style sheet sets ■ (behind) or ◆ (soon); '' for a healthy project."""
    if not project.concern:
        return ""
    return "near" if project.soon else "late"


def nothing(known: bool, env: Env) -> html.Div:
    """Why a panel has nothing to show."""
    if known:
        return growth.nothing(env)
    return empty("还没有项目数据", "发布含“项目台账”表的工作簿后，这里显示项目从签约到投产的进度。")


def money(amount: float, scale: Scale) -> str:
    """An amount (万元) in a column's unit; nothing spent is 0, not 0.00."""
    return formatting.number(amount, scale) if amount else "0"

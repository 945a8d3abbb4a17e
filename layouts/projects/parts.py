"""What the panels of the page 项目 share: colours of standings, a project's concern as text, the empty state."""

from __future__ import annotations

from markupsafe import Markup

from cockpit import formatting
from cockpit.ledgers.projects import STANDINGS, Concern, ProjectStanding
from cockpit.views.projects.listing import ProjectRow
from layouts.components.no_data import no_rows
from layouts.ui.render_context import RenderContext

#: From waiting (grey) to done (the strongest): the same for bars of the funnel, lines of the timeline, swatches.
STANDING_TOKENS: dict[ProjectStanding, str] = dict(zip(STANDINGS, ("ghost", "m5", "accent", "now"), strict=True))
#: Concern -> the step that was taken, and the one that is due.
_CONCERN_STEPS = {
    Concern.LATE_START.value: ("签约", "未开工"),
    Concern.STALLED.value: ("开工", ""),
    Concern.LATE_COMPLETION.value: ("开工", "未竣工"),
    Concern.LATE_PRODUCTION.value: ("竣工", "未投产"),
}


def short(concern: Concern) -> str:
    """Shorten a concern for narrow places: 未开工, 停滞."""
    return concern.value.removeprefix("逾期").removeprefix("进展")


def concern_text(project: ProjectRow) -> str:
    """Say why a project needs attention: 签约11个月未开工, 开工10个月，投资25%; '' when it doesn't."""
    if not project.concern:
        return ""
    step, due = _CONCERN_STEPS[project.concern]
    if project.concern == Concern.STALLED.value:
        return f"{step}{project.age}，投资{formatting.format_percent(project.completion, 0)}"
    return f"{step}{project.age}{due}"


def tone(project: ProjectRow) -> str:
    """Return the CSS class that adds the mark ■ (late) or ◆ (near); '' for a project without concern."""
    if not project.concern:
        return ""
    return "near" if project.soon else "late"


def no_projects(known: bool, context: RenderContext) -> Markup:
    """Render why a panel has nothing to show; ``known``: there is a ledger at all."""
    return no_rows(context, "项目台账", "项目从签约到投产的进度", known=known, subject="项目")

"""Green projects: by field, their share among the signed, and one by one with their step."""

from __future__ import annotations

from markupsafe import Markup

from cockpit import formatting
from cockpit.calendar.dates import format_day
from cockpit.catalogue.formulas import Scale
from cockpit.ledgers.projects import STANDINGS
from cockpit.selection import View
from cockpit.views.green.projects import GreenFieldRow, GreenFields, GreenProject, GreenProjectList
from cockpit.views.green.scope import PLANNED
from cockpit.views.green.summary import GreenShare
from layouts.chain.tabs import page_token
from layouts.components.bars import bar_length
from layouts.components.no_data import no_rows
from layouts.components.panel import PanelContents, navigate
from layouts.components.share_bar import Share, share_bar
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import render
from layouts.ui.theme import css_color

#: Projects that are open; the others are folded.
MOST_OPEN = 6
#: Opacity of the chain's colour from a project that has yet to start to one that produces.
_STRENGTH = (0.25, 0.5, 0.75, 1.0)


def render_fields(view: GreenFields, context: RenderContext) -> PanelContents:
    """Render the planned investment of each field, and how much of it is completed."""
    if not view.rows:
        return PanelContents(_no_projects(context, known=view.known), caption=view.caption)
    scale = formatting.scale_for(PLANNED, [r.totals.planned for r in view.rows])
    most = max(r.totals.planned for r in view.rows)
    whole = view.whole
    invested, planned = (formatting.format_number(v, scale) for v in (whole.invested, whole.planned))
    body = render(
        "green/fields.html",
        rows=[_field(row, most, scale) for row in view.rows],
        color=css_color(page_token(context)),
        total=f"合计 {invested} ÷ {planned}{scale.unit}，完成 {formatting.format_percent(whole.completion)}",
    )
    subtitle = f"绿色能源项目 · {scale.unit}"
    return PanelContents(body, subtitle=subtitle, insight=view.insight, caption=view.caption)


def _field(row: GreenFieldRow, most: float, scale: Scale) -> dict[str, str]:
    totals = row.totals
    return {
        "name": row.name,
        "facts": f"{totals.projects:,}个项目，{totals.started:,}个已开工",
        "planned_width": bar_length(totals.planned, most),
        "invested_width": bar_length(totals.invested, most),
        "planned": formatting.format_number(totals.planned, scale),
        "share": formatting.format_share(row.share_shown),
        "invested": formatting.format_number(totals.invested, scale),
        "completion": formatting.format_percent(totals.completion),
    }


def render_share(view: GreenShare, context: RenderContext) -> PanelContents:
    """Render the green projects among the signed, by number and by investment, and their progress against the others."""
    green, other = view.green, view.other
    whole, planned = green.projects + other.projects, green.planned + other.planned
    if not whole:
        return PanelContents(_no_projects(context, known=view.known), caption=view.caption)
    investment = f"{formatting.format_value(PLANNED, green.planned).text} ÷ {formatting.format_value(PLANNED, planned)}"
    body = render(
        "green/share.html",
        shares=[
            _share("项目数", view.of_number, f"{green.projects:,} ÷ {whole:,}个"),
            _share("计划总投资", view.of_planned, investment),
        ],
        color=css_color(page_token(context)),
        measures=[
            ("每个项目计划投资 亿元", *(formatting.format_number(p.size, PLANNED.scales[0]) for p in (green, other))),
            ("开工率", *(formatting.format_percent(p.start_rate) for p in (green, other))),
            ("投资完成率", *(formatting.format_percent(p.completion) for p in (green, other))),
        ],
    )
    return PanelContents(body, subtitle="期内签约", insight=view.insight, caption=view.caption)


def _share(name: str, share: float, basis: str) -> dict[str, str]:
    return {"name": name, "share": formatting.format_percent(share), "basis": basis, "width": bar_length(share, 1.0)}


def render_projects(view: GreenProjectList, context: RenderContext) -> PanelContents:
    """Render how many projects have come how far, and the projects, the largest first."""
    if not view.rows:
        return PanelContents(_no_projects(context, known=view.known), caption=view.caption)
    rows = [_project(project) for project in view.rows]
    body = render(
        "green/projects.html",
        standings=_standings(view, page_token(context)),
        part=context.district.terms.part,
        open_rows=rows[:MOST_OPEN],
        folded_rows=rows[MOST_OPEN:],
        folded_count=f"{len(rows) - MOST_OPEN:,}",
        step_count=len(STANDINGS),
        color=css_color(page_token(context)),
        rest_color=css_color("s3"),
    )
    link = navigate("项目页 →", context.selection.replace(view=View.RESULT, chains=()).href("/projects"), "more-link")
    return PanelContents(
        body,
        subtitle=f"共{len(view.rows):,}个 · 计划投资大的在前",
        insight=view.insight,
        tools=link,
        caption=view.caption,
    )


def _standings(view: GreenProjectList, token: str) -> Markup:
    """Render how many projects are at each step, as one bar."""
    shares = [
        Share(f"{name} {count:,}", f"flex:{count}" if count else "", strength)
        for (name, count), strength in zip(view.standings, _STRENGTH, strict=True)
    ]
    return share_bar(shares, token)


def _project(project: GreenProject) -> dict[str, object]:
    since = format_day(project.since) if project.since else "日期未填"
    standing = STANDINGS[project.step].value
    return {
        "name": project.name,
        "title": f"{project.number} {project.name}",
        "field": project.field,
        "town": project.town,
        "planned": formatting.format_number(project.planned, PLANNED.scales[0]),
        "completion": formatting.format_percent(project.completion, 0),
        "step": project.step,
        "standing": standing,
        "since": f"{since}起{standing}",
    }


def _no_projects(context: RenderContext, *, known: bool) -> Markup:
    """Render the empty state: a selection without projects, or no ledger of projects at all."""
    return no_rows(context, "项目台账", "绿色能源项目", known=known, subject="项目")

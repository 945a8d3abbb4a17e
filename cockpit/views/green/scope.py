"""What the panels of the view 绿色能源 cover: the whole district, and the projects as of the period's last day."""

from __future__ import annotations

import dataclasses

from cockpit.calendar.dates import format_day, month_end
from cockpit.catalogue.metrics import METRICS
from cockpit.cube.cube import Filter
from cockpit.cube.table_view import TableView
from cockpit.views.context import ViewContext, restriction_notes
from cockpit.views.parts import Caption
from cockpit.views.projects.state import projects_on

INVESTMENT, INTENSITY, OUTPUT = METRICS["green_investment"], METRICS["energy_intensity"], METRICS["output"]
#: The catalogue's metrics of signed projects; money in 万元.
SIGNED, PLANNED = METRICS["signed_projects"], METRICS["signed_investment"]
UNKNOWN_FIELD = "未填领域"


def everywhere(ctx: ViewContext) -> Filter:
    """Return the selection's filter without the page's chain: every chain invests in green energy, and uses energy."""
    return Filter(ctx.where.towns, ctx.where.industries)


def signed(ctx: ViewContext, *, every_town: bool = False) -> TableView:
    """Return the projects signed up to the period's last day (see ``known_on``), within the selected towns."""
    return projects_on(ctx, month_end(ctx.period.last)).filter({"town": () if every_town else ctx.where.towns})


def green(projects: TableView) -> TableView:
    """Return the projects whose 绿色能源 is 是, whatever their chain."""
    return projects.take(projects.boolean("green"))


def has_projects(ctx: ViewContext) -> bool:
    """Tell whether any project was ever published."""
    return not ctx.full.ledgers["project"].empty


def within_period(ctx: ViewContext, rows: TableView) -> TableView:
    """Return the rows signed within the period."""
    months = rows.month("signed_on")
    return rows.take((months >= ctx.period.first) & (months <= ctx.period.last))


def as_of_label(ctx: ViewContext) -> str:
    """Format the period's last day as 截至2022年12月31日."""
    day = month_end(ctx.period.last)
    return f"截至{format_day(day)}"


def project_caption(ctx: ViewContext, period: str, definition: str) -> Caption:
    """Build the caption of a panel of projects: they have towns, but no industries."""
    caption = ctx.caption(period=period, where=Filter(ctx.where.towns))
    notes = restriction_notes(SIGNED, everywhere(ctx), ctx.terms)
    scope = caption.scope.split(" · ", 1)[0]
    return dataclasses.replace(caption, scope=scope, data_month=ctx.data_date("project"), definition=definition, notes=notes)

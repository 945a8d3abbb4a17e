"""The view 低效整治 of the per-mu page: firms to be listed, in progress and done; by town; month by month."""

from __future__ import annotations

import math

from markupsafe import Markup

from cockpit import formatting
from cockpit.ledgers.remediation import KINDS
from cockpit.views.remediation import board as board_view
from cockpit.views.remediation import progress as progress_view
from cockpit.views.remediation.board import RemediationSummary
from cockpit.views.remediation.progress import RemediationProgress, RemediationTownRow, RemediationTowns
from cockpit.views.remediation.state import RELEASED
from layouts.components.cells import Cell, cells
from layouts.components.panel import PanelContents, PanelKind, PanelSpec
from layouts.land.firm_explanation import EXPLANATION
from layouts.land.tabs import tabs
from layouts.page import Filters, Page
from layouts.remediation.board import render_board
from layouts.remediation.no_data import no_remediation_data
from layouts.remediation.progress_figure import progress_figure
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import NOTHING, macro, render

_as_of = macro("remediation/summary_parts.html", "as_of")
_ages = macro("remediation/summary_parts.html", "ages")


def render_summary(view: RemediationSummary, context: RenderContext) -> PanelContents:
    """Render the views of the page, and the key values."""
    row = tabs(context, Markup(_as_of(view.caption.period)))
    return PanelContents(row + cells([_without_unit(cell) for cell in _cells(view, context)]), caption=view.caption)


def _cells(view: RemediationSummary, context: RenderContext) -> list[Cell]:
    done, active, to_list = (_format_count(n, view.known) for n in (sum(view.done), sum(view.active), view.to_list))
    definition = view.caption.definition
    return [
        Cell("整治完成", done, "家", definition, versus=_kinds(view.done), note=_done_share(view)),
        Cell("在治", active, "家", definition, versus=_kinds(view.active), note=_age_note(view)),
        Cell("尚未列入", to_list, "家", definition, versus=_land_to_list(view), note=_criterion(view)),
        _released_cell(view, context),
        Cell("完成用时中位数", _format_days(view.days[0]), "天", definition, versus=_days_range(view), note="列入日至完成日"),
    ]


def _without_unit(cell: Cell) -> Cell:
    """Leave out unit and details of a missing value."""
    return cell if cell.text != formatting.MISSING else Cell(cell.name, cell.text, "", cell.definition, note=cell.note)


def _format_count(number: float, known: bool) -> str:
    return formatting.MISSING if math.isnan(number) or not known else f"{int(number):,}"


def _kinds(counts: tuple[int, ...]) -> str:
    return " · ".join(f"{kind} {n:,}" for kind, n in zip(KINDS, counts, strict=True))


def _done_share(view: RemediationSummary) -> str:
    return "" if math.isnan(view.completion) else f"占列入企业的 {formatting.format_percent(view.completion)}"


def _age_note(view: RemediationSummary) -> Markup:
    """Render how long the oldest is in progress, and how many are over the limit or soon will be."""
    if not view.oldest:
        return NOTHING
    warning, tone = "", ""
    if view.slow:
        warning, tone = f"■ {view.slow:,}家超{view.slow_months}个月", "slow"
    elif view.soon:
        warning, tone = f"◆ {view.soon:,}家下月超{view.slow_months}个月", "soon"
    return Markup(_ages(f"最久 {view.oldest}", warning, tone))


def _criterion(view: RemediationSummary) -> str:
    """Say which firms are to be listed."""
    if not view.year:
        return "尚未发布年度评价"
    return f"{view.year}年度D类" + (f"、亩均税收低于{view.line}" if view.line else "")


def _land_to_list(view: RemediationSummary) -> str:
    return f"占地 {formatting.format_rounded(view.to_list_land, 0)}亩" if view.to_list > 0 else ""


def _released_cell(view: RemediationSummary, context: RenderContext) -> Cell:
    value = formatting.format_value(RELEASED, view.released if view.known else math.nan)
    definition, text = RELEASED.definition_for(context.district.terms), value.text if view.released else "0"
    return Cell("盘活用地", text, value.unit, definition, versus=_released_per_firm(view), note="按完成日期计")


def _released_per_firm(view: RemediationSummary) -> str:
    done = sum(view.done)
    if not done or math.isnan(view.released):
        return ""
    return f"完成企业户均 {formatting.format_value(RELEASED, view.released / done)}"


def _format_days(days: float) -> str:
    return formatting.format_rounded(days, 0)


def _days_range(view: RemediationSummary) -> str:
    _, least, most = view.days
    return "" if math.isnan(least) else f"最短 {_format_days(least)}天，最长 {_format_days(most)}天"


def render_towns(view: RemediationTowns, context: RenderContext) -> PanelContents:
    """Render all towns by stage; a town's name filters by it."""
    if not view.rows or view.whole is None:
        return PanelContents(no_remediation_data(context, known=view.known), caption=view.caption)
    part = context.district.terms.part
    known_towns = {t.key for t in context.district.towns}
    return PanelContents(
        render(
            "remediation/towns.html",
            part=part,
            # The column of firms over the limit is there only when one is.
            has_slow=view.whole.slow > 0,
            rows=[_town_row(row, context, is_known=row.key in known_towns) for row in view.rows],
            whole=_town_row(view.whole, context, is_known=False),
        ),
        subtitle=f"家 · 未完成最多在前 · {context.click_hint('towns', part)}",
        insight=view.insight,
        caption=view.caption,
    )


def _town_row(row: RemediationTownRow, context: RenderContext, *, is_known: bool) -> dict[str, object]:
    """Build the row of a town; ``is_known``: the district has it, so that its name can filter the page."""
    is_selected = bool(row.key) and row.key in context.selection.towns
    return {
        "name": row.name,
        "href": context.click_href("towns", row.key) if is_known else "",
        "title": context.click_title("towns", row.key, row.name),
        "is_selected": is_selected,
        "to_list": _format_count(row.to_list, True),
        "active": f"{row.active:,}",
        "slow": f"{row.slow:,}",
        "is_slow": row.slow > 0,
        "done": f"{row.done:,}",
        "completion": formatting.format_percent(row.completion, 0),
        "width": "" if math.isnan(row.completion) else f"{row.completion * 100:.1f}",
        "released": formatting.format_value(RELEASED, row.released).text,
    }


def render_progress(view: RemediationProgress, context: RenderContext) -> PanelContents:
    """Render firms listed and done so far, and land put back to use month by month."""
    figure = progress_figure(view.months, RELEASED, context.district.terms, context.viewport)
    return PanelContents(
        NOTHING if figure else no_remediation_data(context, known=view.known),
        subtitle="累计列入和完成（家），下为当月盘活用地（亩）",
        insight=view.insight,
        figure=figure,
        caption=view.caption,
    )


PAGE = Page(
    "remediation",
    "低效整治",
    (
        PanelSpec("kpis", "整治概况", board_view.summary, render_summary),
        PanelSpec("town-remediation", "各{part}整治进度", progress_view.towns, render_towns, span=4),
        PanelSpec("progress", "整治进程", progress_view.progress, render_progress, PanelKind.CHART, span=4),
        PanelSpec("board", "整治看板", board_view.board, render_board, span=8),
        EXPLANATION,
    ),
    tab="land",
    filters=frozenset((Filters.TOWN, Filters.INDUSTRY, Filters.PERIOD)),
)

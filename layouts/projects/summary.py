"""The summary of the page 项目."""

from __future__ import annotations

import math

from markupsafe import Markup

from cockpit import formatting
from cockpit.selection import COMPARE_LABELS
from cockpit.views.projects.funnel import ProjectSummary
from cockpit.views.projects.state import DONE, PLANNED, STARTED
from layouts.components.cells import Cell, cells
from layouts.components.change import change
from layouts.components.panel import PanelContents
from layouts.projects.parts import short
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import NOTHING, render


def render_summary(view: ProjectSummary, context: RenderContext) -> PanelContents:
    """Render what was signed in the period, how far it is, and what is behind."""
    terms, definition = context.district.terms, view.caption.definition
    started = _if_any(view, f"已开工 {view.started:,}个")
    produced = _if_any(view, f"其中投产 {view.producing:,}个")
    values = [
        Cell("签约项目", _count(view.count, view.known), "个", definition, *_growth(view, context), note=_origins(view)),
        Cell("开工率", *_rate(view.start_rate), STARTED.definition_for(terms), versus=started, note=_days(view)),
        Cell(
            "投资完成率",
            *_rate(view.completion),
            DONE.definition_for(terms),
            versus=_if_any(view, _invested(view)),
            note=_if_any(view, "累计完成 ÷ 计划总投资"),
        ),
        Cell("已竣工", _count(view.completed, view.known), "个", definition, versus=produced, note=_completed(view)),
        _green(view),
        _behind(view),
    ]
    if not view.known:
        values = [Cell(cell.name, formatting.MISSING, "", cell.definition) for cell in values]
    return PanelContents(cells(values), caption=view.caption)


def _count(number: int, known: bool) -> str:
    return f"{number:,}" if known else formatting.MISSING


def _rate(rate: float) -> tuple[str, str]:
    shown = formatting.percent_value(rate)
    return shown.text, shown.unit


def _growth(view: ProjectSummary, context: RenderContext) -> tuple[Markup, str]:
    """Render the growth of the number of projects, and beside it the planned investment."""
    planned = f"计划投资 {formatting.format_value(PLANNED, view.planned)}" if view.count else view.no_growth
    if math.isnan(view.growth):
        return NOTHING, planned
    versus = COMPARE_LABELS[context.selection.compare]
    return change(view.growth, is_percent=False), " · ".join(text for text in (versus, planned) if text)


def _origins(view: ProjectSummary) -> str:
    return " · ".join(f"{name} {n:,}" for name, n in view.origins)


def _days(view: ProjectSummary) -> str:
    return "" if math.isnan(view.start_days) else f"签约到开工中位 {formatting.format_rounded(view.start_days, 0)}天"


def _if_any(view: ProjectSummary, text: str) -> str:
    """Return ``text``, or '' when there is no project."""
    return text if view.count else ""


def _invested(view: ProjectSummary) -> str:
    return f"完成 {formatting.format_value(PLANNED, view.invested)}" if view.invested else "尚无完成投资"


def _completed(view: ProjectSummary) -> str:
    return f"占签约项目的 {formatting.format_percent(view.completed / view.count)}" if view.completed else ""


def _green(view: ProjectSummary) -> Cell:
    definition = f"台账“绿色能源”为“是”的项目。{view.caption.definition}"
    if view.green is None:
        return Cell("绿色能源项目", formatting.MISSING, "", definition, note="台账未标注绿色能源" if view.count else "")
    green = view.green
    if not green.count:
        return Cell("绿色能源项目", "0", "个", definition, versus="期内没有签约")
    planned = f"占 {formatting.format_percent(green.share)} · 计划 {formatting.format_value(PLANNED, green.planned)}"
    note = f"占计划投资 {formatting.format_percent(green.planned_share)}，已开工 {green.started:,}个"
    return Cell("绿色能源项目", f"{green.count:,}", "个", definition, versus=planned, note=note)


def _behind(view: ProjectSummary) -> Cell:
    """Build the cell of projects behind by rule, whenever they were signed."""
    late = [(short(concern), n) for concern, n in view.late if n]
    total = sum(n for _, n in late)
    definition = f"截至期末签约的全部项目，不论哪年签约。{view.concern_definition}"
    parts = render("projects/late_parts.html", late=late) if late else NOTHING
    soon = render("projects/soon.html", count=view.soon) if view.soon else NOTHING
    return Cell("逾期与停滞", f"{total:,}", "个", definition, parts, "" if total else "都在时限内", soon)

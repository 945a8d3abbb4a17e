"""The board of 低效整治: firms from listing to completion in three columns."""

from __future__ import annotations

import math
from datetime import date

from cockpit import formatting
from cockpit.calendar.dates import format_day
from cockpit.catalogue.entries import PER_MU
from cockpit.ledgers.remediation import NO_DATE, RemediationStage
from cockpit.selection import View
from cockpit.views.remediation.board import BoardColumn, RemediationBoard, RemediationEntry
from layouts.components.panel import PanelContents
from layouts.land.tabs import PATH
from layouts.remediation.no_data import no_remediation_data
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import render

#: Firms of a column that are not folded.
FIRST_ROWS = 12
_ORDER_LABELS = {
    RemediationStage.TO_LIST: "占地最多在前",
    RemediationStage.IN_PROGRESS: "列入最久在前",
    RemediationStage.DONE: "最近完成在前",
}
_EMPTY_LABELS = {
    RemediationStage.TO_LIST: "没有应列入而未列入的企业",
    RemediationStage.IN_PROGRESS: "没有在治的企业",
    RemediationStage.DONE: "还没有完成的企业",
}
_VALUE_LABELS = {
    RemediationStage.TO_LIST: "用地 亩",
    RemediationStage.IN_PROGRESS: "已列入",
    RemediationStage.DONE: "盘活用地 亩",
}


def render_board(view: RemediationBoard, context: RenderContext) -> PanelContents:
    """Render the stages from listing to completion as three columns of firms."""
    if not view.columns:
        return PanelContents(no_remediation_data(context, known=view.known), caption=view.caption)
    return PanelContents(
        render("remediation/board.html", columns=[_column(column, view, context) for column in view.columns]),
        subtitle="点击企业看评价和整治经过",
        insight=view.insight,
        caption=view.caption,
    )


def _column(column: BoardColumn, view: RemediationBoard, context: RenderContext) -> dict[str, object]:
    rows = [_row(column.stage, entry, view.day, context) for entry in column.entries]
    note, tone = _note(column, view)
    hidden = column.count - len(rows)
    d_firms = context.selection.replace(view=View.RESULT, grades=("D",)).href(PATH)
    return {
        "name": column.stage.value,
        "count": f"{column.count:,}",
        "parts": " · ".join(f"{name} {n:,}" for name, n in column.parts),
        "note": note,
        "tone": tone,
        "empty": "" if rows else _empty_label(column, view),
        "order": _ORDER_LABELS[column.stage],
        "value_name": _VALUE_LABELS[column.stage],
        "first": rows[:FIRST_ROWS],
        "rest": rows[FIRST_ROWS:],
        "rest_label": f"其余 {column.count - FIRST_ROWS:,}家",
        "more_label": f"另有{hidden:,}家未列出，在企业名单里看D类企业 →" if hidden > 0 else "",
        "more_href": d_firms,
    }


def _empty_label(column: BoardColumn, view: RemediationBoard) -> str:
    if column.stage is RemediationStage.TO_LIST and not view.year:
        return "尚未发布年度评价，不能判断"
    return _EMPTY_LABELS[column.stage]


def _note(column: BoardColumn, view: RemediationBoard) -> tuple[str, str]:
    """Return (text, CSS class) of what a column's firms have in common, or what needs attention among them."""
    if column.stage is RemediationStage.TO_LIST and view.year:
        return (f"{view.year}年度D类、亩均税收低于{view.line}" if view.line else f"{view.year}年度D类企业"), ""
    if column.slow:
        return f"■ {column.slow:,}家超{view.slow_months}个月", "slow"
    if column.soon:
        return f"◆ {column.soon:,}家下月超{view.slow_months}个月", "soon"
    if column.below_line:
        return f"{column.below_line:,}家{view.year}年度评价仍为D类{f'且低于{view.line}' if view.line else ''}", ""
    return "", ""


def _row(stage: RemediationStage, entry: RemediationEntry, day: date, context: RenderContext) -> dict[str, object]:
    value, details = _value_and_details(stage, entry, day)
    return {
        "name": entry.name,
        "href": context.href(context.selection.replace(firm=entry.code)),
        "value": value,
        "is_slow": entry.slow,
        "facts": " · ".join(fact for fact in (entry.town, entry.kind or entry.chain) if fact),
        "details": details,
    }


def _value_and_details(stage: RemediationStage, entry: RemediationEntry, day: date) -> tuple[str, str]:
    """Return the value at the right of a firm, and the text under it."""
    if stage is RemediationStage.TO_LIST:
        tax_per_mu = entry.tax_per_mu
        details = "" if math.isnan(tax_per_mu) else f"{formatting.format_number(tax_per_mu, PER_MU)}{PER_MU.unit}"
        return _format_land(entry.land), details
    if stage is RemediationStage.IN_PROGRESS:
        return entry.age or NO_DATE, "" if math.isnan(entry.land) else f"用地 {_format_land(entry.land)}亩"
    return _format_land(entry.released), _completion(entry, day)


def _completion(entry: RemediationEntry, day: date) -> str:
    """Say when a firm was done, without the year if it is that of ``day``, and how long it took."""
    completed_on = entry.completed_on
    if completed_on is None:
        return "未填完成日期"
    text = f"{completed_on.month}月{completed_on.day}日" if completed_on.year == day.year else format_day(completed_on)
    return f"{text} · 用时{entry.age}" if entry.age else text


def _format_land(land: float) -> str:
    if math.isnan(land):
        return formatting.MISSING
    return formatting.format_rounded(land, 1) if land else "0"

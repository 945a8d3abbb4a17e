"""The view 低效整治 of the per-mu page: who is to be listed, in progress and done; by town; month by month."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

from markupsafe import Markup

from cockpit import formatting
from cockpit.ledgers.remediation import KINDS, NO_DATE, RemediationStage
from cockpit.selection import View
from cockpit.views.remediation import board as remediation
from cockpit.views.remediation import progress as remediation_progress
from cockpit.views.remediation.board import BoardColumn, RemediationBoard, RemediationEntry, RemediationSummary
from cockpit.views.remediation.progress import RemediationProgress, RemediationTownRow, RemediationTowns
from cockpit.views.remediation.state import RELEASED
from layouts.components.cells import Cell, cells
from layouts.components.no_data import no_data
from layouts.components.panel import PanelContents, PanelKind, PanelSpec, empty, navigate
from layouts.land import tabs as land_tabs
from layouts.land.firm_explanation import EXPLANATION
from layouts.page import Page
from layouts.remediation.progress_figure import progress_figure
from layouts.ui import html
from layouts.ui.render_context import RenderContext

#: Firms of a column that stand open; the others are in a list below.
SHOWN = 12
_ORDERS = {
    RemediationStage.TO_LIST: "占地最多在前",
    RemediationStage.IN_PROGRESS: "列入最久在前",
    RemediationStage.DONE: "最近完成在前",
}
_NONE = {
    RemediationStage.TO_LIST: "没有应列入而未列入的企业",
    RemediationStage.IN_PROGRESS: "没有在治的企业",
    RemediationStage.DONE: "还没有完成的企业",
}
_FIGURES = {RemediationStage.TO_LIST: "用地 亩", RemediationStage.IN_PROGRESS: "已列入", RemediationStage.DONE: "盘活用地 亩"}


def render_headline(view: RemediationSummary, context: RenderContext) -> PanelContents:
    """The views of the page, and the headline figures."""
    done, active, to_list = (_count(n, view.known) for n in (sum(view.done), sum(view.active), view.to_list))
    said = view.caption.definition
    found = [
        Cell("整治完成", done, "家", said, versus=_kinds(view.done), note=_of_listed(view)),
        Cell("在治", active, "家", said, versus=_kinds(view.active), note=_ages(view)),
        Cell("应列入", to_list, "家", said, versus=_due_land(view), note=_due_words(view)),
        Cell("盘活用地", *_shown(view), RELEASED.definition_for(context.district.terms), versus=_each(view), note="按完成日期计"),
        Cell("完成用时中位数", _days(view.days[0]), "天", said, versus=_range(view), note="列入日至完成日"),
    ]
    found = [c if c.text != formatting.MISSING else Cell(c.name, c.text, "", c.definition, note=c.note) for c in found]
    day = html.Span(view.caption.period, className="as-of")
    return PanelContents(title="整治概况", body=[land_tabs.tabs(context, day), cells(found)], caption=view.caption)


def _count(number: float, known: bool) -> str:
    return formatting.MISSING if math.isnan(number) or not known else f"{int(number):,}"


def _kinds(counts: tuple[int, ...]) -> str:
    return " · ".join(f"{kind} {n:,}" for kind, n in zip(KINDS, counts, strict=True))


def _of_listed(view: RemediationSummary) -> str:
    return "" if math.isnan(view.done_rate) else f"占列入企业的 {formatting.format_percent(view.done_rate)}"


def _ages(view: RemediationSummary) -> list[Any]:
    """How long the oldest is in progress, and how many are over the limit or soon will be."""
    if not view.oldest:
        return []
    told: list[Any] = [html.Span(f"最久 {view.oldest}", className="age")]
    if view.slow:
        told += [" ", html.Span(f"■ {view.slow:,} 家超{view.slow_months}个月", className="slow")]
    elif view.soon:
        told += [" ", html.Span(f"◆ {view.soon:,} 家下月超{view.slow_months}个月", className="soon")]
    return told


def _due_words(view: RemediationSummary) -> str:
    if not view.year:
        return "尚未发布年度评价"
    return f"{view.year}年度D类" + (f"、亩均税收低于{view.line}" if view.line else "")


def _due_land(view: RemediationSummary) -> str:
    return f"占地 {formatting.round_half_up(view.to_list_land, 0):,} 亩" if view.to_list > 0 else ""


def _shown(view: RemediationSummary) -> tuple[str, str]:
    shown = formatting.format_value(RELEASED, view.released if view.known else math.nan)
    return (shown.text if view.released else "0"), shown.unit


def _each(view: RemediationSummary) -> str:
    done = sum(view.done)
    if not done or math.isnan(view.released):
        return ""
    return f"完成企业户均 {formatting.format_value(RELEASED, view.released / done)}"


def _days(days: float) -> str:
    return formatting.MISSING if math.isnan(days) else f"{formatting.round_half_up(days, 0):,}"


def _range(view: RemediationSummary) -> str:
    _, least, most = view.days
    return "" if math.isnan(least) else f"最短 {_days(least)} 天，最长 {_days(most)} 天"


def render_towns(view: RemediationTowns, context: RenderContext) -> PanelContents:
    """All towns by stage; a town's name chooses it."""
    title = f"各{context.district.terms.part}整治进度"
    if not view.rows or view.whole is None:
        return PanelContents(title=title, body=_nothing(view.known, context), caption=view.caption)
    late = view.whole.slow > 0
    heads = (
        context.district.terms.part,
        "应列入",
        "在治",
        *(["超期"] if late else []),
        "完成",
        "完成率",
        ["盘活用地 ", html.Br(), "亩"],
    )
    head = html.Thead(html.Tr([html.Th(h, className="" if i else "text", scope="col") for i, h in enumerate(heads)]))
    body = html.Tbody([_town(row, context, late=late) for row in view.rows])
    foot = html.Tfoot(_cells(view.whole, view.whole.name, late=late))
    table = html.Div(html.Table([head, body, foot], className="table stage-table"), className="scroll")
    told = f"家 · 未完成最多在前 · 点击{context.district.terms.part}可筛选"
    return PanelContents(title=title, body=table, subtitle=told, insight=view.insight, caption=view.caption)


def _town(row: RemediationTownRow, context: RenderContext, *, late: bool) -> html.Tr:
    chosen = row.key in context.selection.towns
    href = context.href(context.selection.toggled("towns", row.key))
    known = row.key in {t.key for t in context.district.towns}
    hint = f"{'取消' if chosen else '只看'}{row.name}"
    link = navigate(row.name, href, "row-link", title=hint) if known else row.name
    return _cells(row, link, "on" if chosen else "", late=late)


def _cells(row: RemediationTownRow, name: Any, className: str = "", *, late: bool) -> html.Tr:
    """``late``: with a column of those over the limit."""
    slow = [html.Span(f"{row.slow:,}", className="slow" if row.slow else "")] if late else []
    track = html.Span(html.Span(style={"width": f"{row.done_rate * 100:.1f}%"})) if not math.isnan(row.done_rate) else ""
    rate = html.Div([track, formatting.format_percent(row.done_rate, 0)], className="rate")
    released = formatting.format_value(RELEASED, row.released).text if row.released else "0"
    figures = (_count(row.to_list, True), f"{row.active:,}", *slow, f"{row.done:,}", rate, released)
    return html.Tr([html.Td(name, className="text"), *(html.Td(f) for f in figures)], className=className)


def render_progress(view: RemediationProgress, context: RenderContext) -> PanelContents:
    """Firms listed and done so far, and land put back month by month."""
    figure = progress_figure(view.months, RELEASED, context.district.terms, context.viewport)
    return PanelContents(
        title="整治进程",
        body=None if figure else _nothing(view.known, context),
        subtitle="累计列入和完成（家），下为当月盘活用地（亩）",
        insight=view.insight,
        figure=figure,
        caption=view.caption,
    )


def render_board(view: RemediationBoard, context: RenderContext) -> PanelContents:
    """The way from listing to done, as three columns of firms."""
    if not view.columns:
        return PanelContents(title="整治看板", body=_nothing(view.known, context), caption=view.caption)
    columns = html.Div([_column(c, view, context) for c in view.columns], className="way")
    return PanelContents(
        title="整治看板", body=columns, subtitle="点击企业看评价和整治经过", insight=view.insight, caption=view.caption
    )


def _column(column: BoardColumn, view: RemediationBoard, context: RenderContext) -> html.Section:
    rows = [_row(column.stage, e, view.day, context) for e in column.entries]
    head = html.Div(
        [
            html.H3(column.stage.value),
            html.Span(f"{column.count:,}", className="figure"),
            html.Span("家", className="unit"),
            html.Span(" · ".join(f"{name} {n:,}" for name, n in column.parts), className="way-parts"),
            _note(column, view),
        ],
        className="way-head",
    )
    order = html.Div([html.Span(_ORDERS[column.stage]), html.Span(_FIGURES[column.stage])], className="way-order")
    if not rows:
        missing = column.stage is RemediationStage.TO_LIST and not view.year
        words = "尚未发布年度评价，不能判断" if missing else _NONE[column.stage]
        return html.Section([head, html.P(words, className="way-none")], className="way-column")
    shown = [head, order, html.Ul(rows[:SHOWN], className="way-rows")]
    return html.Section([*shown, *_rest(column, rows, context)], className="way-column")


def _note(column: BoardColumn, view: RemediationBoard) -> html.P:
    """What a column's firms have in common, or what is to be known of them."""
    low = f"亩均税收低于{view.line}" if view.line else "为D类"
    words, tone = "", ""
    if column.stage is RemediationStage.TO_LIST and view.year:
        words = f"{view.year}年度D类、{low}" if view.line else f"{view.year}年度D类企业"
    elif column.slow:
        words, tone = f"■ {column.slow:,} 家超{view.slow_months}个月", "slow"
    elif column.soon:
        words, tone = f"◆ {column.soon:,} 家下月超{view.slow_months}个月", "soon"
    elif column.low:
        words = f"{column.low:,} 家{view.year}年度评价仍{low.replace('亩均税收', '')}"
    return html.P(words, className=f"way-note {tone}".strip())


def _rest(column: BoardColumn, rows: list[html.Li], context: RenderContext) -> list[html.Details]:
    """The firms that don't stand open, and how to reach those that aren't here at all."""
    if len(rows) <= SHOWN:
        return []
    more: list[Any] = [html.Ul(rows[SHOWN:], className="way-rows")]
    if column.count > len(rows):
        words = f"另有{column.count - len(rows):,}家未列出"
        href = context.selection.replace(view=View.RESULT, grades=("D",)).href(land_tabs.PATH)
        more.append(navigate(f"{words}，在企业名单里看D类企业 →", href, "way-more"))
    summary = html.RemediationSummary(f"其余 {column.count - SHOWN:,} 家")
    return [html.Details([summary, html.Div(more, className="way-scroll")], className="way-rest")]


def _row(stage: RemediationStage, entry: RemediationEntry, day: date, context: RenderContext) -> html.Li:
    href = context.href(context.selection.replace(firm=entry.code))
    facts = " · ".join(w for w in (entry.town, entry.kind or entry.chain) if w)
    figure, under = _told(stage, entry, day)
    return html.Li(
        [
            navigate(entry.name, href, "way-name", title=entry.name),
            html.B(figure, className="slow" if entry.slow else ""),
            html.Span(facts),
            html.Span(under),
        ]
    )


def _told(stage: RemediationStage, entry: RemediationEntry, day: date) -> tuple[str, str]:
    """The figure at the right of a firm, and what stands under it."""
    per_mu = "" if math.isnan(entry.tax_per_mu) else f"{formatting.round_half_up(entry.tax_per_mu, 2):,} 万元/亩"
    if stage is RemediationStage.TO_LIST:
        return _mu(entry.land), per_mu
    if stage is RemediationStage.IN_PROGRESS:
        age = entry.age or NO_DATE
        return age, "" if math.isnan(entry.land) else f"用地 {_mu(entry.land)} 亩"
    if entry.completed_on is None:
        return _mu(entry.released), "未填完成日期"
    when = f"{entry.completed_on.month}月{entry.completed_on.day}日"
    when = when if entry.completed_on.year == day.year else entry.completed_on.isoformat()
    return _mu(entry.released), f"{when} · 用时{entry.age}" if entry.age else when


def _mu(land: float) -> str:
    if math.isnan(land):
        return formatting.MISSING
    return f"{formatting.round_half_up(land, 1):,}" if land else "0"


def _nothing(known: bool, context: RenderContext) -> Markup:
    if known:
        return no_data(context)
    return empty("还没有低效整治数据", "发布含“低效整治”表的工作簿后，这里显示列入、在治和完成的企业。")


PAGE = Page(
    "remediation",
    "低效整治",
    (
        PanelSpec("kpis", "整治概况", remediation.summary, render_headline),
        PanelSpec("town-remediation", "各{part}整治进度", remediation_progress.towns, render_towns),
        PanelSpec("progress", "整治进程", remediation_progress.progress, render_progress, kind=PanelKind.CHART),
        PanelSpec("board", "整治看板", remediation.board, render_board),
        EXPLANATION,
    ),
    tab="land",
)

"""What the what-if's changes do: these panels are drawn anew while a slider is dragged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cockpit import formatting
from cockpit.catalogue.formulas import Scale
from cockpit.views.land.outcome import FirmMove, GroupMoves, MeasureBill
from cockpit.views.land.what_if import WhatIf
from layouts.components.cells import Cell, cells
from layouts.components.change import count_change
from layouts.components.panel import PanelContents, PanelKind, empty, navigate
from layouts.land.explanation_parts import grade_tile
from layouts.land.grade_flow_figure import flow_figure
from layouts.ui import html
from layouts.ui.render_context import RenderContext
from layouts.ui.theme import css_color

_WAN = Scale("万元", whole=True)


def render_verdict(view: WhatIf | None, context: RenderContext) -> PanelContents:
    """How many firms have each grade, who moves, and what it costs; and what was changed."""
    if view is None:
        return PanelContents(title="结果")
    title, subtitle = "结果", f"{view.scenario.name}{'（已调整）' if view.words else ''} 对照 {view.versus.name}"
    if view.outcome.fault:
        return PanelContents(
            title=title, body=empty("这样的规则算不出结果", view.outcome.fault), subtitle=subtitle, caption=view.caption
        )
    found = view.outcome
    told = [_count(*row) for row in found.counts]
    told.append(
        Cell(
            "等级变动",
            f"{found.rose + found.fell:,}",
            "家",
            "等级与对照不同的企业，不定等级的不计。",
            html.Span(f"▲ 升 {found.rose:,} 家", className="change up"),
            "",
            html.Span(f"▼ 降 {found.fell:,} 家", className="change down"),
        )
    )
    definition = "全部计费措施之和，正数为企业多缴。"
    bill = _whole(found.charges)
    moved, unit = (
        (formatting.format_signed(bill.after - bill.before, 0), "万元/年") if found.charges else (formatting.MISSING, "")
    )
    note = "见下方账单" if found.charges else "办法没有写计费的措施"
    told.append(Cell("企业负担变化", moved, unit, definition, None, "差别化措施", note))
    words = [html.Li(w) for w in view.words] or [html.Li("没有改动：与方案原值相同")]
    return PanelContents(
        title=title, body=[cells(told), html.Ul(words, className="changed-words")], subtitle=subtitle, caption=view.caption
    )


def _count(grade: str, before: int, after: int) -> Cell:
    held = f"对照 {before:,} 家"
    return Cell(
        f"{grade}类企业", f"{after:,}", "家", f"按方案评为{grade}类的企业数", count_change(after - before, "家"), "", held
    )


def render_flow(view: WhatIf | None, context: RenderContext) -> PanelContents:
    """From where to where."""
    title = "谁从哪到哪"
    if view is None or view.outcome.fault or not view.outcome.flows.total:
        return PanelContents(title=title)
    return PanelContents(
        title=title,
        subtitle="家，左为对照",
        insight=f"升{view.outcome.rose:,}家，降{view.outcome.fell:,}家",
        figure=flow_figure(view.outcome.flows, ("对照", "方案"), context.viewport),
        caption=view.caption,
    )


def render_parts(view: WhatIf | None, context: RenderContext) -> PanelContents:
    """Firms that rise and fall, by town and by chain."""
    title = f"按{context.district.terms.part}、按产业链"
    if view is None or view.outcome.fault:
        return PanelContents(title=title)
    found = view.outcome
    if not found.towns:
        return PanelContents(title=title, body=html.P("没有企业的等级发生变动。", className="empty-hint"), caption=view.caption)
    most = max(n for r in (*found.towns, *found.chains) for n in (r.rose, r.fell)) or 1
    columns = [
        html.Div([html.H3(name), *(_part(r, most) for r in rows)], className="part-moves")
        for name, rows in ((context.district.terms.part, found.towns), ("产业链", found.chains))
    ]
    return PanelContents(
        title=title,
        body=html.Div(columns, className="parts-moves"),
        subtitle="等级变动的企业（家），左降右升",
        caption=view.caption,
    )


def _part(row: GroupMoves, most: int) -> html.Div:
    def bar(count: int, side: str, token: str) -> html.Span:
        fill = html.Span(style={"width": f"{count / most * 70:.1f}%", "background": css_color(token)}, className="move-fill")
        number = html.Span(f"{count:,}" if count else "", className="move-number")
        return html.Span([fill, number], className=f"move {side}")

    name = html.Span(row.name, className="bar-name")
    return html.Div([name, bar(row.fell, "fell", "down"), bar(row.rose, "rose", "up")], className="move-row")


def render_bill(view: WhatIf | None, context: RenderContext) -> PanelContents:
    """The bill of the differentiated measures before and after."""
    title = "差别化措施账单"
    if view is None or view.outcome.fault:
        return PanelContents(title=title)
    charges = _shown(view.outcome.charges)
    if not charges:
        words = "方案和对照的办法都没有写计费的差别化措施，无法计算账单。"
        return PanelContents(title=title, body=html.P(words, className="empty-hint"), caption=view.caption)
    whole = _whole(view.outcome.charges)
    heads = ("措施", "对照", "方案", "增减")
    head = html.Thead(html.Tr([html.Th(h, className="" if i else "text") for i, h in enumerate(heads)]))
    body = [html.Tbody([_charge(c) for c in charges]), html.Tfoot(_charge(whole))]
    table = html.Table([head, *body], className="table bill-table")
    return PanelContents(title=title, body=table, subtitle="万元/年，正数为企业多缴", caption=view.caption)


def _shown(charges: Sequence[MeasureBill]) -> list[MeasureBill]:
    """Whole 万元, so that differences and the total are those of the figures on the screen."""
    return [MeasureBill(c.name, *(float(formatting.round_half_up(v, 0)) for v in (c.before, c.after))) for c in charges]


def _whole(charges: Sequence[MeasureBill]) -> MeasureBill:
    shown = _shown(charges)
    return MeasureBill("合计", sum(c.before for c in shown), sum(c.after for c in shown))


def _charge(charge: MeasureBill) -> html.Tr:
    figures = [formatting.format_number(v, _WAN) for v in (charge.before, charge.after)]
    moved = formatting.format_signed(charge.after - charge.before, 0)
    return html.Tr([html.Td(charge.name, className="text"), *map(html.Td, figures), html.Td(html.B(moved))])


def render_movers(view: WhatIf | None, context: RenderContext) -> PanelContents:
    """The firms that change grade, those with most land first."""
    title = "变动的企业"
    if view is None or view.outcome.fault:
        return PanelContents(title=title)
    found = view.outcome
    if not found.movers:
        return PanelContents(title=title, body=html.P("没有企业的等级发生变动。", className="empty-hint"), caption=view.caption)
    heads = ("企业", context.district.terms.part, "类型", "等级变动", "对照 分", "方案 分", "用地 亩")
    head = html.Thead(html.Tr([html.Th(h, className="text" if i < 4 else "") for i, h in enumerate(heads)]))
    table = html.Table([head, html.Tbody([_mover(m, context) for m in found.movers])], className="table movers-table")
    subtitle = f"用地最多的{len(found.movers)}家，共{found.rose + found.fell:,}家；全部名单可导出"
    return PanelContents(title=title, body=html.Div(table, className="scroll"), subtitle=subtitle, caption=view.caption)


def _mover(move: FirmMove, context: RenderContext) -> html.Tr:
    story = context.selection.replace(firm=move.credit_code)
    moved = html.Span([grade_tile(move.before), " → ", grade_tile(move.after)], className="grade-move")
    words: list[Any] = [navigate(move.name, context.href(story), "row-link"), move.town, move.group, moved]
    figures = [f"{formatting.round_half_up(v, 1):,}" for v in (move.score_before, move.score_after, move.land)]
    return html.Tr([*(html.Td(w, className="text") for w in words), *map(html.Td, figures)])


#: key, title, how it is drawn, whether it has a chart: in the order of a phone.
PANELS = (
    ("verdict", "结果", render_verdict, PanelKind.TEXT),
    ("sim-flow", "谁从哪到哪", render_flow, PanelKind.CHART),
    ("sim-parts", "按{part}、按产业链", render_parts, PanelKind.TEXT),
    ("sim-bill", "差别化措施账单", render_bill, PanelKind.TEXT),
    ("sim-movers", "变动的企业", render_movers, PanelKind.TEXT),
)

"""Projects by chain and by town: how many, how far, how much of the money is spent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cockpit import formatting
from cockpit.catalogue.formulas import Scale
from cockpit.views.projects.breakdowns import PartRow, Parts
from cockpit.views.projects.state import PLANNED
from layouts.components.panel import PanelContents, navigate
from layouts.projects.styles import money, nothing
from layouts.ui import html
from layouts.ui.render_context import RenderContext
from layouts.ui.theme import chain_token, css_color

#: Of the columns; what is wide goes on a phone.
_CLASSES = ("text", "", "", "bar-cell", "", "wide", "", "")


def render_parts(key: str, title: str, dimension: str) -> Callable[[Parts, RenderContext], PanelContents]:
    """Drawing function of the parts whose names toggle ``dimension`` (``chains`` or ``towns``) of the selection."""

    def draw(view: Parts, context: RenderContext) -> PanelContents:
        if view.whole is None:
            return PanelContents(
                title=context.district.terms.fill(title), body=nothing(view.known, context), caption=view.caption
            )
        scale = formatting.scale_for(PLANNED, [r.planned for r in view.rows])
        what = "产业链" if dimension == "chains" else context.district.terms.part
        heads = [what, "项目", "开工率", "", "计划投资", "完成", "完成率", "逾期"]
        cells = [
            html.Th(h, className=c, scope="col") if h else html.Td(className=c) for h, c in zip(heads, _CLASSES, strict=True)
        ]
        most = max(r.planned for r in view.rows) or 1.0
        body = [_row(r, most, scale, dimension, context) for r in view.rows]
        foot = html.Tfoot(_cells(view.whole, view.whole.name, "", {}, scale))
        table = html.Table([html.Thead(html.Tr(cells)), html.Tbody(body), foot], className="table parts-table")
        return PanelContents(
            title=context.district.terms.fill(title),
            body=html.Div(table, className="scroll"),
            subtitle=f"个、{scale.unit} · 实色为完成投资 · 点击{what}可筛选",
            insight=view.insight,
            caption=view.caption,
        )

    return draw


def _row(row: PartRow, most: float, scale: Scale, dimension: str, context: RenderContext) -> html.Tr:
    chosen = row.key in getattr(context.selection, dimension)
    token = chain_token(row.key) if dimension == "chains" else "prev"
    href = context.href(context.selection.toggled(dimension, row.key))
    name = navigate(
        row.name,
        href,
        f"row-link{' chain-cell' if dimension == 'chains' else ''}",
        title=f"{'取消' if chosen else '只看'}{row.name}",
    )
    return _cells(row, name, "on" if chosen else "", _money(row, most, token), scale)


def _money(row: PartRow, most: float, token: str) -> dict[str, str]:
    """Planned and invested money as one bar within the other, drawn by the style sheet."""
    planned, invested = (max(v, 0.0) / most * 100 for v in (row.planned, row.invested))
    return {"--part": css_color(token), "--planned": f"{planned:.2f}%", "--invested": f"{invested:.2f}%"}


def _cells(row: PartRow, name: Any, className: str, drawn: dict[str, str], scale: Scale) -> html.Tr:
    amounts = (money(v, scale) for v in (row.planned, row.invested))
    rates = formatting.format_percent(row.start_rate, 0), formatting.format_percent(row.done_rate, 0)
    told = (name, f"{row.count:,}", rates[0], None, *amounts, rates[1], f"{row.late:,}")
    classes = (*_CLASSES[:-1], "slow" if row.late else "")
    return html.Tr([html.Td(t, className=c) for t, c in zip(told, classes, strict=True)], className=className, style=drawn)

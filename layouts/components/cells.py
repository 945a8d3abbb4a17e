"""Headline figures that aren't metrics of the catalogue: cells like those of the KPI strip, without sparkline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from layouts.components.panel import navigate
from layouts.ui import html


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure. ``definition``: its 口径; ``change``: a component or None, ``versus`` behind it; ``note``: a line below."""

    name: str
    text: str
    unit: str
    definition: str
    change: Any = None
    versus: str = ""
    note: Any = ""
    href: str = ""


def cells(found: Sequence[Cell]) -> html.Div:
    """The cells in one row; they wrap on narrow screens."""
    return html.Div([_cell(c) for c in found], className=f"kpis cells-{len(found)}")


def _cell(cell: Cell) -> html.Div:
    figure = [html.Span(cell.text, className="figure"), html.Span(cell.unit, className="unit")]
    told = [cell.change] if cell.change is not None else []
    if cell.versus:
        told.append(html.Span(f" {cell.versus}", className="versus"))
    value = navigate(figure, cell.href, "kpi-value") if cell.href else html.Div(figure, className="kpi-value")
    return html.Div(
        [
            html.Span(cell.name, className="kpi-name", title=cell.definition),
            value,
            html.Div(told, className="kpi-change"),
            html.Div(cell.note, className="kpi-note"),
        ],
        className="kpi",
        title=cell.definition,
    )

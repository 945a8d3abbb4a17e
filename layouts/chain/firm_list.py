"""The list of a chain's enterprises (企业清单)."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from cockpit import formatting
from cockpit.catalogue.entries import PER_MU
from cockpit.catalogue.formulas import Scale
from cockpit.catalogue.metrics import METRICS
from cockpit.selection import COMPARE_LABELS, Compare, Selection
from cockpit.views.chain.lists import ChainFirmList, ChainFirmRow
from layouts.components.change import change
from layouts.components.no_data import no_data
from layouts.components.panel import PanelContents
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import render

#: Rows that are open; the others are folded.
MOST_OPEN = 20
#: Column -> its share of the table's width. The order is that of the template; a column's class is ``col-`` and its number.
_WIDTHS = {
    "name": 25,
    "stage": 13,
    "role": 6,
    "town": 7,
    "kind": 6,
    "output": 9,
    "change": 9,
    "share": 8,
    "tax_per_mu": 10,
    "grade": 8,
    "member": 8,
}
_TEXT_COLUMNS = frozenset({"name", "stage", "role", "town", "kind"})


@dataclass(frozen=True, slots=True)
class _Row:
    """Cells of an enterprise as text. A page has hundreds, and templates read attributes faster than keys."""

    name: str
    href: str
    stage: str
    role: str
    is_leader: bool
    town: str
    kind: str
    output: str
    change: Markup
    share: str
    tax_per_mu: str
    grade: str
    grade_class: str
    member: str


def render_firms(view: ChainFirmList, context: RenderContext) -> PanelContents:
    """Render the enterprises: the first ones open, the others folded. Names lead to the enterprise's own page."""
    if not view.rows:
        return PanelContents(no_data(context), caption=view.caption)
    scale = formatting.scale_for(view.metric, [r.output for r in view.rows])
    shared = context.selection.shared.replace(chains=())
    rows = [_row(row, scale, shared) for row in view.rows]
    columns = _columns(view, scale, context)
    body = render(
        "chain/firm_list.html",
        columns=columns,
        shown={column["key"] for column in columns},
        open_rows=rows[:MOST_OPEN],
        folded_rows=rows[MOST_OPEN:],
        folded_count=f"{view.count - MOST_OPEN:,}",
        not_listed=f"{view.count - len(view.rows):,}" if view.count > len(view.rows) else "",
        part=context.district.terms.part,
    )
    above, parcels = view.kinds
    return PanelContents(
        body,
        subtitle=f"{view.count:,}家：规上{above:,}家，宗地{parcels:,}家 · 按{METRICS[view.order].label}排序",
        insight=view.insight,
        caption=view.caption,
    )


def _columns(view: ChainFirmList, scale: Scale, context: RenderContext) -> list[dict[str, object]]:
    """Build the columns that have anything to show; the two that the list may be sorted by have a link."""
    labels = {
        "name": "企业",
        "stage": "环节",
        "role": "角色",
        "town": context.district.terms.part,
        "kind": "类型",
        "output": f"产值 {scale.unit}",
        "change": COMPARE_LABELS[context.selection.compare],
        "share": "占清单产值",
        "tax_per_mu": "亩均税收 万元/亩",
        "grade": f"{view.year}年评价",
        "member": "时尚E家",
    }
    is_empty = {
        "grade": not view.year,
        "change": context.selection.compare is Compare.NONE,
        "member": not any(row.member for row in view.rows),
    }
    keys = [key for key in _WIDTHS if not is_empty.get(key, False)]
    whole = sum(_WIDTHS[key] for key in keys)
    return [
        {
            "key": key,
            "class_name": f"{'text ' if key in _TEXT_COLUMNS else ''}col-{list(_WIDTHS).index(key)}",
            "width": f"{_WIDTHS[key] / whole * 100:.2f}",
            **_head(key, labels[key], view, context),
        }
        for key in keys
    ]


def _head(key: str, label: str, view: ChainFirmList, context: RenderContext) -> dict[str, str]:
    if key not in ("output", "tax_per_mu"):
        return {"label": label, "href": "", "title": ""}
    return {
        "label": f"{label} ▾" if view.order == key else label,
        "href": context.href(context.selection.replace(metric=key)),
        "title": f"按{METRICS[key].label}排序",
    }


def _row(row: ChainFirmRow, scale: Scale, shared: Selection) -> _Row:
    return _Row(
        row.name,
        shared.href(f"/enterprise/{row.credit_code}"),
        row.stage or formatting.MISSING,
        row.role or formatting.MISSING,
        row.role == "链主",
        row.town,
        row.kind,
        formatting.format_number(row.output, scale),
        change(row.change, is_percent=False, arrow=False),
        formatting.format_percent(row.share),
        formatting.format_number(row.tax_per_mu, PER_MU),
        row.grade or formatting.MISSING,
        f"grade-{row.grade.lower()}" if row.grade else "",
        "成员" if row.member else formatting.MISSING,
    )

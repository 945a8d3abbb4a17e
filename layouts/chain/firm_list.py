"""The list of a chain's enterprises (企业清单)."""

from __future__ import annotations

from dataclasses import dataclass

from dash.development.base_component import Component
from markupsafe import Markup

from cockpit import formatting
from cockpit.catalogue.entries import PER_MU
from cockpit.catalogue.formulas import Scale
from cockpit.selection import COMPARE_LABELS, Compare, Selection
from cockpit.views.chain.lists import NUMBERS, ROWS_PER_PAGE, ChainFirmList, ChainFirmRow, page_count
from layouts.components.change import change
from layouts.components.client import Fragment
from layouts.components.no_data import no_data
from layouts.components.panel import PanelContents, empty, link_tabs
from layouts.components.search_box import list_search
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import NOTHING, render

#: Rows that are open; the others are folded.
MOST_OPEN = 20
#: Pages that can be reached on either side of the current one.
_PAGES_BESIDE = 2
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
        hint = "换名称中的几个字、拼音首字母或信用代码再试"
        state = empty(f"没有找到“{view.searched}”", hint) if view.searched else no_data(context)
        return PanelContents(state, caption=view.caption, controls=_controls(context))
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
        folded_count=f"{len(rows) - MOST_OPEN:,}",
        pages=_pages(view, context),
    )
    above, parcels = view.kinds
    prefix = "找到" if view.searched else ""
    return PanelContents(
        [Fragment(body)],
        subtitle=f"{prefix}{view.count:,}家：规上{above:,}家，宗地{parcels:,}家 · 点表头排序",
        controls=_controls(context),
        insight=view.insight,
        caption=view.caption,
    )


def _pages(view: ChainFirmList, context: RenderContext) -> Markup:
    """Render links to the parts of a list too long for one page: the first, the last and those near the current one."""
    last = page_count(view.count)
    if last == 1:
        return NOTHING
    current = view.first // ROWS_PER_PAGE + 1
    shown = [page for page in range(1, last + 1) if page in (1, last) or abs(page - current) <= _PAGES_BESIDE]
    options = [
        (_positions(page, view.count), context.href(context.selection.replace(list_page=page)), page == current) for page in shown
    ]
    return link_tabs(options, "清单分页")


def _positions(page: int, count: int) -> str:
    first = (page - 1) * ROWS_PER_PAGE
    return f"{first + 1:,}—{min(first + ROWS_PER_PAGE, count):,}"


def _controls(context: RenderContext) -> list[Component]:
    return [list_search(context.selection, "在清单中查找企业", "在清单中查找：名称、拼音或信用代码")]


def _columns(view: ChainFirmList, scale: Scale, context: RenderContext) -> list[dict[str, object]]:
    """Build the columns that have anything to show; each heading sorts by its column, a second time the other way round."""
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
    is_order = view.order == key
    falls = (key in NUMBERS) != view.is_reversed
    return {
        "label": f"{label} {'▾' if falls else '▴'}" if is_order else label,
        "href": context.href(
            context.selection.replace(sort=f"-{key}" if is_order and not view.is_reversed else key, list_page=1)
        ),
        "title": f"按{label.split()[0]}排序",
        "sorted": ("descending" if falls else "ascending") if is_order else "",
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

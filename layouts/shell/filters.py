"""The filter row. Widgets stay mounted; `assets/base/filters.js` turns their values into the query string."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from cockpit.aggregations.windows import allows_month_on_month
from cockpit.calendar import months as m
from cockpit.calendar.periods import PERIOD_KIND_LABELS, Period, PeriodKind
from cockpit.catalogue.dimensions import industry_name
from cockpit.cube.cube import Cube
from cockpit.district.district import District
from cockpit.selection import COMPARE_LABELS, Compare, Selection
from cockpit.snapshot import Snapshot
from layouts.components.client import Fragment
from layouts.components.panel import navigate
from layouts.shell.breadcrumb import breadcrumb
from layouts.ui import ids
from layouts.ui.attributes import attributes
from layouts.ui.templates import NOTHING

_LABELS: dcc.Dropdown.Labels = {
    "select_all": "全选",
    "deselect_all": "全不选",
    "selected_count": "{num_selected}项",
    "search": "搜索",
    "clear_search": "清除搜索",
    "clear_selection": "清除选择",
    "no_options_found": "没有这一项",
}
_RESET = ("towns", "industries", "chains", "stages", "period", "compare", "comparable", "group", "grades")
#: Lists of options that are written the same with each change of a filter.
_CACHED_LISTS = 32
_PARTS = ("town", "industry", "period", "compare", "comparable")
_KINDS = (PeriodKind.MONTH, PeriodKind.YTD, PeriodKind.YEAR, PeriodKind.TTM)


def filter_row(district: District) -> html.Div:
    """Build areas, industries, period, comparison, 可比口径 and reset, with nothing selected."""
    kinds = [{"label": PERIOD_KIND_LABELS[k], "value": str(k)} for k in _KINDS]
    return html.Div(
        [
            Fragment(id=ids.BREADCRUMB, className="breadcrumb"),
            _pill(
                Fragment(district.terms.part, "span", id=ids.TOWN_FILTER_LABEL, className="pill-label"),
                _dropdown(ids.FILTER_TOWN, [], multi=True, placeholder="全部"),
                "town",
            ),
            _pill("行业", _dropdown(ids.FILTER_INDUSTRY, [], multi=True, placeholder="全部"), "industry"),
            _pill("期间", _dropdown(ids.FILTER_PERIOD, kinds, value="ytd", clearable=False, searchable=False), "period"),
            _pill("截至", _dropdown(ids.FILTER_MONTH, [], clearable=False), "month"),
            _pill(
                "对比",
                _dropdown(
                    ids.FILTER_COMPARE, _compares(offers_month_on_month=True), value="yoy", clearable=False, searchable=False
                ),
                "compare",
            ),
            dcc.RadioItems(
                id=ids.FILTER_COMPARABLE,
                options=[{"label": "全部企业", "value": "0"}, {"label": "可比口径", "value": "1"}],
                value="0",
                className="segmented",
                inline=True,
            ),
            Fragment(id=ids.RESET),
        ],
        id=ids.FILTER_ROW,
        className="filters",
        role="search",
        **attributes(aria_label="筛选"),
    )


def _dropdown(filter_id: str, options: list[dict[str, str]], **more: Any) -> dcc.Dropdown:
    return dcc.Dropdown(id=filter_id, options=options, labels=_LABELS, **more)


def _pill(label: str | Fragment, widget: Component, name: str = "") -> html.Div:
    caption = html.Span(label, className="pill-label") if isinstance(label, str) else label
    return html.Div([caption, widget], className=f"pill pill-{name}" if name else "pill")


def _compares(*, offers_month_on_month: bool) -> list[dict[str, Any]]:
    """Return the comparisons; where 环比 isn't defined for the period, it says for which it is and can't be chosen."""
    options: dict[Compare, dict[str, Any]] = {c: {"label": label, "value": str(c)} for c, label in COMPARE_LABELS.items()}
    if not offers_month_on_month:
        options[Compare.MOM] |= {"label": "环比（限月份和短于一年的期间）", "disabled": True}
    return list(options.values())


def _towns(district: District) -> list[dict[str, str]]:
    return [{"label": town.name, "value": town.key} for town in district.towns]


@lru_cache(_CACHED_LISTS)
def _industries(divisions: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"label": f"{d} {industry_name(d)}", "value": d} for d in divisions]


@lru_cache(_CACHED_LISTS)
def _months(months: tuple[int, ...]) -> list[dict[str, str]]:
    return [{"label": f"{m.year_of(x)}年{m.number_of(x)}月", "value": m.iso(x)} for x in reversed(months)]


def searched_options(widget: str, selection: Selection, data: Snapshot) -> list[dict[str, str]]:
    """Return the options of a drop-down that is searched by `callbacks/option_search.py`: areas of the level, or industries."""
    if widget == ids.FILTER_TOWN:
        return _towns(data.district)
    return _industries(_divisions(selection, data.cube))


def _divisions(selection: Selection, cube: Cube) -> tuple[str, ...]:
    return tuple(sorted({*cube.codes["division"].keys, *selection.industries}))


def area_props(selection: Selection, district: District, path: str) -> dict[tuple[str, str], Any]:
    """Collect what the row shows of the level, whatever the data: (component id, property) -> value."""
    return {
        (ids.BREADCRUMB, "html"): breadcrumb(selection, district, path),
        (ids.TOWN_FILTER_LABEL, "html"): district.terms.part,
        (ids.FILTER_TOWN, "options"): _towns(district),
    }


def visible_filters(filters: Collection[str], selection: Selection) -> str:
    """Return the CSS classes of the row that leave out what does nothing on a page (`assets/base/filters.css`).

    A filter that is set stays: its reader must see it, and be able to clear it.
    """
    is_set = {"town": selection.towns, "industry": selection.industries, "comparable": selection.comparable}
    hidden = [f"without-{name}" for name in _PARTS if name not in filters and not is_set.get(name)]
    return " ".join(["filters", *hidden])


def filter_props(selection: Selection, period: Period, cube: Cube, path: str) -> dict[tuple[str, str], Any]:
    """Collect what the widgets show for a selection: (component id, property) -> value."""
    kind = period.kind if period.kind in _KINDS else PeriodKind.YTD
    reset = selection.replace(**{f: getattr(Selection(), f) for f in _RESET})
    chains = () if path.startswith("/chain/") else selection.chains
    changed = selection.replace(chains=chains).is_filtered
    server_filters = {
        ids.FILTER_TOWN: list(selection.towns),
        ids.FILTER_INDUSTRY: list(selection.industries),
        ids.FILTER_PERIOD: str(kind),
        ids.FILTER_MONTH: m.iso(period.last),
        ids.FILTER_COMPARE: str(selection.compare),
        ids.FILTER_COMPARABLE: "1" if selection.comparable else "0",
    }
    return {
        (ids.SERVER_FILTERS, "data"): {"values": server_filters, "newest": m.iso(cube.newest_month)},
        (ids.FILTER_COMPARE, "options"): _compares(offers_month_on_month=allows_month_on_month(period)),
        (ids.FILTER_INDUSTRY, "options"): _industries(_divisions(selection, cube)),
        (ids.FILTER_MONTH, "options"): _months(m.span(cube.first_month, max(cube.newest_month, period.last))),
        **{(widget, "value"): value for widget, value in server_filters.items()},
        (ids.RESET, "html"): navigate("× 清除筛选", reset.href(path), "reset-link") if changed else NOTHING,
    }

"""The filter row. Widgets stay mounted; `assets/cockpit.js` turns their values into the query string."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from dash import dcc

from cockpit.calendar import months as m
from cockpit.calendar.periods import PERIOD_KIND_LABELS, Period, PeriodKind
from cockpit.catalogue.dimensions import industry_name
from cockpit.cube.cube import Cube
from cockpit.district.district import District
from cockpit.selection import COMPARE_LABELS, Selection
from layouts.components.panel import navigate
from layouts.components.part import Part
from layouts.shell.breadcrumb import way
from layouts.ui import html, ids

_LABELS = {
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
_LISTS_KEPT = 32
_KINDS = (PeriodKind.MONTH, PeriodKind.YTD, PeriodKind.YEAR, PeriodKind.TTM)


def filter_row(district: District) -> html.Div:
    """Towns, industries, period, comparison, 可比口径 and reset, with nothing chosen."""
    kinds = [{"label": PERIOD_KIND_LABELS[k], "value": str(k)} for k in _KINDS]
    compares = [{"label": label, "value": str(c)} for c, label in COMPARE_LABELS.items()]
    return html.Div(
        [
            Part(id=ids.BREADCRUMB, className="areas-place"),
            _pill(
                Part("镇街", "span", id=ids.TOWN_FILTER_LABEL, className="pill-label"),
                _dropdown(ids.FILTER_TOWN, _towns(district), multi=True, placeholder="全部"),
            ),
            _pill("行业", _dropdown(ids.FILTER_INDUSTRY, [], multi=True, placeholder="全部"), "wide"),
            _pill("期间", _dropdown(ids.FILTER_PERIOD, kinds, value="ytd", clearable=False, searchable=False), "pill-period"),
            _pill("截至", _dropdown(ids.FILTER_MONTH, [], clearable=False), "pill-month"),
            _pill(
                "对比", _dropdown(ids.FILTER_COMPARE, compares, value="yoy", clearable=False, searchable=False), "pill-compare"
            ),
            dcc.RadioItems(
                id=ids.FILTER_COMPARABLE,
                options=[{"label": "全部企业", "value": "0"}, {"label": "可比口径", "value": "1"}],
                value="0",
                className="segmented",
                inline=True,
            ),
            Part(id=ids.RESET, className="reset"),
        ],
        className="filters",
        role="search",
        **{"aria-label": "筛选"},
    )


def _dropdown(identity: str, options: list[dict[str, str]], **more: Any) -> dcc.Dropdown:
    return dcc.Dropdown(id=identity, options=options, labels=_LABELS, className="filter", **more)


def _towns(district: District) -> list[dict[str, str]]:
    return [{"label": t.name, "value": t.key} for t in district.towns]


def _pill(label: Any, widget: Any, className: str = "") -> html.Div:
    told = html.Span(label, className="pill-label") if isinstance(label, str) else label
    return html.Div([told, widget], className=f"pill {className}")


@lru_cache(_LISTS_KEPT)
def _industries(divisions: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"label": f"{d} {industry_name(d)}", "value": d} for d in divisions]


@lru_cache(_LISTS_KEPT)
def _months(months: tuple[int, ...]) -> list[dict[str, str]]:
    return [{"label": f"{m.year_of(x)}年{m.number_of(x)}月", "value": str(x)} for x in reversed(months)]


def areas(selection: Selection, district: District, path: str) -> dict[tuple[str, str], Any]:
    """What the row says of the level that is shown, whatever the data: (component id, property) -> value."""
    return {
        (ids.BREADCRUMB, "children"): way(selection, district, path),
        (ids.TOWN_FILTER_LABEL, "children"): "镇街",
        (ids.FILTER_TOWN, "options"): _towns(district),
    }


def values(selection: Selection, period: Period, cube: Cube, path: str) -> dict[tuple[str, str], Any]:
    """What the widgets must show for a selection: (component id, property) -> value."""
    divisions = tuple(sorted({*cube.codes["division"].keys, *selection.industries}))
    kind = period.kind if period.kind in _KINDS else PeriodKind.YTD
    reset = selection.replace(**{f: getattr(Selection(), f) for f in _RESET})
    chains = () if path.startswith("/chain/") else selection.chains
    changed = selection.replace(chains=chains).is_filtered
    stated = {
        ids.FILTER_TOWN: list(selection.towns),
        ids.FILTER_INDUSTRY: list(selection.industries),
        ids.FILTER_PERIOD: str(kind),
        ids.FILTER_MONTH: str(period.last),
        ids.FILTER_COMPARE: str(selection.compare),
        ids.FILTER_COMPARABLE: "1" if selection.comparable else "0",
    }
    return {
        (ids.SERVER_FILTERS, "data"): stated | {"newest": str(cube.newest_month)},
        (ids.FILTER_INDUSTRY, "options"): _industries(divisions),
        (ids.FILTER_MONTH, "options"): _months(cube.months),
        **{(widget, "value"): value for widget, value in stated.items()},
        (ids.RESET, "children"): navigate("× 清除筛选", reset.href(path), "reset-link") if changed else None,
    }

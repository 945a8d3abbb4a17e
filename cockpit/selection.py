"""The selection: one immutable value that says what a page shows. It is written to the URL here and parsed in
``query_string``.

The URL's contract for a browser script is ``URL_KEYS``, ``URL_DEFAULTS`` and, for the period, ``calendar.periods.PERIOD_LINKS``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import quote_plus

from cockpit.catalogue.dimensions import Grouping, industry_name
from cockpit.cube.cube import Filter
from cockpit.district.district import District


class Compare(StrEnum):
    """What a value is compared with."""

    YOY = "yoy"
    MOM = "mom"
    NONE = "none"

    __hash__ = str.__hash__  # see ``Grouping``


class MapColoring(StrEnum):
    """What colours the map of areas."""

    CHANGE = "change"
    VALUE = "value"


class View(StrEnum):
    """The views of the pages that have several; ``RESULT`` is every page's first."""

    RESULT = ""
    WHAT_IF = "what-if"
    REMEDIATION = "remediation"
    LISTS = "lists"
    PLATFORM = "platform"
    GREEN = "green"


class GradeMeasure(StrEnum):
    """What the grade structure adds up."""

    FIRMS = "count"
    LAND = "land_mu"
    TAX = "tax"


COMPARE_LABELS: dict[Compare, str] = {Compare.YOY: "同比", Compare.MOM: "环比", Compare.NONE: "不对比"}

#: The same as the head of a column or of a line of changes: nothing where nothing is compared.
CHANGE_LABELS: dict[Compare, str] = COMPARE_LABELS | {Compare.NONE: ""}

#: Fields that mean something on one page only.
_PAGE_FIELDS = (
    "stages",
    "group",
    "grades",
    "counted",
    "view",
    "firm",
    "changes",
    "base",
    "versus",
    "record",
    "firm_query",
    "cell",
    "sort",
    "list_page",
)
#: Fields that are no filter: the area drilled down to is a whole of its own, the others change how values are shown.
_DISPLAY_FIELDS = ("area", "metric", "shade", "by", *(f for f in _PAGE_FIELDS if f not in ("stages", "group", "grades")))
#: Keys of the URL and their fields, in the URL's order: keys that may be repeated, then those of a single value.
_REPEATED_KEYS = {"town": "towns", "industry": "industries", "chain": "chains", "stage": "stages", "grade": "grades"}
_FLAG_KEYS = {"comparable": "comparable"}
_SINGLE_KEYS = {
    "area": "area",
    "period": "period",
    "compare": "compare",
    "metric": "metric",
    "shade": "shade",
    "by": "by",
    "group": "group",
    "counted": "counted",
    "view": "view",
    "firm": "firm",
    "sim": "changes",
    "base": "base",
    "versus": "versus",
    "record": "record",
    "q": "firm_query",
    "cell": "cell",
    "sort": "sort",
    "page": "list_page",
}

#: What growth may be split by on a page (key ``by`` of the URL).
SPLITS: tuple[Grouping, ...] = (Grouping.TOWN, Grouping.CHAIN, Grouping.INDUSTRY)


@dataclass(frozen=True)
class Selection:
    """Filters, period and view of a page. Tuples hold keys (towns, chains) or two-digit divisions.

    ``area``: the area drilled down to, '' for the whole; ``towns`` are of those that it shows. ``period``: a text of
    ``calendar.periods.resolve``; empty means the year to date, which moves on with the data. ``stages``: names of a chain's
    stages (链条环节), on the chain's page.

    On the per-mu page: ``group`` the evaluation group shown ('' = all), ``grades``, ``counted``, ``firm`` the code of the
    explained enterprise, ``record`` a published evaluation's number (0 = the year's newest), ``firm_query`` (key ``q``) the
    search of its list (of a chain's, too), and ``cell`` the cell of the plane of land and tax whose firms are listed
    (``evaluation.results.land_tax_cells``). In its what-if: ``base`` and ``versus`` name the policy that is changed and the
    one that it is compared with ('' = the published one), ``changes`` (key ``sim``) what is changed
    (``evaluation.policy.changes``).

    ``sort``: column that a chain's list of enterprises is sorted by, with - before it in the other direction;
    ``list_page`` (key ``page``): which part of that list is shown, from 1 on.
    """

    area: str = ""
    towns: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    chains: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    period: str = ""
    compare: Compare = Compare.YOY
    comparable: bool = False
    metric: str = "output"
    shade: MapColoring = MapColoring.CHANGE
    by: Grouping = Grouping.TOWN
    group: str = ""
    grades: tuple[str, ...] = ()
    counted: GradeMeasure = GradeMeasure.FIRMS
    view: View = View.RESULT
    firm: str = ""
    changes: str = ""
    base: str = ""
    versus: str = ""
    record: int = 0
    firm_query: str = ""
    cell: str = ""
    sort: str = ""
    list_page: int = 1

    @property
    def where(self) -> Filter:
        """The filter on the cube."""
        return Filter(self.towns, self.industries, self.chains, self.stages)

    @property
    def is_filtered(self) -> bool:
        """Whether a filter, the period or the comparison differs from the default."""
        return self.replace(**{f: getattr(_DEFAULT, f) for f in _DISPLAY_FIELDS}) != _DEFAULT

    @property
    def shared(self) -> Selection:
        """The part that means the same on every page."""
        return self.replace(**{f: getattr(_DEFAULT, f) for f in _PAGE_FIELDS})

    def replace(self, **changes: Any) -> Selection:
        """Copy with some fields changed. Raises ``TypeError`` for a name that is no field."""
        if not changes.keys() <= _FIELDS:
            raise TypeError(f"a selection has no {', '.join(sorted(changes.keys() - _FIELDS))}")
        # A page writes a hundred links: `dataclasses.replace` sets each of twenty fields by itself, and a link differs in one.
        copy = object.__new__(Selection)
        parts = self._query_parts | {field: _SERIALIZERS[field](value) for field, value in changes.items()}
        copy.__dict__.update(self.__dict__, **changes, _query_parts=parts)
        return copy

    def toggled(self, dimension: str, key: str) -> Selection:
        """Copy with ``key`` added to (or removed from) ``towns``, ``industries``, ``chains`` or ``grades``."""
        keys: tuple[str, ...] = getattr(self, dimension)
        toggled = tuple(k for k in keys if k != key) if key in keys else tuple(sorted((*keys, key)))
        return self.replace(**{dimension: toggled})

    def to_query(self) -> str:
        """Serialize to a query string without ``?``; defaults are left out, so the default selection is empty."""
        return "&".join([part for part in self._query_parts.values() if part])

    @cached_property
    def _query_parts(self) -> dict[str, str]:
        """Each field as it stands in a URL, '' where it is the default; in the URL's order."""
        return {field: serialize(getattr(self, field)) for field, serialize in _SERIALIZERS.items()}

    def href(self, path: str) -> str:
        """Link to ``path`` with this selection."""
        query = self.to_query()
        return f"{path}?{query}" if query else path


_FIELDS = frozenset(f.name for f in fields(Selection))
_DEFAULT = Selection()

#: All keys of the URL, in the order in which a link writes them.
URL_KEYS: tuple[str, ...] = (*_REPEATED_KEYS, *_FLAG_KEYS, *_SINGLE_KEYS)
#: Key -> the value that a link leaves out, as text; '' where there is none.
URL_DEFAULTS: Mapping[str, str] = {
    **dict.fromkeys(_REPEATED_KEYS, ""),
    **dict.fromkeys(_FLAG_KEYS, "0"),
    **{key: str(getattr(_DEFAULT, field)) for key, field in _SINGLE_KEYS.items()},
}


@lru_cache(2048)
def _pair(key: str, value: str) -> str:
    """Serialize one value; a page writes the same few a hundred times."""
    return f"{key}={quote_plus(value, safe=':.;')}"


def _repeated(key: str) -> Callable[[tuple[str, ...]], str]:
    return lambda values: "&".join([_pair(key, value) for value in values])


def _flag(key: str) -> Callable[[bool], str]:
    return lambda value: _pair(key, "1") if value else ""


def _single(key: str, default: Any) -> Callable[[Any], str]:
    return lambda value: "" if value == default else _pair(key, str(value))


#: Field -> how it stands in a URL, in the URL's order.
_SERIALIZERS: Mapping[str, Callable[[Any], str]] = {
    **{field: _repeated(key) for key, field in _REPEATED_KEYS.items()},
    **{field: _flag(key) for key, field in _FLAG_KEYS.items()},
    **{field: _single(key, getattr(_DEFAULT, field)) for key, field in _SINGLE_KEYS.items()},
}


def scope_label(selection: Selection, district: District) -> str:
    """Format what is selected: 全区 · 全部行业, or the selected names."""
    towns = district.town_names(selection.towns) or district.terms.whole
    industries = "、".join(industry_name(i) for i in selection.industries) or "全部行业"
    chains = district.chain_names(selection.chains)
    parts = [towns, *([chains] if chains else []), *selection.stages, industries]
    if selection.comparable:
        parts.append("可比口径")
    return " · ".join(parts)

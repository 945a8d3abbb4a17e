"""The selection: one immutable value that says what a page shows. It parses from and writes to the URL."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import quote_plus

from cockpit.calendar.periods import is_period
from cockpit.catalogue.dimensions import Grouping, find_industry, industry_name
from cockpit.catalogue.metrics import METRICS
from cockpit.cube.cube import Filter
from cockpit.district.district import District


class Compare(StrEnum):
    """What a figure is compared with."""

    YOY = "yoy"
    MOM = "mom"
    NONE = "none"


class MapColoring(StrEnum):
    """What colours the town map."""

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
    """What the grade structure counts."""

    FIRMS = "count"
    LAND = "land_mu"
    TAX = "tax"


COMPARE_LABELS: dict[Compare, str] = {Compare.YOY: "同比", Compare.MOM: "环比", Compare.NONE: "不对比"}

GRADES = ("A", "B", "C", "D")
#: Fields that change how things are shown, not what is counted.
_LOOKS = ("area", "metric", "shade", "by", "counted", "view", "firm", "sim", "base", "versus", "record")
#: Fields that mean something on one page only.
_OF_A_PAGE = ("stages", "group", "grades", "counted", "view", "firm", "sim", "base", "versus", "record")
#: Keys of the link, in their order: those that may be repeated with their fields, then fields of a single value.
_REPEATED = {"town": "towns", "industry": "industries", "chain": "chains", "stage": "stages", "grade": "grades"}
_SINGLE = (
    "area",
    "period",
    "compare",
    "metric",
    "shade",
    "by",
    "group",
    "counted",
    "view",
    "firm",
    "sim",
    "base",
    "versus",
    "record",
)
_KNOWN = {*_REPEATED, *_SINGLE, "comparable"}
_LONGEST_NAME = 60
_CODE = re.compile(r"[0-9A-Z]{18}")
_CHANGES = re.compile(r"[a-zA-Z0-9:;.-]{0,600}")

#: What growth may be split by on a page (键 `by` of the link).
SPLITS: tuple[Grouping, ...] = (Grouping.TOWN, Grouping.CHAIN, Grouping.INDUSTRY)


@dataclass(frozen=True)
class Selection:
    """Filters, period and view of a page. Tuples hold keys (towns, chains) or two-digit divisions.

    ``area``: the area that is seen from inside, '' for the whole; ``towns`` are of those that it shows. ``period`` is a
    text of ``periods.resolve``; empty means the year to date, which moves on with the data.
    ``stages``: names of a chain's stages (链条环节), on the chain's page. Of the per-mu page: ``group`` the
    evaluation group shown ('' = all), ``grades``, ``counted``, ``firm`` the explained enterprise's code, ``record``
    a published evaluation's number (0 = the year's newest). Of its what-if: ``base`` and ``versus`` name the policy
    that is changed and the one it is held against ('' = the published one), ``sim`` holds the changes
    (``evaluation.policy.changes``).
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
    sim: str = ""
    base: str = ""
    versus: str = ""
    record: int = 0

    @property
    def where(self) -> Filter:
        """The filter on the cube."""
        return Filter(self.towns, self.industries, self.chains, self.stages)

    @property
    def is_filtered(self) -> bool:
        """Whether anything that changes figures differs from the default."""
        return self.replace(**{f: getattr(_USUAL, f) for f in _LOOKS}) != _USUAL

    @property
    def shared(self) -> Selection:
        """The part that means the same on every page."""
        return self.replace(**{f: getattr(_USUAL, f) for f in _OF_A_PAGE})

    def replace(self, **changes: Any) -> Selection:
        """A copy with some fields changed."""
        if not changes.keys() <= _FIELDS:
            raise TypeError(f"a selection has no {', '.join(sorted(changes.keys() - _FIELDS))}")
        # A page writes a hundred links: `dataclasses.replace` sets each of twenty fields by itself, and a link differs in one.
        made = object.__new__(Selection)
        told = self._told | {field: _LINK[field](value) for field, value in changes.items()}
        made.__dict__.update(self.__dict__, **changes, _told=told)
        return made

    def toggled(self, dimension: str, key: str) -> Selection:
        """A copy with ``key`` added to (or removed from) ``towns``, ``industries``, ``chains`` or ``grades``."""
        keys: tuple[str, ...] = getattr(self, dimension)
        now = tuple(k for k in keys if k != key) if key in keys else tuple(sorted((*keys, key)))
        return self.replace(**{dimension: now})

    def to_query(self) -> str:
        """The query string without ``?``; defaults are left out, so the default selection is empty."""
        return "&".join([told for told in self._told.values() if told])

    @cached_property
    def _told(self) -> dict[str, str]:
        """Each field as it stands in a link, '' where it is the default; in the link's order."""
        return {field: tell(getattr(self, field)) for field, tell in _LINK.items()}

    def href(self, path: str) -> str:
        """Link to ``path`` with this selection."""
        query = self.to_query()
        return f"{path}?{query}" if query else path


_FIELDS = frozenset(f.name for f in fields(Selection))
_USUAL = Selection()


@lru_cache(2048)
def _pair(name: str, value: str) -> str:
    """A value as it stands in a link; a page writes the same few a hundred times."""
    return f"{name}={quote_plus(value, safe=':.;')}"


def _several(name: str) -> Callable[[tuple[str, ...]], str]:
    return lambda values: "&".join([_pair(name, value) for value in values])


def _single(name: str) -> Callable[[Any], str]:
    usual = getattr(_USUAL, name)
    return lambda value: "" if value == usual else _pair(name, str(value))


#: How each field stands in a link, in the link's order.
_LINK: Mapping[str, Callable[[Any], str]] = {
    **{field: _several(name) for name, field in _REPEATED.items()},
    "comparable": lambda value: _pair("comparable", "1") if value else "",
    **{name: _single(name) for name in _SINGLE},
}


class _Reader:
    """Reads the parts of a query string; each that is dropped as unknown leaves a notice."""

    def __init__(self, query: Mapping[str, Sequence[str]]) -> None:
        self.query = query
        self.notices: list[str] = []

    def keep(self, name: str, label: str, find: Any) -> tuple[str, ...]:
        """The keys that ``find`` knows among the repeated values of ``name``."""
        found = []
        for text in self.query.get(name, ()):
            if key := find(text):
                found.append(key)
            else:
                self.notices.append(f"{label}“{text[:20]}”不存在，已忽略")
        return tuple(sorted(set(found)))

    def word(self, name: str, label: str, known: Any, default: Any) -> Any:
        """The value of ``name`` in the type of ``default``."""
        text = next(iter(self.query.get(name, ())), "")
        if not text:
            return default
        if known(text):
            return type(default)(text)
        self.notices.append(f"{label}“{text[:20]}”不认识，已按默认显示")
        return default


def from_query(query: Mapping[str, Sequence[str]], district: District) -> tuple[Selection, tuple[str, ...]]:
    """Selection from a parsed query string, and a notice for each part that was dropped as unknown."""
    reader = _Reader(query)
    keep, word = reader.keep, reader.word
    area = word("area", "区域", _has_parts(district), "")
    if area and View.WHAT_IF in query.get("view", ()):
        reader.notices.append(f"模拟评价针对{district.name}全部企业，已不按区域查看")
        area, reader.query = "", {name: values for name, values in query.items() if name != "town"}
    district = district.for_area(area)
    selection = Selection(
        area=area,
        towns=keep("town", district.terms.part, lambda t: _key(district.find_town(t))),
        industries=keep("industry", "行业", find_industry),
        chains=keep("chain", "产业链", lambda t: _key(district.find_chain(t))),
        stages=keep("stage", "环节", lambda t: t if _is_name(t) else None),
        period=word("period", "期间", is_period, ""),
        compare=word("compare", "对比", lambda t: t in set(Compare), Compare.YOY),
        comparable=word("comparable", "口径", lambda t: t in ("0", "1"), "0") == "1",
        metric=word("metric", "指标", lambda t: t in METRICS, "output"),
        shade=word("shade", "地图着色", lambda t: t in set(MapColoring), MapColoring.CHANGE),
        by=word("by", "分组", lambda t: t in SPLITS, Grouping.TOWN),
        group=word("group", "评价分组", _is_name, ""),
        grades=keep("grade", "等级", lambda t: t if t in GRADES else None),
        counted=word("counted", "统计内容", lambda t: t in set(GradeMeasure), GradeMeasure.FIRMS),
        view=word("view", "页面", lambda t: t in set(View), View.RESULT),
        firm=word("firm", "企业代码", lambda t: bool(_CODE.fullmatch(t)), ""),
        sim=word("sim", "模拟参数", lambda t: bool(_CHANGES.fullmatch(t)), ""),
        base=word("base", "方案", _is_name, ""),
        versus=word("versus", "对照方案", _is_name, ""),
        record=word("record", "评价记录", lambda t: t.isdecimal() and len(t) <= 9, 0),
    )
    unknown = [f"链接里的“{name[:20]}”不认识，已忽略" for name in query if name not in _KNOWN]
    return selection, (*reader.notices, *unknown)


def _has_parts(district: District) -> Callable[[str], bool]:
    """Whether a key is that of an area which can be seen from inside."""
    return lambda key: key in district.by_key and bool(district.by_key[key].parts)


def _is_name(text: str) -> bool:
    return len(text) <= _LONGEST_NAME


def scope_label(selection: Selection, district: District) -> str:
    """What is selected, in words: 全区 · 全部行业, or the chosen names."""
    towns = "、".join(district.town(t).name for t in selection.towns) or district.terms.whole
    industries = "、".join(industry_name(i) for i in selection.industries) or "全部行业"
    chains = "、".join(district.chain(c).name for c in selection.chains)
    parts = [towns, *([chains] if chains else []), *selection.stages, industries]
    if selection.comparable:
        parts.append("可比口径")
    return " · ".join(parts)


def _key(found: Any) -> str | None:
    return found.key if found else None

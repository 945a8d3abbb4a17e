"""Parse the query string of a page's URL to a selection."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cockpit.calendar.periods import is_period
from cockpit.catalogue.dimensions import Grouping, find_industry
from cockpit.catalogue.metrics import METRICS
from cockpit.district.district import District
from cockpit.evaluation.policy.policy import GRADES
from cockpit.selection import SPLITS, URL_KEYS, Compare, GradeMeasure, MapColoring, Selection, View

#: Keys that WeChat and campaigns add to a shared link; no part of the selection, and nothing to tell its reader.
_TRACKING = re.compile(r"from|isappinstalled|utm_\w+")
_MAX_NAME_LENGTH = 60
_MAX_SEARCH_LENGTH = 80
_CODE = re.compile(r"[0-9A-Z]{18}")
_SORT = re.compile(r"-?[a-z_]{1,20}")
_CHANGES = re.compile(r"[a-zA-Z0-9:;.-]{0,600}")


class _QueryParser:
    """Parses the values of a query string; each that is dropped as unknown leaves a notice."""

    def __init__(self, query: Mapping[str, Sequence[str]]) -> None:
        self.query = query
        self.notices: list[str] = []

    def keys(self, name: str, label: str, find: Callable[[str], str | None]) -> tuple[str, ...]:
        """Return what ``find`` makes of the repeated values of ``name``, sorted; it returns ``None`` for an unknown one."""
        keys = set()
        for text in self.query.get(name, ()):
            if key := find(text):
                keys.add(key)
            else:
                self.notices.append(f"{label}“{text[:20]}”不存在，已忽略")
        return tuple(sorted(keys))

    def value(self, name: str, label: str, is_valid: Callable[[str], bool], default: Any) -> Any:
        """Return the first value of ``name`` in the type of ``default``; ``default`` when it is missing or invalid."""
        text = next(iter(self.query.get(name, ())), "")
        if not text:
            return default
        if is_valid(text):
            return type(default)(text)
        self.notices.append(f"{label}“{text[:20]}”不认识，已按默认显示")
        return default


def from_query(query: Mapping[str, Sequence[str]], district: District) -> tuple[Selection, tuple[str, ...]]:
    """Parse a query (key -> values) to a selection, and a notice for each part that was dropped as unknown."""
    parser = _QueryParser(query)
    keys, value = parser.keys, parser.value
    area = value("area", "区域", _can_drill_down(district), "")
    if area and View.WHAT_IF in query.get("view", ()):
        parser.notices.append(f"模拟评价针对{district.name}全部企业，已不按区域查看")
        area, parser.query = "", {name: values for name, values in query.items() if name != "town"}
    district = district.for_area(area)
    selection = Selection(
        area=area,
        towns=keys("town", district.terms.part, lambda t: _key(district.find_town(t))),
        industries=keys("industry", "行业", find_industry),
        chains=keys("chain", "产业链", lambda t: _key(district.find_chain(t))),
        stages=keys("stage", "环节", lambda t: t if _is_name(t) else None),
        period=value("period", "期间", is_period, ""),
        compare=value("compare", "对比", lambda t: t in set(Compare), Compare.YOY),
        comparable=value("comparable", "口径", lambda t: t in ("0", "1"), "0") == "1",
        metric=value("metric", "指标", lambda t: t in METRICS, "output"),
        shade=value("shade", "地图着色", lambda t: t in set(MapColoring), MapColoring.CHANGE),
        by=value("by", "分组", lambda t: t in SPLITS, Grouping.TOWN),
        group=value("group", "评价分组", _is_name, ""),
        grades=keys("grade", "等级", lambda t: t if t in GRADES else None),
        counted=value("counted", "统计内容", lambda t: t in set(GradeMeasure), GradeMeasure.FIRMS),
        view=value("view", "页面", lambda t: t in set(View), View.RESULT),
        firm=value("firm", "企业代码", lambda t: bool(_CODE.fullmatch(t)), ""),
        changes=value("sim", "模拟参数", lambda t: bool(_CHANGES.fullmatch(t)), ""),
        base=value("base", "方案", _is_name, ""),
        versus=value("versus", "对照方案", _is_name, ""),
        record=value("record", "评价记录", lambda t: t.isdecimal() and len(t) <= 9, 0),
        firm_query=value("q", "查找内容", _is_search, ""),
        cell=value("cell", "企业范围", _is_search, ""),
        sort=value("sort", "排序", lambda t: bool(_SORT.fullmatch(t)), ""),
        list_page=value("page", "页码", lambda t: t.isdecimal() and len(t) <= 6 and int(t) > 0, 1),
    )
    unknown = [f"链接里的“{name[:20]}”不认识，已忽略" for name in query if name not in URL_KEYS and not _TRACKING.fullmatch(name)]
    return selection, (*parser.notices, *unknown)


def _can_drill_down(district: District) -> Callable[[str], bool]:
    """Return a test of whether a key is that of an area with parts."""
    return lambda key: key in district.by_key and bool(district.by_key[key].parts)


def _is_name(text: str) -> bool:
    return len(text) <= _MAX_NAME_LENGTH


def _is_search(text: str) -> bool:
    return len(text) <= _MAX_SEARCH_LENGTH


def _key(match: Any) -> str | None:
    return match.key if match else None

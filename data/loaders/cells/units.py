"""Units in headers and cells, and their conversion.

A unit has a family (kind of quantity) and a size in the family's base unit, as an exact fraction. Only
units of one family convert into each other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from data.loaders.cells.text import compact


@dataclass(frozen=True, slots=True)
class Unit:
    """Unit of a kind of quantity (``family``); ``size`` in the family's base unit."""

    family: str
    size: Fraction


_MULTIPLIERS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_MU = Fraction(2000, 3)  # m²

# Unit names by family. Chinese multipliers (千, 万, 百万, 亿 …) may stand before any of them.
_UNIT_NAMES: dict[str, dict[str, Fraction | int]] = {
    "money": {"元": 1, "圆": 1, "角": Fraction(1, 10)},
    "foreign money": {"美元": 1, "美金": 1, "usd": 1, "欧元": 1, "eur": 1, "日元": 1, "港元": 1, "港币": 1, "英镑": 1},
    "area": {
        "亩": _MU,
        "公顷": 10**4,
        "ha": 10**4,
        "hm2": 10**4,
        "平方米": 1,
        "平米": 1,
        "平方": 1,
        "m2": 1,
        "平方公里": 10**6,
        "平方千米": 10**6,
        "km2": 10**6,
    },
    "coal": {
        "吨标准煤": 1,
        "吨标煤": 1,
        "tce": 1,
        "千克标准煤": Fraction(1, 1000),
        "公斤标准煤": Fraction(1, 1000),
        "千克标煤": Fraction(1, 1000),
        "kgce": Fraction(1, 1000),
    },
    "electricity": {
        "千瓦时": 1,
        "千瓦小时": 1,
        "度": 1,
        "kwh": 1,
        "kw·h": 1,
        "兆瓦时": 1000,
        "mwh": 1000,
        "吉瓦时": 10**6,
        "gwh": 10**6,
    },
    "mass": {
        "吨": 1,
        "t": 1,
        "千克": Fraction(1, 1000),
        "公斤": Fraction(1, 1000),
        "kg": Fraction(1, 1000),
        "克": Fraction(1, 10**6),
    },
    "people": {"人": 1, "名": 1, "位": 1, "人次": 1},
    "count": dict.fromkeys(("家", "户", "个", "件", "单", "笔", "项", "宗", "套", "条", "台", "辆", "块", "家次", "只"), 1),
    "ratio": {"%": 1, "‰": Fraction(1, 10), "小数": 100},
    "score": {"分": 1},
    "points": {"百分点": 1, "个百分点": 1},
    "time": {"年": 1, "月": 1, "个月": 1, "日": 1, "天": 1, "小时": 1, "分钟": 1},
    "length": {"米": 1, "m": 1, "公里": 1000, "千米": 1000, "km": 1000},
    "volume": {"立方米": 1, "立方": 1, "m3": 1, "升": 1, "方": 1},
    "power": {"千瓦": 1, "kw": 1, "兆瓦": 1000, "mw": 1000, "瓦": Fraction(1, 1000), "吉瓦": 10**6, "gw": 10**6},
    "heat": {"焦": 1, "焦耳": 1, "千焦": 1000, "兆焦": 10**6, "吉焦": 10**9, "gj": 10**9},
}
_UNITS = {name: Unit(family, Fraction(size)) for family, names in _UNIT_NAMES.items() for name, size in names.items()}
_CURRENCY_MARK = re.compile(r"^(人民币|rmb|cny)|(人民币|rmb|cny)$")
# Text with such an end names some unit, even if the table above lacks it.
_UNIT_LIKE = re.compile(
    r"(元|币|镑|吨|克|斤|亩|顷|米|里|方|瓦|时|焦|煤|人|名|度|件|家|个|户|项|套|台|辆|卡|升)$|^(?=.*[a-z])[a-z0-9·/]{1,5}$"
)


def parse_unit(text: str) -> Unit | None:
    """Parse the name of a unit (亿元, 公顷, kWh, 万元/亩); ``None`` when it names none."""
    name = _CURRENCY_MARK.sub("", compact(text).casefold())
    over, slash, under = name.partition("/")
    if slash:
        above, below = parse_unit(over), parse_unit(under)
        return Unit(f"{above.family}/{below.family}", above.size / below.size) if above and below else None
    if name in _UNITS:
        return _UNITS[name]
    for length in range(1, len(name)):
        # 万千瓦时 is 万 of 千瓦时: the longest known name wins over the longest multiplier.
        if name[length - 1] not in _MULTIPLIERS:
            return None
        unit = _UNITS.get(name[length:])
        if unit and unit.family != "ratio":
            return Unit(unit.family, unit.size * _multiplier(name[:length]))
    return None


def resembles_unit(text: str) -> bool:
    """Return whether a text in a header's brackets seems to name a unit, known or not."""
    name = compact(text).casefold()
    return parse_unit(name) is not None or _UNIT_LIKE.search(name) is not None


def _multiplier(characters: str) -> int:
    product = 1
    for character in characters:
        product *= _MULTIPLIERS[character]
    return product

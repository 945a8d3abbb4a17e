"""A column whose values are all too large or too small: its likely unit, and how to say so."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

from cockpit.contracts.columns import Column, Kind
from cockpit.contracts.sheets import FEN_PER_WAN
from data.loaders.cells.units import parse_unit

#: Units that people write by mistake, by the family of the column's own.
_LIKELY_UNITS = {
    "money": ("元", "千元", "百万元", "万元", "亿元"),
    "area": ("平方米", "亩", "公顷", "平方公里", "万平方米"),
    "coal": ("千克标准煤", "吨标准煤", "万吨标准煤"),
    "electricity": ("千瓦时", "兆瓦时", "万千瓦时", "亿千瓦时"),
    "mass": ("克", "千克", "吨", "万吨"),
    "count": ("件", "万件", "亿件"),
    "ratio": ("小数", "‰"),
}
_WITHIN = 2.5  # a factor names a unit when they differ by less than this factor


@dataclass(frozen=True, slots=True)
class Slip:
    """Far-off values of a column: in which periods, how many, their mean factor, the first row, and whether it is most of it."""

    field: str
    against: str
    source: str
    periods: tuple[int, ...]
    number: int
    factor: float
    row: int
    whole: bool


def likely_unit(column: Column, factor: float) -> str:
    """Name the unit that values too large by ``factor`` were likely written in, as a sentence; "" when none fits."""
    own = parse_unit(column.unit)
    if own is None or factor <= 0:
        return ""
    fits = {
        name: abs(math.log(factor * float(unit.size / own.size)))
        for name in _LIKELY_UNITS.get(own.family, ())
        if (unit := parse_unit(name)) and unit.size != own.size
    }
    best = min(fits, key=lambda name: fits[name], default=None)
    return f"疑似按“{best}”填写，应为“{column.unit}”。" if best and fits[best] < math.log(_WITHIN) else ""


def unit_within(column: Column, value: float, low: float, high: float) -> str:
    """Name the unit by which a column's typical value comes to lie between the limits, nearest to their middle; "" if none."""
    own = parse_unit(column.unit)
    if own is None:
        return ""
    middle = math.sqrt(low * high)
    fits = {
        name: abs(math.log(converted / middle))
        for name in _LIKELY_UNITS.get(own.family, ())
        if (unit := parse_unit(name))
        and unit.size != own.size
        and low <= (converted := value * float(unit.size / own.size)) <= high
    }
    return min(fits, key=lambda name: fits[name], default="")


def format_factor(factor: float) -> str:
    """Say how a value compares with its reference: 约大10,000倍."""
    if factor <= 0:
        return "为零，明显小"
    size = factor if factor >= 1 else 1 / factor
    rounded = round(size, 1 - math.floor(math.log10(size))) if size < 1e12 else size
    return f"约{'大' if factor >= 1 else '小'}{rounded:,.10g}倍"


def format_value(value: float, column: Column) -> str:
    """Format a stored value in its column's unit, as people write it: 1,846,970万元."""
    if column.kind is Kind.MONEY:
        value /= FEN_PER_WAN * (10_000 if column.unit == "亿元" else 1)
    return f"{format_plain(value, 4 if abs(value) < 1 else 2)}{column.unit}"


def format_plain(value: float, digits: int = 4) -> str:
    """Format a number with thousands commas and at most ``digits`` decimals, never in powers of ten."""
    text = f"{round(Decimal(repr(float(value))), digits):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def format_period(period: int) -> str:
    """Format a month (202203) as 2022-03 and a year as 2022年."""
    return f"{period // 100}-{period % 100:02d}" if period > 9_999 else f"{period}年"

"""Numbers as people write them: a whole column at once where cells are plain, cell by cell where they are not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cockpit.contracts.columns import Kind
from data.loaders.cells.cell_value import Fault, Read, unreadable
from data.loaders.cells.text import clip, means_nothing, squeeze
from data.loaders.cells.units import Unit, parse_unit
from data.loaders.headers.headers import Place, admits, stored_size, takes_any_unit
from data.loaders.sources.grid import Cell, Cells, Unreadable, as_text

_NUMBER = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+(?:\.\d*)?|\.\d+)(e[+-]?\d{1,3})?(.*)", re.IGNORECASE)
_PLAIN = re.compile(r"-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?", re.ASCII)
_SURE_DIGITS = 15  # a decimal of so many digits survives the way through a float
_LONGEST = 60
#: 10¹⁷ 分 is 10 trillion yuan 100 times over: more is a slip, and would overflow the sums of the database.
_LARGEST_FEN = 10**17
_LARGEST = 10**15


class Amount(NamedTuple):
    """A number and the unit written behind it, if any."""

    number: Decimal
    unit: Unit | None


@dataclass(slots=True)
class NumberColumn:
    """A column of numbers as stored (``None`` = missing): money as ``int`` 分, others as ``float``."""

    values: Cells
    faults: dict[int, Fault] = field(default_factory=dict)
    respelt: int = 0


def parse_amount(text: str) -> Amount | None:
    """A text such as ``1,234.5``, ``９.５２ 万元``, ``(12)`` or ``3e2``; ``None`` when it is no number."""
    plain = squeeze(text)
    if len(plain) > _LONGEST:
        return None
    if plain.startswith("(") and plain.endswith(")") and not plain.startswith("(-"):
        plain = f"-{plain[1:-1]}"  # how accountants write a negative number
    match = _NUMBER.fullmatch(plain.replace("−", "-"))
    if match is None:
        return None
    unit = parse_unit(match[4]) if match[4] else None
    if match[4] and unit is None:
        return None
    return Amount(Decimal(f"{match[1]}{match[2].replace(',', '')}{match[3] or ''}"), unit)


def read_column(raw: Cells, place: Place) -> NumberColumn:
    """The numbers of a column in the unit that it is stored in."""
    result = NumberColumn(np.full(len(raw), None, dtype=object))
    bare = np.full(len(raw), np.nan)
    known: dict[tuple[type, Cell], Read | Fault] = {}
    odd: list[int] = []
    for i, cell in enumerate(raw):
        kind = type(cell)
        if cell is None:
            continue
        if kind is float or kind is int:
            bare[i] = cell
            if cell != cell:
                odd.append(i)
        elif kind is str and len(cell) <= _SURE_DIGITS + 1 and _PLAIN.fullmatch(cell):
            bare[i] = float(cell.replace(",", ""))
            result.respelt += "," in cell
        else:
            key = (kind, cell)
            if key not in known:
                known[key] = read_number(cell, place)
            _put(result, i, known[key])
    _store(result, bare, raw, place)
    for i in odd:
        _put(result, i, read_number(raw[i], place))
    return result


def read_number(cell: Cell, place: Place) -> Read | Fault:
    """One cell's number as stored, exactly: through ``Decimal``, money rounded half up to whole 分."""
    words = f"“{clip(as_text(cell))}”不是数字。请填阿拉伯数字，没有就留空。"
    if isinstance(cell, Unreadable):
        return unreadable(cell)
    if isinstance(cell, bool | date):
        return Fault("E105", words)
    if isinstance(cell, str):
        if means_nothing(squeeze(cell)):
            return Read(None, respelt=True)
        amount = parse_amount(cell)
    else:
        amount = _amount(cell)
    if amount is None or not amount.number.is_finite():
        return Fault("E105", words)
    return _stored(amount, cell, place)


def _amount(cell: Cell) -> Amount | None:
    try:
        return Amount(Decimal(repr(cell)) if isinstance(cell, float) else Decimal(str(cell)), None)
    except InvalidOperation:
        return None


def _stored(amount: Amount, cell: Cell, place: Place) -> Read | Fault:
    factor = place.factor
    if amount.unit is not None and not takes_any_unit(place.table, place.column):
        if not admits(place.column, amount.unit):
            unit = place.column.unit or "不带单位的数"
            return Fault("E105", f"“{clip(as_text(cell))}”的单位与这一列不是同一类，应为“{unit}”。")
        factor = amount.unit.size / stored_size(place.column)
    largest = _LARGEST_FEN if place.column.kind is Kind.MONEY else _LARGEST
    # The exponent first: 1e999 must not be multiplied out.
    if amount.number.adjusted() > len(str(largest)) or abs(amount.number * factor.numerator) >= largest * factor.denominator:
        return Fault("E105", f"“{clip(as_text(cell))}”大得不可能。请核对数值和单位。")
    value = amount.number * factor.numerator / factor.denominator
    respelt = (isinstance(cell, str) and _PLAIN.fullmatch(cell) is None) or "," in str(cell)
    if place.column.kind is Kind.MONEY:
        return Read(int(value.quantize(Decimal(1), ROUND_HALF_UP)), respelt)
    return Read(float(value), respelt)


def _put(result: NumberColumn, i: int, found: Read | Fault) -> None:
    if isinstance(found, Fault):
        result.faults[i] = found
    else:
        result.values[i] = found.value
        result.respelt += found.respelt


def _store(result: NumberColumn, bare: npt.NDArray[np.float64], raw: Cells, place: Place) -> None:
    """Plain numbers, all at once; those whose rounding a float can't decide go the exact way."""
    there = ~np.isnan(bare)
    with np.errstate(over="ignore"):  # an impossible number is a finding, below
        scaled = bare if place.factor == 1 else bare * place.factor.numerator / place.factor.denominator
    size = np.abs(np.where(there, scaled, 0.0))
    money = place.column.kind is Kind.MONEY
    doubtful = there & (size >= (_LARGEST_FEN if money else _LARGEST))
    size[doubtful] = 0.0
    if money:
        doubtful |= there & (size > 0) & (np.abs(size - np.floor(size) - 0.5) <= size * 2.0**-48)
    sure = there & ~doubtful
    if money:
        cents = (np.sign(scaled[sure]) * np.floor(size[sure] + 0.5)).astype(np.int64)
        result.values[sure] = cents.astype(object)
    else:
        result.values[sure] = (scaled[sure] if place.factor == 1 else np.round(scaled[sure], 9)).astype(object)
    for i in np.flatnonzero(doubtful):
        _put(result, int(i), read_number(raw[i], place))

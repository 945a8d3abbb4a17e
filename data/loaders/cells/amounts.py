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
from data.loaders.cells.cell_value import CellValue, InvalidCell, reject_error_cell
from data.loaders.cells.text import compact, is_missing, truncate
from data.loaders.cells.units import Unit, parse_unit
from data.loaders.headers.headers import ColumnMapping, accepts_unit, has_unit_per_row, storage_unit_size
from data.loaders.sources.grid import Cell, Cells, ErrorCell, cell_text

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
    faults: dict[int, InvalidCell] = field(default_factory=dict)
    normalized: int = 0


def parse_amount(text: str) -> Amount | None:
    """A text such as ``1,234.5``, ``９.５２ 万元``, ``(12)`` or ``3e2``; ``None`` when it is no number."""
    plain = compact(text)
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


def parse_number_column(raw: Cells, mapping: ColumnMapping) -> NumberColumn:
    """The numbers of a column in the unit that it is stored in."""
    result = NumberColumn(np.full(len(raw), None, dtype=object))
    bare = np.full(len(raw), np.nan)
    known: dict[tuple[type, Cell], CellValue | InvalidCell] = {}
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
            result.normalized += "," in cell
        else:
            key = (kind, cell)
            if key not in known:
                known[key] = parse_number(cell, mapping)
            _put(result, i, known[key])
    _store(result, bare, raw, mapping)
    for i in odd:
        _put(result, i, parse_number(raw[i], mapping))
    return result


def parse_number(cell: Cell, mapping: ColumnMapping) -> CellValue | InvalidCell:
    """One cell's number as stored, exactly: through ``Decimal``, money rounded half up to whole 分."""
    message = f"“{truncate(cell_text(cell))}”不是数字。请填阿拉伯数字，没有就留空。"
    if isinstance(cell, ErrorCell):
        return reject_error_cell(cell)
    if isinstance(cell, bool | date):
        return InvalidCell("E105", message)
    if isinstance(cell, str):
        if is_missing(compact(cell)):
            return CellValue(None, normalized=True)
        amount = parse_amount(cell)
    else:
        amount = _amount(cell)
    if amount is None or not amount.number.is_finite():
        return InvalidCell("E105", message)
    return _stored(amount, cell, mapping)


def _amount(cell: Cell) -> Amount | None:
    try:
        return Amount(Decimal(repr(cell)) if isinstance(cell, float) else Decimal(str(cell)), None)
    except InvalidOperation:
        return None


def _stored(amount: Amount, cell: Cell, mapping: ColumnMapping) -> CellValue | InvalidCell:
    factor = mapping.factor
    if amount.unit is not None and not has_unit_per_row(mapping.table, mapping.column):
        if not accepts_unit(mapping.column, amount.unit):
            unit = mapping.column.unit or "不带单位的数"
            return InvalidCell("E105", f"“{truncate(cell_text(cell))}”的单位与这一列不是同一类，应为“{unit}”。")
        factor = amount.unit.size / storage_unit_size(mapping.column)
    largest = _LARGEST_FEN if mapping.column.kind is Kind.MONEY else _LARGEST
    # The exponent first: 1e999 must not be multiplied out.
    if amount.number.adjusted() > len(str(largest)) or abs(amount.number * factor.numerator) >= largest * factor.denominator:
        return InvalidCell("E105", f"“{truncate(cell_text(cell))}”大得不可能。请核对数值和单位。")
    value = amount.number * factor.numerator / factor.denominator
    normalized = (isinstance(cell, str) and _PLAIN.fullmatch(cell) is None) or "," in str(cell)
    if mapping.column.kind is Kind.MONEY:
        return CellValue(int(value.quantize(Decimal(1), ROUND_HALF_UP)), normalized)
    return CellValue(float(value), normalized)


def _put(result: NumberColumn, i: int, found: CellValue | InvalidCell) -> None:
    if isinstance(found, InvalidCell):
        result.faults[i] = found
    else:
        result.values[i] = found.value
        result.normalized += found.normalized


def _store(result: NumberColumn, bare: npt.NDArray[np.float64], raw: Cells, mapping: ColumnMapping) -> None:
    """Plain numbers, all at once; those whose rounding a float can't decide go the exact way."""
    there = ~np.isnan(bare)
    with np.errstate(over="ignore"):  # an impossible number is a finding, below
        scaled = bare if mapping.factor == 1 else bare * mapping.factor.numerator / mapping.factor.denominator
    size = np.abs(np.where(there, scaled, 0.0))
    money = mapping.column.kind is Kind.MONEY
    doubtful = there & (size >= (_LARGEST_FEN if money else _LARGEST))
    size[doubtful] = 0.0
    if money:
        doubtful |= there & (size > 0) & (np.abs(size - np.floor(size) - 0.5) <= size * 2.0**-48)
    sure = there & ~doubtful
    if money:
        cents = (np.sign(scaled[sure]) * np.floor(size[sure] + 0.5)).astype(np.int64)
        result.values[sure] = cents.astype(object)
    else:
        result.values[sure] = (scaled[sure] if mapping.factor == 1 else np.round(scaled[sure], 9)).astype(object)
    for i in np.flatnonzero(doubtful):
        _put(result, int(i), parse_number(raw[i], mapping))

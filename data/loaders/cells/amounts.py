"""Parsing of numbers: plain cells of a column at once, all others cell by cell."""

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
from data.loaders.sources.cell import Cell, CellArray, ErrorCell, cell_text

_NUMBER = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+(?:\.\d*)?|\.\d+)(e[+-]?\d{1,3})?(.*)", re.IGNORECASE)
_PLAIN = re.compile(r"-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?", re.ASCII)
_EXACT_DIGITS = 15  # decimals with at most this many digits survive a round trip through float
_MAX_LENGTH = 60
# 10¹⁷ 分 is 1,000 trillion yuan: more is a mistake, and would overflow sums in the database.
_LARGEST_FEN = 10**17
_LARGEST = 10**15


class Amount(NamedTuple):
    """Number with the unit written behind it, if any."""

    number: Decimal
    unit: Unit | None


@dataclass(slots=True)
class NumberColumn:
    """Column of numbers in the stored unit: money as ``int`` 分, others as ``float``, ``None`` = missing.

    ``invalid``: cells without a value, by row index; ``normalized``: how many cells were not in the standard form.
    """

    values: CellArray
    invalid: dict[int, InvalidCell] = field(default_factory=dict)
    normalized: int = 0


def parse_amount(text: str) -> Amount | None:
    """Parse a text such as ``1,234.5``, ``９.５２万元``, ``(12)`` or ``3e2``; ``None`` when it is no number."""
    plain = compact(text)
    if len(plain) > _MAX_LENGTH:
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


def parse_number_column(raw: CellArray, mapping: ColumnMapping) -> NumberColumn:
    """Parse a column of cells into numbers of its stored unit."""
    result = NumberColumn(np.full(len(raw), None, dtype=object))
    plain = np.full(len(raw), np.nan)
    known: dict[tuple[type, Cell], CellValue | InvalidCell] = {}
    not_a_number: list[int] = []
    for i, cell in enumerate(raw):
        kind = type(cell)
        if cell is None:
            continue
        if kind is float or kind is int:
            plain[i] = cell
            if cell != cell:
                not_a_number.append(i)
        elif kind is str and len(cell) <= _EXACT_DIGITS + 1 and _PLAIN.fullmatch(cell):
            plain[i] = float(cell.replace(",", ""))
            result.normalized += "," in cell
        else:
            key = (kind, cell)
            if key not in known:
                known[key] = parse_number(cell, mapping)
            _set(result, i, known[key])
    _convert_plain(result, plain, raw, mapping)
    for i in not_a_number:
        _set(result, i, parse_number(raw[i], mapping))
    return result


def parse_number(cell: Cell, mapping: ColumnMapping) -> CellValue | InvalidCell:
    """Parse one cell exactly, with ``Decimal``, into the stored unit; money is rounded half up to whole 分."""
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
    return _to_stored_unit(amount, cell, mapping)


def _amount(cell: Cell) -> Amount | None:
    try:
        return Amount(Decimal(repr(cell)) if isinstance(cell, float) else Decimal(str(cell)), None)
    except InvalidOperation:
        return None


def _to_stored_unit(amount: Amount, cell: Cell, mapping: ColumnMapping) -> CellValue | InvalidCell:
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


def _set(column: NumberColumn, i: int, parsed: CellValue | InvalidCell) -> None:
    if isinstance(parsed, InvalidCell):
        column.invalid[i] = parsed
    else:
        column.values[i] = parsed.value
        column.normalized += parsed.normalized


def _convert_plain(result: NumberColumn, plain: npt.NDArray[np.float64], raw: CellArray, mapping: ColumnMapping) -> None:
    """Convert the plain numbers at once, and exactly, one by one, where a float can't decide the rounding."""
    present = ~np.isnan(plain)
    with np.errstate(over="ignore"):  # an impossibly large number becomes a finding below
        scaled = plain if mapping.factor == 1 else plain * mapping.factor.numerator / mapping.factor.denominator
    size = np.abs(np.where(present, scaled, 0.0))
    money = mapping.column.kind is Kind.MONEY
    doubtful = present & (size >= (_LARGEST_FEN if money else _LARGEST))
    size[doubtful] = 0.0
    if money:
        doubtful |= present & (size > 0) & (np.abs(size - np.floor(size) - 0.5) <= size * 2.0**-48)
    sure = present & ~doubtful
    if money:
        fen = (np.sign(scaled[sure]) * np.floor(size[sure] + 0.5)).astype(np.int64)
        result.values[sure] = fen.astype(object)
    else:
        result.values[sure] = (scaled[sure] if mapping.factor == 1 else np.round(scaled[sure], 9)).astype(object)
    for i in np.flatnonzero(doubtful):
        _set(result, int(i), parse_number(raw[i], mapping))

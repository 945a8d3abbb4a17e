"""W310 where a column's median, or its ratio to another column's, lies where it does in no district: also for a first batch."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from cockpit.contracts.columns import Kind, Sheet
from cockpit.contracts.findings import Finding
from cockpit.contracts.sheets import FEN_PER_WAN
from data.loaders.checks.comparisons.slips import format_plain, unit_within
from data.loaders.checks.comparisons.suspects import CellFinding
from data.loaders.headers.headers import ColumnMapping

_FEW, _TOLERANCE_OF_FEW = 3, 10.0
_FAR_ABOVE = 3  # times the largest median of a district
_FAR_BELOW = 100  # times less than its smallest; of things that are counted, there is none below one
_Floats = npt.NDArray[np.float64]


def check_typical(
    sheet: Sheet,
    mappings: dict[str, ColumnMapping],
    fields: Sequence[str],
    values: _Floats,
    numbers: npt.NDArray[np.int64],
    known: frozenset[str],
    reported: frozenset[tuple[int | None, int]] = frozenset(),
) -> Iterator[CellFinding]:
    """Yield W310 by the medians of stored ``values`` [row, field], and W302 for single ones that no median comes near.

    ``numbers``: of the rows; ``known``: fields that have slipped; ``reported``: cells (row, column index) with a finding.
    """
    columns = {name: _in_header_unit(sheet, name, values[:, i]) for i, name in enumerate(fields)}
    slipped = set(known)
    for name, low, high, median in _odd_medians(sheet, columns):
        if name not in slipped:
            slipped.add(name)
            text = f"中位数是 {format_plain(median)}，一般在 {format_plain(low)}—{format_plain(high)} 之间"
            yield _finding(sheet, mappings[name], text, unit_within(sheet.column(name), median, low, high))
    yield from _odd_cells(sheet, mappings, columns, numbers, reported, slipped)
    yield from _odd_ratios(sheet, mappings, columns, known, slipped)


def _odd_ratios(
    sheet: Sheet, mappings: dict[str, ColumnMapping], columns: dict[str, _Floats], known: frozenset[str], slipped: set[str]
) -> Iterator[CellFinding]:
    ratios = [r for r in sheet.typical_ratios if {r.field, r.per} <= columns.keys() and not {r.field, r.per} & known]
    medians = [(r, _median(columns[r.field], columns[r.per])) for r in ratios]
    odd = [(r, median) for r, median in medians if _is_odd(median, r.low, r.high, columns)]
    sound = Counter(n for r, v in medians if not math.isnan(v) and (r, v) not in odd for n in (r.field, r.per))
    while odd:
        names = [name for ratio, _ in odd for name in (ratio.field, ratio.per)]
        # The column of most of the ratios; of a single one, that which is in no sound ratio, else the one that is too large:
        # units are mostly too small.
        ratio, median = odd[0]
        too_large = ratio.field if median > ratio.high else ratio.per
        name = max(names, key=lambda n: (names.count(n), -sound[n], n == too_large))
        ratio, median = next((r, v) for r, v in odd if name in (r.field, r.per))
        other = sheet.column(ratio.per if name == ratio.field else ratio.field).label
        text = f"与“{other}”之比的中位数是 {format_plain(_upright(name, ratio.field, median), 6)}"
        low, high = (ratio.low, ratio.high) if name == ratio.field else (1 / ratio.high, 1 / ratio.low)
        text += f"，一般在 {format_plain(low, 6)}—{format_plain(high, 6)} 之间"
        if name not in slipped:
            slipped.add(name)
            unit = unit_within(sheet.column(name), _upright(name, ratio.field, median), low, high)
            yield _finding(sheet, mappings[name], text, unit)
        odd = [(r, v) for r, v in odd if name not in (r.field, r.per)]


def _odd_cells(
    sheet: Sheet,
    mappings: dict[str, ColumnMapping],
    columns: dict[str, _Floats],
    numbers: npt.NDArray[np.int64],
    reported: frozenset[tuple[int | None, int]],
    slipped: set[str],
) -> Iterator[CellFinding]:
    for name, values in columns.items():
        column, limits = sheet.column(name), sheet.column(name).typical
        if limits is None or name in slipped:
            continue
        lowest = 1.0 if column.kind is Kind.COUNT else limits[0] / _FAR_BELOW
        for i in np.flatnonzero((values > _FAR_ABOVE * limits[1]) | ((values > 0) & (values < lowest))):
            mapping = mappings[name]
            if (int(numbers[i]), mapping.index) not in reported:
                unit = unit_within(column, float(values[i]), *limits)
                hint = f"疑似按“{unit}”填写，应为“{column.unit}”。" if unit else ""
                value = f"{format_plain(values[i], 6)}{column.unit}"
                message = (
                    f"{column.label}{value}，远{'大' if values[i] > limits[1] else '小'}于一般的范围。{hint}请核对单位和数值。"
                )
                where = (mapping.display_name, mapping.letter, None, message)
                yield Finding("W302", sheet.title, int(numbers[i]), *where), mapping.index


def _odd_medians(sheet: Sheet, columns: dict[str, _Floats]) -> Iterator[tuple[str, float, float, float]]:
    for name, values in columns.items():
        limits = sheet.column(name).typical
        if limits and _is_odd(median := _median(values, None), *limits, {name: values}):
            yield name, *limits, median


def _is_odd(median: float, low: float, high: float, columns: dict[str, _Floats]) -> bool:
    rows = max(len(v) for v in columns.values())
    tolerance = 1.0 if rows >= _FEW else _TOLERANCE_OF_FEW
    return not math.isnan(median) and not low / tolerance <= median <= high * tolerance


def _median(values: _Floats, per: _Floats | None) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = values if per is None else np.where(per > 0, values / per, np.nan)
    ratios = ratios[ratios > 0]
    return float(np.median(ratios)) if len(ratios) else math.nan


def _upright(name: str, field: str, median: float) -> float:
    return median if name == field else 1 / median


def _in_header_unit(sheet: Sheet, name: str, values: _Floats) -> _Floats:
    column = sheet.column(name)
    if column.kind is not Kind.MONEY:
        return values
    return values / (FEN_PER_WAN * (10_000 if column.unit == "亿元" else 1))


def _finding(sheet: Sheet, mapping: ColumnMapping, text: str, unit: str) -> CellFinding:
    column = mapping.column
    hint = f"疑似按“{unit}”填写，应为“{column.unit}”。" if unit else ""
    message = f"“{column.label}”整列{text}。{hint}请核对这一列的单位，在表头括号里写明实际单位，或改正整列。"
    return Finding("W310", sheet.title, None, mapping.display_name, mapping.letter, None, message), mapping.index

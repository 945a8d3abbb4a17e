"""Finding the header row of a sheet and what each of its columns means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from cockpit.contracts import Column, Kind, Sheet, Sign
from cockpit.findings import Finding
from data.loaders.grid import Grid, as_text, letter, shown
from data.loaders.text import squeeze
from data.loaders.units import Unit, looks_like_unit, parse_unit

_SEARCHED_ROWS = 50
_BRACKETED = re.compile(r"^(.*?)[(\[【〔{](.*?)[)\]】〕}]?$")
_NUMERIC = (Kind.MONEY, Kind.NUMBER, Kind.COUNT)
_FEN = Fraction(1, 100)


@dataclass(frozen=True, slots=True)
class Place:
    """A column found in a grid. ``unit``: the unit of bare numbers; ``shown``: the header as findings call it."""

    column: Column
    index: int
    unit: Unit | None
    shown: str

    @property
    def letter(self) -> str:
        """Excel's letter."""
        return letter(self.index)


@dataclass(frozen=True, slots=True)
class Header:
    """The header row (0-based) and the known columns by field."""

    row: int
    places: dict[str, Place]


def stored_size(column: Column) -> Fraction:
    """Size of the unit a column is stored in, in its family's base unit: 分 for money, else the column's unit."""
    if column.kind is Kind.MONEY:
        return _FEN
    unit = parse_unit(column.unit)
    return unit.size if unit else Fraction(1)


def admits(column: Column, unit: Unit) -> bool:
    """Whether numbers in ``unit`` may stand in the column."""
    own = parse_unit(column.unit)
    if own is None:
        return unit.family in ("count", "people", "score")
    return unit.family == own.family


def find_header(grid: Grid, sheet: Sheet) -> tuple[Header | None, list[Finding]]:
    """The header with most known columns among the first rows, and findings about it (E102, E104, N202, N204)."""
    labels = {squeeze(c.label): c for c in sheet.columns}
    best, most = -1, 0
    for index in range(min(grid.height, _SEARCHED_ROWS)):
        count = len({squeeze(_split(as_text(cell))[0]) for cell in grid.row(index)} & labels.keys())
        if count > most:
            best, most = index, count
    if most < min(2, len(sheet.keys)):
        missing = "、".join(c.label for c in sheet.columns if c.required)
        words = f"没有找到表头行。这张表至少要有这些列：{missing}。"
        return None, [Finding("E102", sheet.title, None, None, None, None, words)]
    return _read_header(grid, sheet, best, labels)


def _read_header(grid: Grid, sheet: Sheet, row: int, labels: dict[str, Column]) -> tuple[Header, list[Finding]]:
    places: dict[str, Place] = {}
    findings: list[Finding] = []
    ignored: list[str] = []
    for index, cell in enumerate(grid.row(row)):
        text = as_text(cell)
        label, bracket = _split(text)
        column = labels.get(label)
        if column is None or column.field in places:
            if text.strip():
                ignored.append(f"{letter(index)}列“{squeeze(text)[:20]}”{'（重复）' if column else ''}")
            continue
        place, found = _place(sheet, column, index, row, bracket, text)
        findings += found
        places[column.field] = place
    for column in sheet.columns:
        if column.required and column.field not in places:
            words = f"缺少必需的列“{column.header}”。请补上这一列（表头写“{column.label}”）。"
            findings.append(Finding("E102", sheet.title, row + 1, column.header, None, None, words))
    if ignored:
        findings.append(Finding("N202", sheet.title, row + 1, None, None, None, f"不认识的列，已忽略：{'、'.join(ignored)}。"))
    return Header(row, places), findings


def _place(sheet: Sheet, column: Column, index: int, row: int, bracket: str, text: str) -> tuple[Place, list[Finding]]:
    own = parse_unit(column.unit)
    if column.kind not in _NUMERIC or not bracket:
        return Place(column, index, own, column.label), []
    unit = parse_unit(bracket)
    if unit is None and not looks_like_unit(bracket):
        return Place(column, index, own, column.label), []
    at = (sheet.title, row + 1, column.label, letter(index), shown(text))
    if unit is None or not admits(column, unit):
        kind = column.unit or "不带单位的数"
        words = f"表头单位“{bracket}”与这一列不是同一类，应为“{kind}”或可换算的单位。"
        return Place(column, index, own, column.label), [Finding("E104", *at, words)]
    if own is not None and unit != own:
        words = f"“{column.label}”按“{bracket}”读取，已换算成“{column.unit}”。"
        return Place(column, index, unit, column.label), [Finding("N204", *at, words)]
    return Place(column, index, unit, column.header), []


def _split(text: str) -> tuple[str, str]:
    """Header text as (label, what stands in brackets), both squeezed."""
    plain = squeeze(text).lstrip("*").rstrip("*:：")
    match = _BRACKETED.match(plain)
    return (match[1].rstrip("*"), match[2]) if match and match[1] else (plain, "")


def is_percent(column: Column) -> bool:
    """Whether the column holds percentages."""
    return column.sign is Sign.PERCENT


def order(places: Sequence[Place]) -> list[Place]:
    """Places from left to right."""
    return sorted(places, key=lambda p: p.index)

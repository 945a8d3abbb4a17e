"""Detection of the header rows of a sheet, and the mapping of its columns to those of the specification."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from cockpit.contracts.columns import Column, Kind, Sheet
from cockpit.contracts.findings import Finding
from cockpit.contracts.sheets import TARGETS
from cockpit.district.spelling import nearest
from data.loaders.cells.text import compact, is_missing, truncate
from data.loaders.cells.units import Unit, parse_unit
from data.loaders.headers.header_text import NUMERIC, HeaderMeaning, bare_label, columns_by_label, is_basis, parse_header
from data.loaders.sources.cell import Cell, cell_text, column_letter
from data.loaders.sources.grid import Grid

_DECLARED = re.compile(r"单位:([^()]+)")
_NUMBER = re.compile(r"[-+(]?[\d.]")
_FEN = Fraction(1, 100)
_NAMES_OF_ENTERPRISES = ("企业名称", "单位名称", "单位详细名称", "公司名称", "企业", "名称")


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Column of a grid that holds a column of the specification.

    ``unit``: the unit of numbers that state none; ``display_name``: the header as findings name it; ``factor``: stored
    units per such number; not ``readable``: its unit is of another kind, so its cells are ignored;
    ``cumulative``: its header says that it holds figures since January.
    """

    table: str
    column: Column
    index: int
    display_name: str
    unit: Unit | None = None
    factor: Fraction = Fraction(1)
    readable: bool = True
    cumulative: bool = False

    @property
    def letter(self) -> str:
        """Excel's letter of the column."""
        return column_letter(self.index)


@dataclass(frozen=True, slots=True)
class Header:
    """Last row of the header (from 0), the cells of that row, and the mapped columns by field.

    ``name_index``: the column of enterprises' names, also where the specification has none.
    """

    row: int
    texts: tuple[Cell, ...]
    mappings: dict[str, ColumnMapping]
    name_index: int | None = None


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Rows ``top`` to ``bottom`` (from 0) taken as one header: a text for every column; ``score``: known columns among them."""

    top: int
    bottom: int
    texts: tuple[str, ...]
    score: int


def storage_unit_size(column: Column) -> Fraction:
    """Return the size of a column's stored unit in its family's base unit: 分 for money, else the column's unit."""
    if column.kind is Kind.MONEY:
        return _FEN
    unit = parse_unit(column.unit)
    return unit.size if unit else Fraction(1)


def has_unit_per_row(table: str, column: Column) -> bool:
    """Return whether each row has its own unit (目标值), converted once the whole row is parsed."""
    return table == TARGETS.table and column.field == "value"


def accepts_unit(column: Column, unit: Unit) -> bool:
    """Return whether numbers in ``unit`` can be converted to the column's unit."""
    own = parse_unit(column.unit)
    if own is None:
        return unit.family in (("count", "people") if column.kind is Kind.COUNT else ("score",))
    return unit.family == own.family


def find_header(grid: Grid, sheet: Sheet) -> tuple[Header | None, list[Finding]]:
    """Find the header: the rows with most known columns among the first ones.

    Returns the header, ``None`` without one, and the findings about it (E102, E104, E109, N202, N204).
    """
    labels = columns_by_label(sheet)
    best = _best_candidate(grid, labels)
    if best is None or best.score < min(2, len(sheet.keys)):
        missing = "、".join(c.label for c in sheet.columns if c.required)
        message = f"没有找到表头行。这张表至少要有这些列：{missing}。"
        return None, [Finding("E102", sheet.title, None, None, None, None, message)]
    return _HeaderReader(grid, sheet, best, labels).read()


def _best_candidate(grid: Grid, labels: dict[str, Column]) -> _Candidate | None:
    """Choose one row, or two or three where merged cells or a row of units make the header that high."""
    rows = [[cell_text(cell) for cell in row] for row in grid.head]
    singles = [_Candidate(i, i, tuple(row), _score(row, labels)) for i, row in enumerate(rows)]
    best = max(singles, key=lambda c: (c.score, -c.top), default=None)
    if best is None:
        return None
    for top, bottom in pairwise(singles):
        if not (top.score or bottom.score):
            continue
        pair = _join(top, bottom, labels)
        if pair.score > best.score or (top == best and pair.score == best.score and _continues(top, bottom, labels)):
            best = pair
    if best.top < best.bottom < len(singles) - 1 and _continues(best, below := singles[best.bottom + 1], labels):
        triple = _join(best, below, labels)
        best = triple if triple.score >= best.score else best
    return best


def _join(top: _Candidate, bottom: _Candidate, labels: dict[str, Column]) -> _Candidate:
    """Take two rows as one header. A text of the top row holds to the right as far as cells merged with it would."""
    texts: list[str] = []
    heading = ""
    for above, below in zip(top.texts, bottom.texts, strict=True):
        heading = above if above.strip() else heading
        texts.append(_joined(above, below, heading, labels))
    return _Candidate(top.top, bottom.bottom, tuple(texts), _score(texts, labels))


def _score(texts: Iterable[str], labels: dict[str, Column]) -> int:
    meanings = (parse_header(t, labels) for t in texts if t)
    return len({m.column.field for m in meanings if m})


def _joined(top: str, bottom: str, heading: str, labels: dict[str, Column]) -> str:
    """Join the texts of a column whose header is two rows high; ``heading``: the last text at or left of ``top``."""
    if not bottom.strip() or is_missing(compact(bottom)):
        return top
    if parse_header(bottom, labels):
        return bottom
    if not top.strip():
        together = f"{heading}({compact(bottom).strip('()[]【】')})"
        return together if parse_header(together, labels) else bottom
    together = f"{top}({compact(bottom).strip('()[]【】')})"
    return together if parse_header(together, labels) else f"{top} {bottom}"


def _continues(top: _Candidate, bottom: _Candidate, labels: dict[str, Column]) -> bool:
    """Return whether the row below a header belongs to it: units, or no content where data would have its key."""
    texts = [compact(t) for t in bottom.texts]
    present = [t for t in texts if not is_missing(t)]
    if not present or any(_NUMBER.match(t) and not is_basis(t) for t in present):
        return False
    meanings = [parse_header(t, labels) for t in top.texts]
    keyless = all(is_missing(w) for w, m in zip(texts, meanings, strict=True) if m and m.column.required)
    return keyless or all(parse_unit(w.strip("()[]【】")) for w in present)


class _HeaderReader:
    """Mapping of one header's columns, and the findings about it."""

    def __init__(self, grid: Grid, sheet: Sheet, rows: _Candidate, labels: dict[str, Column]) -> None:
        self._grid, self._sheet, self._rows, self._labels = grid, sheet, rows, labels
        self._declared = _declared_units(grid, rows.top)
        self._findings: list[Finding] = []

    def read(self) -> tuple[Header, list[Finding]]:
        """Map the known columns; every other column is reported as ignored (N202)."""
        meanings = {i: parse_header(text, self._labels) for i, text in enumerate(self._rows.texts)}
        mappings: dict[str, ColumnMapping] = {}
        for column in self._sheet.columns:
            matches = [(i, m) for i, m in meanings.items() if m and m.column is column]
            if matches:
                index, meaning = self._choose(matches, meanings)
                mappings[column.field] = self._map_column(index, meaning)
        self._report_ignored(meanings, mappings)
        self._report_missing(mappings)
        texts = tuple(self._grid.head[self._rows.bottom])
        return Header(self._rows.bottom, texts, mappings, self._name_index()), self._findings

    def _name_index(self) -> int | None:
        labels = [bare_label(text) for text in self._rows.texts]
        return next((labels.index(name) for name in _NAMES_OF_ENTERPRISES if name in labels), None)

    def _choose(
        self, matches: list[tuple[int, HeaderMeaning]], meanings: dict[int, HeaderMeaning | None]
    ) -> tuple[int, HeaderMeaning]:
        """Choose the column where several have the same label: one of the rows' 口径, without remarks, with content."""
        basis = [f for f in matches if f[1].cumulative == self._is_cumulative(meanings)] or matches
        plain = [f for f in basis if f[1].plain] or basis
        used = [f for f in plain if self._grid.has_values_below(f[0], self._rows.bottom)] or plain[:1]
        for index in {i for i, _ in matches} - {i for i, _ in used}:
            meanings[index] = None  # listed as ignored
        for index, meaning in used[1:]:
            label = meaning.column.label
            letters = f"{column_letter(used[0][0])}列和{column_letter(index)}列"
            message = f"“{label}”有两列（{letters}），不知道该用哪一列。请删去或改名其中一列。"
            self._report("E109", index, self._display_name(meaning), message)
        return used[0]

    def _is_cumulative(self, meanings: dict[int, HeaderMeaning | None]) -> bool:
        """Return whether the first rows' 口径 is 累计 throughout."""
        columns = [i for i, m in meanings.items() if m and m.column.field == "basis"]
        cells = {compact(cell_text(row[i])) for i in columns[:1] for row in self._grid.head[self._rows.bottom + 1 :]}
        return cells - {""} == {"累计"}

    def _map_column(self, index: int, meaning: HeaderMeaning) -> ColumnMapping:
        column, table = meaning.column, self._sheet.table
        own = parse_unit(column.unit)
        if column.kind not in NUMERIC:
            return ColumnMapping(table, column, index, column.label)
        unit = parse_unit(meaning.unit) if meaning.unit else self._declared_for(column) or own
        if has_unit_per_row(table, column):
            return ColumnMapping(table, column, index, column.label, unit)
        display_name = self._display_name(meaning)
        if (unit is None and meaning.unit) or (unit is not None and unit != own and not accepts_unit(column, unit)):
            message = f"表头单位“{meaning.unit}”与这一列不是同一类，应为“{column.unit or '不带单位的数'}”或可换算的单位。"
            self._report("E104", index, display_name, message)
            return ColumnMapping(table, column, index, display_name, own, readable=False)
        factor = (unit.size if unit else Fraction(1)) / storage_unit_size(column)
        if unit is not None and unit.size != (own.size if own else 1):
            unit_text = meaning.unit or "表上方注明的单位"
            self._report("N204", index, display_name, f"“{column.label}”按“{unit_text}”读取，已换算成“{column.unit or '个'}”。")
        return ColumnMapping(table, column, index, display_name, unit, factor, cumulative=meaning.cumulative)

    def _display_name(self, meaning: HeaderMeaning) -> str:
        """Return the label, with the unit only where the header states exactly the specification's unit."""
        column = meaning.column
        return column.header if meaning.unit and parse_unit(meaning.unit) == parse_unit(column.unit) else column.label

    def _declared_for(self, column: Column) -> Unit | None:
        return next((u for u in self._declared if column.unit and accepts_unit(column, u)), None)

    def _report(self, code: str, index: int, display_name: str | None, message: str) -> None:
        value = truncate(self._rows.texts[index]) or None
        self._findings.append(
            Finding(code, self._sheet.title, self._rows.bottom + 1, display_name, column_letter(index), value, message)
        )

    def _report_ignored(self, meanings: dict[int, HeaderMeaning | None], mappings: dict[str, ColumnMapping]) -> None:
        missing = [c.label for c in self._sheet.columns if c.field not in mappings]
        for index, text in enumerate(self._rows.texts):
            if meanings[index] is not None:
                continue
            name = truncate(text)
            if name:
                near = nearest(bare_label(text), missing)
                hint = f"若是“{near}”，请把表头改成这个名字。" if near else ""
                self._report("N202", index, name, f"列“{name}”不在规定的列中，已忽略。{hint}")
            elif self._grid.has_values_below(index, self._rows.bottom):
                self._report("N202", index, None, f"{column_letter(index)}列没有表头，已忽略。")

    def _report_missing(self, mappings: dict[str, ColumnMapping]) -> None:
        for column in self._sheet.columns:
            if column.required and column.field not in mappings:
                message = f"缺少必需的列“{column.header}”。请补上这一列（表头写“{column.label}”）。"
                self._findings.append(
                    Finding("E102", self._sheet.title, self._rows.bottom + 1, column.header, None, None, message)
                )


def _declared_units(grid: Grid, rows: int) -> list[Unit]:
    """Return the units that a line above the header declares for the whole table: 单位：万元、亩."""
    units: list[Unit] = []
    for row in grid.head[:rows]:
        for cell in row:
            if isinstance(cell, str) and (match := _DECLARED.search(compact(cell))):
                units += [u for name in re.split(r"[、,;]", match[1]) if (u := parse_unit(name))]
    return units

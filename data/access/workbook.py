"""Workbooks of names and marks: a head that stays in view, and cells that are text whatever they begin with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

_HEAD = PatternFill("solid", fgColor="FFE9EDF3")
_MIDDLE = Alignment("center", "center", wrap_text=True)


def add_sheet(book: Workbook, title: str, heads: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[str]]) -> None:
    """Add a sheet to a write-only workbook; ``widths``: characters of each column."""
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "B2"
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append([_cell(sheet, head, is_head=True) for head in heads])
    for row in rows:
        sheet.append([_cell(sheet, text, is_head=False) for text in row])


def _cell(sheet: Worksheet, text: str, *, is_head: bool) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"
    cell.alignment = _MIDDLE
    if is_head:
        cell.font, cell.fill = Font(bold=True), _HEAD
    return cell

"""Parsing of cells by the kind of their column. Every parser returns a value, or why there is none."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from cockpit.catalogue.dimensions import find_industry
from cockpit.catalogue.metrics import METRIC_BY_NAME, find_metric
from cockpit.contracts.columns import Kind
from cockpit.contracts.credit_code import credit_code_fault
from cockpit.district.spelling import nearest
from data.loaders.cells.cell_value import CellValue, InvalidCell, reject_error_cell
from data.loaders.cells.dates import is_zero_date, parse_date, parse_month, parse_year
from data.loaders.cells.parse_context import ParseContext
from data.loaders.cells.text import clean_text, compact, drop_zero_decimals, is_missing, unquote
from data.loaders.headers.headers import ColumnMapping
from data.loaders.sources.cell import Cell, ErrorCell, cell_text

# A credit code as Excel shows it once it took it for a number: 9.1330113E+17, 913301130000000000.0.
_ROUNDED_CODE = re.compile(r"(\d)(?:\.(\d+))?E\+?\d{1,2}|(\d{15,20})\.0*")
_NUMBER_WITH_ZEROS = re.compile(r"\d{1,14}\.0+", re.ASCII)  # a number taken for a decimal: 2023001.0
_YES = frozenset({"是", "√", "✓", "✔", "y", "yes", "1", "true", "有", "对"})
_NO = frozenset({"否", "×", "✗", "✘", "x", "n", "no", "0", "false", "错"})
_LONGEST_NAME = 60  # of a name that one is looked up for


CellParser = Callable[[Cell, ColumnMapping, ParseContext], CellValue | InvalidCell]


def parse_cell(cell: Cell, mapping: ColumnMapping, context: ParseContext) -> CellValue | InvalidCell:
    """Parse a cell of a column; blank cells and marks for 'missing' are ``CellValue(None)``."""
    if cell is None:
        return CellValue(None)
    if isinstance(cell, ErrorCell):
        return reject_error_cell(cell)
    if isinstance(cell, str) and is_missing(compact(cell)):
        return CellValue(None, normalized=bool(cell.strip()))
    if mapping.column.kind in (Kind.MONTH, Kind.YEAR, Kind.DATE) and is_zero_date(cell):
        return CellValue(None, zero_date=True)
    return _PARSERS[mapping.column.kind](cell, mapping, context)


def _code(cell: Cell, mapping: ColumnMapping, context: ParseContext) -> CellValue | InvalidCell:
    code = compact(cell_text(cell)).upper()
    rounded = _ROUNDED_CODE.fullmatch(code)
    if rounded or isinstance(cell, float | bool | date):
        digits = "".join(group or "" for group in rounded.groups()).rstrip("0") if rounded else ""
        message = f"“{code[:30]}”是按数字录入的，末几位已丢失。请把该列设为文本格式，重新录入18位代码。"
        return InvalidCell("E106", message, digits)
    if reason := credit_code_fault(code):
        return InvalidCell("E106", f"统一社会信用代码“{code[:30]}”{reason}。请对照营业执照改正。")
    return CellValue(code, code != cell)


def _text(cell: Cell, mapping: ColumnMapping, context: ParseContext) -> CellValue | InvalidCell:
    written = cell_text(cell)
    text = clean_text(unquote(written))
    whole = drop_zero_decimals(text) if mapping.column.key and _NUMBER_WITH_ZEROS.fullmatch(text) else text
    if mapping.column.key and _ROUNDED_CODE.fullmatch(text.upper()):
        label = mapping.column.label
        return InvalidCell("E105", f"“{text[:30]}”是{label}被当成数字后的样子，末几位已丢失。请把该列设为文本格式，重新录入。")
    return CellValue(whole or None, whole != text or unquote(written) != written)


def _industry(cell: Cell, mapping: ColumnMapping, context: ParseContext) -> CellValue | InvalidCell:
    text = compact(cell_text(cell)).upper()
    digits = drop_zero_decimals(text[1:] if text[:1].isalpha() and text[:1].isascii() else text)
    if whole := _with_lost_zero(digits, as_number=not isinstance(cell, str)):
        return InvalidCell(
            "E105",
            f"行业代码“{text[:20]}”开头的 0 丢了（Excel 当成了数字），应是“{whole}”。请把该列设为文本格式，改填“{whole}”；"
            "若确是其他行业，请填满4位代码。",
        )
    if not (digits.isascii() and digits.isdigit()) or find_industry(digits) is None:
        return InvalidCell("E105", f"行业代码“{text[:20]}”不对。请填 GB/T 4754 的2—4位代码，如 1751。")
    return CellValue(digits, digits != cell_text(cell))


def _with_lost_zero(digits: str, *, as_number: bool) -> str | None:
    """Return the code with the zero that Excel dropped, where ``digits`` are likely such a rest, else ``None``.

    Mining (divisions 06 to 09) is what begins with a zero in a register of industry. Of three digits, 610 to 939 might be a
    middle class of services instead; those hardly ever end in 0, and a text is more likely what was meant than a number.
    """
    if not (digits.isascii() and digits.isdigit() and digits[0] in "6789"):
        return None
    lost = len(digits) == 1 or (len(digits) == 3 and (as_number or digits[2] == "0" or digits.startswith("91")))
    return f"0{digits}" if lost else None


def _town(cell: Cell, mapping: ColumnMapping, context: ParseContext) -> CellValue | InvalidCell:
    text = compact(cell_text(cell))
    district = context.district
    town = district.find_leaf(text)
    if town is None:
        near = context.nearest.find(lambda: district.nearest_leaf(text[:_LONGEST_NAME]))
        return InvalidCell("E107", _unknown("镇街", text, near, [t.name for t in district.leaves]))
    return CellValue(town.key, text != town.name or text != cell)


def _chain(cell: Cell, mapping: ColumnMapping, context: ParseContext) -> CellValue | InvalidCell:
    text = compact(cell_text(cell))
    if mapping.column.kind is Kind.CHAIN_OR_ALL and text in ("全部", "所有", "通用"):
        return CellValue("all", text != "全部")
    chain = context.district.find_chain(text)
    if chain is None:
        near = context.nearest.find(lambda: context.district.nearest_chain(text[:_LONGEST_NAME]))
        return InvalidCell("E107", _unknown("产业链", text, near, [c.name for c in context.district.chains]))
    return CellValue(chain.key, text != chain.name or text != cell)


def _scope(cell: Cell, mapping: ColumnMapping, context: ParseContext) -> CellValue | InvalidCell:
    text = compact(cell_text(cell))
    whole = context.district.terms.whole
    if text in ("全区", whole, context.district.name):
        return CellValue("district", text not in ("全区", whole))
    if town := context.district.find_area(text):
        return CellValue(f"town:{town.key}", text != town.name)
    if chain := context.district.find_chain(text):
        return CellValue(f"chain:{chain.key}", text != chain.name)
    known = [whole, *(t.name for t in context.district.towns), *(c.name for c in context.district.chains)]
    near = context.nearest.find(lambda: nearest(text[:_LONGEST_NAME], known))
    return InvalidCell("E107", _unknown("范围", text, near, known))


def _metric(cell: Cell, mapping: ColumnMapping, context: ParseContext) -> CellValue | InvalidCell:
    text = compact(cell_text(cell))
    metric = find_metric(text)
    if metric is None:
        near = context.nearest.find(lambda: nearest(text[:_LONGEST_NAME], list(METRIC_BY_NAME)))
        return InvalidCell("E105", _unknown("指标", text, near, list(METRIC_BY_NAME)))
    return CellValue(metric.key, text != compact(metric.name))


def _term(cell: Cell, mapping: ColumnMapping, context: ParseContext) -> CellValue | InvalidCell:
    text = compact(cell_text(cell))
    allowed = {compact(w).casefold(): w for w in mapping.column.choices}
    term = allowed.get(text.casefold())
    if term is None:
        choices = list(mapping.column.choices)
        near = context.nearest.find(lambda: nearest(text[:_LONGEST_NAME], choices))
        return InvalidCell(mapping.column.unknown_code, _unknown(mapping.column.label, text, near, choices))
    return CellValue(term, term != cell)


def _flag(cell: Cell, mapping: ColumnMapping, context: ParseContext) -> CellValue | InvalidCell:
    text = compact(cell_text(cell)).casefold()
    if text in _YES or text in _NO:
        return CellValue(text in _YES, text not in ("是", "否"))
    return InvalidCell("E105", f"“{text[:20]}”看不出是或否。请填“是”或“否”。")


def _unknown(label: str, text: str, near: str | None, known: list[str]) -> str:
    hint = f"是不是“{near}”？" if near else ""
    listed = "、".join(known[:12]) + ("……" if len(known) > 12 else "")
    return f"{label}“{text[:30]}”不在名单内。{hint}可用：{listed}。"


_PARSERS: dict[Kind, CellParser] = {
    Kind.CODE: _code,
    Kind.TEXT: _text,
    Kind.INDUSTRY: _industry,
    Kind.TOWN: _town,
    Kind.CHAIN: _chain,
    Kind.CHAIN_OR_ALL: _chain,
    Kind.SCOPE: _scope,
    Kind.METRIC: _metric,
    Kind.CHOICE: _term,
    Kind.FLAG: _flag,
    Kind.MONTH: parse_month,
    Kind.YEAR: parse_year,
    Kind.DATE: parse_date,
}

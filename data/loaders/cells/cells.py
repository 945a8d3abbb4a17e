"""Parsing of cells by the kind of their column. Every parser returns a value, or why there is none."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from cockpit.catalogue.dimensions import find_industry
from cockpit.catalogue.metrics import METRIC_BY_NAME, find_metric
from cockpit.contracts.columns import Kind
from cockpit.contracts.credit_code import credit_code_fault
from cockpit.contracts.sheets import CARRIERS, TARGETS
from cockpit.district.district import District, nearest
from data.loaders.cells.cell_value import CellValue, InvalidCell, reject_error_cell
from data.loaders.cells.text import clean_text, compact, is_missing, unquote
from data.loaders.headers.headers import ColumnMapping
from data.loaders.sources.cell import Cell, ErrorCell, cell_text

_YEAR_MONTH = re.compile(r"(\d{4})(?:年|[-/.])(\d{1,2})(?:月份?)?")
_JOINT = re.compile(r"1月?[-—~～至]0?2")
_COMPACT_MONTH = re.compile(r"(\d{4})(\d{2})")
_DAY = re.compile(r"(\d{4})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})日?(?:T?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEAR = re.compile(r"(\d{4})(?:年度?)?")
# A credit code as Excel shows it once it took it for a number: 9.1330113E+17, 913301130000000000.0.
_ROUNDED_CODE = re.compile(r"(\d)(?:\.(\d+))?E\+?\d{1,2}|(\d{15,20})\.0*")
_DECIMALS = re.compile(r"\.0+$")
_NUMBER_WITH_ZEROS = re.compile(r"\d{1,14}\.0+", re.ASCII)  # a number taken for a decimal: 2023001.0
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_DAY_ZERO = date(1899, 12, 30)  # of Excel's date serials after February 1900
_DAY_ZERO_1904 = date(1904, 1, 1)
_LAST_SERIAL = 73_050  # the last day of 2099
# The date zero, as programs write it: Excel, LibreOffice, MySQL.
_ZERO_DATES = re.compile(r"0|0?0:00(?::00)?|1900[-/年]0?1[-/月]0?0日?|1899-12-3[01]|0000[-/]00[-/]00(?:00:00:00)?")
_YES = frozenset({"是", "√", "✓", "✔", "y", "yes", "1", "true", "有", "对"})
_NO = frozenset({"否", "×", "✗", "✘", "x", "n", "no", "0", "false", "错"})
_OLDEST_YEAR = 2000
_OLDEST_FOUNDING_YEAR = 1900  # founding and recognition may be older than the records
_YEARS_AHEAD = 10
_LONGEST_NAME = 60  # of a name that one is looked up for


class NearestNames:
    """Look-up of the name that a misspelt one resembles: a millisecond each, so nonsense gets a limited number."""

    def __init__(self) -> None:
        self._left = 2_000

    def find(self, look_up: Callable[[], str | None]) -> str | None:
        """Return what ``look_up`` finds; ``None`` once there were too many."""
        self._left -= 1
        return look_up() if self._left >= 0 else None


@dataclass(frozen=True, slots=True)
class ParseContext:
    """Data that cells are resolved against: names of the district, and the day of the check.

    ``date1904``: whether the workbook counts dates from 1904.
    """

    district: District
    today: date
    nearest: NearestNames = field(default_factory=NearestNames)
    date1904: bool = False


CellParser = Callable[[Cell, ColumnMapping, ParseContext], CellValue | InvalidCell]


def parse_cell(cell: Cell, mapping: ColumnMapping, context: ParseContext) -> CellValue | InvalidCell:
    """Parse a cell of a column; blank cells and marks for 'missing' are ``CellValue(None)``."""
    if cell is None:
        return CellValue(None)
    if isinstance(cell, ErrorCell):
        return reject_error_cell(cell)
    if isinstance(cell, str) and is_missing(compact(cell)):
        return CellValue(None, normalized=bool(cell.strip()))
    if mapping.column.kind in (Kind.MONTH, Kind.YEAR, Kind.DATE) and _is_zero_date(cell):
        return CellValue(None, zero_date=True)
    return _PARSERS[mapping.column.kind](cell, mapping, context)


def _is_zero_date(cell: Cell) -> bool:
    return _ZERO_DATES.fullmatch(compact(cell_text(cell))[:30]) is not None


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
    whole = _DECIMALS.sub("", text) if mapping.column.key and _NUMBER_WITH_ZEROS.fullmatch(text) else text
    if mapping.column.key and _ROUNDED_CODE.fullmatch(text.upper()):
        label = mapping.column.label
        return InvalidCell("E105", f"“{text[:30]}”是{label}被当成数字后的样子，末几位已丢失。请把该列设为文本格式，重新录入。")
    return CellValue(whole or None, whole != text or unquote(written) != written)


def _industry(cell: Cell, mapping: ColumnMapping, context: ParseContext) -> CellValue | InvalidCell:
    text = compact(cell_text(cell)).upper()
    digits = _DECIMALS.sub("", text[1:] if text[:1].isalpha() and text[:1].isascii() else text)
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


def _month(cell: Cell, mapping: ColumnMapping, context: ParseContext) -> CellValue | InvalidCell:
    text = compact(cell_text(cell))
    if isinstance(cell, date | datetime):
        year, month = cell.year, cell.month
    else:
        match = _COMPACT_MONTH.fullmatch(_DECIMALS.sub("", text))
        if match is None and isinstance(cell, str):  # as a number, 2024.1 may be January or October
            match = _YEAR_MONTH.fullmatch(text) or _DAY.fullmatch(text)
        if match is None and (day := _serial_day(cell, text, context)):
            return _lost_format(text, f"{day:%Y-%m}")
        if match is None:
            hint = "1—2月合并上报的，月份填2月，口径填“累计”。" if _JOINT.search(text) else ""
            return InvalidCell("E105", f"“{text[:30]}”不是月份。请写成 2024-03 这样。{hint}")
        year, month = int(match[1]), int(match[2])
    if not 1 <= month <= 12:
        return InvalidCell("E105", f"“{text[:30]}”的月份不在1—12之间。")
    if (year, month) > (context.today.year, context.today.month):
        return InvalidCell("E110", f"月份 {year}-{month:02d} 还没有到。请检查年份是否录错。")
    if year < _OLDEST_YEAR:
        return InvalidCell("E110", f"月份 {year}-{month:02d} 早于2000年。请检查年份是否录错。")
    return CellValue(year * 100 + month, isinstance(cell, str | date) and cell != f"{year}-{month:02d}")


def _year(cell: Cell, mapping: ColumnMapping, context: ParseContext) -> CellValue | InvalidCell:
    text = compact(cell_text(cell))
    match = None if isinstance(cell, date | datetime) else _YEAR.fullmatch(_DECIMALS.sub("", text))
    if match is None and (day := _serial_day(cell, text, context)):
        return _lost_format(text, f"{day.year}")
    if match is None:
        return InvalidCell("E105", f"“{text[:30]}”不是年份。请写成 2024 这样。")
    year = int(match[1])
    # A carrier may be older than the records; a target may be set for years to come.
    oldest = _OLDEST_FOUNDING_YEAR if mapping.table == CARRIERS.table else _OLDEST_YEAR
    latest = context.today.year + (_YEARS_AHEAD if mapping.table == TARGETS.table else 0)
    if not oldest <= year <= latest:
        return InvalidCell("E110", f"年份 {year} 超出范围（{oldest}—{latest}）。请检查是否录错。")
    return CellValue(year, isinstance(cell, str) and cell != str(year))


def _date(cell: Cell, mapping: ColumnMapping, context: ParseContext) -> CellValue | InvalidCell:
    text = compact(cell_text(cell))
    day = _day(cell, text)
    if day is None and (lost := _serial_day(cell, text, context)):
        return _lost_format(text, lost.isoformat())
    if day is None:
        return InvalidCell("E105", f"“{text[:30]}”不是日期。请写成 2024-03-15 这样。")
    if day > context.today and mapping.column.field != "valid_until":
        return InvalidCell("E110", f"日期 {day} 还没有到。请检查是否录错；计划中的日期请留空。")
    if day.year < (_OLDEST_FOUNDING_YEAR if mapping.column.field == "founded_on" else _OLDEST_YEAR):
        return InvalidCell("E110", f"日期 {day} 过早。请检查年份是否录错。")
    return CellValue(day, isinstance(cell, str) and cell != day.isoformat())


def _day(cell: Cell, text: str) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    match = _DAY.fullmatch(text) or _COMPACT_DAY.fullmatch(text)
    parts = [int(g) for g in match.groups()] if match else []
    if not match and (short := _YEAR_MONTH.fullmatch(text)):
        parts = [int(short[1]), int(short[2]), 1]
    try:
        return date(*parts) if parts else None
    except ValueError:
        return None


def _serial_day(cell: Cell, text: str, context: ParseContext) -> date | None:
    """Return the day of a date that lost its format, so that Excel shows its serial: 44927 is 2023-01-01."""
    if isinstance(cell, bool) or not _SERIAL.fullmatch(text) or float(text) > _LAST_SERIAL:
        return None
    return (_DAY_ZERO_1904 if context.date1904 else _DAY_ZERO) + timedelta(days=int(float(text)))


def _lost_format(text: str, meant: str) -> InvalidCell:
    return InvalidCell("E105", f"“{text}”是日期格式丢失后的序号，即 {meant}。请把该列设为日期格式，或改写成 {meant}。")


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
    Kind.MONTH: _month,
    Kind.YEAR: _year,
    Kind.DATE: _date,
}

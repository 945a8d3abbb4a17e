"""Parsing of months, years and days, as people write them and as Excel leaves them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from cockpit.contracts.sheets import CARRIERS, TARGETS
from data.loaders.cells.cell_value import CellValue, InvalidCell
from data.loaders.cells.parse_context import ParseContext
from data.loaders.cells.text import compact, drop_zero_decimals
from data.loaders.headers.headers import ColumnMapping
from data.loaders.sources.cell import Cell, cell_text

_YEAR_MONTH = re.compile(r"(\d{4})(?:年|[-/.])(\d{1,2})(?:月份?)?")
_CHINESE_MONTH = re.compile(r"([\d〇○零一二三四五六七八九]{4})年(元|[一二三四五六七八九]|十[一二]?)月份?")
_CHINESE_MONTHS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_JOINT = re.compile(r"1月?[-—~～至]0?2")
_COMPACT_MONTH = re.compile(r"(\d{4})(\d{2})")
_DAY = re.compile(r"(\d{4})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})日?(?:T?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEAR = re.compile(r"(\d{4})(?:年度?)?")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_DAY_ZERO = date(1899, 12, 30)  # of Excel's date serials after February 1900
_DAY_ZERO_1904 = date(1904, 1, 1)
_LAST_SERIAL = 73_050  # the last day of 2099
# The date zero, as programs write it: Excel, LibreOffice, MySQL.
_ZERO_DATES = re.compile(r"0|0?0:00(?::00)?|1900[-/年]0?1[-/月]0?0日?|1899-12-3[01]|0000[-/]00[-/]00(?:00:00:00)?")
_OLDEST_YEAR = 2000
_OLDEST_FOUNDING_YEAR = 1900  # founding and recognition may be older than the records
_YEARS_AHEAD = 10


def is_zero_date(cell: Cell) -> bool:
    """Return whether a cell is the date zero, which Excel shows as 1900/1/0."""
    return _ZERO_DATES.fullmatch(compact(cell_text(cell))[:30]) is not None


def parse_month(cell: Cell, mapping: ColumnMapping, context: ParseContext) -> CellValue | InvalidCell:
    """Parse a month into ``yyyymm``."""
    text = compact(cell_text(cell))
    if isinstance(cell, date | datetime):
        year, month = cell.year, cell.month
    else:
        match = _COMPACT_MONTH.fullmatch(drop_zero_decimals(text))
        if match is None and isinstance(cell, str):  # as a number, 2024.1 may be January or October
            written = _with_digits(text)
            match = _YEAR_MONTH.fullmatch(written) or _DAY.fullmatch(written)
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


def _with_digits(text: str) -> str:
    """Write the Chinese numerals of a year and a month in digits: 二〇二三年一月, 2023年元月."""
    match = _CHINESE_MONTH.fullmatch(text)
    if match is None:
        return text
    month = _CHINESE_MONTHS.index(match[2]) + 1 if match[2] in _CHINESE_MONTHS else 1
    return f"{match[1].translate(_CHINESE_DIGITS)}年{month}月"


def parse_year(cell: Cell, mapping: ColumnMapping, context: ParseContext) -> CellValue | InvalidCell:
    """Parse a year."""
    text = compact(cell_text(cell))
    match = None if isinstance(cell, date | datetime) else _YEAR.fullmatch(drop_zero_decimals(text))
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


def parse_date(cell: Cell, mapping: ColumnMapping, context: ParseContext) -> CellValue | InvalidCell:
    """Parse a day."""
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

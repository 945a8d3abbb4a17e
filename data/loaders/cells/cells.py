"""Reading cells: what people type, as values. Every reader gives a value, or says why there is none."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from cockpit.catalogue.dimensions import find_industry
from cockpit.catalogue.metrics import METRIC_BY_NAME, find_metric
from cockpit.contracts.columns import Kind
from cockpit.contracts.credit_code import fault
from cockpit.contracts.sheets import CARRIERS, TARGETS
from cockpit.district.district import District, nearest
from data.loaders.cells.cell_value import Fault, Read, unreadable
from data.loaders.cells.text import means_nothing, squeeze, tidy
from data.loaders.headers.headers import Place
from data.loaders.sources.grid import Cell, Unreadable, as_text

_YEAR_MONTH = re.compile(r"(\d{4})(?:年|[-/.])(\d{1,2})(?:月份?)?")
_JOINT = re.compile(r"1月?[-—~～至]0?2")
_COMPACT_MONTH = re.compile(r"(\d{4})(\d{2})")
_DAY = re.compile(r"(\d{4})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})日?(?:T?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEAR = re.compile(r"(\d{4})(?:年度?)?")
_YES = frozenset({"是", "√", "✓", "✔", "y", "yes", "1", "true", "有", "对"})
_NO = frozenset({"否", "×", "✗", "✘", "x", "n", "no", "0", "false", "错"})
_OLDEST_YEAR = 2000
_OLDEST_PAST = 1900  # of what may lie before the records: founding, recognition
_YEARS_AHEAD = 10


@dataclass(frozen=True, slots=True)
class Names:
    """What names are resolved against."""

    district: District
    today: date


Reader = Callable[[Cell, Place, Names], Read | Fault]


def read_cell(cell: Cell, place: Place, names: Names) -> Read | Fault:
    """The value of a cell under a column; blank and 'nothing' are ``Read(None)``."""
    if cell is None:
        return Read(None)
    if isinstance(cell, Unreadable):
        return unreadable(cell)
    if isinstance(cell, str) and means_nothing(squeeze(cell)):
        return Read(None, respelt=bool(cell.strip()))
    return _READERS[place.column.kind](cell, place, names)


def _code(cell: Cell, place: Place, names: Names) -> Read | Fault:
    if not isinstance(cell, str):
        return Fault("E106", f"“{as_text(cell)}”是按数字录入的，末几位已丢失。请把该列设为文本格式，重新录入18位代码。")
    code = squeeze(cell).upper()
    if why := fault(code):
        return Fault("E106", f"统一社会信用代码“{code[:30]}”{why}。请对照营业执照改正。")
    return Read(code, code != cell)


def _text(cell: Cell, place: Place, names: Names) -> Read | Fault:
    text = tidy(as_text(cell))
    return Read(text or None)


def _industry(cell: Cell, place: Place, names: Names) -> Read | Fault:
    text = squeeze(as_text(cell)).upper()
    digits = text[1:] if text[:1].isalpha() and text[:1].isascii() else text
    if not (digits.isascii() and digits.isdigit()) or find_industry(digits) is None:
        return Fault("E105", f"行业代码“{text[:20]}”不对。请填 GB/T 4754 的2—4位代码，如 1751。")
    return Read(digits, digits != as_text(cell))


def _town(cell: Cell, place: Place, names: Names) -> Read | Fault:
    text = squeeze(as_text(cell))
    district = names.district
    town = district.find_leaf(text)
    if town is None:
        return Fault("E107", _unknown("镇街", text, district.nearest_leaf(text), [t.name for t in district.leaves]))
    return Read(town.key, text != town.name or text != cell)


def _chain(cell: Cell, place: Place, names: Names) -> Read | Fault:
    text = squeeze(as_text(cell))
    if place.column.kind is Kind.CHAIN_OR_ALL and text in ("全部", "所有", "通用"):
        return Read("all", text != "全部")
    chain = names.district.find_chain(text)
    if chain is None:
        return Fault(
            "E107", _unknown("产业链", text, names.district.nearest_chain(text), [c.name for c in names.district.chains])
        )
    return Read(chain.key, text != chain.name or text != cell)


def _scope(cell: Cell, place: Place, names: Names) -> Read | Fault:
    text = squeeze(as_text(cell))
    whole = names.district.words.whole
    if text in ("全区", whole, names.district.name):
        return Read("district", text not in ("全区", whole))
    if town := names.district.find_area(text):
        return Read(f"town:{town.key}", text != town.name)
    if chain := names.district.find_chain(text):
        return Read(f"chain:{chain.key}", text != chain.name)
    known = [whole, *(t.name for t in names.district.towns), *(c.name for c in names.district.chains)]
    return Fault("E107", _unknown("范围", text, nearest(text, known), known))


def _metric(cell: Cell, place: Place, names: Names) -> Read | Fault:
    text = squeeze(as_text(cell))
    metric = find_metric(text)
    if metric is None:
        return Fault("E105", _unknown("指标", text, nearest(text, list(METRIC_BY_NAME)), list(METRIC_BY_NAME)))
    return Read(metric.key, text != squeeze(metric.name))


def _word(cell: Cell, place: Place, names: Names) -> Read | Fault:
    text = squeeze(as_text(cell))
    words = {squeeze(w).casefold(): w for w in place.column.words}
    word = words.get(text.casefold())
    if word is None:
        return Fault(
            place.column.unknown_code,
            _unknown(place.column.label, text, nearest(text, list(place.column.words)), list(place.column.words)),
        )
    return Read(word, word != cell)


def _flag(cell: Cell, place: Place, names: Names) -> Read | Fault:
    text = squeeze(as_text(cell)).casefold()
    if text in _YES or text in _NO:
        return Read(text in _YES, text not in ("是", "否"))
    return Fault("E105", f"“{text[:20]}”看不出是或否。请填“是”或“否”。")


def _month(cell: Cell, place: Place, names: Names) -> Read | Fault:
    text = squeeze(as_text(cell))
    if isinstance(cell, date | datetime):
        year, month = cell.year, cell.month
    else:
        match = _COMPACT_MONTH.fullmatch(text)
        if match is None and isinstance(cell, str):  # as a number, 2024.1 may be January or October
            match = _YEAR_MONTH.fullmatch(text) or _DAY.fullmatch(text)
        if match is None:
            hint = "1—2月合并上报的，月份填2月，口径填“累计”。" if _JOINT.search(text) else ""
            return Fault("E105", f"“{text[:30]}”不是月份。请写成 2024-03 这样。{hint}")
        year, month = int(match[1]), int(match[2])
    if not 1 <= month <= 12:
        return Fault("E105", f"“{text[:30]}”的月份不在1—12之间。")
    if (year, month) > (names.today.year, names.today.month):
        return Fault("E110", f"月份 {year}-{month:02d} 还没有到。请检查年份是否录错。")
    if year < _OLDEST_YEAR:
        return Fault("E110", f"月份 {year}-{month:02d} 早于2000年。请检查年份是否录错。")
    return Read(year * 100 + month, isinstance(cell, str | date) and cell != f"{year}-{month:02d}")


def _year(cell: Cell, place: Place, names: Names) -> Read | Fault:
    text = squeeze(as_text(cell))
    match = None if isinstance(cell, date | datetime) else _YEAR.fullmatch(text)
    if match is None:
        return Fault("E105", f"“{text[:30]}”不是年份。请写成 2024 这样。")
    year = int(match[1])
    # A carrier may be older than the records; a target may be set for years to come.
    oldest = _OLDEST_PAST if place.table == CARRIERS.table else _OLDEST_YEAR
    latest = names.today.year + (_YEARS_AHEAD if place.table == TARGETS.table else 0)
    if not oldest <= year <= latest:
        return Fault("E110", f"年份 {year} 超出范围（{oldest}—{latest}）。请检查是否录错。")
    return Read(year, isinstance(cell, str) and cell != str(year))


def _date(cell: Cell, place: Place, names: Names) -> Read | Fault:
    text = squeeze(as_text(cell))
    day = _day(cell, text)
    if day is None:
        return Fault("E105", f"“{text[:30]}”不是日期。请写成 2024-03-15 这样。")
    if day > names.today and place.column.field != "valid_until":
        return Fault("E110", f"日期 {day} 还没有到。请检查是否录错；计划中的日期请留空。")
    if day.year < (_OLDEST_PAST if place.column.field == "founded_on" else _OLDEST_YEAR):
        return Fault("E110", f"日期 {day} 过早。请检查年份是否录错。")
    return Read(day, isinstance(cell, str) and cell != day.isoformat())


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


def _unknown(label: str, text: str, near: str | None, known: list[str]) -> str:
    hint = f"是不是“{near}”？" if near else ""
    shown = "、".join(known[:12]) + ("……" if len(known) > 12 else "")
    return f"{label}“{text[:30]}”不在名单内。{hint}可用：{shown}。"


_READERS: dict[Kind, Reader] = {
    Kind.CODE: _code,
    Kind.TEXT: _text,
    Kind.INDUSTRY: _industry,
    Kind.TOWN: _town,
    Kind.CHAIN: _chain,
    Kind.CHAIN_OR_ALL: _chain,
    Kind.SCOPE: _scope,
    Kind.METRIC: _metric,
    Kind.WORD: _word,
    Kind.FLAG: _flag,
    Kind.MONTH: _month,
    Kind.YEAR: _year,
    Kind.DATE: _date,
}

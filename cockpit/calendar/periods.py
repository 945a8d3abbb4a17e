"""Periods: what a user writes (``2022``, ``2022-03``, ``2022-01..2022-06``, ``ttm``) and the months it means.

'Now' is the newest published month, never the clock.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from cockpit.calendar import months as m
from cockpit.errors import UsageError


class PeriodKind(StrEnum):
    """How a period was chosen; it decides label and 环比."""

    MONTH = "month"
    YTD = "ytd"
    YEAR = "year"
    TTM = "ttm"
    RANGE = "range"

    __hash__ = str.__hash__  # see ``Grouping``


PERIOD_KIND_LABELS: dict[PeriodKind, str] = {
    PeriodKind.MONTH: "当月",
    PeriodKind.YTD: "年初至今",
    PeriodKind.YEAR: "全年",
    PeriodKind.TTM: "近12个月",
    PeriodKind.RANGE: "自选",
}


@dataclass(frozen=True, slots=True)
class PeriodLink:
    """How a link writes a period of one kind: for one that ends with the newest month, and for one up to another month.

    Both are templates with the fields ``{year}`` (2022) and ``{month}`` (2022-03); the first moves on with the data.
    """

    newest: str
    other: str


#: The kinds that the period filter offers -> how a link writes them. A script of the browser fills these, and
#: ``resolve`` reads them back.
PERIOD_LINKS: Mapping[PeriodKind, PeriodLink] = {
    PeriodKind.MONTH: PeriodLink("month", "{month}"),
    PeriodKind.YTD: PeriodLink("", "{year}-01..{month}"),
    PeriodKind.YEAR: PeriodLink("{year}", "{year}"),
    PeriodKind.TTM: PeriodLink("ttm", "ttm:{month}"),
}


_MONTH = r"(\d{4})-(\d{1,2})"
_FORMS = "写法：2022（全年）、2022-03（当月）、2022-01..2022-06（起止月）、ytd（年初至今）、ttm（近12个月）"


@dataclass(frozen=True, slots=True)
class Period:
    """An unbroken run of months, both ends included."""

    kind: PeriodKind
    first: int
    last: int

    @property
    def months(self) -> tuple[int, ...]:
        """The months as yyyymm."""
        return m.span(self.first, self.last)

    @property
    def text(self) -> str:
        """The form that ``resolve`` reads back."""
        if self.kind is PeriodKind.MONTH:
            return m.iso(self.last)
        if self.kind is PeriodKind.YEAR:
            return str(m.year_of(self.last))
        if self.kind is PeriodKind.TTM:
            return f"ttm:{m.iso(self.last)}"
        return f"{m.iso(self.first)}..{m.iso(self.last)}"

    @property
    def label(self) -> str:
        """Chinese label: 2022年, 2022年3月, 2022年1—6月, 2021年7月—2022年6月."""
        return months_label(self.first, self.last, whole_year=self.kind is PeriodKind.YEAR)

    def shifted(self, by: int) -> Period:
        """Return the same run of months, ``by`` months later."""
        return Period(self.kind, m.shift(self.first, by), m.shift(self.last, by))


def months_label(first: int, last: int, *, whole_year: bool = False) -> str:
    """Format the months from ``first`` to ``last``: 2022年3月, 2022年1—6月; January to December with ``whole_year``: 2022年."""
    y1, y2, n1, n2 = m.year_of(first), m.year_of(last), m.number_of(first), m.number_of(last)
    if first == last:
        return f"{y1}年{n1}月"
    if y1 != y2:
        return f"{y1}年{n1}月—{y2}年{n2}月"
    if whole_year and (n1, n2) == (1, 12):
        return f"{y1}年"
    return f"{y1}年{n1}—{n2}月"


def resolve(text: str, first: int, newest: int, latest: int = 0) -> Period:
    """Resolve the period that ``text`` means for monthly data that run from month ``first`` to ``newest``.

    ``latest``: the month of the ledgers' newest date, where that is later. An empty text is the year to date. A year not
    yet complete, and a run of months, end with the latest month. Raises ``UsageError`` for another spelling or a period
    without data.
    """
    kind, start, end = _parse(text, newest)
    latest = max(newest, latest)
    if kind in (PeriodKind.YEAR, PeriodKind.RANGE) or (kind is PeriodKind.YTD and ".." in text):
        end = min(end, latest)
    if start > end or end > latest or end < first:
        raise UsageError(f"期间“{text}”没有数据：现有数据为{months_label(first, newest)}。")
    return Period(kind, start, end)


def is_period(text: str) -> bool:
    """Return whether ``text`` is well formed, whatever the data."""
    try:
        _parse(text, 200012)
    except UsageError:
        return False
    return True


def _parse(text: str, newest: int) -> tuple[PeriodKind, int, int]:
    form = text.strip().lower()
    anchor = newest
    if match := re.fullmatch(r"(ytd|ttm|month|year):" + _MONTH, form):
        form, anchor = match[1], _month(match[2], match[3], text)
    january = m.month(m.year_of(anchor), 1)
    if form in ("", "ytd"):
        return PeriodKind.YTD, january, anchor
    if form == "ttm":
        return PeriodKind.TTM, m.year_to(anchor)[0], anchor
    if form == "month":
        return PeriodKind.MONTH, anchor, anchor
    if form == "year":
        return PeriodKind.YEAR, january, m.month(m.year_of(anchor), 12)
    if match := re.fullmatch(r"\d{4}", form):
        return PeriodKind.YEAR, m.month(int(form), 1), m.month(int(form), 12)
    if match := re.fullmatch(_MONTH, form):
        month = _month(match[1], match[2], text)
        return PeriodKind.MONTH, month, month
    if match := re.fullmatch(_MONTH + r"\.\." + _MONTH, form):
        start, end = _month(match[1], match[2], text), _month(match[3], match[4], text)
        if start <= end:
            to_date = m.number_of(start) == 1 and m.year_of(start) == m.year_of(end)
            return (PeriodKind.YTD if to_date else PeriodKind.RANGE), start, end
    raise UsageError(f"期间“{text}”写法不对。{_FORMS}。")


def _month(year: str, number: str, text: str) -> int:
    if not 1 <= int(number) <= 12:
        raise UsageError(f"期间“{text}”里的月份不是1—12。{_FORMS}。")
    return m.month(int(year), int(number))

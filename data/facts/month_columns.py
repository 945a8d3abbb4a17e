"""A month of the facts engine as columns: one plain SELECT, read in parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from cockpit.calendar import months as m
from cockpit.cube.arrays import BoolArray, FloatArray
from cockpit.errors import DatabaseError
from data.facts import statements
from data.facts.engine import FactsClient, Rows
from data.facts.statements import MonthVersion


@dataclass(frozen=True)
class MonthColumns:
    """``values`` [column of ``cockpit.cube.firm_months.COLUMNS``, row], and each row's credit code and town."""

    codes: list[str]
    towns: list[str]
    values: FloatArray

    def codes_by_town(self, rows: BoolArray) -> list[str]:
        """Codes of these rows by town, then code: firms of a place that come together stand together."""
        return [code for _, code in sorted((self.towns[i], self.codes[i]) for i in np.flatnonzero(rows).tolist())]


def read_month(facts: FactsClient, month: int, edition: MonthVersion, long_running: bool) -> MonthColumns:
    """All rows of a month in its edition.

    Raises as ``Facts.stream``, and ``DatabaseError`` for an enterprise with two rows or one that reaches into another year.
    """
    codes: list[str] = []
    towns: list[str] = []
    parts: list[FloatArray] = []
    words: dict[Any, Any] = {}

    def take(rows: Rows) -> None:
        columns = list(zip(*rows, strict=True))
        codes.extend(columns[0])
        # The driver makes a text anew for each row; each is kept once.
        towns.extend(words.setdefault(town, town) for town in columns[1])
        parts.append(np.array([np.array(column, dtype=np.float64) for column in columns[2:]]))

    facts.stream(statements.select_month_rows(month, edition.number), month, edition, take, long_running=long_running)
    found = MonthColumns(codes, towns, np.concatenate(parts, axis=1) if parts else np.empty((len(statements.MONTH_ROWS), 0)))
    _check(month, found)
    return found


def _check(month: int, found: MonthColumns) -> None:
    span = found.values[-1]
    if not ((span >= 1) & (span <= m.number_of(month))).all():
        raise span_error(month)
    if len(set(found.codes)) < len(found.codes):
        raise DatabaseError(
            f"事实库 {m.iso(month)} 有企业出现了两行，没有采用，数据保持原样。请数据中心改正：一家企业一个月只有一行。"
        )


def span_error(month: int) -> DatabaseError:
    """The error for a row that covers no month, or months of the year before."""
    return DatabaseError(
        f"事实库 {m.iso(month)} 有一行所跨的月数不对：不足一个月，或超出了当年，没有采用，数据保持原样。"
        "请数据中心改正 span（1 为当月，2 为两个月合并）。"
    )

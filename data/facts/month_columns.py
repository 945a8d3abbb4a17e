"""One month of the facts engine as columns: a plain SELECT, read in chunks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from cockpit.calendar import months as m
from cockpit.cube.arrays import BoolArray, FloatArray
from cockpit.errors import DatabaseError
from data.facts import statements
from data.facts.client import FactsClient, ResultRows
from data.facts.statements import MonthVersion


@dataclass(frozen=True)
class MonthColumns:
    """The rows of a month: ``values`` [column of ``cockpit.cube.firm_months.COLUMNS``, row], each row's credit code and town."""

    codes: list[str]
    towns: list[str]
    values: FloatArray

    def codes_by_town(self, rows: BoolArray) -> list[str]:
        """Return the codes of these rows by town, then code: firms of a town are stored next to each other."""
        return [code for _, code in sorted((self.towns[i], self.codes[i]) for i in np.flatnonzero(rows).tolist())]


def read_month(facts: FactsClient, month: int, version: MonthVersion, long_running: bool) -> MonthColumns:
    """Read all rows of a month in its version.

    Raises as ``FactsClient.stream``; ``DatabaseError`` for an enterprise with two rows, or a row that begins in another year.
    """
    codes: list[str] = []
    towns: list[str] = []
    parts: list[FloatArray] = []
    shared_towns: dict[Any, Any] = {}

    def append(rows: ResultRows) -> None:
        fields = list(zip(*rows, strict=True))
        codes.extend(fields[0])
        # The driver creates a new string for each row; equal ones are stored once.
        towns.extend(shared_towns.setdefault(town, town) for town in fields[1])
        parts.append(np.array([np.array(column, dtype=np.float64) for column in fields[2:]]))

    facts.stream(statements.select_month_rows(month, version.number), month, version, append, long_running=long_running)
    columns = MonthColumns(codes, towns, np.concatenate(parts, axis=1) if parts else np.empty((len(statements.MONTH_COLUMNS), 0)))
    _check(month, columns)
    return columns


def _check(month: int, columns: MonthColumns) -> None:
    span = columns.values[-1]
    if not ((span >= 1) & (span <= m.number_of(month))).all():
        raise span_error(month)
    if len(set(columns.codes)) < len(columns.codes):
        raise DatabaseError(
            f"事实库 {m.iso(month)} 有企业出现了两行，没有采用，数据保持原样。请数据中心改正：一家企业一个月只有一行。"
        )


def span_error(month: int) -> DatabaseError:
    """Build the error for a row that covers no month, or months of the year before."""
    return DatabaseError(
        f"事实库 {m.iso(month)} 有一行所跨的月数不对：不足一个月，或超出了当年，没有采用，数据保持原样。"
        "请数据中心改正 span（1 为当月，2 为两个月合并）。"
    )

"""Output and tax of the newest month of a batch, beside those of the same enterprises a month and a year before."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from cockpit.calendar import months as m
from cockpit.contracts.sheets import FEN_PER_WAN
from data.database.tables import enterprise, monthly


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """Of the enterprises above scale that report both months: how many, and their sums of each, in 万元."""

    month: int
    firms: int
    output: float
    tax: float
    newest_output: float
    newest_tax: float


def compare_newest_month(connection: Connection, newest: int) -> tuple[MonthFigures, ...]:
    """Return the figures of a month, of the month before and of the same month last year; only months with rows."""
    figures = (_figures(connection, month, newest) for month in (newest, m.shift(newest, -1), m.shift(newest, -m.MONTHS_OF_YEAR)))
    return tuple(f for f in figures if f.firms)


def _figures(connection: Connection, month: int, newest: int) -> MonthFigures:
    now = monthly.alias()
    sums = [func.sum(table.c[name]) for table in (monthly, now) for name in ("output_fen", "tax_fen")]
    row = connection.execute(
        select(func.count(), *sums)
        .join_from(monthly, now, monthly.c.credit_code == now.c.credit_code)
        .join(enterprise, monthly.c.credit_code == enterprise.c.credit_code)
        .where(monthly.c.month == month, now.c.month == newest, enterprise.c.kind == "规上")
    ).one()
    return MonthFigures(month, int(row[0]), *(float(value or 0) / FEN_PER_WAN for value in row[1:]))

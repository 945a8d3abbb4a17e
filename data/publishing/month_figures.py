"""Output and tax of the newest month of a batch, beside those of the same enterprises a month and a year before."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, and_, case, func, select

from cockpit.calendar import months as m
from cockpit.contracts.sheets import FEN_PER_WAN
from data.database.tables import enterprise, monthly


@dataclass(frozen=True, slots=True)
class MonthSums:
    """Of the enterprises above scale that have a value in both months: how many, and the sums (万元) of month and newest."""

    firms: int
    value: float
    newest: float


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """A month beside the newest one."""

    month: int
    output: MonthSums
    tax: MonthSums


def compare_newest_month(connection: Connection, newest: int) -> tuple[MonthFigures, ...]:
    """Return the figures of a month, of the month before and of the same month last year."""
    months = (newest, m.shift(newest, -1), m.shift(newest, -m.MONTHS_OF_YEAR))
    return tuple(_figures(connection, month, newest) for month in months)


def _figures(connection: Connection, month: int, newest: int) -> MonthFigures:
    now = monthly.alias()
    sums = []
    for name in ("output_fen", "tax_fen"):
        both = and_(monthly.c[name].is_not(None), now.c[name].is_not(None))
        sums += [func.count(case((both, 1))), *(func.sum(case((both, table.c[name]))) for table in (monthly, now))]
    row = connection.execute(
        select(*sums)
        .join_from(monthly, now, monthly.c.credit_code == now.c.credit_code)
        .join(enterprise, monthly.c.credit_code == enterprise.c.credit_code)
        .where(monthly.c.month == month, now.c.month == newest, enterprise.c.kind == "规上")
    ).one()
    output, tax = (
        MonthSums(int(firms), *(float(total or 0) / FEN_PER_WAN for total in totals)) for firms, *totals in (row[:3], row[3:])
    )
    return MonthFigures(month, output, tax)

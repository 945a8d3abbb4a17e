"""Bulk inserts: the fastest transactional method of each database engine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Date, Table, insert
from sqlalchemy.exc import DBAPIError

#: One row as plain Python values.
RowValues = tuple[Any, ...]


def load_rows(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[RowValues]) -> None:
    """Insert rows, values in the order of ``columns``, within the connection's transaction.

    SQLite takes them through its driver, PostgreSQL by COPY, any other engine by SQLAlchemy's ``insert``.
    Raises ``SQLAlchemyError`` in each case.
    """
    values = list(rows)
    if not values:
        return
    quote = connection.dialect.identifier_preparer.quote
    target = f"{quote(table.name)} ({', '.join(quote(c) for c in columns)})"
    match connection.dialect.name:
        case "sqlite":
            dates = [i for i, name in enumerate(columns) if isinstance(table.c[name].type, Date)]
            bound = _with_bound_dates(connection, values, dates) if dates else values
            connection.exec_driver_sql(f"insert into {target} values ({', '.join('?' * len(columns))})", bound)
        case "postgresql" if connection.dialect.driver == "psycopg":
            driver: Any = connection.connection.driver_connection
            try:
                with driver.cursor() as cursor, cursor.copy(f"copy {target} from stdin") as copy:
                    for row in values:
                        copy.write_row(row)
            except connection.dialect.loaded_dbapi.Error as error:  # as SQLAlchemy raises it elsewhere
                raise DBAPIError(f"copy {target}", None, error) from error
        case _:
            connection.execute(insert(table), [dict(zip(columns, row, strict=True)) for row in values])


def _with_bound_dates(connection: Connection, rows: Sequence[RowValues], dates: Sequence[int]) -> list[RowValues]:
    """Convert the dates at these positions as SQLAlchemy stores them in SQLite, whose driver has no date type."""
    dialect = connection.dialect
    to_stored: Any = Date().dialect_impl(dialect).bind_processor(dialect)
    bound = []
    for row in rows:
        values = list(row)
        for i in dates:
            values[i] = to_stored(values[i])
        bound.append(tuple(values))
    return bound

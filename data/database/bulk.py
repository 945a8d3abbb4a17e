"""Many rows into a table by the fastest proper way of each engine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Date, Table, insert
from sqlalchemy.exc import DBAPIError

Row = tuple[Any, ...]


def load_rows(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert plain rows, values in the order of ``columns``, within the connection's transaction.

    Raises ``SQLAlchemyError`` whatever way they go.
    """
    chosen = list(rows)
    if not chosen:
        return
    quote = connection.dialect.identifier_preparer.quote
    target = f"{quote(table.name)} ({', '.join(quote(c) for c in columns)})"
    match connection.dialect.name:
        case "sqlite":
            dates = [i for i, name in enumerate(columns) if isinstance(table.c[name].type, Date)]
            plain = _without_dates(connection, chosen, dates) if dates else chosen
            connection.exec_driver_sql(f"insert into {target} values ({', '.join('?' * len(columns))})", plain)
        case "postgresql" if connection.dialect.driver == "psycopg":
            driver: Any = connection.connection.driver_connection
            try:
                with driver.cursor() as cursor, cursor.copy(f"copy {target} from stdin") as copy:
                    for row in chosen:
                        copy.write_row(row)
            except connection.dialect.loaded_dbapi.Error as error:  # as the other ways tell it
                raise DBAPIError(f"copy {target}", None, error) from error
        case _:
            connection.execute(insert(table), [dict(zip(columns, row, strict=True)) for row in chosen])


def _without_dates(connection: Connection, rows: Sequence[Row], dates: Sequence[int]) -> list[Row]:
    """The rows with these values as SQLAlchemy keeps them in SQLite, whose driver has no dates."""
    dialect = connection.dialect
    kept: Any = Date().dialect_impl(dialect).bind_processor(dialect)
    found = []
    for row in rows:
        values = list(row)
        for i in dates:
            values[i] = kept(values[i])
        found.append(tuple(values))
    return found

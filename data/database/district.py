"""The database of a district: it holds the data of that one only, and says so from the first data version on."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, insert, select

from cockpit.errors import DatabaseError
from data.database.engine import connect, open_engine, upgrade_schema
from data.database.tables import published_district

#: Execution option of engine and connections: the key of the district that they work for.
_OPTION = "district"


def open_database(url: str, district: str) -> Engine:
    """Open the database of the district with this key, its schema migrated.

    Raises ``DatabaseError`` as ``open_engine`` and ``upgrade_schema`` do, and when it holds the data of another district.
    """
    engine = open_engine(url)
    upgrade_schema(engine)
    with connect(engine) as connection:
        _check(connection.scalar(select(published_district.c.key)), district)
    return engine.execution_options(**{_OPTION: district})


def record_district(connection: Connection) -> None:
    """Store whose data these are, unless it is known. An engine that wasn't opened for a district stores nothing.

    Raises ``DatabaseError`` when another district's have been published meanwhile.
    """
    district = connection.get_execution_options().get(_OPTION)
    if district is None:
        return
    stored = connection.scalar(select(published_district.c.key))
    _check(stored, district)
    if stored is None:
        connection.execute(insert(published_district).values(key=district))


def _check(stored: str | None, district: str) -> None:
    if stored not in (None, district):
        raise DatabaseError(
            f"数据库里是区县“{stored}”的数据，不能用区县配置“{district}”打开。"
            "请检查 COCKPIT_DISTRICT，或用 COCKPIT_DATABASE_URL 另指一个数据库。"
        )

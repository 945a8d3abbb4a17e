"""Wall screens (大屏) in the database: their tokens, what each shows, and the commands of the remote."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, insert, or_, select, update

from cockpit.district.playlist import Command
from cockpit.errors import DatabaseBusyError, UsageError
from cockpit.names import wall_name
from data.database.engine import read_connection
from data.database.tables import wall
from data.database.transactions import request_turn, transaction, utc_now

#: Wall screens in the database, those without a token included.
MAX_WALLS = 200
#: When a wall was last online is recorded at most this often.
_RECORD_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class WallScreen:
    """A wall screen; times are UTC. ``command_number`` rises with each press on the remote.

    ``names_firms``: whether figures of single enterprises may be shown on it.
    ``scene``: key of the scene shown, or what is shown one level deeper (see ``cockpit.district.playlist.Command``).
    """

    name: str
    created_at: datetime
    revoked_at: datetime | None
    last_online: datetime | None
    scene: str
    has_token: bool
    command: Command | None
    command_number: int
    names_firms: bool


#: Begins the writing transaction of a change: one that also records it (``data/wall_rights.py``).
Begin = Callable[[], AbstractContextManager[Connection]]


def list_walls(engine: Engine) -> tuple[WallScreen, ...]:
    """Return all wall screens, ordered by name."""
    with read_connection(engine) as connection:
        return tuple(_wall(row) for row in connection.execute(select(wall).order_by(wall.c.name)))


def find_by_name(engine: Engine, name: str) -> WallScreen | None:
    """Return the wall screen of this name, ``None`` when there is none."""
    with read_connection(engine) as connection:
        row = connection.execute(select(wall).where(wall.c.name == name)).first()
    return None if row is None else _wall(row)


def find_by_token(engine: Engine, token: str) -> WallScreen | None:
    """Return the wall screen with this token; ``None`` when it is unknown or revoked."""
    statement = select(wall).where(wall.c.token_sha256 == hash_token(token), wall.c.revoked_at.is_(None))
    with read_connection(engine) as connection:
        row = connection.execute(statement).first()
    return None if row is None else _wall(row)


def issue_token(engine: Engine, name: str, *, names_firms: bool = False, begin: Begin | None = None) -> str:
    """Issue a new token for a wall screen, created when it is new; an earlier token of the name stops working.

    Only the hash is stored, so the returned token can't be shown again. Raises ``UsageError`` as ``cockpit.names``.
    """
    name, token = wall_name(name), secrets.token_urlsafe(32)
    values = {"token_sha256": hash_token(token), "revoked_at": None, "names_firms": names_firms}
    with (begin or partial(transaction, engine))() as connection:
        _update_or_insert(connection, name, values)
    return token


def revoke_token(engine: Engine, name: str, *, begin: Begin | None = None) -> None:
    """Revoke a wall screen's token; ``UsageError`` when there is no screen of this name."""
    _change(engine, name, {"token_sha256": None, "revoked_at": utc_now()}, begin)


def allow_firms(engine: Engine, name: str, *, names_firms: bool, begin: Begin | None = None) -> None:
    """Say whether a wall screen may show single enterprises; ``UsageError`` when there is no screen of this name."""
    _change(engine, name, {"names_firms": names_firms}, begin)


def _change(engine: Engine, name: str, values: Mapping[str, Any], begin: Begin | None) -> None:
    name = name.strip()
    with (begin or partial(transaction, engine))() as connection:
        if connection.execute(update(wall).where(wall.c.name == name).values(**values)).rowcount == 0:
            raise UsageError(f"没有名为“{name}”的大屏。")


def record_online(engine: Engine, scenes: Mapping[str, str]) -> None:
    """Record for these walls (name -> scene) that they were online just now: those that have a row, in one transaction.

    For the list of the command line only; not while another process writes, and at most every ``_RECORD_EVERY``.
    """
    before = utc_now() - _RECORD_EVERY
    with read_connection(engine) as connection:
        stale = select(wall.c.name).where(
            wall.c.name.in_(list(scenes)), or_(wall.c["seen_at"].is_(None), wall.c["seen_at"] < before)
        )
        names = list(connection.scalars(stale))
    if not names:
        return
    with suppress(DatabaseBusyError), transaction(engine, wait=False) as connection:
        for name in names:
            values = {"seen_at": utc_now(), "scene": scenes[name][:80]}
            connection.execute(update(wall).where(wall.c.name == name).values(values))


def send_command(engine: Engine, name: str, remote_command: Command, *, is_online: bool = False) -> int:
    """Store a command for a wall screen to fetch, and return its number.

    A screen without a row gets one if it ``is_online``. Raises ``UsageError`` for an unknown screen, ``DatabaseBusyError``
    as ``request_turn``.
    """
    name = wall_name(name)
    with request_turn(engine), transaction(engine) as connection:
        values = {"command": remote_command.model_dump_json(), "command_number": wall.c.command_number + 1}
        if connection.execute(update(wall).where(wall.c.name == name).values(values)).rowcount == 0:
            if not is_online:
                raise UsageError(f"没有名为“{name}”的大屏。")
            _update_or_insert(connection, name, {"command": values["command"]}, command_number=1)
        return int(connection.scalar(select(wall.c.command_number).where(wall.c.name == name)) or 0)


def _update_or_insert(connection: Connection, name: str, values: dict[str, Any], *, command_number: int = 0) -> None:
    """Change a screen's row, or insert it; ``UsageError`` where there are too many screens already."""
    if connection.execute(update(wall).where(wall.c.name == name).values(values)).rowcount:
        return
    if (connection.scalar(select(func.count()).select_from(wall)) or 0) >= MAX_WALLS:
        raise UsageError(f"已登记{MAX_WALLS}块大屏，没有再添加。请先用 wall list 查看。")
    row = values | {"name": name, "created_at": utc_now(), "command_number": command_number}
    row.setdefault("names_firms", False)
    connection.execute(insert(wall).values(row))


def hash_token(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _wall(row: Row[Any]) -> WallScreen:
    times = (row._mapping[name] for name in ("created_at", "revoked_at", "seen_at"))
    created, revoked, last = (None if time is None else time.replace(tzinfo=UTC) for time in times)
    assert created is not None
    command = Command.model_validate_json(row.command) if row.command else None
    return WallScreen(
        row.name,
        created,
        revoked,
        last,
        row.scene or "",
        row.token_sha256 is not None,
        command,
        row.command_number,
        row.names_firms,
    )

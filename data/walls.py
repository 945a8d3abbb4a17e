"""Wall screens (大屏) in the database: their tokens, what each shows, and the commands of the remote."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select, update

from cockpit.district.playlist import Command
from cockpit.errors import DatabaseBusyError, UsageError
from data.database.engine import connect
from data.database.tables import wall
from data.database.transactions import transaction, utc_now

_MAX_NAME_LENGTH = 40
_MAX_SCENE_LENGTH = 70
#: Stands behind the scene of a wall that was paused: the table has one text for what a wall shows.
_PAUSED = " paused"
#: A wall that shows the same scene is recorded as online at most this often.
_ONLINE_EVERY = timedelta(seconds=20)
#: A wall that wasn't recorded for so long is offline.
_ONLINE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class WallScreen:
    """A wall screen; times are UTC. ``command_number`` rises with each press on the remote.

    ``scene``: key of the scene shown, or what is shown one level deeper (see ``cockpit.district.playlist.Command``).
    """

    name: str
    created_at: datetime
    revoked_at: datetime | None
    last_online: datetime | None
    scene: str
    is_paused: bool
    has_token: bool
    command: Command | None
    command_number: int

    def is_online(self) -> bool:
        """Return whether it was online within ``_ONLINE``, by the clock that recorded it."""
        return self.last_online is not None and datetime.now(UTC) - self.last_online < _ONLINE


def list_walls(engine: Engine) -> tuple[WallScreen, ...]:
    """Return all wall screens, ordered by name."""
    with connect(engine) as connection:
        return tuple(_wall(row) for row in connection.execute(select(wall).order_by(wall.c.name)))


def find_by_name(engine: Engine, name: str) -> WallScreen | None:
    """Return the wall screen of this name, ``None`` when there is none."""
    with connect(engine) as connection:
        row = connection.execute(select(wall).where(wall.c.name == name)).first()
    return None if row is None else _wall(row)


def find_by_token(engine: Engine, token: str) -> WallScreen | None:
    """Return the wall screen with this token; ``None`` when it is unknown or revoked."""
    statement = select(wall).where(wall.c.token_sha256 == _hash(token), wall.c.revoked_at.is_(None))
    with connect(engine) as connection:
        row = connection.execute(statement).first()
    return None if row is None else _wall(row)


def issue_token(engine: Engine, name: str) -> str:
    """Issue a new token for a wall screen, created when it is new; an earlier token of the name stops working.

    Only the hash is stored, so the returned token can't be shown again. Raises ``UsageError`` for an empty or too long name.
    """
    name, token = _checked_name(name), secrets.token_urlsafe(32)
    values = {"token_sha256": _hash(token), "revoked_at": None}
    with transaction(engine) as connection:
        _update_or_insert(connection, name, values)
    return token


def revoke_token(engine: Engine, name: str) -> None:
    """Revoke a wall screen's token; ``UsageError`` when there is no screen of this name."""
    name = name.strip()
    with transaction(engine) as connection:
        result = connection.execute(update(wall).where(wall.c.name == name).values(token_sha256=None, revoked_at=utc_now()))
        if result.rowcount == 0:
            raise UsageError(f"没有名为“{name}”的大屏。")


def mark_online(engine: Engine, name: str, scene: str, *, is_paused: bool = False) -> WallScreen:
    """Record that a wall screen is online and what it shows; at most every ``_ONLINE_EVERY`` unless that changed.

    Not while another process writes: the wall asks each second, and the next time will do. Raises ``UsageError`` for an
    empty or too long name.
    """
    name = _checked_name(name)
    known = find_by_name(engine, name)
    now = utc_now()
    if (
        known is not None
        and (known.scene, known.is_paused) == (scene, is_paused)
        and known.last_online
        and now - known.last_online.replace(tzinfo=None) < _ONLINE_EVERY
    ):
        return known
    try:
        with transaction(engine, wait=False) as connection:
            _update_or_insert(
                connection, name, {"seen_at": now, "scene": f"{scene[:_MAX_SCENE_LENGTH]}{_PAUSED if is_paused else ''}"}
            )
            return _wall(connection.execute(select(wall).where(wall.c.name == name)).one())
    except DatabaseBusyError:
        return known or WallScreen(name, now.replace(tzinfo=UTC), None, None, scene, is_paused, False, None, 0)


def send_command(engine: Engine, name: str, remote_command: Command) -> int:
    """Store a command for a wall screen to fetch, and return its number. ``UsageError`` for an unknown screen."""
    name = name.strip()
    with transaction(engine) as connection:
        values = {"command": remote_command.model_dump_json(), "command_number": wall.c.command_number + 1}
        if connection.execute(update(wall).where(wall.c.name == name).values(values)).rowcount == 0:
            raise UsageError(f"没有名为“{name}”的大屏。")
        return int(connection.scalar(select(wall.c.command_number).where(wall.c.name == name)) or 0)


def _checked_name(name: str) -> str:
    """Return the name without spaces around it; ``UsageError`` for an empty or too long one."""
    name = name.strip()
    if not 0 < len(name) <= _MAX_NAME_LENGTH:
        raise UsageError(f"请给大屏取一个名称（{_MAX_NAME_LENGTH}字以内）。")
    return name


def _update_or_insert(connection: Connection, name: str, values: dict[str, Any]) -> None:
    if connection.execute(update(wall).where(wall.c.name == name).values(values)).rowcount == 0:
        connection.execute(insert(wall).values(values | {"name": name, "created_at": utc_now(), "command_number": 0}))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _wall(row: Row[Any]) -> WallScreen:
    times = (row._mapping[name] for name in ("created_at", "revoked_at", "seen_at"))
    created, revoked, last = (None if time is None else time.replace(tzinfo=UTC) for time in times)
    assert created is not None
    command = Command.model_validate_json(row.command) if row.command else None
    shown = row.scene or ""
    scene, has_token = shown.removesuffix(_PAUSED), row.token_sha256 is not None
    return WallScreen(row.name, created, revoked, last, scene, scene != shown, has_token, command, row.command_number)

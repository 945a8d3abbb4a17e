"""Wall screens in the database: seen, commanded, given a token, revoked."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Row, insert, select, update

from cockpit.district.playlist import Command
from cockpit.errors import UsageError
from data.database.engine import connect
from data.database.tables import wall
from data.database.transactions import transaction

_LONGEST_NAME = 40
#: How often a wall's being alive is written down.
_SEEN_EVERY = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Wall:
    """A wall screen; moments are UTC. ``command_number`` rises with each press on the remote."""

    name: str
    created_at: datetime
    revoked_at: datetime | None
    seen_at: datetime | None
    scene: str
    has_token: bool
    command: Command | None
    command_number: int


def walls(engine: Engine) -> tuple[Wall, ...]:
    """All walls by name."""
    with connect(engine) as connection:
        return tuple(_wall(row) for row in connection.execute(select(wall).order_by(wall.c.name)))


def named(engine: Engine, name: str) -> Wall | None:
    """A wall by its name."""
    with connect(engine) as connection:
        row = connection.execute(select(wall).where(wall.c.name == name)).first()
    return None if row is None else _wall(row)


def of_token(engine: Engine, token: str) -> Wall | None:
    """The wall that holds the token; ``None`` for an unknown or a revoked one."""
    wanted = select(wall).where(wall.c.token_sha256 == _hash(token), wall.c.revoked_at.is_(None))
    with connect(engine) as connection:
        row = connection.execute(wanted).first()
    return None if row is None else _wall(row)


def add(engine: Engine, name: str) -> str:
    """A new token for a wall of this name, told once; an earlier one of the name stops working."""
    token = secrets.token_urlsafe(32)
    values = {"token_sha256": _hash(token), "revoked_at": None}
    with transaction(engine) as connection:
        if connection.execute(update(wall).where(wall.c.name == _valid(name)).values(values)).rowcount == 0:
            connection.execute(insert(wall).values(values | _new(name)))
    return token


def revoke(engine: Engine, name: str) -> None:
    """End a wall's access; ``UsageError`` when there is none of this name."""
    with transaction(engine) as connection:
        done = connection.execute(update(wall).where(wall.c.name == name).values(token_sha256=None, revoked_at=_now()))
        if done.rowcount == 0:
            raise UsageError(f"没有名为“{name}”的大屏。")


def seen(engine: Engine, name: str, scene: str) -> Wall:
    """Note that a wall is alive and what it shows, at most every ``_SEEN_EVERY`` unless the scene changed."""
    held = named(engine, _valid(name))
    now = _now()
    if held is not None and held.scene == scene and held.seen_at and now - held.seen_at.replace(tzinfo=None) < _SEEN_EVERY:
        return held
    with transaction(engine) as connection:
        values = {"seen_at": now, "scene": scene[:80]}
        if connection.execute(update(wall).where(wall.c.name == name).values(values)).rowcount == 0:
            connection.execute(insert(wall).values(values | _new(name)))
        return _wall(connection.execute(select(wall).where(wall.c.name == name)).one())


def command(engine: Engine, name: str, wanted: Command) -> int:
    """Give a wall a command; its number. ``UsageError`` for an unknown wall."""
    with transaction(engine) as connection:
        values = {"command": wanted.model_dump_json(), "command_number": wall.c.command_number + 1}
        if connection.execute(update(wall).where(wall.c.name == name).values(values)).rowcount == 0:
            raise UsageError(f"没有名为“{name}”的大屏。")
        return int(connection.scalar(select(wall.c.command_number).where(wall.c.name == name)) or 0)


def _valid(name: str) -> str:
    if not 0 < len(name.strip()) <= _LONGEST_NAME:
        raise UsageError(f"请给大屏取一个名称（{_LONGEST_NAME}字以内）。")
    return name


def _new(name: str) -> dict[str, Any]:
    return {"name": name, "created_at": _now(), "command_number": 0}


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _wall(row: Row[Any]) -> Wall:
    given = Command.model_validate_json(row.command) if row.command else None
    moments = (None if t is None else t.replace(tzinfo=UTC) for t in (row.created_at, row.revoked_at, row.seen_at))
    created, revoked, last = moments
    assert created is not None
    return Wall(row.name, created, revoked, last, row.scene or "", row.token_sha256 is not None, given, row.command_number)

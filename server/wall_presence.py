"""Which walls are online and what they show, in memory that the workers share: a heartbeat writes nothing to the database."""

from __future__ import annotations

import json
import mmap
import time
import zlib
from dataclasses import astuple, dataclass

#: Walls that can be online at once, and the bytes of each. A name or scene that doesn't fit is refused or cut before.
_SLOTS, _SLOT_BYTES = 128, 1024
_HEAD_BYTES = 8
#: A wall that wasn't heard for so long is offline; they ask each second.
ONLINE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class OnlineWall:
    """A wall that was heard at ``last_online`` (seconds since 1970).

    ``is_registered``: it has a row in the database. ``is_paused``: it stays with its scene until the remote says otherwise.
    ``token_sha256``: hash of the token that it came with; '' = none.
    """

    name: str
    scene: str
    last_online: float
    is_registered: bool
    is_paused: bool
    token_sha256: str = ""


class WallPresence:
    """The walls that were heard lately. Create it before the workers fork: they then share it.

    No lock: a worker that dies in the middle must not stop the others. A slot is written as a whole with its checksum; one that
    is read half-written counts as empty, and is written again a second later.
    """

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _SLOTS * _SLOT_BYTES)

    def mark(self, name: str, scene: str, *, is_registered: bool, is_paused: bool = False, token_sha256: str = "") -> None:
        """Note that a wall is online. Where all slots are taken, a registered wall takes the one that was heard least lately."""
        now = time.time()
        free, oldest = None, (now, -1)
        for slot in range(_SLOTS):
            wall = self._read(slot)
            if wall is not None and wall.name == name:
                free = slot
                break
            if wall is None or now - wall.last_online > ONLINE_SECONDS:
                free = slot if free is None else free
            elif not wall.is_registered:
                oldest = min(oldest, (wall.last_online, slot))
        if free is None and is_registered and oldest[1] >= 0:
            free = oldest[1]
        if free is not None:
            self._write(free, OnlineWall(name, scene, now, is_registered, is_paused, token_sha256))

    def online(self) -> dict[str, OnlineWall]:
        """Return the walls that are online, by name."""
        since = time.time() - ONLINE_SECONDS
        walls = (self._read(slot) for slot in range(_SLOTS))
        return {wall.name: wall for wall in walls if wall is not None and wall.last_online > since}

    def name_of(self, token_sha256: str) -> str | None:
        """Return the name of the wall that is online with this token, whichever worker admitted it."""
        return next((w.name for w in self.online().values() if w.token_sha256 and w.token_sha256 == token_sha256), None)

    def _read(self, slot: int) -> OnlineWall | None:
        content = self._memory[slot * _SLOT_BYTES : (slot + 1) * _SLOT_BYTES]
        length, checksum = int.from_bytes(content[:4], "little"), int.from_bytes(content[4:_HEAD_BYTES], "little")
        text = content[_HEAD_BYTES : _HEAD_BYTES + length]
        if not length or zlib.crc32(text) != checksum:
            return None
        return OnlineWall(*json.loads(text))

    def _write(self, slot: int, wall: OnlineWall) -> None:
        text = json.dumps(astuple(wall), ensure_ascii=False).encode()
        head = len(text).to_bytes(4, "little") + zlib.crc32(text).to_bytes(4, "little")
        start = slot * _SLOT_BYTES
        self._memory[start : start + _HEAD_BYTES + len(text)] = head + text

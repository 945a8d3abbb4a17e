"""The places of the enterprises in the files of columns: a list of credit codes that only ever grows at its end."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from cockpit.cube.arrays import IntArray

_ID_BYTES = 8


@dataclass(frozen=True)
class FirmListSnapshot:
    """The list as it was once: its ``generation`` (a list that was lost begins anew under another) and the codes in order."""

    generation: str
    codes: npt.NDArray[np.bytes_]

    def __len__(self) -> int:
        return len(self.codes)


class CreditCodeIndex:
    """Where codes stand in the list, for question after question: what the list has grown by is learnt, never all of it anew."""

    def __init__(self) -> None:
        self._generation = ""
        self._place: dict[str, int] = {}

    def positions(self, listed: FirmListSnapshot, codes: Sequence[str]) -> IntArray:
        """The place of each code; -1 = not in the list."""
        if listed.generation != self._generation or len(listed) < len(self._place):
            self._generation, self._place = listed.generation, {}
        for at, code in enumerate(listed.codes[len(self._place) :].tolist(), len(self._place)):
            self._place[code.decode()] = at
        return np.fromiter(map(self._place.get, codes, repeat(-1)), dtype=np.int64, count=len(codes))


class FirmList:
    """The file of the list: a line with the generation, then a line a code. Only whoever holds the lock may write."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: tuple[Any, FirmListSnapshot | None] = (None, None)

    def read(self) -> FirmListSnapshot | None:
        """The list as it is now; ``None`` when there is none. What was cut off in writing was never there."""
        try:
            told = self._path.stat()
            key = (told.st_ino, told.st_size, told.st_mtime_ns)
            if self._read[0] != key:
                self._read = (key, _parsed(self._path.read_bytes()))
        except OSError:
            # Not there, or not to be read: whoever then tries to write it tells what is wrong.
            self._read = (None, None)
        return self._read[1]

    def create(self) -> FirmListSnapshot:
        """Start an empty list of a new generation in place of whatever there is."""
        fresh = self._path.with_suffix(".new")
        fresh.write_text(f"{secrets.token_hex(_ID_BYTES)}\n", encoding="ascii")
        os.replace(fresh, self._path)
        begun = self.read()
        assert begun is not None
        return begun

    def append(self, codes: Sequence[str]) -> FirmListSnapshot:
        """Add codes that are not there yet; they are on the disk when this returns."""
        with self._path.open("r+b") as file:
            file.seek(_whole(file.read()))
            file.truncate()
            file.write("".join(f"{code}\n" for code in codes).encode())
            file.flush()
            os.fsync(file.fileno())
        found = self.read()
        assert found is not None
        return found


def _whole(text: bytes) -> int:
    """How much of the file are whole lines."""
    return text.rfind(b"\n") + 1


def _parsed(text: bytes) -> FirmListSnapshot | None:
    generation, *codes = text[: _whole(text)].split(b"\n")[:-1] or [b""]
    if len(generation) != 2 * _ID_BYTES or len(set(codes)) < len(codes):
        return None  # a code at two places has none
    return FirmListSnapshot(generation.decode(), np.array(codes, dtype=np.bytes_))

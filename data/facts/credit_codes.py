"""The positions of the enterprises in the column files: a list of credit codes that is only ever appended to."""

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
class CreditCodeListSnapshot:
    """The list at one time: the codes in order, and its ``generation``, which changes when a lost list is started again."""

    generation: str
    codes: npt.NDArray[np.bytes_]

    def __len__(self) -> int:
        return len(self.codes)


class CreditCodeIndex:
    """Positions by credit code; it follows a growing list by reading only what was appended."""

    def __init__(self) -> None:
        self._generation = ""
        self._positions: dict[str, int] = {}

    def positions(self, code_list: CreditCodeListSnapshot, codes: Sequence[str]) -> IntArray:
        """Return the position of each code; -1 = not in the list."""
        if code_list.generation != self._generation or len(code_list) < len(self._positions):
            self._generation, self._positions = code_list.generation, {}
        for position, code in enumerate(code_list.codes[len(self._positions) :].tolist(), len(self._positions)):
            self._positions[code.decode()] = position
        return np.fromiter(map(self._positions.get, codes, repeat(-1)), dtype=np.int64, count=len(codes))


class CreditCodeList:
    """The file of the list: a line with the generation, then a line for each code. Writers must hold the folder's lock."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._last_read: tuple[Any, CreditCodeListSnapshot | None] = (None, None)

    def read(self) -> CreditCodeListSnapshot | None:
        """Read the list; ``None`` when there is none. An incomplete last line, of an interrupted write, doesn't count."""
        try:
            stat = self._path.stat()
            key = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
            if self._last_read[0] != key:
                self._last_read = (key, _parse(self._path.read_bytes()))
        except OSError:
            # Missing or unreadable: the write that follows reports what is wrong.
            self._last_read = (None, None)
        return self._last_read[1]

    def create(self) -> CreditCodeListSnapshot:
        """Replace the list by an empty one of a new generation."""
        fresh = self._path.with_suffix(".new")
        fresh.write_text(f"{secrets.token_hex(_ID_BYTES)}\n", encoding="ascii")
        os.replace(fresh, self._path)
        created = self.read()
        assert created is not None
        return created

    def append(self, codes: Sequence[str]) -> CreditCodeListSnapshot:
        """Append codes that are not in the list yet; they are on the disk when this returns."""
        with self._path.open("r+b") as file:
            file.seek(_complete_length(file.read()))
            file.truncate()
            file.write("".join(f"{code}\n" for code in codes).encode())
            file.flush()
            os.fsync(file.fileno())
        extended = self.read()
        assert extended is not None
        return extended


def _complete_length(text: bytes) -> int:
    """Return the length of the complete lines in bytes."""
    return text.rfind(b"\n") + 1


def _parse(text: bytes) -> CreditCodeListSnapshot | None:
    """Parse the file; ``None`` for one without a valid generation, or with a code twice: its position would be ambiguous."""
    generation, *codes = text[: _complete_length(text)].split(b"\n")[:-1] or [b""]
    if len(generation) != 2 * _ID_BYTES or len(set(codes)) < len(codes):
        return None
    return CreditCodeListSnapshot(generation.decode(), np.array(codes, dtype=np.bytes_))

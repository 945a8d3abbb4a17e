"""The places of the enterprises in the files of columns: a list of credit codes that only ever grows at its end."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cockpit.arrays import IntArray

_ID_BYTES = 8


@dataclass(frozen=True)
class Listed:
    """The list as it was once: its ``generation`` (a list that was lost begins anew under another) and the codes in order."""

    generation: str
    codes: npt.NDArray[np.bytes_]

    def __len__(self) -> int:
        return len(self.codes)

    def places(self, codes: Sequence[str]) -> IntArray:
        """The place of each code; -1 = not in the list."""
        # By hashing: sorting hundreds of thousands of codes for each month would cost more a row, the more there are.
        found: IntArray = pd.Index(self.codes.tolist(), dtype=object).get_indexer([code.encode() for code in codes])
        return found.astype(np.int64)


class FirmList:
    """The file of the list: a line with the generation, then a line a code. Only whoever holds the lock may write."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: tuple[Any, Listed | None] = (None, None)

    def read(self) -> Listed | None:
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

    def begin(self) -> Listed:
        """Start an empty list of a new generation in place of whatever there is."""
        fresh = self._path.with_suffix(".new")
        fresh.write_text(f"{secrets.token_hex(_ID_BYTES)}\n", encoding="ascii")
        os.replace(fresh, self._path)
        begun = self.read()
        assert begun is not None
        return begun

    def append(self, codes: Sequence[str]) -> Listed:
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


def _parsed(text: bytes) -> Listed | None:
    generation, *codes = text[: _whole(text)].split(b"\n")[:-1] or [b""]
    if len(generation) != 2 * _ID_BYTES or len(set(codes)) < len(codes):
        return None  # a code at two places has none
    return Listed(generation.decode(), np.array(codes, dtype=np.bytes_))

"""Files as grids of raw cells: the parent of the process that reads them (``data.sandbox.source_reader``)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from cockpit.contracts.sheets import SHEETS
from data.loaders.cells.text import truncate
from data.loaders.sources.cell_json import decode_cells
from data.loaders.sources.grid import Grid
from data.loaders.sources.limits import Limits
from data.loaders.sources.refusals import refusal_text
from data.loaders.sources.temporary_database import TemporaryDatabase
from data.loaders.sources.unreadable import UnreadableSource

_ROOT = Path(__file__).resolve().parents[3]
# -I: nothing of the environment or the working folder gets a say in what is imported.
_START = "import sys; sys.path.insert(0, sys.argv[1]); from data.sandbox.source_reader import main; main()"


@dataclass(slots=True)
class SourceSheets:
    """Sheets of a source: ``grids`` of those of the specification, each at most once.

    ``repeated``: title of the specification -> the other sheets that mean it; ``unknown``: titles and names of what means none.
    """

    grids: list[Grid] = field(default_factory=list)
    repeated: dict[str, list[str]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)


def read_sheets(path: Path, limits: Limits, database: TemporaryDatabase) -> SourceSheets:
    """Read a workbook, a CSV file, or a folder or .zip of both in a process of its own; raises ``UnreadableSource``."""
    request = {"titles": [s.title for s in SHEETS], "limits": asdict(limits), "parent": os.getpid()}
    command = [sys.executable, "-I", "-c", _START, str(_ROOT), str(path.resolve()), json.dumps(request)]
    with _running(command, limits) as lines:
        sheets = _collect(lines, limits, database)
    if not (sheets.grids or sheets.unknown):
        raise UnreadableSource(refusal_text("died", limits))
    return sheets


@contextmanager
def _running(command: list[str], limits: Limits) -> Iterator[IO[bytes]]:
    """Run the reader and yield its output; raises ``UnreadableSource`` when it takes too long or dies."""
    timed_out = threading.Event()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as reader:

        def stop() -> None:
            timed_out.set()
            reader.kill()

        timer = threading.Timer(limits.seconds, stop)
        timer.daemon = True
        timer.start()
        try:
            assert reader.stdout is not None
            yield reader.stdout
            reader.wait()
        except BaseException:
            reader.kill()  # or leaving the block would wait for it
            raise
        finally:
            timer.cancel()
    if timed_out.is_set():
        raise UnreadableSource(refusal_text("time", limits))
    if reader.returncode != 0:
        raise UnreadableSource(refusal_text("died", limits))


def _collect(lines: Iterable[bytes], limits: Limits, database: TemporaryDatabase) -> SourceSheets:
    """Collect the reader's output, one JSON message a line; a line cut short by its death is skipped.

    Raises ``UnreadableSource`` for a refusal, and for any message that the reader can't have meant.
    """
    sheets = SourceSheets()
    for line in lines:
        if not line.endswith(b"\n"):
            continue
        try:
            message = decode_cells(line)
        except ValueError as error:
            raise UnreadableSource(refusal_text("died", limits)) from error
        match message:
            case {"refused": str(reason), "detail": str(detail), "file": str(file)}:
                raise UnreadableSource(refusal_text(reason, limits, detail, file))
            case {"row": int(first), "columns": list(columns)} if sheets.grids:
                sheets.grids[-1].add(first, columns)
            case {"sheet": str(sheet), "title": str(title), "file": str(file), "columns": []}:
                sheets.grids.append(Grid(database, title, sheet, file, date1904="date1904" in message))
            case {"sheet": str(sheet), "title": str(title), "file": str(file), "columns": None}:
                sheets.repeated.setdefault(sheet, []).append(sheet_name(title, file))
            case {"sheet": None, "title": str(title), "file": str(file), "columns": None}:
                sheets.unknown.append(sheet_name(title, file))
            case _:
                raise UnreadableSource(refusal_text("died", limits))
    return sheets


def sheet_name(title: str, file: str) -> str:
    """Return a sheet's title, with the name of its file where the source has several."""
    return truncate(title if file.rpartition(".")[0] in ("", title) else f"{title}（{file}）")

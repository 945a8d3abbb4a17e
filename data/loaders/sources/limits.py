"""Limits of a source: enough for a province's year, too little to harm the machine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits while reading one source; a source beyond any of them is refused (E101)."""

    file_bytes: int = 100 * 2**20
    inflated_bytes: int = 1000 * 2**20  # as an archive states: its reader gives no more
    in_memory_bytes: int = 64 * 2**20  # of these, the parts that are loaded as a whole: styles and shared texts
    archive_members: int = 10_000
    rows: int = 500_000  # of a sheet: the filled ones of a workbook, all of a table as text
    columns: int = 1_000
    cells: int = 16_000_000  # last row x last column of what is read at a time
    text_characters: int = 32 * 2**20  # of all texts together, each as often as a cell repeats it
    seconds: float = 300.0  # wall clock of the reading process, which may wait for a busy machine
    query_seconds: float = 60.0  # of a bureau's database
    cpu_seconds: int = 60  # what it may compute
    memory_bytes: int = 640 * 2**20  # address space of the reading process

"""A parsed and checked batch: what a loader returns for publishing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from cockpit.contracts.finding_codes import Severity
from cockpit.contracts.findings import Finding


@dataclass(frozen=True, slots=True)
class BatchSource:
    """Where a batch comes from: a file (or query mapping), its SHA-256, and its size in bytes."""

    name: str
    sha256: str
    size: int


class SheetRows(Protocol):
    """Checked rows of a sheet, wherever they are stored.

    A frame of them has the sheet's fields (typed by ``contracts.columns.Kind``; missing cells are NA; money is nullable
    ``Int64``, dates ``datetime64[s]``, months and years ``int64``, or ``Int64`` where a cell may be missing),
    ``source_row`` (int, the row as Excel numbers it) and, for ``monthly``, ``span`` (int, months that the row covers,
    ending with ``month``).
    """

    def parts(self) -> Iterator[pd.DataFrame]:
        """Iterate over the rows once, some thousand at a time; at least one frame."""
        ...

    def whole(self) -> pd.DataFrame:
        """Return all rows in the order of the source."""
        ...


@dataclass(frozen=True, slots=True)
class Batch:
    """Checked rows, by table name of ``contracts.sheets.SHEET_BY_TABLE``, without those that have an error finding.

    ``fields`` names, per table, the fields that the source had a column for: a field it lacked keeps its published value.
    ``findings`` may be many: iterate over them rather than collecting them.
    """

    source: BatchSource
    rows: Mapping[str, SheetRows]
    fields: Mapping[str, frozenset[str]]
    sheet_names: Mapping[str, str]
    findings: Sequence[Finding]

    @property
    def frames(self) -> Mapping[str, pd.DataFrame]:
        """All rows of every sheet at once: for a look at a small batch."""
        return {table: rows.whole() for table, rows in self.rows.items()}

    def number_of(self, severity: Severity) -> int:
        """Count the findings of this severity."""
        return sum(f.number for f in self.findings if f.severity is severity)

"""A parsed and checked batch: what a loader hands to publishing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from cockpit.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class Source:
    """Where a batch comes from: a file (or query mapping), its SHA-256, and its size in bytes."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Checked rows, by table name of ``contracts.SHEET_BY_TABLE``.

    Each frame has the sheet's fields (typed by ``contracts.Kind``; missing cells are NA; money is nullable
    ``Int64``, dates ``datetime64[s]``, months and years ``int64``, or ``Int64`` where a cell may be missing),
    ``source_row`` (int, the row as Excel numbers it) and, for ``monthly``, ``span`` (int, months that the row covers,
    ending with ``month``). Rows with an error finding are left out. ``fields`` names, per table, the
    fields that the source had a column for: a field it lacked keeps its published value.
    """

    source: Source
    frames: Mapping[str, pd.DataFrame]
    fields: Mapping[str, frozenset[str]]
    sheet_names: Mapping[str, str]
    findings: tuple[Finding, ...]

    def having(self, severity: Severity) -> tuple[Finding, ...]:
        """The findings of one severity, in their order."""
        return tuple(f for f in self.findings if f.severity is severity)

"""Parsed rows of one sheet, and the findings about them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from cockpit.contracts.columns import Sheet
from cockpit.contracts.findings import Finding
from data.loaders.finding_tally import FindingKind, FindingTally
from data.loaders.headers.headers import ColumnMapping
from data.loaders.sources.cell import BoolArray, CellArray, display_text, not_blank


@dataclass(slots=True)
class ParsedRows:
    """Some rows of a sheet by column: ``values[field][i]`` belongs to row ``row_numbers[i]`` (from 1) of the source.

    ``values``: parsed cells, ``None`` = missing or invalid; ``mappings``: the fields that the source has a column for;
    ``raw``: their cells before parsing, ``None`` for rows loaded from the batch store; ``invalid``: masks of cells that
    hold something unusable; ``sign_violations``: masks of values with a finding about their sign, so that no other check
    reports them again; ``has_error``: mask of the rows with an error.
    """

    sheet: Sheet
    mappings: dict[str, ColumnMapping]
    row_numbers: npt.NDArray[np.int64]
    raw: dict[str, CellArray] | None
    values: dict[str, CellArray] = field(default_factory=dict)
    invalid: dict[str, BoolArray] = field(default_factory=dict)
    sign_violations: dict[str, BoolArray] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    #: Counts the findings of the whole source.
    tally: FindingTally = field(default_factory=FindingTally)
    #: Findings without the text of their cell, with the index of its column.
    findings_without_value: list[tuple[Finding, int]] = field(default_factory=list)
    has_error: BoolArray = field(init=False)

    def __post_init__(self) -> None:
        self.has_error = np.zeros(len(self.row_numbers), dtype=bool)
        for name in self.sheet.fields:
            self.values.setdefault(name, np.full(len(self.row_numbers), None, dtype=object))
            self.invalid[name] = np.zeros(len(self.row_numbers), dtype=bool)
            self.sign_violations[name] = np.zeros(len(self.row_numbers), dtype=bool)

    def report(self, code: str, index: int, name: str, message: str) -> None:
        """Add a finding about the cell of row ``index`` and a field; an error marks the row."""
        mapping = self.mappings[name]
        if code[0] == "E":
            self.has_error[index] = True
        if self.tally.skip(FindingKind(code, self.sheet.title, mapping.display_name, mapping.letter)):
            return
        number, value = int(self.row_numbers[index]), None if self.raw is None else display_text(self.raw[name][index])
        finding = Finding(code, self.sheet.title, number, mapping.display_name, mapping.letter, value, message)
        if self.raw is None:
            self.findings_without_value.append((finding, mapping.index))
        else:
            self.findings.append(finding)

    def known(self, name: str) -> BoolArray:
        """Return a mask of the rows that have a value in the field."""
        return not_blank(self.values[name])

    def numbers(self, name: str) -> npt.NDArray[np.float64]:
        """Return a numeric field as float64, NaN where it has no value."""
        return self.values[name].astype(np.float64)

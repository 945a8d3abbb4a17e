"""Some rows of one sheet as values, and the findings about them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from cockpit.contracts.columns import Sheet
from cockpit.contracts.findings import Finding
from data.loaders.headers.headers import ColumnMapping
from data.loaders.sources.grid import Cells, Mask, display_text, not_blank


@dataclass(slots=True)
class ParsedRows:
    """``values[field][i]`` is row ``number[i]`` of the source (``None`` = missing or unreadable).

    ``places`` has the columns that the source has, ``raw`` their cells as they stand there (``None`` for rows taken
    out of the store again); ``bad[field]`` marks cells that hold something unusable, ``denied[field]`` figures that
    are reported for what they are (negative, say), so that no check that compares them speaks again; ``faulty``
    rows with an error.
    """

    sheet: Sheet
    mappings: dict[str, ColumnMapping]
    row_numbers: npt.NDArray[np.int64]
    raw: dict[str, Cells] | None
    values: dict[str, Cells] = field(default_factory=dict)
    invalid: dict[str, Mask] = field(default_factory=dict)
    sign_violations: dict[str, Mask] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    #: Findings that still lack the cell's text, with the index of its column.
    findings_without_value: list[tuple[Finding, int]] = field(default_factory=list)
    has_error: Mask = field(init=False)

    def __post_init__(self) -> None:
        self.has_error = np.zeros(len(self.row_numbers), dtype=bool)
        for name in self.sheet.fields:
            self.values.setdefault(name, np.full(len(self.row_numbers), None, dtype=object))
            self.invalid[name] = np.zeros(len(self.row_numbers), dtype=bool)
            self.sign_violations[name] = np.zeros(len(self.row_numbers), dtype=bool)

    def report(self, code: str, at: int, column: str, message: str) -> None:
        """A finding about a cell of row index ``at``; an error marks the row."""
        mapping = self.mappings[column]
        told = None if self.raw is None else display_text(self.raw[column][at])
        finding = Finding(code, self.sheet.title, int(self.row_numbers[at]), mapping.display_name, mapping.letter, told, message)
        if self.raw is None:
            self.findings_without_value.append((finding, mapping.index))
        else:
            self.findings.append(finding)
        if code[0] == "E":
            self.has_error[at] = True

    def known(self, name: str) -> Mask:
        """Which rows have a value in the field."""
        return not_blank(self.values[name])

    def numbers(self, name: str) -> npt.NDArray[np.float64]:
        """A numeric field as float64, NaN where there is none."""
        return self.values[name].astype(np.float64)

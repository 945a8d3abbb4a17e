"""Some rows of one sheet as values, and the findings about them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from cockpit.contracts.columns import Sheet
from cockpit.contracts.findings import Finding
from data.loaders.headers.headers import Place
from data.loaders.sources.grid import Cells, Mask, filled, shown


@dataclass(slots=True)
class Rows:
    """``values[field][i]`` is row ``number[i]`` of the source (``None`` = missing or unreadable).

    ``places`` has the columns that the source has, ``raw`` their cells as they stand there (``None`` for rows taken
    out of the store again); ``bad[field]`` marks cells that hold something unusable, ``denied[field]`` figures that
    are reported for what they are (negative, say), so that no check that compares them speaks again; ``faulty``
    rows with an error.
    """

    sheet: Sheet
    places: dict[str, Place]
    number: npt.NDArray[np.int64]
    raw: dict[str, Cells] | None
    values: dict[str, Cells] = field(default_factory=dict)
    bad: dict[str, Mask] = field(default_factory=dict)
    denied: dict[str, Mask] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    #: Findings that still lack the cell's text, with the index of its column.
    unquoted: list[tuple[Finding, int]] = field(default_factory=list)
    faulty: Mask = field(init=False)

    def __post_init__(self) -> None:
        self.faulty = np.zeros(len(self.number), dtype=bool)
        for name in self.sheet.fields:
            self.values.setdefault(name, np.full(len(self.number), None, dtype=object))
            self.bad[name] = np.zeros(len(self.number), dtype=bool)
            self.denied[name] = np.zeros(len(self.number), dtype=bool)

    def report(self, code: str, at: int, column: str, words: str) -> None:
        """A finding about a cell of row index ``at``; an error marks the row."""
        place = self.places[column]
        told = None if self.raw is None else shown(self.raw[column][at])
        finding = Finding(code, self.sheet.title, int(self.number[at]), place.shown, place.letter, told, words)
        if self.raw is None:
            self.unquoted.append((finding, place.index))
        else:
            self.findings.append(finding)
        if code[0] == "E":
            self.faulty[at] = True

    def known(self, name: str) -> Mask:
        """Which rows have a value in the field."""
        return filled(self.values[name])

    def numbers(self, name: str) -> npt.NDArray[np.float64]:
        """A numeric field as float64, NaN where there is none."""
        return self.values[name].astype(np.float64)

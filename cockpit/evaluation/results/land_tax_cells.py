"""Cells of the scatter of land and tax: where many firms lie close together, they are one mark, and listed together.

Cells end at preferred numbers (优先数, ISO 3: R20, R10, R5 and coarser): round ones, evenly spaced on a logarithmic scale.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from cockpit.cube.arrays import BoolArray, FloatArray, IntArray, group_sums
from cockpit.evaluation.policy.policy import GRADES
from cockpit.evaluation.results.evaluated_firms import GRADE_CODES, UNGRADED, EvaluatedFirms

#: Cells of so few firms are shown firm by firm.
_FEW = 2
#: A highlighted firm is shown by itself, with its neighbours, unless its cell has more firms than these.
_NEIGHBOURS = 20
#: Preferred numbers within a power of ten, the finest series first.
_R5 = ("1", "1.6", "2.5", "4", "6.3")
_R10 = ("1", "1.25", "1.6", "2", "2.5", "3.15", "4", "5", "6.3", "8")
_R20 = (*_R10, "1.12", "1.4", "1.8", "2.24", "2.8", "3.55", "4.5", "5.6", "7.1", "9")
_SERIES = (_R20, _R10, _R5, ("1", "2", "5"), ("1", "3.15"), ("1",))
_NUMBER = r"(\d+(?:\.\d+)?)"
_KEY = re.compile(rf"(.+):([{''.join(GRADES)}]?):{_NUMBER}:{_NUMBER}:{_NUMBER}:{_NUMBER}")


@dataclass(frozen=True, slots=True)
class LandTaxCell:
    """The firms of a group and grade ('' = without one) with land (亩) and tax (万元) from the first up to below the second."""

    group: str
    grade: str
    land: tuple[float, float]
    tax: tuple[float, float]

    @property
    def key(self) -> str:
        """The cell as a URL has it (field ``cell`` of the selection), which ``parse_cell_key`` reads back."""
        return ":".join((self.group, self.grade, *map(_exact, (*self.land, *self.tax))))

    @property
    def label(self) -> str:
        """Label for a reader: which firms these are."""
        mark = f"{self.grade}类" if self.grade else UNGRADED
        land, tax = ("—".join(map(_exact, span)) for span in (self.land, self.tax))
        return f"{self.group} {mark} 用地{land}亩 税收{tax}万元"

    def filter(self, firms: EvaluatedFirms) -> EvaluatedFirms:
        """Return those of the firms that lie in the cell."""
        grade = GRADES.index(self.grade) if self.grade else len(GRADES)
        inside: BoolArray = firms.isin("group", (self.group,)) & (firms.grade_codes == grade)
        for name, (low, high) in (("land_mu", self.land), ("tax", self.tax)):
            values = firms.number(name)
            inside = inside & (values >= low) & (values < high)
        return firms.take(inside)


def _exact(number: float) -> str:
    text = f"{Decimal(repr(number)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True, slots=True)
class LandTaxCluster:
    """The firms of a cell: their geometric mean (land, tax), and sums of land (亩), tax and value added (万元)."""

    cell: LandTaxCell
    firms: int
    center: tuple[float, float]
    land: float
    tax: float
    value_added: float


def parse_cell_key(key: str) -> LandTaxCell | None:
    """Parse the key of a cell; ``None`` for any other text."""
    match = _KEY.fullmatch(key)
    if match is None:
        return None
    land_from, land_below, tax_from, tax_below = (float(number) for number in match.groups()[2:])
    return LandTaxCell(match[1], match[2], (land_from, land_below), (tax_from, tax_below))


def cluster_firms(
    firms: EvaluatedFirms, group: str, max_marks: int, highlighted: Collection[int]
) -> tuple[EvaluatedFirms, tuple[LandTaxCluster, ...]]:
    """Split firms of one group, all with land and tax above zero, into those shown one by one and clusters of the others.

    All are shown one by one if they are no more than ``max_marks``. ``highlighted``: rows (``firms.indices``) of firms
    to be shown one by one if there is space around them.
    """
    if len(firms) <= max_marks:
        return firms, ()
    land, tax, grades = firms.number("land_mu"), firms.number("tax"), firms.grade_codes
    cell_of, land_spans, tax_spans = partition_firms(land, tax, grades, max_marks)
    counts = np.bincount(cell_of)
    is_highlighted = np.isin(firms.indices, list(highlighted))
    single = counts <= _FEW
    single |= (np.bincount(cell_of[is_highlighted], minlength=len(counts)) > 0) & (counts <= _NEIGHBOURS)
    sums = [group_sums(cell_of, values, len(counts)) for values in (land, tax, firms.number("value_added"))]
    centers = [10 ** (np.bincount(cell_of, np.log10(values)) / counts) for values in (land, tax)]
    grade_of = np.zeros(len(counts), dtype=np.int64)
    grade_of[cell_of] = grades
    clusters = tuple(
        LandTaxCluster(
            LandTaxCell(group, (*GRADES, "")[grade_of[i]], (land_from, land_below), (tax_from, tax_below)),
            int(counts[i]),
            (float(centers[0][i]), float(centers[1][i])),
            *(float(values[i]) for values in sums),
        )
        for i, ((land_from, land_below), (tax_from, tax_below)) in enumerate(
            zip(land_spans.tolist(), tax_spans.tolist(), strict=True)
        )
        if not single[i]
    )
    return firms.take(single[cell_of]), clusters


def partition_firms(
    land: FloatArray, tax: FloatArray, grades: IntArray, max_cells: int
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Assign each firm to a cell (from 0); also return the cells' bounds [cell, (from, below)] of land and tax.

    All values are above zero. As finely as ``max_cells`` allow; firms of different grades never share a cell.
    """
    for series in _SERIES:
        edges = [_edges(series, values) for values in (land, tax)]
        x, y = (np.searchsorted(e, values, "right") - 1 for e, values in zip(edges, (land, tax), strict=True))
        cells, cell_of = np.unique((x * len(edges[1]) + y) * GRADE_CODES + grades, return_inverse=True)
        if len(cells) <= max_cells:
            break
    cell_x, cell_y = np.divmod(cells // GRADE_CODES, len(edges[1]))
    spans = (np.stack([e[i], e[i + 1]], axis=1) for e, i in zip(edges, (cell_x, cell_y), strict=True))
    return cell_of, *spans


def _edges(series: tuple[str, ...], values: FloatArray) -> FloatArray:
    """Return the series' numbers, from the last one not above the least value to the first above the greatest."""
    numbers = np.array(list(_numbers(series, float(values.min()), float(values.max()))))
    first, last = np.searchsorted(numbers, [values.min(), values.max()], "right")
    return numbers[first - 1 : last + 1]


def _numbers(series: tuple[str, ...], low: float, high: float) -> Iterator[float]:
    for power in range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 2):
        yield from sorted(float(f"{mark}e{power}") for mark in series)

"""Areas of the plane of land and tax: where many firms lie close together, they are drawn and listed together.

Areas are parted at preferred numbers (优先数, R20, R10, R5 and coarser): round ones that stand evenly on a logarithmic scale.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from cockpit.cube.arrays import BoolArray, FloatArray, IntArray
from cockpit.evaluation.policy.policy import GRADES
from cockpit.evaluation.results.cohort import Cohort
from cockpit.evaluation.results.summary import UNGRADED

#: Marks within a power of ten, the finest first.
_R5 = ("1", "1.6", "2.5", "4", "6.3")
_R10 = ("1", "1.25", "1.6", "2", "2.5", "3.15", "4", "5", "6.3", "8")
_R20 = (*_R10, "1.12", "1.4", "1.8", "2.24", "2.8", "3.55", "4.5", "5.6", "7.1", "9")
_SERIES = (_R20, _R10, _R5, ("1", "2", "5"), ("1", "3.15"), ("1",))
_NUMBER = r"(\d+(?:\.\d+)?)"
_WORDS = re.compile(rf"(.+) (?:([{''.join(GRADES)}])类|{UNGRADED}) 用地{_NUMBER}—{_NUMBER}亩 税收{_NUMBER}—{_NUMBER}万元")


@dataclass(frozen=True, slots=True)
class Area:
    """The firms of a group and grade ('' = without one) with land (亩) and tax (万元) from the first up to below the second."""

    group: str
    grade: str
    land: tuple[float, float]
    tax: tuple[float, float]

    @property
    def words(self) -> str:
        """In words that ``area`` understands, for whoever looks for these firms."""
        mark = f"{self.grade}类" if self.grade else UNGRADED
        land, tax = ("—".join(map(_exact, span)) for span in (self.land, self.tax))
        return f"{self.group} {mark} 用地{land}亩 税收{tax}万元"

    def within(self, firms: Cohort) -> Cohort:
        """Those of the firms that lie in it."""
        grade = GRADES.index(self.grade) if self.grade else len(GRADES)
        there: BoolArray = firms.place("group").among((self.group,)) & (firms.grade == grade)
        for name, (low, high) in (("land_mu", self.land), ("tax", self.tax)):
            figure = firms.figure(name)
            there = there & (figure >= low) & (figure < high)
        return firms.only(there)


def _exact(number: float) -> str:
    text = f"{Decimal(repr(number)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def area(words: str) -> Area | None:
    """The area that the words name, if they do."""
    found = _WORDS.fullmatch(words.strip())
    if found is None:
        return None
    low, high, least, most = (float(number) for number in found.groups()[2:])
    return Area(found[1], found[2] or "", (low, high), (least, most))


def parted(land: FloatArray, tax: FloatArray, grade: IntArray, most: int) -> tuple[IntArray, FloatArray, FloatArray]:
    """Each firm's area, numbered from 0, and each area's bounds [area, (from, below)] of land and tax.

    All figures above zero. As finely as ``most`` areas allow; firms of different grades never share one.
    """
    for series in _SERIES:
        sides = [_edges(series, figure) for figure in (land, tax)]
        x, y = (np.searchsorted(edges, figure, "right") - 1 for edges, figure in zip(sides, (land, tax), strict=True))
        cells, area_of = np.unique((x * len(sides[1]) + y) * (len(GRADES) + 1) + grade, return_inverse=True)
        if len(cells) <= most:
            break
    at_x, at_y = np.divmod(cells // (len(GRADES) + 1), len(sides[1]))
    spans = (np.stack([edges[at], edges[at + 1]], axis=1) for edges, at in zip(sides, (at_x, at_y), strict=True))
    return area_of, *spans


def _edges(series: tuple[str, ...], figure: FloatArray) -> FloatArray:
    """The series' numbers, from the last one not above the least figure to the first above the greatest."""
    numbers = np.array(list(_numbers(series, float(figure.min()), float(figure.max()))))
    first, last = np.searchsorted(numbers, [figure.min(), figure.max()], "right")
    return numbers[first - 1 : last + 1]


def _numbers(series: tuple[str, ...], low: float, high: float) -> Iterator[float]:
    for power in range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 2):
        yield from sorted(float(f"{mark}e{power}") for mark in series)

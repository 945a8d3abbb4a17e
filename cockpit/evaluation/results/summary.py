"""What an evaluation says of the district: grades by part, migration, yields per mu and what moved them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from cockpit.analysis import contribution
from cockpit.cube.arrays import BoolArray, FloatArray, IntArray, sums
from cockpit.cube.categorical import Coded
from cockpit.evaluation.policy.policy import GRADES, Grade
from cockpit.evaluation.results.cohort import Cohort

#: What may be counted by grade: firms, their land (亩) or their tax (万元).
MEASURES = ("count", "land_mu", "tax")
#: In the migration: a firm without a grade in that year (exempt, or not evaluated).
UNGRADED = "未定级"
_MARKS = len(GRADES) + 1


@dataclass(frozen=True, slots=True)
class Part:
    """A part's amounts by grade A-D, their total and the share of A and B, NaN where the total is not above zero."""

    key: str
    amounts: tuple[float, ...]
    total: float
    ab: float


@dataclass(frozen=True, slots=True)
class Yield:
    """A part's amount per mu (万元/亩) now and before; the change splits exactly into own and structure. NaN = none."""

    key: str
    value: float
    base: float
    change: float
    own: float
    structure: float


@dataclass(frozen=True, slots=True)
class Held:
    """A part's firms of one grade: their land (亩), its share of the part's evaluated land (NaN without any), their number."""

    key: str
    land: float
    share: float
    firms: int


def by_part(firms: Cohort, part: str, measure: str) -> list[Part]:
    """Graded firms by ``part`` (town, chain, division, group) and grade; ``measure`` of ``MEASURES``.

    The highest share of A and B first, the larger of equals.
    """
    amounts = None if measure == "count" else firms.figure(measure)
    place, grade = firms.place(part), firms.grade
    counts, added = (_table(place, grade, _MARKS, weights)[:, : len(GRADES)] for weights in (None, amounts))
    found = []
    for key, row, firms_there in zip(place.keys, added.tolist(), counts.sum(axis=1).tolist(), strict=True):
        if firms_there:
            total = sum(row)
            found.append(Part(key, tuple(row), total, (row[0] + row[1]) / total if total > 0 else math.nan))
    return sorted(found, key=lambda p: (math.isnan(p.ab), -p.ab if p.ab == p.ab else 0.0, -p.total))


def held(firms: Cohort, part: str, grade: Grade) -> list[Held]:
    """What the firms of a grade hold, by ``part``; every part with a firm of any grade."""
    place = firms.place(part)
    counts, lands = (_table(place, firms.grade, _MARKS, weights) for weights in (None, firms.figure("land_mu")))
    at = GRADES.index(grade)
    columns = zip(place.keys, *(side.tolist() for of in (lands, counts) for side in (of[:, at], of.sum(axis=1))), strict=True)
    return [Held(key, mu, mu / all_mu if all_mu else math.nan, int(n)) for key, mu, all_mu, n, there in columns if there]


def _table(place: Coded, columns: IntArray, width: int, weights: FloatArray | None) -> FloatArray:
    """Sums (without ``weights`` counts) by place and column; firms without a place are left out."""
    known = place.codes >= 0
    cells = place.codes[known] * width + columns[known]
    size = len(place.keys) * width
    table = np.bincount(cells, minlength=size) if weights is None else sums(cells, weights[known], size)
    found: FloatArray = table.astype(np.float64).reshape(len(place.keys), width)
    return found


def migration(before: IntArray, after: IntArray, at: IntArray) -> IntArray:
    """Firms by grade before (rows) and after (columns): A-D and ungraded.

    ``before``, ``after``: places of grades as ``Cohort.grade``; ``at``: where each firm of ``after`` stands in ``before``,
    -1 = nowhere. A firm that only one of them knows counts as ungraded in the other.
    """
    was = np.where(at >= 0, before[at], len(GRADES)) if len(before) else np.full(len(at), len(GRADES))
    gone = np.ones(len(before), dtype=bool)
    gone[at[at >= 0]] = False
    moved = np.bincount(was * _MARKS + after, minlength=_MARKS**2).reshape(_MARKS, _MARKS)
    moved[:, -1] += np.bincount(before[gone], minlength=_MARKS)
    return moved.astype(np.int64)


def moves(table: IntArray) -> tuple[int, int, int]:
    """Firms that rose, fell, and stayed D, of a migration among A-D."""
    grid = table[: len(GRADES), : len(GRADES)]
    return int(np.tril(grid, -1).sum()), int(np.triu(grid, 1).sum()), int(grid[-1, -1])


def per_mu(firms: Cohort, numerator: str) -> float:
    """Ratio of sums ``numerator`` ÷ land in 万元/亩, over the firms with both; NaN without land."""
    amount, land = firms.figure(numerator), firms.figure("land_mu")
    known = ~np.isnan(amount) & ~np.isnan(land)
    whole = float(land[known].sum())
    return float(amount[known].sum()) / whole if whole > 0 else math.nan


def yields(firms: Cohort, before: Cohort | None, numerator: str, part: str, within: str) -> tuple[list[Yield], Yield]:
    """How each part's ``numerator`` per mu moved, highest value first, and how the whole's did.

    The change of a part splits exactly over its sub-parts ``within`` (``contribution.of_ratios``): ``own``, what
    the sub-parts' own ratios moved, and ``structure``, what moved land between them.
    """
    cohorts = [firms] if before is None else [firms, before]
    parts, subparts = (_keys(c.place(name) for c in cohorts) for name in (part, within))
    there = np.zeros(len(parts), dtype=bool)
    sides = []
    for cohort in cohorts:
        rows, columns = _recoded(cohort.place(part), parts), _recoded(cohort.place(within), subparts)
        there[rows.codes[rows.codes >= 0]] = True
        sides += _sums(cohort, numerator, rows, columns)
    sides += [np.zeros_like(sides[0])] * (4 - len(sides))
    found = _yields(parts, sides)
    kept = [y for y, known in zip(found, there.tolist(), strict=True) if known]
    [whole] = _yields(("",), [side.sum(axis=0, keepdims=True) for side in sides])
    return sorted(kept, key=lambda y: (math.isnan(y.value), -y.value if y.value == y.value else 0.0)), whole


def _keys(places: Iterable[Coded]) -> tuple[str, ...]:
    return tuple(sorted({key for place in places for key in place.keys}))


def _recoded(place: Coded, keys: tuple[str, ...]) -> Coded:
    """The same among ``keys``."""
    if place.keys == keys:
        return place
    at = np.array([keys.index(key) for key in place.keys] + [-1], dtype=np.int64)
    return Coded(at[place.codes], keys)


def _sums(firms: Cohort, numerator: str, part: Coded, within: Coded) -> list[FloatArray]:
    """[part, sub-part] of the numerator and of land, over the firms with both."""
    amount, land = firms.figure(numerator), firms.figure("land_mu")
    known: BoolArray = ~np.isnan(amount) & ~np.isnan(land) & (within.codes >= 0)
    place = Coded(part.codes[known], part.keys)
    return [_table(place, within.codes[known], len(within.keys), side[known]) for side in (amount, land)]


def _yields(keys: Sequence[str], sides: Sequence[FloatArray]) -> list[Yield]:
    """``sides`` [part, sub-part]: numerator and land now, then before."""
    n1, d1, n0, d0 = (side.sum(axis=1) for side in sides)
    value, base = (np.divide(n, d, out=np.full(len(d), np.nan), where=d > 0) for n, d in ((n1, d1), (n0, d0)))
    own, structure = (split.sum(axis=1) for split in contribution.of_ratios(*sides))
    columns = (value, base, value - base, own, structure)
    return [Yield(key, *figures) for key, *figures in zip(keys, *(c.tolist() for c in columns), strict=True)]

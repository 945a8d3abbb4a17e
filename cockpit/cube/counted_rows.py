"""Which rows of enterprises count in a value and its base, and the cubes over them.

January and February reported together can't be divided: where a set of months takes in one of the two only, the row
doesn't count, nor do the same enterprise's rows of the months that it would be compared with. In 可比口径 only
enterprises count that have a row on both sides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cockpit.calendar import months as m
from cockpit.cube.arrays import BoolArray, IntArray
from cockpit.cube.cube import MEASURES, Cube
from cockpit.cube.firm_cube import add_month
from cockpit.cube.firm_months import COLUMNS, FirmMonths

#: Month that joint rows are stored on -> how many months the row of each enterprise covers there (0 = it has none).
JointSpans = Mapping[int, IntArray]
#: Month -> flags of the enterprises whose row of that month counts.
RowFlags = dict[int, BoolArray]


@dataclass(frozen=True, slots=True)
class CountedRows:
    """The months of a value and, in the same order, those that it is compared with (none: it is compared with nothing).

    ``comparable``: only enterprises with a row on both sides count (可比口径).
    """

    months: tuple[int, ...]
    base_months: tuple[int, ...] = ()
    comparable: bool = False


def joint_spans(cube: Cube, firms: FirmMonths) -> JointSpans:
    """Read the spans of the months with joint rows; ``firms``: all enterprises of ``cube``, in its order."""
    longest = cube.span.max(axis=0, initial=0)
    scan = firms.scan(("span",), [cube.months[i] for i in np.flatnonzero(longest > 1)])
    return {month: span.take(scan.indices).astype(np.int64) for month, (span,) in scan}


def joint_runs(joint: JointSpans) -> list[tuple[tuple[int, ...], BoolArray]]:
    """Return each run of months that rows cover jointly, and flags of the enterprises with such a row."""
    return [
        (m.span(m.shift(last, 1 - int(length)), last), spans == length)
        for last, spans in joint.items()
        for length in np.unique(spans[spans > 1])
    ]


def single_presence(cube: Cube, joint: JointSpans) -> BoolArray:
    """Return flags [enterprise, month] of the rows that cover their own month only."""
    single = cube.present.copy()
    for run, firms in joint_runs(joint):
        single[np.ix_(firms, cube.month_columns(run))] = False
    return single


def is_cut(run: Sequence[int], months: Sequence[int]) -> bool:
    """Return whether the months take in a part of the run only."""
    inside = sum(month in months for month in run)
    return 0 < inside < len(run)


def left_out(cube: Cube, joint: JointSpans, rows: CountedRows) -> BoolArray:
    """Return flags of the enterprises of which a joint row doesn't count, because it would have to be divided."""
    flags = np.zeros(len(cube.firm_code), dtype=bool)
    for run, firms in joint_runs(joint):
        if is_cut(run, rows.months) or is_cut(run, rows.base_months):
            flags |= firms
    return flags


def divided_rows(
    joint: JointSpans, months: Sequence[int], base_months: Sequence[int]
) -> list[tuple[BoolArray, tuple[tuple[int, ...], tuple[int, ...]]]]:
    """Return flags of the enterprises with the same divided joint rows, and the months of both sides that count for them."""
    runs = [run for run in joint_runs(joint) if is_cut(run[0], months) or is_cut(run[0], base_months)]
    if not runs:
        return []
    cuts = np.stack([firms for _, firms in runs], axis=1)
    result = []
    for pattern in np.unique(cuts[cuts.any(axis=1)], axis=0):
        dropped = {
            i
            for (run, _), has in zip(runs, pattern.tolist(), strict=True)
            if has
            for side in (months, base_months)
            if is_cut(run, side)
            for i, month in enumerate(side)
            if month in run
        }
        counted = tuple(tuple(x for i, x in enumerate(side) if i not in dropped) for side in (months, base_months))
        result.append(((cuts == pattern).all(axis=1), (counted[0], counted[1])))
    return result


def reported_on_both_sides(cube: Cube, joint: JointSpans, months: Sequence[int], base_months: Sequence[int]) -> BoolArray:
    """Return flags [enterprise, pair of months]: rows cover both months, and no joint row would have to be divided."""
    nobody = np.zeros(len(cube.firm_code), dtype=bool)

    def covered(side: Sequence[int]) -> BoolArray:
        columns = cube.column_by_month
        return np.stack([cube.present[:, columns[x]] if x in columns else nobody for x in side], axis=1)

    both: BoolArray = covered(months) & covered(base_months)
    for run, firms in joint_runs(joint):
        for side in (months, base_months):
            inside = [i for i, month in enumerate(side) if month in run]
            if inside:
                whole = both[:, inside].all(axis=1) if len(inside) == len(run) else nobody
                both[np.ix_(np.flatnonzero(firms & ~whole), np.array(inside))] = False
    return both


def counted_cubes(cube: Cube, joint: JointSpans, rows: CountedRows, firms: FirmMonths) -> tuple[Cube, Cube]:
    """Build the cubes over the rows that count in a value and in its base.

    ``firms``: all enterprises of ``cube``, in its order.
    """
    sides = rows.months, rows.base_months
    flags = _counted(cube, joint, rows)
    value, base = (_cube_over(cube, joint, months, own, firms) for months, own in zip(sides, flags, strict=True))
    return value, base


def monthly_pairs(cube: Cube, joint: JointSpans, back: int, firms: FirmMonths) -> tuple[Cube, Cube]:
    """Build the cubes of a series in 可比口径: in each month the enterprises that have a row ``back`` months later as well.

    The second cube has, on each month, the rows that the value of that month is compared with.
    """
    single = single_presence(cube, joint)
    both = single & _shifted(single, back)
    value = {month: both[:, i] for i, month in enumerate(cube.months)}
    base = {m.shift(month, back): flags for month, flags in value.items() if m.shift(month, back) in cube.column_by_month}
    return (_cube_over(cube, {}, tuple(value), value, firms), _cube_over(cube, {}, tuple(base), base, firms))


def _shifted(flags: BoolArray, back: int) -> BoolArray:
    """Return the flags [enterprise, month] of the month ``back`` (negative) months later."""
    result = np.zeros_like(flags)
    result[:, -back:] = flags[:, :back]
    return result


def _counted(cube: Cube, joint: JointSpans, rows: CountedRows) -> tuple[RowFlags, RowFlags]:
    single, runs = single_presence(cube, joint), joint_runs(joint)
    columns, nobody = cube.column_by_month, np.zeros(len(cube.firm_code), dtype=bool)
    sides = rows.months, rows.base_months
    value, base = ({month: single[:, columns[month]].copy() if month in columns else nobody.copy() for month in s} for s in sides)
    for run, firms in runs:
        for months, own in zip(sides, (value, base), strict=True):
            if set(run) <= set(months):
                own[run[-1]] |= firms
    # Afterwards, since a joint row that counts by itself may be compared with one that doesn't.
    for run, firms in runs:
        for months, counterparts, other in ((*sides, base), (*sides[::-1], value)):
            if counterparts and is_cut(run, months):
                for month, counterpart in zip(months, counterparts, strict=True):
                    if month in run:
                        other[counterpart] &= ~firms
    if rows.comparable:
        both = _any(value, nobody) & _any(base, nobody)
        for flags in (*value.values(), *base.values()):
            flags &= both
    return value, base


def _any(flags: RowFlags, nobody: BoolArray) -> BoolArray:
    reported: BoolArray = np.logical_or.reduce([nobody, *flags.values()])
    return reported


def _cube_over(cube: Cube, joint: JointSpans, months: Sequence[int], counted: RowFlags, firms: FirmMonths) -> Cube:
    """Build the cube of some months over the rows that count, with the cells and enterprises of ``cube``."""
    run = m.span(min(months), max(months)) if months else ()
    column = {month: i for i, month in enumerate(run)}
    shape = (len(cube.cells), len(run))
    values = {measure: np.full(shape, np.nan) for measure in MEASURES}
    spans = np.zeros(shape, dtype=np.int64)
    present = np.zeros((len(cube.firm_code), len(run)), dtype=bool)
    known = [month for month in months if month in cube.column_by_month]
    scan = firms.scan(COLUMNS, known)
    for month, arrays in scan:
        i = column[month]
        # Rows that don't count go into one cell too many.
        cell_of_row = np.full(scan.size, len(cube.cells), dtype=np.int64)
        cell_of_row[scan.indices] = np.where(counted[month], cube.firm_cell, len(cube.cells))
        columns = dict(zip(COLUMNS, arrays, strict=True))
        add_month(columns, cell_of_row, {measure: array[:, i] for measure, array in values.items()}, spans[:, i])
    for month in known:
        present[:, column[month]] |= counted[month]
    for joint_run, reported in joint_runs(joint):
        if joint_run[-1] in column and joint_run[0] in column:
            whole = reported & counted.get(joint_run[-1], np.zeros_like(reported))
            for month in joint_run:
                present[:, column[month]] |= whole
    part = replace(cube, months=run, values=values, span=spans, present=present)
    return part.with_codes_of(cube)

"""Moves between the grades of two years."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cockpit.evaluation.policy.policy import GRADES
from cockpit.evaluation.results.evaluated_firms import UNGRADED, match_firms
from cockpit.evaluation.results.migration import GradeMigration, count_migration
from tests.unit.evaluation.results.firms import select


def grades(pairs):
    frame = pd.DataFrame(pairs, columns=["credit_code", "grade"], dtype="str")
    return select(frame.assign(town="tangqi", division="17", tax=1.0, land_mu=1.0))


def moved(before, after):
    return count_migration(before, after, match_firms(before.store, after.store))


NONE = len(GRADES)


def test_migration_and_moves():
    before = grades([("1", "A"), ("2", "C"), ("3", "D"), ("4", "D"), ("5", "B"), ("6", "不定等级"), ("7", "B")])
    after = grades([("1", "B"), ("2", "A"), ("3", "D"), ("4", "C"), ("5", "B"), ("6", "C"), ("8", "A")])
    moves = moved(before, after)
    table = np.array(moves.counts)
    a, b, c, d = range(4)
    expected = {(a, b), (c, a), (d, d), (d, c), (b, b), (NONE, c), (b, NONE), (NONE, a)}
    assert set(zip(*np.nonzero(table), strict=True)) == expected
    assert table.sum() == 8
    assert (moves.rose, moves.fell, moves.stayed_worst) == (2, 1, 1)  # 2 and 4 rose, 1 fell, 3 stayed D


def test_migration_from_nothing():
    moves = moved(grades([]), grades([("1", "A")]))
    table = np.array(moves.counts)
    assert table[NONE, 0] == table.sum() == 1
    assert (moves.rose, moves.fell, moves.stayed_worst) == (0, 0, 0)
    assert moved(grades([("1", "B")]), grades([])).counts[1][NONE] == 1
    assert np.array(moved(grades([]), grades([])).counts).sum() == 0


def test_only_grades_with_firms_are_listed():
    moves = moved(grades([("1", "A"), ("2", "C")]), grades([("1", "C"), ("3", "D")]))
    assert moves.nonempty() == GradeMigration(("A", "C", "D", UNGRADED), ((0, 1, 0, 0), (0, 0, 0, 1), (0, 0, 0, 0), (0, 0, 1, 0)))
    assert moved(grades([]), grades([])).nonempty() == GradeMigration((), ())

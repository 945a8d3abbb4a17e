"""How firms moved between the grades of two evaluations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.cube.arrays import IntArray
from cockpit.evaluation.policy.policy import GRADES
from cockpit.evaluation.results.evaluated_firms import GRADE_CODES, UNGRADED, EvaluatedFirms, grade_codes

_KEYS = (*GRADES, UNGRADED)


@dataclass(frozen=True, slots=True)
class GradeMigration:
    """Number of firms by grade before (rows) and after (columns). ``keys``: the grades of both, A-D, then ungraded."""

    keys: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    @property
    def total(self) -> int:
        """Number of firms, whatever their grades."""
        return sum(map(sum, self.counts))

    @property
    def rose(self) -> int:
        """Firms that rose among A-D."""
        return sum(n for before, after, n in self._graded() if after < before)

    @property
    def fell(self) -> int:
        """Firms that fell among A-D."""
        return sum(n for before, after, n in self._graded() if after > before)

    @property
    def stayed_worst(self) -> int:
        """Firms that were D both times."""
        return sum(n for before, after, n in self._graded() if before == after == GRADES[-1])

    def nonempty(self) -> GradeMigration:
        """Leave out the grades without any firm before or after."""
        used = [i for i in range(len(self.keys)) if any(self.counts[i]) or any(row[i] for row in self.counts)]
        return GradeMigration(tuple(self.keys[i] for i in used), tuple(tuple(self.counts[i][j] for j in used) for i in used))

    def _graded(self) -> Iterator[tuple[str, str, int]]:
        """Yield grade before, grade after and number of the firms that were graded A-D both times."""
        for before, row in zip(self.keys, self.counts, strict=True):
            for after, number in zip(self.keys, row, strict=True):
                if UNGRADED not in (before, after):
                    yield before, after, number


def count_migration(before: EvaluatedFirms, after: EvaluatedFirms, matched: IntArray) -> GradeMigration:
    """Count moves between two years; ``matched`` as from ``match_firms(all firms before, all firms after)``.

    A firm in one of them only counts as ungraded in the other.
    """
    return _migration(before.grade_codes, after.grade_codes, before.positions(matched[after.indices]))


def count_migration_of_frames(before: pd.DataFrame, after: pd.DataFrame) -> GradeMigration:
    """Count moves between two frames of ``credit_code`` and ``grade``."""
    positions = pd.Index(before["credit_code"]).get_indexer(pd.Index(after["credit_code"]))
    return _migration(grade_codes(before["grade"]), grade_codes(after["grade"]), positions)


def _migration(before: IntArray, after: IntArray, positions: IntArray) -> GradeMigration:
    """``positions``: where each firm of ``after`` is in ``before``, -1 = nowhere."""
    ungraded = len(GRADES)
    old = np.where(positions >= 0, before[positions], ungraded) if len(before) else np.full(len(positions), ungraded)
    gone = np.ones(len(before), dtype=bool)
    gone[positions[positions >= 0]] = False
    table = np.bincount(old * GRADE_CODES + after, minlength=GRADE_CODES**2).reshape(GRADE_CODES, GRADE_CODES)
    table[:, -1] += np.bincount(before[gone], minlength=GRADE_CODES)
    return GradeMigration(_KEYS, tuple(map(tuple, table.tolist())))

"""W310 where a whole column of a ledger differs from what is published by one and the same factor, however small."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cockpit.contracts.findings import Finding
from data.loaders.checks.comparisons.ledgers import LedgerRows
from data.loaders.checks.comparisons.suspects import CellFinding

#: From so many rows on, of which at least this share moved, each by the same factor up to how values are rounded.
_FEWEST, _SHARE, _SAME = 5, 0.8, 0.002


def check_proportions(ledger: LedgerRows, known: frozenset[str]) -> Iterator[CellFinding]:
    """Yield a finding a column whose rows moved together: figures are corrected one by one, or drift, each its own way.

    ``known``: fields that have slipped already.
    """
    for name in ledger.fields:
        if name in known:
            continue
        values, before = ledger.numbers(name), ledger.aligned(name)
        pairs = (values > 0) & (before > 0)
        ratios = values[pairs] / before[pairs]
        moved = ratios[np.abs(ratios - 1) > _SAME]
        if len(ratios) < _FEWEST or len(moved) < _SHARE * len(ratios):
            continue
        middle = float(np.median(moved))
        if (np.abs(moved / middle - 1) <= _SAME).mean() < _SHARE:
            continue
        mapping = ledger.mappings[name]
        message = (
            f"“{mapping.column.label}”与已发布的{len(ratios):,}行相比，{len(moved):,}行按同一比例变动（{middle - 1:+.1%}）。"
            "请核对整列是否换了口径、单位或被公式改动。"
        )
        yield Finding("W310", ledger.sheet.title, None, mapping.display_name, mapping.letter, None, message), mapping.index

"""What the columns of one row say about each other: contradictions (W307) and completion without a date (E114)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cockpit.contracts.columns import Sheet
from cockpit.contracts.findings import Finding
from data.loaders.batch_store import BatchStore
from data.loaders.checks.comparisons.suspects import CellFinding
from data.loaders.headers.headers import ColumnMapping
from data.loaders.parsed_rows import ParsedRows

_FEWEST_OF_A_COLUMN = 3


def check_contradictions(
    store: BatchStore, sheet: Sheet, mappings: dict[str, ColumnMapping], explained: frozenset[str]
) -> Iterator[CellFinding]:
    """Yield W307 for each row in which a part exceeds its whole; one for a pair of columns where most rows do.

    Negative values are reported by their signs; columns in ``explained`` have slipped as a whole.
    """
    pairs = [p for p in sheet.contradictions if {p.part, p.whole} <= mappings.keys() and not {p.part, p.whole} & explained]
    usable = [f'"{p.part}" >= 0 and "{p.whole}" >= 0' for p in pairs]
    broken = [f'{ok} and "{p.part}" > {p.factor} * "{p.whole}"' for ok, p in zip(usable, pairs, strict=True)]
    known = [f'{ok} and "{p.part}" > 0' for ok, p in zip(usable, pairs, strict=True)]
    counts = store.counts(sheet, [*broken, *known])
    for pair, condition, number, rows in zip(pairs, broken, counts, counts[len(pairs) :], strict=False):
        mapping = mappings[pair.part]
        advice = "不合常理。请核对两个数的单位和口径。"
        if number >= max(_FEWEST_OF_A_COLUMN, rows / 2):
            message = f"有{number:,}行{pair.message}，{advice}"
            yield Finding("W307", sheet.title, None, mapping.display_name, mapping.letter, None, message), mapping.index
            continue
        for (row,) in store.values(sheet, ("row_number",), condition) if number else ():
            message = f"{pair.message}，{advice}"
            yield Finding("W307", sheet.title, row, mapping.display_name, mapping.letter, None, message), mapping.index


def check_completion(rows: ParsedRows) -> None:
    """Report E114 for rows that are done by their status, or by a later date, but lack the date that says since when."""
    completion = rows.sheet.completion
    if completion is None or completion.dated not in rows.mappings:
        return
    dated = completion.dated
    label = rows.sheet.column(dated).label
    undated = ~rows.known(dated) & ~rows.invalid[dated]
    if completion.status:
        if completion.status in rows.mappings:
            done = np.isin(rows.values[completion.status].astype(str), completion.done)
            for i in np.flatnonzero(done & undated):
                rows.report(
                    "E114",
                    int(i),
                    dated,
                    f"状态是“{rows.values[completion.status][i]}”，却没有{label}。请补上{label}，或改正状态。",
                )
        return
    for name in completion.done:
        for i in np.flatnonzero(rows.known(name) & undated) if name in rows.mappings else ():
            if not rows.has_error[i]:
                own = rows.sheet.column(name).label
                rows.report("E114", int(i), dated, f"已有{own}，却没有{label}。请补上{label}。")

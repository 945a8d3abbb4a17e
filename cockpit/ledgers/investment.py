"""What was invested in each project as of a day: the ledger says it as of its own newest date only, each time it is handed in.

So it is known for the newest batch, and for earlier days from the batches that the history keeps.
"""

from __future__ import annotations

import pandas as pd

from cockpit.ledgers.projects import DATES

#: Columns of ``versions`` beside the sheet's own.
BATCH, REPLACED_BY = "batch_id", "replaced_by"


def invested_on(versions: pd.DataFrame, day: pd.Timestamp, now: pd.Timestamp) -> pd.Series | None:
    """Return the completed investment (分) by project number as of ``day``; ``None`` where no batch says it.

    ``versions``: every version of the projects' rows, with the batch that brought it and the one that replaced it (missing: it
    is current). The newest batch speaks for the days from the newest date in the ledger on, or from ``now``, the end of the
    newest month of monthly values, if that is earlier. An earlier batch speaks for the month of its newest date only: what was
    invested since isn't known.
    """
    numbers = sorted(versions[BATCH].unique().tolist(), reverse=True)
    for number in numbers:
        rows = versions[(versions[BATCH] <= number) & ~(versions[REPLACED_BY] <= number)]
        newest = rows[list(DATES)].max().max()
        is_newest_batch = number == numbers[0]
        if pd.isna(newest) or (newest > day and not (is_newest_batch and now <= day)):
            continue
        is_same_month = (newest.year, newest.month) == (day.year, day.month)
        return rows.set_index("project_no")["invested_fen"] if is_newest_batch or is_same_month else None
    return None

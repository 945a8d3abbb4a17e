"""The months and rows of one enterprise, and the origin of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

#: Measures of an enterprise's months: those of the cube that a row holds as they are, and its staff.
MONTH_MEASURES = ("output", "revenue", "value_added", "tax", "energy", "power", "green_investment", "rd", "staff")
#: Measures of ``Repository.chain_firms``.
WINDOW_MEASURES = ("output", "revenue", "value_added", "tax", "energy", "power", "rd", "staff_months", "staffed", "covered")


@dataclass(frozen=True, slots=True)
class Origin:
    """The origin of a published row: its table and key (a month, a year, a project's number), and its batch.

    ``sheet`` and ``row`` as in the file; ``when`` is UTC.
    """

    table: str
    key: str
    sheet: str
    row: int
    batch: int
    file: str
    who: str
    when: datetime


@dataclass(frozen=True)
class EnterpriseFile:
    """The months of an enterprise and the origins of all its rows, its investments' rows of the project ledger included.

    ``monthly``: one row a reported month, rising: ``month``, ``span`` (how many months the row covers) and
    ``MONTH_MEASURES`` in the catalogue's units, NaN = not reported. ``origins`` by table and key.
    """

    code: str
    monthly: pd.DataFrame
    origins: tuple[Origin, ...]

    def newest(self, table: str) -> Origin | None:
        """Return the origin of the row with the greatest key."""
        return max((o for o in self.origins if o.table == table), key=lambda o: o.key, default=None)

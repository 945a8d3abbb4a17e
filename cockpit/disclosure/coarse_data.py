"""All data of one version for readers without the right to single firms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

import pandas as pd

from cockpit.cube.cube import Cube
from cockpit.disclosure.cell_groups import Coarsening
from cockpit.disclosure.coarse_cube import coarsen
from cockpit.disclosure.coarse_district import coarsen_district
from cockpit.disclosure.coarse_evaluation import coarsen_grades
from cockpit.disclosure.coarse_ledgers import coarsen_ledgers
from cockpit.district.district import District


@dataclass(frozen=True)
class CoarseData:
    """What a snapshot is made of (see ``cockpit.snapshot.Snapshot``), without single enterprises."""

    district: District
    cube: Cube
    ledgers: Mapping[str, pd.DataFrame]
    grades: Mapping[int, pd.DataFrame]


def coarsen_data(
    district: District,
    cube: Cube,
    ledgers: Mapping[str, pd.DataFrame],
    grades: Mapping[int, pd.DataFrame],
    coarsening: Coarsening,
) -> CoarseData:
    """Sum everything to the groups of ``coarsening``; grades may need larger ones, which the district names as well."""
    by_year = {year: coarsen_grades(rows, coarsening, district) for year, rows in grades.items()}
    return CoarseData(
        coarsen_district(district, coarsening, *(groups for _, groups in by_year.values())),
        coarsen(cube, coarsening, district.thresholds),
        coarsen_ledgers(ledgers, coarsening.groups, district),
        {year: rows for year, (rows, _) in by_year.items()},
    )


class NoFirmMonths:
    """The source of enterprises' months of a snapshot that says nothing of them."""

    def from_firm_months(self, *_: object) -> NoReturn:
        """Raise ``ValueError``: whoever asks has not looked at ``Cube.has_firms``."""
        raise ValueError("a coarser cube knows no single enterprises")

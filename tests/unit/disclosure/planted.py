"""A small district with every kind of cell that gives a firm away, as rows of a workbook."""

from __future__ import annotations

import random

from cockpit.disclosure.coarse_cube import coarsen
from cockpit.disclosure.decision import decide_coarsening
from tests import workbooks
from tests.factories import PlainMonths, RowsRepository

MONTHS = [f"{2022 + i // 12}-{i % 12 + 1:02d}" for i in range(18)]
#: Town, chain, industry and number of firms: single firms, pairs, a town of two, a firm that dominates (``BIG``).
PLAN = (
    ("塘栖镇", "时尚产业", "1751", 6),
    ("塘栖镇", "时尚产业", "1819", 1),
    ("塘栖镇", "高端装备", "3415", 5),
    ("塘栖镇", "高端装备", "3591", 4),
    ("塘栖镇", "绿色能源", "3841", 2),
    ("东湖街道", "时尚产业", "1751", 5),
    ("东湖街道", "时尚产业", "1819", 4),
    ("东湖街道", "新材料", "2614", 4),
    ("东湖街道", "智能物联", "3990", 3),
    ("乔司街道", "时尚产业", "1751", 2),
    ("南苑街道", "时尚产业", "1751", 7),
    ("南苑街道", "高端装备", "3415", 4),
)
SINGLE, PAIR, TOWN_OF_TWO = 7, (17, 18), (35, 36)
#: Nine tenths of the output, and of the tax, of their cells.
BIG_OUTPUT, BIG_TAX = 8, 28
#: In a cell of others: comes in October 2022, leaves after December 2022, reports January and February 2023 together.
ENTRANT, LEAVER, JOINT = 37, 23, 38
ENTRANT_LAND = 137.31


def sheets(seed=5):
    """Return 47 firms above scale over 18 months, and two assessed by their land that report as well."""
    pick = random.Random(seed)
    register, monthly, number = [], [], 0
    for town, chain, industry, count in PLAN:
        for _ in range(count):
            number += 1
            land = ENTRANT_LAND if number == ENTRANT else round(pick.uniform(5, 60), 2)
            register.append(workbooks.firm(number, town, industry, chain, land=land))
            monthly += _months(pick, number)
    for town in ("乔司街道", "塘栖镇"):
        number += 1
        register.append(workbooks.firm(number, town, kind="宗地", land=3.0))
        monthly += _months(pick, number)
    return {"企业名录": register, "月度经营": monthly}


def _months(pick, number):
    output, tax, invests = pick.uniform(300, 900), pick.uniform(20, 60), pick.random() < 0.6
    for when in MONTHS:
        if (number == ENTRANT and when < "2022-10") or (number == LEAVER and when > "2022-12"):
            continue
        if number == JOINT and when == "2023-01":
            continue
        size = pick.uniform(0.9, 1.1) * (2 if number == JOINT and when == "2023-02" else 1)
        row = workbooks.month(
            number,
            when,
            output=round(output * size * (40 if number == BIG_OUTPUT else 1), 2),
            tax=round(tax * size * (40 if number == BIG_TAX else 1), 2),
            **{"绿色能源投资（万元）": round(pick.uniform(10, 90), 2) if invests and pick.random() < 0.8 else 0.0},
        )
        yield row | ({"_span": 2} if number == JOINT and when == "2023-02" else {})


def repository(district, rows=None):
    """Return the repository of ``sheets()``."""
    return RowsRepository(rows or sheets(), district)


def firm_months(made):
    """Return the months of all enterprises of a repository, in the order of its cube."""
    return PlainMonths(made.monthly, made.current.cube.firm_code)


def decide(made, previous=None):
    """Decide the groups of a repository's data."""
    data = made.current
    return decide_coarsening(data.cube, firm_months(made), data.district, previous)


def coarse_cube(made, coarsening=None):
    """Return the coarser cube of a repository's data."""
    return coarsen(made.current.cube, coarsening or decide(made), made.current.district.thresholds)

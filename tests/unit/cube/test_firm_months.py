"""Sums, cubes and medians from columns equal plain loops over hostile rows, and what the database's sums are made into."""

from __future__ import annotations

import math
import random

import numpy as np
import pandas as pd
import pytest

from cockpit.calendar.months import span
from cockpit.cube.chain_months import chain_medians
from cockpit.cube.cube import DIMENSIONS, MEASURES
from cockpit.cube.firm_cube import FirmIndex, cube_from_firms
from cockpit.cube.firm_months import COLUMNS, window_sums
from tests.factories import PlainMonths, RowsRepository, snapshot
from tests.facts.copying import same_cube
from tests.workbooks import code, firm, month

EXACT = 2**53 // 100


def hostile(seed=4):
    """Firms that come late, leave, report jointly, nothing, or not at all; nulls, negative and very large numbers."""
    pick = random.Random(seed)
    register = [
        firm(n, pick.choice(("塘栖镇", "东湖街道")), pick.choice(("1751", "3415")), kind=pick.choice(("规上", "规上", "宗地")))
        for n in range(12)
    ]
    rows = []
    for n in range(11):
        first, last = sorted(pick.sample(range(18), 2)) if n % 3 and n != 5 else (0, 17)
        for at in range(first, last + 1):
            when = span(202201, 202306)[at]
            if (n == 5 and when % 100 == 1) or (n != 5 and pick.random() < 0.1):
                continue
            output = pick.choice((None, -1.5, 0.0, 12.34, pick.uniform(0, 1e6), EXACT / 1e6 / 200))
            more = {"_span": 2} if n == 5 and when % 100 == 2 else {}
            taxes = {"tax": pick.choice((None, -0.01, 3.0)), "平均用工人数（人）": pick.choice((None, 0.0, 48.4))}
            if pick.random() < 0.15:
                output, taxes = None, dict.fromkeys(taxes)
            rows.append(month(n, f"{when // 100}-{when % 100:02d}", output, **taxes, **more))
    return {"企业名录": register, "月度经营": rows}


@pytest.fixture(params=range(4))
def plain(request, district):
    return RowsRepository(hostile(request.param), district)


@pytest.fixture
def cube(plain):
    return plain.current.cube


def test_the_rows_are_hostile(plain, cube):
    rows = [r for some in plain.monthly.values() for r in some]
    assert {r["span"] for r in rows} == {1, 2}
    assert any(r["output_fen"] is None and r["tax_fen"] is None and r["staff"] is None for r in rows)
    assert any((r["tax_fen"] or 0) < 0 for r in rows)
    assert code(11) in plain.register
    assert code(11) not in cube.firm_code
    assert not cube.present[:, 0].all()
    assert not cube.present[:, -1].all()


def test_sums_are_those_of_plain_loops(plain, cube):
    windows = (span(202201, 202212), (202302,), (202206, 202305), (), (199901,))
    figures = ("output_fen", "tax_fen", "energy_tce", "staff_months", "staffed", "covered")
    result = window_sums(PlainMonths(plain.monthly, cube.firm_code), figures, windows)
    assert result.shape == (len(windows), len(figures), len(cube.firm_code))
    for w, window in enumerate(windows):
        for f, figure in enumerate(figures):
            for i, each in enumerate(cube.firm_code):
                known = [_figure(r, figure) for r in plain.monthly[each] if r["month"] in window]
                known = [v for v in known if v is not None]
                assert (math.isnan(result[w, f, i]) and not known) or result[w, f, i] == pytest.approx(sum(known), rel=1e-12)
                if figure.endswith("_fen") and known:
                    assert result[w, f, i] == sum(known)


def _figure(row, name):
    staff, months = row["staff"], row["span"]
    made = {"staff_months": None if staff is None else staff * months, "staffed": None if staff is None else months}
    return {**made, "covered": months}[name] if name in (*made, "covered") else row[name]


def test_any_firms_make_a_cube_and_their_areas_may_be_others(plain, cube):
    """Two towns as one area, and a cell for each firm; sums and flags as of the rows themselves."""
    at = np.arange(0, len(cube.firm_code), 2)
    cells = cube.cells.iloc[cube.firm_cell[at]].assign(town="north")
    codes = tuple(cube.firm_code[i] for i in at)
    firms = FirmIndex(codes, cells, np.arange(len(at)), cube.firm_land[at], cube.months, cube.present[at])
    result = cube_from_firms(firms, PlainMonths(plain.monthly, codes))
    expected = plain_cube(plain, codes)
    expected_cells = expected.cells.assign(town="north").drop_duplicates()
    assert sorted(map(tuple, result.cells.to_numpy())) == sorted(map(tuple, expected_cells.to_numpy()))
    assert (result.firm_code, result.months) == (expected.firm_code, expected.months)
    for measure in MEASURES:
        for cell, row in zip(result.cells.itertuples(index=False), result.values[measure], strict=True):
            same = (expected.cells.assign(town="north") == pd.Series(cell._asdict())).all(axis=1).to_numpy()
            parts = expected.values[measure][same]
            total = np.where(np.isnan(parts).all(axis=0), np.nan, np.nansum(parts, axis=0))
            np.testing.assert_allclose(row, total, rtol=1e-12)
    np.testing.assert_array_equal(result.span.max(axis=0), expected.span.max(axis=0))
    np.testing.assert_array_equal(result.present, expected.present)


def firm_index(cube, indices):
    codes = tuple(cube.firm_code[i] for i in indices.tolist())
    return FirmIndex(codes, cube.cells, cube.firm_cell[indices], cube.firm_land[indices], cube.months, cube.present[indices])


def plain_cube(plain, codes):
    return snapshot(plain.sheets, plain.district, set(codes)).cube


def test_all_firms_make_the_cube_itself(plain, cube):
    every = np.arange(len(cube.firm_code))
    same_cube(cube_from_firms(firm_index(cube, every), PlainMonths(plain.monthly, cube.firm_code)), cube)


def test_no_firm_makes_an_empty_cube(plain, cube):
    result = cube_from_firms(firm_index(cube, np.empty(0, dtype=np.int64)), PlainMonths(plain.monthly, ()))
    assert result.is_empty
    assert (len(result.cells), result.firm_code) == (0, ())
    assert list(result.cells.columns) == list(DIMENSIONS)


def test_money_is_exact_where_floats_end(district):
    """Thirty firms of one cell that together reach 2^53 分: to the last 分."""
    amounts = [EXACT * 100 // 30 - n for n in range(30)]
    rows = [month(n, "2022-05", 0.0) for n in range(30)]
    plain = RowsRepository({"企业名录": [firm(n) for n in range(30)], "月度经营": rows}, district)
    for n, amount in enumerate(amounts):
        plain.monthly[code(n)][0]["output_fen"] = amount
    cube = plain.current.cube
    result = cube_from_firms(firm_index(cube, np.arange(30)), PlainMonths(plain.monthly, cube.firm_code))
    assert int(result.values["output"].sum()) == sum(amounts)


def test_medians_compare_equal_spans_only(plain, cube):
    for chain in {cell["chain"] for cell in plain.cells.values()}:
        for measure in ("output", "staff"):
            result = chain_medians(cube, PlainMonths(plain.monthly, cube.firm_code), chain, measure, (202201, 202306))
            pd.testing.assert_frame_equal(result, plain.chain_medians(None, chain, measure, (202201, 202306)), rtol=1e-12)


def test_the_columns_are_the_fields_of_the_sheet():
    assert set(COLUMNS) == {stored for stored, _ in MEASURES.values()} - {"staff_months"} | {"staff", "span"}

"""The coarser cube: exact totals, joint months of whole groups, enterprises without a name, averaged land."""

from __future__ import annotations

import numpy as np
import pytest

from cockpit import cache
from cockpit.aggregations.aggregate import evaluate_metric, total
from cockpit.aggregations.sums import firms
from cockpit.analysis.comparison import compare_groups, compare_total
from cockpit.calendar.periods import resolve
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.metrics import METRICS
from cockpit.cube.counted_rows import CountedRows
from cockpit.cube.cube import MEASURES, Filter
from cockpit.disclosure.average_land import average_by_class, average_land
from cockpit.disclosure.cell_groups import Level
from cockpit.disclosure.coarse_cube import coarsen
from cockpit.disclosure.joint_months import counted_coarse_cubes
from cockpit.district.thresholds import Thresholds
from cockpit.selection import Compare
from tests import workbooks
from tests.unit.disclosure import planted
from tests.unit.disclosure.test_decision import untidy

LIMITS = Thresholds()
PERIODS = ("2022", "2022-05", "2022-01..2022-06", "2023-01..2023-02", "ttm:2023-06", "2022-04..2023-05")


@pytest.fixture(scope="module")
def made(district):
    return planted.repository(district)


@pytest.fixture(scope="module")
def coarse(made):
    return coarse_snapshot(made)


def coarse_snapshot(made):
    return made.current.without_firms(planted.decide(made))


@pytest.mark.parametrize("text", PERIODS)
@pytest.mark.parametrize(
    "metric", ["output", "tax", "value_added", "green_investment", "energy_intensity", "rd_intensity", "firms"]
)
def test_totals_of_the_district_stay_exact(made, coarse, metric, text):
    period = resolve(text, 202201, 202306)
    fine = total(made.current, METRICS[metric], period, Filter())
    assert total(coarse, METRICS[metric], period, Filter()) == pytest.approx(fine, rel=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_totals_of_money_are_exact_in_every_month(district, seed):
    made = planted.repository(district, untidy(seed))
    fine, coarsening = made.current.cube, planted.decide(made)
    cube = coarsen(fine, coarsening, LIMITS)
    own = (fine.cells["kind"] == "规上").to_numpy(dtype=bool)
    for measure in MEASURES:
        if coarsening.levels[measure] is not Level.NOTHING:
            months = [i for i, month in enumerate(fine.months) if month <= coarsening.until]
            expected, result = np.nansum(fine.values[measure][own][:, months]), np.nansum(cube.values[measure])
            assert result == expected if MEASURES[measure][0].endswith("fen") else result == pytest.approx(expected, rel=1e-12)


def test_groups_are_sums_of_their_cells(made, coarse):
    period = resolve("2022", 202201, 202306)
    by_town = evaluate_metric(coarse, METRICS["output"], period, Filter(), Grouping.TOWN)
    fine = evaluate_metric(made.current, METRICS["output"], period, Filter(), Grouping.TOWN)
    assert by_town.keys == ("donghu--1", "nanyuan", "tangqi")
    assert by_town.get("donghu--1") == pytest.approx(fine.get("donghu") + fine.get("qiaosi"), rel=1e-12)
    assert by_town.get("tangqi") == fine.get("tangqi")


def test_a_group_in_which_nobody_reported_is_missing_and_not_0(made):
    rows = planted.sheets()
    silent = {workbooks.code(n) for n in range(37, 48)}  # all of 南苑街道
    monthly = [r for r in rows["月度经营"] if r["统一社会信用代码"] not in silent or r["月份"] != "2022-03"]
    data = coarse_snapshot(planted.repository(made.district, rows | {"月度经营": monthly}))
    march = resolve("2022-03", 202201, 202306)
    assert np.isnan(total(data, METRICS["output"], march, Filter(towns=("nanyuan",))))
    assert total(data, METRICS["output"], march, Filter(towns=("tangqi",))) > 0


def test_one_joint_report_makes_the_months_of_its_group_joint(made, coarse):
    cube = coarse.cube
    joint = np.flatnonzero((cube.span > 1).any(axis=1))
    # The firm's own group, and that of its town for the measures that are shown by town only.
    assert set(cube.cells["town"].iloc[joint]) == {"nanyuan"}
    january, february = (cube.column_by_month[month] for month in (202301, 202302))
    assert (cube.span[joint, january] == 0).all()
    assert (cube.span[joint, february] == 2).all()
    together = resolve("2023-01..2023-02", 202201, 202306)
    where = Filter(towns=("nanyuan",), industries=("17",))
    fine = total(made.current, METRICS["output"], together, where)
    assert total(coarse, METRICS["output"], together, where) == pytest.approx(fine, rel=1e-12)
    for month in ("2023-01", "2023-02"):
        assert np.isnan(total(coarse, METRICS["output"], resolve(month, 202201, 202306), where))


def test_what_a_joint_report_cuts_is_left_out_as_whole_groups(coarse):
    compared = compare_total(coarse, METRICS["output"], resolve("2023-02", 202201, 202306), Filter(), Compare.YOY)
    cube = coarse.cube
    others = [i for i in range(len(cube.cells)) if not (cube.span[i] > 1).any()]
    expected = [np.nansum(cube.values["output"][others, cube.column_by_month[month]]) / 1e6 for month in (202302, 202202)]
    assert [compared.compared_value, compared.base] == pytest.approx(expected)


def test_numbers_of_firms_stay_those_that_reported(made, coarse):
    for text in PERIODS:
        period = resolve(text, 202201, 202306)
        months = period.months
        assert firms(coarse, months, Filter(), None).values == firms(made.current, months, Filter(), None).values


def test_nothing_names_a_firm_nor_keeps_the_order_of_the_codes(district, coarse):
    rows = planted.sheets()
    count = len(rows["企业名录"])
    turned = {workbooks.code(n): workbooks.code(count + 1 - n) for n in range(1, count + 1)}
    renamed = {
        title: [row | {"统一社会信用代码": turned[row["统一社会信用代码"]]} for row in each] for title, each in rows.items()
    }
    other = coarse_snapshot(planted.repository(district, renamed)).cube
    cube = coarse.cube
    assert not cube.has_firms
    assert not set(cube.firm_code) & set(turned)
    assert list(cube.firm_code) == sorted(cube.firm_code)
    assert cube.firm_code == other.firm_code
    for name in ("firm_cell", "present", "span"):
        assert (getattr(cube, name) == getattr(other, name)).all()
    assert cube.firm_land == pytest.approx(other.firm_land)
    assert set(cube.cells["stage"]) == set(cube.cells["role"]) == {""}
    assert set(cube.cells["kind"]) == {"规上"}


def test_nothing_is_computed_by_enterprise(coarse):
    with pytest.raises(ValueError, match="no single enterprises"):
        counted_coarse_cubes(coarse.cube, CountedRows((202301,), (202201,), comparable=True))
    with pytest.raises(ValueError, match="no single enterprises"):
        coarse.monthly_pairs(-12)


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_is_computed_by_every_grouping(coarse, metric):
    for text in PERIODS:
        period = resolve(text, 202201, 202306)
        for by in (None, *METRICS[metric].groupings):
            evaluate_metric(coarse, METRICS[metric], period, Filter(), by)
            if by is not None:
                compare_groups(coarse, METRICS[metric], period, Filter(), Compare.YOY, by)
        compare_total(coarse, METRICS[metric], period, Filter(towns=("tangqi",)), Compare.MOM)


def test_enterprises_cannot_be_read(coarse):
    with pytest.raises(ValueError, match="no single enterprises"):
        coarse.source.from_firm_months(coarse, (), len, cache.JOINT)
    assert not coarse.leaf_data.ledgers["enterprise"]["name"].notna().any()


def test_land_of_firms_that_report_in_the_same_months_is_their_mean():
    land = np.array([10.0, 20, 30, 40, 100, np.nan, 7, 8, 9])
    present = np.array([[1, 1]] * 3 + [[0, 1]] * 2 + [[1, 1]] * 4, dtype=bool)
    group = np.array([0] * 6 + [1] * 3)
    averaged = average_land(group, land, present, LIMITS)
    # The two that come later are too few by themselves, so they are averaged with the others of their group.
    assert averaged == pytest.approx([40, 40, 40, 40, 40, np.nan, 8, 8, 8], nan_ok=True)
    more = average_land(group, np.where(np.isnan(land), 60.0, land), np.vstack([present[:5], [[0, 1]], present[6:]]), LIMITS)
    assert more == pytest.approx([20, 20, 20, 200 / 3, 200 / 3, 200 / 3, 8, 8, 8])


def test_values_that_are_too_few_in_their_group_are_averaged_with_other_groups_or_not_shown():
    keys = np.zeros((4, 1), dtype=np.int64)
    assert average_by_class(np.array([0, 0, 1, 1]), keys, np.array([1.0, 2, 3, 4]), LIMITS) == pytest.approx([2.5] * 4)
    assert np.isnan(average_by_class(np.array([0, 0]), keys[:2], np.array([1.0, 2]), LIMITS)).all()
    assert np.isnan(average_by_class(np.array([0] * 4), keys, np.array([1.0, 1, 1, 97]), LIMITS)).all()

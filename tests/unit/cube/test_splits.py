from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.aggregations import aggregate
from cockpit.aggregations.windows import windows
from cockpit.analysis import comparison
from cockpit.calendar.periods import Period, PeriodKind
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.metrics import METRICS
from cockpit.cube import splits
from cockpit.cube.breakdown import Breakdown
from cockpit.cube.cube import Filter
from cockpit.selection import Compare

AMOUNTS = st.floats(-1e6, 1e6).map(lambda x: round(x, 2))
POSITIVE = st.floats(0.01, 1e5).map(lambda x: round(x, 2))
KEYS = st.sampled_from("abcdefgh")
YEAR = Period(PeriodKind.YEAR, 202201, 202212)


def groups(values):
    return Breakdown(tuple(values), np.array(list(values.values()), dtype=np.float64))


def test_a_part_pulls_by_its_change_over_the_wholes_base():
    """100 -> 110 of 400 and 300 -> 290: +2.5 and −2.5 points; one that came: +5 of 20."""
    points = splits.split_sum(groups({"a": 110, "b": 290, "c": 20}), groups({"a": 100, "b": 300}))
    assert dict(points.items()) == {"a": 0.025, "b": -0.025, "c": 0.05}


def test_one_that_left_drags_by_all_it_had():
    assert splits.split_sum(groups({"a": 5}), groups({"a": 5, "b": 15})).to_series().to_dict() == {"a": 0.0, "b": -0.75}


@pytest.mark.parametrize("bases", [{"a": 0.0}, {"a": -3.0}, {}, {"a": math.nan}])
def test_without_a_positive_base_nothing_pulls(bases):
    assert splits.split_sum(groups({"a": 5}), groups(bases)).to_series().isna().all()


@given(st.dictionaries(KEYS, AMOUNTS, min_size=1), st.dictionaries(KEYS, POSITIVE, min_size=1))
def test_parts_of_a_sum_add_up_to_the_wholes_growth(values, bases):
    points = splits.split_sum(groups(values), groups(bases))
    whole = math.fsum(bases.values())
    growth = (math.fsum(values.values()) - whole) / whole
    assert math.isclose(
        points.values.sum(), growth, rel_tol=1e-9, abs_tol=1e-9 * sum(abs(v) for v in values.values()) / whole + 1e-9
    )


def test_a_ratio_moves_by_what_the_parts_did_and_by_weight():
    """Two towns on 1 亩 each, 10 and 2 万元/亩: 6. The first doubles its land at the same 10: (20 + 2) ÷ 3 = 7⅓.

    Nobody's own ratio moved, so all 4/3 are structure: weights +1/6 and −1/6, ratios 10 and 2, mean 6⅔.
    (10 − 6⅔) ÷ 6 = 5/9 and (2 − 6⅔) × −1/6 = 7/9.
    """
    split = splits.split_ratio(
        groups({"a": 20, "b": 2}), groups({"a": 2, "b": 1}), groups({"a": 10, "b": 2}), groups({"a": 1, "b": 1})
    )
    assert split.own.tolist() == [0, 0]
    assert split.structure.tolist() == pytest.approx([5 / 9, 7 / 9])


def test_with_equal_weights_all_is_the_parts_own():
    """Half the land each; 4 -> 6 and 2 -> 2: the whole 3 -> 4, all by the first."""
    split = splits.split_ratio(
        groups({"a": 6, "b": 2}), groups({"a": 1, "b": 1}), groups({"a": 4, "b": 2}), groups({"a": 1, "b": 1})
    )
    assert dict(zip(split.keys, split.own, strict=True)) == {"a": 1, "b": 0}
    assert split.structure.tolist() == [0, 0]


def test_a_part_without_a_ratio_in_one_of_the_periods_is_all_structure():
    split = splits.split_ratio(groups({"a": 4, "b": 9}), groups({"a": 1, "b": 3}), groups({"a": 4}), groups({"a": 1}))
    assert split.own[split.keys.index("b")] == 0
    assert split.both.sum() == pytest.approx(13 / 4 - 4)


def test_without_denominators_there_is_no_split():
    split = splits.split_ratio(groups({"a": 1}), groups({"a": 0}), groups({"a": 1}), groups({"a": 1}))
    assert np.isnan([split.own, split.structure]).all()


PARTS = st.dictionaries(KEYS, st.tuples(AMOUNTS, POSITIVE), min_size=1)


@given(PARTS, PARTS)
def test_own_and_structure_add_up_to_the_change_of_the_ratio(now, before):
    def columns(parts):
        return groups({k: n for k, (n, _) in parts.items()}), groups({k: d for k, (_, d) in parts.items()})

    def ratio(parts):
        return math.fsum(n for n, _ in parts.values()) / math.fsum(d for _, d in parts.values())

    split = splits.split_ratio(*columns(now), *columns(before))
    scale = max(abs(n) / d for n, d in (*now.values(), *before.values()))
    assert math.isclose(split.both.sum(), ratio(now) - ratio(before), rel_tol=1e-9, abs_tol=1e-9 * max(scale, 1))


@pytest.mark.parametrize("by", ["town", "chain", "industry", "stage", "role"])
@pytest.mark.parametrize("where", [{}, {"towns": ("东湖街道",)}], ids=str)
def test_contributions_equal_the_oracle(data, expected, district, by, where):
    metric = METRICS["output"]
    filtered = Filter(towns=tuple(district.find_town(t).key for t in where.get("towns", ())))
    pair = windows(data, metric, YEAR, filtered, Compare.YOY)
    now, before = (aggregate.evaluate_window(data, metric, w, filtered, Grouping(by)) for w in (pair.compared, pair.base))
    result = splits.split_sum(now, before)
    by_group = expected.contributions("工业总产值", [f"2022-{n:02d}" for n in range(1, 13)], by, **where)
    assert len(result) > 1 or where
    # A town without any 规上 enterprise pulls nothing and is no part.
    assert sorted(result.values) == pytest.approx(sorted(v for v in by_group.values() if v))
    assert result.values.sum() == pytest.approx(expected.growth("工业总产值", [f"2022-{n:02d}" for n in range(1, 13)], **where))


@pytest.mark.parametrize("by", [Grouping.TOWN, Grouping.CHAIN, Grouping.INDUSTRY])
@pytest.mark.parametrize("key", ["tax_per_mu", "value_added_per_mu", "energy_intensity", "rd_intensity", "value_added_rate"])
def test_parts_of_every_ratio_add_up_on_untidy_data(data, key, by):
    metric = METRICS[key]
    pair = windows(data, metric, YEAR, Filter(), Compare.YOY)
    split = splits.split_ratio(
        *aggregate.ratio_terms(data, metric, pair.compared, Filter(), by),
        *aggregate.ratio_terms(data, metric, pair.base, Filter(), by),
    )
    whole = comparison.compare_total(data, metric, YEAR, Filter(), Compare.YOY)
    assert np.isclose(split.both.sum(), whole.value - whole.base, rtol=1e-9)

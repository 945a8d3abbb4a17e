from __future__ import annotations

import math
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit import formatting
from cockpit.catalogue.entries import PER_MU
from cockpit.catalogue.formulas import Scale
from cockpit.catalogue.metrics import METRICS

NAN = math.nan
PARTS = st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("metric", "value", "shown"),
    [
        ("output", 18992864.24, "1,899.3亿元"),
        ("output", 75699.0, "7.57亿元"),
        ("output", 99995.0, "10.0亿元"),
        ("output", 9999.0, "9,999万元"),
        ("output", 0.0, "0亿元"),
        ("output", -123456.0, "−12.3亿元"),
        ("tax_per_mu", 54.1, "54.10万元/亩"),
        ("tax_per_mu", 4.995, "5.00万元/亩"),
        ("energy_intensity", 0.0329, "32.9千克标准煤/万元"),
        ("energy_intensity", 1.25, "1.25吨标准煤/万元"),
        ("rd_intensity", 0.0304, "3.04%"),
        ("ab_share", 0.305, "30.5%"),
        ("staff", 73456.4, "7.35万人"),
        ("staff", 123.5, "124人"),
        ("firms", 656.0, "656家"),
        ("land", 22880.6, "22,881亩"),
        ("power", 12345.0, "1.23亿千瓦时"),
        ("output", NAN, "—"),
        ("ab_share", NAN, "—"),
    ],
)
def test_a_figure_in_its_largest_unit(metric, value, shown):
    assert str(formatting.format_value(METRICS[metric], value)) == shown


def test_one_unit_for_a_whole_column():
    scale = formatting.scale_for(METRICS["output"], [120.0, 18992864.24, NAN])
    assert scale.unit == "亿元"
    assert formatting.format_number(120.0, scale) == "0.01"


@pytest.mark.parametrize(
    ("fraction", "is_percent", "shown"),
    [
        (0.0744, False, "+7.4%"),
        (-0.004, False, "−0.4%"),
        (-0.0004, False, "0.0%"),
        (0.0, False, "0.0%"),
        (12.5, False, "+1,250.0%"),
        (0.012, True, "+1.2个百分点"),
        (-0.0001, True, "−0.01个百分点"),
        (NAN, False, "—"),
        (NAN, True, "—"),
    ],
)
def test_a_change_carries_its_sign_and_unit(fraction, is_percent, shown):
    assert formatting.format_change(fraction, is_percent=is_percent) == shown


def test_rounding_is_half_away_from_zero_on_the_number_as_written():
    assert str(formatting.round_half_up(14.445, 2)) == "14.45"
    assert str(formatting.round_half_up(-0.125, 2)) == "-0.13"
    assert str(formatting.round_half_up(2.675, 2)) == "2.68"


@given(
    st.one_of(
        st.floats(-1e12, 1e12),
        st.builds(lambda halves, digits: halves / 2 / 10**digits, st.integers(-400_000, 400_000), st.integers(0, 3)),
    ),
    st.integers(0, 2),
)
def test_texts_show_what_the_one_rounding_gives(value, digits):
    """The same result for every spelling: ties, values next to ties, zeros and large numbers."""
    for near in (value, math.nextafter(value, math.inf), math.nextafter(value, -math.inf)):
        exact = formatting.round_half_up(near, digits)
        shown = f"{abs(exact):,f}"
        sign = "+" if exact > 0 else formatting.MINUS if exact < 0 else ""
        assert formatting.format_signed(near, digits) == sign + shown


@pytest.mark.parametrize(
    ("value", "shown"), [(9.994, "9.99"), (9.995, "10.0"), (-9.995, "−10.0"), (10.04, "10.0"), (10.05, "10.1"), (-0.001, "0.00")]
)
def test_from_ten_up_one_decimal(value, shown):
    assert formatting.format_number(value, Scale("吨", 1.0)) == shown


def test_nothing_is_0_unless_the_decimals_are_fixed():
    assert [formatting.format_number(0.0, Scale("吨", 1.0)), formatting.format_number(-0.0, Scale("吨", 1.0))] == ["0", "0"]
    assert formatting.format_number(0.0, Scale("万元/亩", digits=2)) == "0.00"


def test_points_of_a_contribution():
    assert [formatting.format_points(v) for v in (2.951, -0.04, 0.004, -0.004, NAN)] == ["+2.95", "−0.04", "0.00", "0.00", "—"]
    assert formatting.format_percent(1.0136) == "101.4%"
    assert formatting.format_percent(NAN) == "—"


AMOUNTS = st.lists(st.floats(0, 1e9, allow_nan=False) | st.just(NAN), min_size=1, max_size=12)


@given(AMOUNTS, st.none() | st.floats(0, 100, allow_nan=False), st.none() | st.integers(0, 11))
def test_shares_of_a_list_add_up_to_a_hundred_and_keep_to_their_side(values, limit, apart):
    shown = formatting.shown_shares(values, limit=NAN if limit is None else limit, apart=apart)
    known = [v for v in values if not math.isnan(v)]
    whole = math.fsum(known)
    if not whole > 0:
        assert all(s.is_nan() for s in shown)
        return
    assert sum(s for s in shown if not s.is_nan()) == 100
    digits = {-s.as_tuple().exponent for s in shown if not s.is_nan()}
    assert len(digits) == 1, shown
    assert limit is not None or digits == {1}
    for i, (value, share) in enumerate(zip(values, shown, strict=True)):
        assert share.is_nan() == math.isnan(value)
        if math.isnan(value):
            continue
        exact = Decimal(repr(value)) / Decimal(repr(whole)) * 100
        assert abs(share - exact) <= Decimal(1).scaleb(-max(digits))
        if apart == i:
            assert share == formatting.round_half_up(float(exact), max(digits))
        if limit is not None and max(digits) < 4:
            assert (share < limit) == (exact < limit)


def test_a_share_below_a_limit_reads_as_below_it():
    assert [str(s) for s in formatting.shown_shares([4.996, 95.004], limit=5)] == ["4.996", "95.004"]
    assert [str(s) for s in formatting.shown_shares([4.96, 95.04], limit=5)] == ["4.96", "95.04"]
    assert [str(s) for s in formatting.shown_shares([5, 95], limit=5)] == ["5.0", "95.0"]
    assert [str(s) for s in formatting.shown_shares([1, 1, 1])] == ["33.4", "33.3", "33.3"]
    assert [formatting.format_share(s) for s in formatting.shown_shares([1, NAN, -0.001])] == ["100.1%", "—", "−0.1%"]
    assert formatting.format_share(formatting.NO_SHARE) == "—"


@given(PARTS, st.integers(0, 3))
def test_spread_parts_add_up_to_the_total_as_shown(parts, digits):
    total = math.fsum(parts)
    shown = formatting.round_to_sum(parts, total, digits)
    assert round(math.fsum(shown), digits) == float(formatting.round_half_up(total, digits))
    step = 10.0**-digits
    assert all(abs(s - p) <= step * (1 + 1e-9) for s, p in zip(shown, parts, strict=True))


def test_spread_gives_the_odd_hundredth_to_the_largest_remainder():
    assert formatting.round_to_sum([1 / 3, 1 / 3, 1 / 3], 1.0, 2) == [0.34, 0.33, 0.33]
    assert formatting.round_to_sum([2.954, 1.347, 0.876], 5.177, 2) == [2.95, 1.35, 0.88]
    assert formatting.round_to_sum([0.5, -0.5], 0.0, 0) == [1.0, -1.0]


def test_moments_are_formatted_in_beijing_time():
    assert formatting.format_local_time(datetime(2023, 1, 16, 1, 30, tzinfo=UTC)) == "2023年1月16日 09:30"
    assert formatting.format_local_time(datetime(2022, 12, 31, 20, 0, tzinfo=UTC)) == "2023年1月1日 04:00"


def test_every_amount_per_mu_has_the_decimals_of_the_catalogue():
    """Lists, cards and the wall take ``PER_MU``: no module of the product makes a unit 万元/亩 of its own."""
    assert [METRICS[key].scales for key in ("tax_per_mu", "value_added_per_mu")] == [(PER_MU,), (PER_MU,)]
    shown = [formatting.format_number(value, PER_MU) for value in (0.994, 9.996, 28.355, 1205.0)]
    assert shown == ["0.99", "10.00", "28.36", "1,205.00"]
    root = Path(formatting.__file__).parents[1]
    modules = [path for folder in ("cockpit", "layouts", "callbacks") for path in (root / folder).rglob("*.py")]
    assert [path.name for path in modules if 'Scale("万元/亩"' in path.read_text("utf-8")] == ["entries.py"]


@pytest.mark.parametrize(
    ("fraction", "text", "unit"), [(0.14445, "14.4", "%"), (0.14450, "14.5", "%"), (0.0, "0", "%"), (math.nan, "—", "")]
)
def test_a_share_with_its_unit_apart(fraction, text, unit):
    shown = formatting.percent_value(fraction)
    assert (shown.text, shown.unit) == (text, unit)


def test_an_amount_is_rounded_half_away_from_zero_with_a_real_minus():
    assert formatting.format_rounded(14.45, 1) == "14.5"
    assert formatting.format_rounded(-1234.5, 0) == "−1,235"
    assert formatting.format_rounded(math.nan, 1) == "—"
    assert formatting.format_trimmed(73.25, 1) == "73.3"
    assert formatting.format_trimmed(73.0, 1) == "73"

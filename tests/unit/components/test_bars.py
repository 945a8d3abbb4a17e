"""Bars: one scale from zero, the value at the end, connectors in a waterfall."""

from __future__ import annotations

import math

import pytest

from layouts.components.bars import Bar, bars, columns, extent, waterfall
from tests.unit.pages.markup import text_of, with_class


def positions(component, name="bar-fill"):
    return [(c.style["left"], c.style.get("width")) for c in with_class(component, name)]


def test_bars_start_at_zero_and_the_longest_fills_the_scale():
    assert positions(bars([Bar("a", 0, 40, "40"), Bar("b", 0, 10, "10")])) == [("0.00%", "100.00%"), ("0.00%", "25.00%")]


def test_negative_bars_end_at_zero():
    assert positions(bars([Bar("a", 0, 30, "+30"), Bar("b", 0, -10, "-10")])) == [("25.00%", "75.00%"), ("0.00%", "25.00%")]


def test_two_groups_may_share_a_scale():
    span = extent([4.0, -1.0])
    assert positions(bars([Bar("a", 0, 4, "+4")], span=span)) == [("20.00%", "80.00%")]
    assert positions(bars([Bar("b", 0, -1, "-1")], span=span)) == [("0.00%", "20.00%")]


def test_steps_lead_from_the_end_of_each_to_the_next():
    rendered = waterfall([Bar("a", 0, 3, "+3"), Bar("b", 3, 2, "-1"), Bar("全区", 0, 2, "+2")])
    assert [left for left, _ in positions(rendered, "bar-lead")] == ["100.00%", "66.67%"]


def test_nothing_but_zeros_still_has_a_mark():
    assert positions(bars([Bar("a", 0, 0, "0.00")])) == [("0.00%", "0.40%")]


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "甲" * 60])
def test_names_are_text_and_stand_in_full_in_the_title(name):
    [row] = with_class(bars([Bar(name, 0, 1, "1")]), "bar-row")
    assert text_of(with_class(row, "bar-name")) == name
    assert row.title == name


def test_a_bar_with_an_address_is_a_link():
    [row] = with_class(bars([Bar("塘栖", 0, 1, "1", href="/?town=tangqi")]), "bar-row")
    assert row.href == "/?town=tangqi"


def test_columns_share_a_scale_and_a_missing_month_has_no_column():
    rendered = columns([202211, 202212], [math.nan, 0.1], "bar", -0.1, 0.1)
    missing, known = with_class(rendered, "column")
    [known] = with_class(known, "column-fill")
    assert not with_class(missing, "column-fill")
    assert (known.style["height"], known.style["bottom"]) == ("50.00%", "50.00%")
    assert "solid" in with_class(rendered, "column")[-1].className
    assert [c.title for c in with_class(rendered, "column")] == ["11月同比 —", "12月同比 +10.0%"]

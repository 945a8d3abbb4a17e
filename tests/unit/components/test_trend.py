"""The trend: areas between the years, labels that do not touch, months that are missing or reported together."""

from __future__ import annotations

import math

import pytest

from cockpit.catalogue.metrics import METRICS
from cockpit.district.terms import LevelTerms
from cockpit.views.parts import Caption, Trend, TrendPoint
from layouts.charts.labels import apart
from layouts.charts.trend_lines import month_names, rise_and_fall, runs, tick_labels, ticks
from layouts.components.trend_chart import trend_chart
from layouts.ui.theme import Viewport
from tests.unit.pages.markup import attribute, elements, text_of, with_class

CAPTION = Caption("全区", "2022年1—12月", "数据截至2022年12月")
NAN = math.nan


def trend(*values, base=(), first=202201, covered=1):
    """A trend in 亿元; months follow each other."""
    points = []
    for i, value in enumerate(values):
        before = base[i] * 1e4 if i < len(base) else NAN
        change = (value * 1e4 - before) / before if before > 0 else NAN
        points.append(TrendPoint(first + i, covered, value * 1e4, before, NAN, change))
    return Trend(METRICS["output"], tuple(points), "", CAPTION)


def paths(view, state, viewport=None):
    """Lines of the shapes of a state."""
    chart = trend_chart(view, LevelTerms(), viewport or Viewport())
    return [path.d for path in elements(chart, "path") if set(state.split()) <= set(path.className.split())]


def test_without_a_month_there_is_no_chart():
    assert trend_chart(trend(), LevelTerms(), Viewport()) == ""


def test_area_between_the_years_is_a_rise_where_this_year_is_above():
    assert rise_and_fall([20, 30], [10, 10]) == {"rise": [[(0, 20), (1, 30), (1, 10), (0, 10)]], "fall": []}


def test_area_changes_its_tone_where_the_lines_cross():
    assert rise_and_fall([20, 10], [10, 20]) == {
        "rise": [[(0, 20), (0.5, 15), (0.5, 15), (0, 10)]],
        "fall": [[(0.5, 15), (1, 10), (1, 20), (0.5, 15)]],
    }


def test_a_month_without_a_value_parts_the_areas_and_the_line():
    values = [20, 30, NAN, 30, 40]
    assert [[x for x, _ in ring] for ring in rise_and_fall(values, [10] * 5)["rise"]] == [[0, 1, 1, 0], [3, 4, 4, 3]]
    assert runs(values) == [[(0, 20), (1, 30)], [(3, 30), (4, 40)]]
    [line] = paths(trend(*values, base=(10,) * 5), "trend-line now")
    assert line.count("M") == 2


def test_a_month_by_itself_is_a_dot_since_it_makes_no_line():
    view = trend(20, 30, base=(NAN, 10))
    assert len(paths(view, "trend-dot prev")) == 1
    assert not paths(view, "trend-dot now")


def test_values_are_on_one_scale_from_top_to_bottom():
    # 10 to 30 with a margin of 8 % on both sides, on 640 units; two months on a width of 1000.
    [line] = paths(trend(10, 30, base=(10, 10)), "trend-line now")
    assert line == "M250.0,595.9L750.0,44.1"


def test_columns_begin_at_zero_and_the_last_is_solid():
    view = trend(20, 5, base=(10, 10))  # +100 %, −50 %: a scale of 150 with 105 of room on both sides
    [rise], [fall] = paths(view, "trend-column rise"), paths(view, "trend-column fall last")
    assert rise == "M90.0,892.4v-69.4h320.0v69.4z"
    assert fall == "M590.0,892.4v34.7h320.0v-34.7z"


@pytest.mark.parametrize(
    ("values", "positions"),
    [
        ([10.0, 5.0, 0.0], [10, 5, 0]),
        ([10.0, 9.5, 9.0], [10, 8, 6]),
        ([1.0, 0.5, 0.0], [4, 2, 0]),
        ([3.0], [3]),
        ([], []),
    ],
)
def test_end_labels_keep_two_apart_and_stay_above_the_axis(values, positions):
    assert apart(values, 2.0, 0.0) == positions


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.0, 100.0, ["0", "50", "100"]),
        (437.0, 902.0, ["600", "800"]),
        (-0.31, 0.32, ["−0.2", "0.0", "0.2"]),
        (1990.0, 2012.0, ["1,990", "2,000", "2,010"]),
        (0.0319, 0.0352, ["0.032", "0.033", "0.034", "0.035"]),
    ],
)
def test_ticks_are_round_and_have_equal_decimals(low, high, expected):
    assert tick_labels(ticks(low, high, 4)) == expected


def test_labels_have_year_and_value_of_the_last_month():
    chart = trend_chart(trend(180, 192.8, base=(170, 176.6), first=202211), LevelTerms(), Viewport())
    assert text_of(with_class(chart, "now")) == "2022年 192.8"
    assert [text_of(label) for label in with_class(chart, "trend-end")] == ["2022年 192.8", "2021年 176.6"]
    assert [text_of(label) for label in with_class(chart, "trend-change")] == ["+5.9", "+9.2"]
    assert text_of([label for label in with_class(chart, "trend-change") if "last" in label.className]) == "+9.2"
    assert text_of(with_class(chart, "trend-unit")) == "同比 %"


def test_months_reported_together_are_named_so():
    assert month_names(trend(200, base=(190,), first=202202, covered=2).points, narrow=False) == [("1—2月", "")]


def test_each_year_is_named_once_where_months_of_two_stand_together():
    points = (*trend(1, base=(1,), first=202112).points, *trend(1, 1, base=(1, 1), first=202201).points)
    assert month_names(points, narrow=False) == [("12月", "2021年"), ("1月", "2022年"), ("2月", "")]
    assert month_names(points, narrow=True)[1] == ("1月", "22年")
    view = Trend(METRICS["output"], points, "", CAPTION)
    assert with_class(trend_chart(view, LevelTerms(), Viewport()), "trend-years")
    assert "12月<br>2021年" in trend_chart(view, LevelTerms(), Viewport())


def test_a_crowded_axis_names_few_months_and_always_the_last():
    points = trend(*range(1, 13), base=range(1, 13)).points
    assert [name for name, _ in month_names(points, narrow=True) if name] == ["3月", "6月", "9月", "12月"]
    narrow = with_class(trend_chart(trend(*range(1, 13), base=range(1, 13)), LevelTerms(), Viewport(narrow=True)), "trend-change")
    assert len(narrow) == 4  # the growth of the months that are named, at the same places
    whole = trend_chart(trend(*range(1, 13), base=range(1, 13)), LevelTerms(), Viewport(narrow=True))
    assert [c.style["left"] for c in narrow] == [c.style["left"] for c in with_class(whole, "trend-name")]


def test_falling_months_leave_space_for_their_labels():
    # −50 % on a scale down to −67.5: the column ends at 1/1.35 of the height.
    [fall] = paths(trend(5, base=(10,)), "trend-column fall")
    assert fall.endswith("v185.2h640.0v-185.2z")


def test_each_month_has_its_values_and_all_the_definition():
    chart = trend_chart(trend(20, base=(10,)), LevelTerms(), Viewport())
    [month] = with_class(chart, "trend-month")
    assert attribute(month, "data-tooltip").split("\n") == ["2022年1月", "产值 20.0亿元", "上年同期 10.0亿元", "同比 +100.0%"]
    assert attribute(chart, "data-tooltip-all") == f"口径：{METRICS['output'].definition_for(LevelTerms())}"


def test_it_is_text_that_depends_on_no_theme_and_no_size():
    view = trend(20, base=(10,))
    assert trend_chart(view, LevelTerms(), Viewport()) == trend_chart(view, LevelTerms(), Viewport("light", scale=2.0))

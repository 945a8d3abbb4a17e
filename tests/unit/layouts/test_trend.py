"""The trend: areas between the years, labels that do not touch, months that are missing or reported together."""

from __future__ import annotations

import math

import pytest

from cockpit.metrics import METRICS
from cockpit.views.parts import Caption, Trend, TrendPoint
from layouts.figures.text import apart
from layouts.figures.trend import trend_figure
from layouts.theme import Screen

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


def areas(figure):
    return {t["fillcolor"]: t for t in figure["data"] if t.get("fill") == "toself"}


def test_without_a_month_there_is_no_figure():
    assert trend_figure(trend(), Screen()) is None


def test_area_between_the_years_is_red_where_this_year_is_above():
    on = Screen()
    [(colour, area)] = areas(trend_figure(trend(20, 30, base=(10, 10)), on)).items()
    assert colour == on.faded("up", 0.16)
    assert area["x"] == [0, 1, 1, 0, None]
    assert area["y"] == [20, 30, 10, 10, None]


def test_area_changes_its_colour_where_the_lines_cross():
    on = Screen("light")
    found = areas(trend_figure(trend(20, 10, base=(10, 20)), on))
    above, below = found[on.faded("up", 0.1)], found[on.faded("down", 0.1)]
    assert above["x"] == [0, 0.5, 0.5, 0, None]
    assert above["y"] == [20, 15, 15, 10, None]
    assert below["x"] == [0.5, 1, 1, 0.5, None]
    assert below["y"] == [15, 10, 20, 15, None]


def test_a_month_without_a_figure_parts_the_areas_and_the_line():
    figure = trend_figure(trend(20, 30, NAN, 30, 40, base=(10, 10, 10, 10, 10)), Screen())
    [area] = areas(figure).values()
    assert area["x"] == [0, 1, 1, 0, None, 3, 4, 4, 3, None]
    line = next(t for t in figure["data"] if t.get("mode") == "lines" and t["line"].get("width") == 2.5)
    assert line["y"] == [20, 30, None, 30, 40]
    assert line["connectgaps"] is False


def test_a_single_month_is_a_dot_since_it_makes_no_line():
    figure = trend_figure(trend(20, 30, base=(NAN, 10)), Screen())
    modes = {t["line"]["color"]: t["mode"] for t in figure["data"] if t.get("marker", {}).get("size")}
    assert modes[Screen().token("prev")] == "markers"
    assert modes[Screen().token("now")] == "lines"


@pytest.mark.parametrize(
    ("values", "places"),
    [
        ([10.0, 5.0, 0.0], [10, 5, 0]),
        ([10.0, 9.5, 9.0], [10, 8, 6]),
        ([1.0, 0.5, 0.0], [4, 2, 0]),
        ([3.0], [3]),
        ([], []),
    ],
)
def test_end_labels_keep_two_apart_and_stay_above_the_axis(values, places):
    assert apart(values, 2.0, 0.0) == places


def test_labels_tell_year_and_figure_of_the_last_month():
    figure = trend_figure(trend(180, 192.8, base=(170, 176.6), first=202211), Screen())
    told = [n["text"] for n in figure["layout"]["annotations"]]
    assert "<b>2022年 192.8</b>" in told
    assert "2021年 176.6" in told
    assert "<b>+9.2</b>" in told


def test_months_reported_together_are_named_so():
    figure = trend_figure(trend(200, base=(190,), first=202202, covered=2), Screen())
    assert figure["layout"]["xaxis"]["ticktext"] == ["1—2月"]


def test_each_year_is_named_once_where_months_of_two_stand_together():
    points = (*trend(1, base=(1,), first=202112).points, *trend(1, 1, base=(1, 1), first=202201).points)
    view = Trend(METRICS["output"], points, "", CAPTION)
    assert trend_figure(view, Screen())["layout"]["xaxis"]["ticktext"] == ["12月<br>2021年", "1月<br>2022年", "2月"]
    assert trend_figure(view, Screen(narrow=True))["layout"]["xaxis"]["ticktext"][1] == "1月<br>22年"


def test_falling_months_leave_room_for_their_labels():
    low, high = trend_figure(trend(5, base=(10,)), Screen())["layout"]["yaxis2"]["range"]
    assert low == pytest.approx(-50 * 1.35)
    assert high == 0


def test_hover_ends_with_the_definition_in_lines_that_fit():
    [hover] = next(t for t in trend_figure(trend(20, base=(10,)), Screen())["data"] if t["type"] == "bar")["text"]
    lines = hover.split("<br>")
    assert lines[0] == "<b>2022年1月</b>"
    assert "同比 +100.0%" in lines
    assert "".join(lines).endswith(METRICS["output"].definition)
    assert all(len(line) <= 24 for line in lines)


def test_sizes_follow_the_screen():
    small, large = trend_figure(trend(20, base=(10,)), Screen()), trend_figure(trend(20, base=(10,)), Screen(scale=2.0))
    assert large["layout"]["font"]["size"] == 2 * small["layout"]["font"]["size"]
    assert large["layout"]["margin"]["r"] == 2 * small["layout"]["margin"]["r"]

"""The map: classes, outlines, clicks."""

from __future__ import annotations

import math

import pytest
from layouts.figures.town_map import Place, class_of, cuts, map_figure

from cockpit.geo import MapShape
from layouts.theme import RAMP, Screen

SQUARE = ((0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0), (0.0, 0.0))
FLAT = ((1.0, 0.0), (1.0, 0.2), (3.0, 0.2), (3.0, 0.0), (1.0, 0.0))
SHAPE = MapShape({"a": (SQUARE,), "b": (FLAT,)}, {"a": (0.5, 0.5), "b": (2.0, 0.1)})


def place(key, value=1.0, *, selected=False):
    return Place(key, key.upper(), value, "+1.0%", "hover", selected)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([4.7, 4.8, 6.2, 7.4, 7.8, 8.5, 8.8, 10.8], [5, 7, 8, 9]),
        ([28.1, 30.8, 31.3, 31.6, 34.9, 40.5, 76.0, 105.2], [30, 32.5, 35, 75]),
        ([5.0, 5.0], []),
        ([5.0], []),
        ([math.nan, math.nan], []),
        ([-97.0, -91.0, -78.0, -69.0, math.nan], [-95, -90, -80, -70]),
    ],
)
def test_cuts_are_as_round_as_they_can_be_and_still_differ(values, expected):
    assert cuts(values, 5) == expected


def test_no_class_is_left_without_a_cut_below_it():
    limits = cuts([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], 5)
    assert {class_of(v, limits) for v in (1.0, 2.0, 4.0, 5.0, 7.0)} <= set(range(5))
    assert class_of(0.0, limits) == 0
    assert class_of(9.0, limits) == len(limits)


def test_a_town_without_a_figure_has_no_class():
    figure = map_figure(SHAPE, [place("a", math.nan), place("b", 2.0)], Screen())
    colours = [t["fillcolor"] for t in figure["data"]]
    assert colours == [Screen().token("s3"), Screen().token(RAMP[0])]


def test_a_click_names_the_town():
    assert [t["meta"] for t in map_figure(SHAPE, [place("a"), place("b")], Screen())["data"]] == ["town:a", "town:b"]


def test_selected_towns_are_outlined_on_top():
    data = map_figure(SHAPE, [place("a", selected=True), place("b")], Screen())["data"]
    assert data[-1]["line"] == {"color": Screen().token("t1"), "width": 2}
    assert data[-1]["x"] == [x for x, _ in SQUARE]
    assert data[-1]["hoverinfo"] == "skip"


def test_flat_towns_have_their_label_on_one_line():
    labels = [n["text"] for n in map_figure(SHAPE, [place("a"), place("b")], Screen())["layout"]["annotations"]]
    assert labels == ["<b>A</b><br>+1.0%", "<b>B</b> +1.0%"]


def test_towns_without_a_shape_are_left_out_and_no_shape_is_no_map():
    assert len(map_figure(SHAPE, [place("a"), place("c")], Screen())["data"]) == 1
    assert map_figure(SHAPE, [place("c")], Screen()) is None

"""The map: classes, outlines, links, positions of labels."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from cockpit.district.geo import MapGeometry
from layouts.components.town_map import MapArea, town_area, town_map
from layouts.ui.theme import RAMP
from tests.unit.pages.markup import attribute, elements, text_of, with_class

SQUARE = ((0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0), (0.0, 0.0))
FLAT = ((1.0, 0.0), (1.0, 0.2), (3.0, 0.2), (3.0, 0.0), (1.0, 0.0))
GEOMETRY = MapGeometry({"a": (SQUARE,), "b": (FLAT,)}, {"a": (0.5, 0.5), "b": (2.0, 0.1)})


def area(key, value=1.0, **more):
    return MapArea(key, key.upper(), value, "+1.0%", (f"{key}镇", "产值 3亿元"), href=f"/?town={key}", **more)


def areas(rendered):
    """Path of each town."""
    return [link.children[0] for link in elements(rendered, "a")]


def test_a_town_without_a_value_has_no_class():
    rendered = town_map(GEOMETRY, [area("a", math.nan), area("b", 2.0)])
    assert [p.style["fill"] for p in areas(rendered)] == ["var(--s3)", f"var(--{RAMP[0]})"]


LOWER_RIGHT = tuple((x + 1, y - 1) for x, y in SQUARE)


@pytest.mark.parametrize(
    ("rings", "values", "is_taken"),
    [
        ({"a": SQUARE}, (1.0,), True),
        ({"a": SQUARE, "b": LOWER_RIGHT}, (1.0, 2.0), False),
        # The legend of long numbers is as wide as the map.
        ({"a": SQUARE, "b": LOWER_RIGHT, "c": LOWER_RIGHT}, (-1234.55, -1000.15, 1_234_567.0), True),
    ],
)
def test_the_map_says_whether_its_legend_has_room_beside_it(rings, values, is_taken):
    geometry = MapGeometry({key: (ring,) for key, ring in rings.items()}, dict.fromkeys(rings, (0.5, 0.5)))
    rendered = town_map(geometry, [area(key, value) for key, value in zip(rings, values, strict=True)])
    assert bool(with_class(rendered, "corner-taken")) is is_taken


def test_a_colour_of_its_own_goes_before_the_class():
    own = replace(area("a"), fill="rgb(1,2,3)", ink="bg")
    rendered = town_map(GEOMETRY, [own, area("b")])
    assert areas(rendered)[0].style["fill"] == "rgb(1,2,3)"
    assert [label.style.get("color") for label in with_class(rendered, "town-label")] == ["var(--bg)", None]


def test_each_town_is_a_link_with_a_label_and_a_tooltip():
    rendered = town_map(GEOMETRY, [area("a"), area("b")], "口径：说明")
    link = elements(rendered, "a")[0]
    assert link.href == "/?town=a"
    assert attribute(link, "data-nav") is True
    assert attribute(link, "data-tooltip") == "a镇\n产值 3亿元"
    assert attribute(link, "aria-label") == "a镇，产值 3亿元"
    assert attribute(rendered, "data-tooltip-all") == "口径：说明"


def test_selected_towns_are_outlined_on_top():
    rendered = town_map(GEOMETRY, [area("a", is_selected=True), area("b")])
    [picture] = elements(rendered, "svg")
    assert picture.children[-1].className == "town-outline"
    assert picture.children[-1].d == areas(rendered)[0].d
    assert [attribute(a, "aria-current") for a in elements(rendered, "a")] == ["true", None]


def test_without_an_address_a_town_is_no_link_and_opens_deeper_on_the_wall():
    html = town_map(GEOMETRY, [MapArea("a", "A", 1.0, "", target="town:a")])
    assert "<a" not in html
    assert '<g data-target="town:a">' in html
    assert text_of(with_class(town_map(GEOMETRY, [MapArea("a", "A", 1.0, "")]), "town-label")) == "A"


def test_north_is_up_and_labels_stand_in_their_towns():
    rendered = town_map(GEOMETRY, [area("a"), area("b")])
    [picture] = elements(rendered, "svg")
    height = float(picture.viewBox.split()[-1])
    # 988 wide for three degrees; at the equator a degree of latitude is as long: 341 high with the edges.
    assert height == 341
    assert areas(rendered)[0].d == "M6,335L6,6L335,6L335,335L6,335Z"
    first, second = (label.style for label in with_class(rendered, "town-label"))
    assert (first["left"], first["top"]) == ("17.07%", "50.00%")
    assert second["left"] == "66.47%"
    assert float(second["top"].rstrip("%")) > 85


@pytest.mark.parametrize(("latitude", "ratio"), [(0.0, 1.0), (22.6, 1.083), (30.4, 1.159), (45.8, 1.434), (-60.0, 2.0)])
def test_the_proportions_are_those_of_the_maps_latitude(latitude, ratio):
    """A county of Heilongjiang isn't as flat as one of Hainan is."""
    move = lambda ring: tuple((x, y + latitude - 0.5) for x, y in ring)  # noqa: E731
    moved = MapGeometry({"a": (move(SQUARE),)}, {"a": (0.5, latitude)})
    [picture] = elements(town_map(moved, [area("a")]), "svg")
    width, height = (float(side) - 12 for side in picture.viewBox.split()[-2:])
    assert height / width == pytest.approx(ratio, abs=0.002)


def test_flat_towns_have_their_label_on_one_line():
    rendered = town_map(GEOMETRY, [area("a"), area("b")])
    assert "<b>A</b><br>+1.0%" in rendered
    assert "<b>B</b> +1.0%" in rendered


def test_towns_without_a_shape_are_left_out_and_no_shape_is_no_map():
    assert len(areas(town_map(GEOMETRY, [area("a"), area("c")]))) == 1
    assert town_map(GEOMETRY, [area("c")]) == ""


def test_it_is_text_that_is_escaped():
    html = town_map(GEOMETRY, [replace(area("a"), name="<i>", hint=('"><script>',))])
    assert "<script>" not in html
    assert "<i>" not in html


def test_a_click_selects_a_town_and_deselects_it_again(context):
    assert town_area("tangqi", "塘栖", 1.0, "", (), context()).href == "/?town=tangqi"
    selected = town_area("tangqi", "塘栖", 1.0, "", (), context(towns=("tangqi",)))
    assert (selected.href, selected.is_selected) == ("/", True)


def test_a_level_fills_the_picture_whatever_other_levels_there_are():
    square = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0))
    elsewhere = tuple((x * 50 + 30, y * 50 + 70) for x, y in square)
    alone = MapGeometry({"a": (square,)}, {"a": (0.5, 0.5)})
    among = MapGeometry({"a": (square,), "b": (elsewhere,)}, {"a": (0.5, 0.5), "b": (55.0, 95.0)})
    assert town_map(among, [area("a")]) == town_map(alone, [area("a")])


def test_many_areas_have_their_names_alone_on_the_map():
    keys = [f"k{n}" for n in range(17)]
    square = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0))
    rings = {key: (tuple((x + n, y) for x, y in square),) for n, key in enumerate(keys)}
    shape = MapGeometry(rings, {key: (n + 0.5, 0.5) for n, key in enumerate(keys)})
    some, all_of_them = (town_map(shape, [area(key) for key in shown]) for shown in (keys[:16], keys))
    assert text_of(some).count("+1.0%") == 16
    assert "+1.0%" not in text_of(all_of_them)
    assert len(with_class(all_of_them, "town-label")) == 17

"""The map: classes, outlines, links, what stands where."""

from __future__ import annotations

import math
from dataclasses import replace

from cockpit.district.geo import MapShape
from layouts.components.town_map import Place, town_map, town_place
from layouts.ui import svg
from layouts.ui.markup import is_static, to_html
from layouts.ui.theme import RAMP
from tests.unit.pages.markup import attribute, classed, walk, words

SQUARE = ((0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0), (0.0, 0.0))
FLAT = ((1.0, 0.0), (1.0, 0.2), (3.0, 0.2), (3.0, 0.0), (1.0, 0.0))
SHAPE = MapShape({"a": (SQUARE,), "b": (FLAT,)}, {"a": (0.5, 0.5), "b": (2.0, 0.1)})


def place(key, value=1.0, **more):
    return Place(key, key.upper(), value, "+1.0%", (f"{key}镇", "产值 3 亿元"), href=f"/?town={key}", **more)


def areas(drawn):
    """Path of each town."""
    return [a.children for a in walk(drawn) if isinstance(a, svg.A)]


def test_a_town_without_a_figure_has_no_class():
    drawn = town_map(SHAPE, [place("a", math.nan), place("b", 2.0)])
    assert [p.style["fill"] for p in areas(drawn)] == ["var(--s3)", f"var(--{RAMP[0]})"]


def test_a_colour_of_its_own_goes_before_the_class():
    own = replace(place("a"), fill="rgb(1,2,3)", ink="bg")
    drawn = town_map(SHAPE, [own, place("b")])
    assert areas(drawn)[0].style["fill"] == "rgb(1,2,3)"
    assert [label.style.get("color") for label in classed(drawn, "town-label")] == ["var(--bg)", None]


def test_each_town_is_a_link_that_says_where_it_leads_and_what_it_tells():
    drawn = town_map(SHAPE, [place("a"), place("b")], "口径：说明")
    link = next(node for node in walk(drawn) if isinstance(node, svg.A))
    assert link.href == "/?town=a"
    assert attribute(link, "data-nav") == ""
    assert attribute(link, "data-hint") == "a镇\n产值 3 亿元"
    assert attribute(link, "aria-label") == "a镇，产值 3 亿元"
    assert attribute(drawn, "data-hint-all") == "口径：说明"


def test_selected_towns_are_outlined_on_top():
    drawn = town_map(SHAPE, [place("a", selected=True), place("b")])
    [picture] = [node for node in walk(drawn) if isinstance(node, svg.Svg)]
    assert picture.children[-1].className == "town-outline"
    assert picture.children[-1].d == areas(drawn)[0].d
    assert [attribute(a, "aria-current") for a in walk(drawn) if isinstance(a, svg.A)] == ["true", None]


def test_without_an_address_a_town_is_no_link_and_opens_deeper_on_the_wall():
    told = to_html(town_map(SHAPE, [Place("a", "A", 1.0, "", deep="town:a")]))
    assert "<a" not in told
    assert '<g data-deep="town:a">' in told
    assert words(classed(town_map(SHAPE, [Place("a", "A", 1.0, "")]), "town-label")) == "A"


def test_north_is_up_and_labels_stand_in_their_towns():
    drawn = town_map(SHAPE, [place("a"), place("b")])
    [picture] = [node for node in walk(drawn) if isinstance(node, svg.Svg)]
    height = float(picture.viewBox.split()[-1])
    # 988 wide for three degrees; a degree of latitude is 1.16 of longitude: 394 high with the edges.
    assert height == 394
    assert areas(drawn)[0].d == "M6,388L6,6L335,6L335,388L6,388Z"
    first, second = (label.style for label in classed(drawn, "town-label"))
    assert (first["left"], first["top"]) == ("17.07%", "50.00%")
    assert second["left"] == "66.47%"
    assert float(second["top"].rstrip("%")) > 85


def test_flat_towns_have_their_label_on_one_line():
    drawn = to_html(town_map(SHAPE, [place("a"), place("b")]))
    assert "<b>A</b><br>+1.0%" in drawn
    assert "<b>B</b> +1.0%" in drawn


def test_towns_without_a_shape_are_left_out_and_no_shape_is_no_map():
    assert len(areas(town_map(SHAPE, [place("a"), place("c")]))) == 1
    assert town_map(SHAPE, [place("c")]) is None


def test_it_is_text_that_is_escaped():
    drawn = town_map(SHAPE, [replace(place("a"), name="<i>", words=('"><script>',))])
    assert is_static(drawn)
    told = to_html(drawn)
    assert "<script>" not in told
    assert "<i>" not in told


def test_a_click_chooses_a_town_and_lets_it_go_again(env):
    assert town_place("tangqi", "塘栖", 1.0, "", (), env()).href == "/?town=tangqi"
    chosen = town_place("tangqi", "塘栖", 1.0, "", (), env(towns=("tangqi",)))
    assert (chosen.href, chosen.selected) == ("/", True)


def test_a_level_fills_the_picture_whatever_other_levels_there_are():
    square = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0))
    elsewhere = tuple((x * 50 + 30, y * 50 + 70) for x, y in square)
    alone = MapShape({"a": (square,)}, {"a": (0.5, 0.5)})
    among = MapShape({"a": (square,), "b": (elsewhere,)}, {"a": (0.5, 0.5), "b": (55.0, 95.0)})
    assert to_html(town_map(among, [place("a")])) == to_html(town_map(alone, [place("a")]))


def test_many_areas_have_their_names_alone_on_the_map():
    keys = [f"k{n}" for n in range(17)]
    square = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0))
    rings = {key: (tuple((x + n, y) for x, y in square),) for n, key in enumerate(keys)}
    shape = MapShape(rings, {key: (n + 0.5, 0.5) for n, key in enumerate(keys)})
    some, all_of_them = (town_map(shape, [place(key) for key in chosen]) for chosen in (keys[:16], keys))
    assert words(some).count("+1.0%") == 16
    assert "+1.0%" not in words(all_of_them)
    assert len(classed(all_of_them, "town-label")) == 17

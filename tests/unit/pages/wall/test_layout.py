"""Scenes of the wall as HTML."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

from cockpit.views.space.parks import ParkRow
from cockpit.views.wall.headlines import WallHeadline
from layouts.wall.space import render_scene
from tests.unit.pages.markup import parse, text_of, with_class
from tests.unit.pages.space.test_layout import NAN, PARK, parks


def test_a_park_whose_tax_is_unknown_has_no_bar():
    rows = tuple(ParkRow(park, "南苑", NAN, NAN, ()) for park in (replace(PARK, name="未报", tax=NAN), PARK))
    view = SimpleNamespace(headline=WallHeadline((), ""), plan=SimpleNamespace(goals=()), parks=parks(rows=rows))
    bars = with_class(parse(render_scene(view, context=None).html), "w-park")
    widths = {text_of(bar.children[0]): bar.children[1].children[0].style["width"] for bar in bars}
    assert widths[PARK.name] == "100.00%"
    assert widths["未报"] == "0.00%"

"""Lines between the stages of a chain."""

from __future__ import annotations

import math
import re
from urllib.parse import unquote

from layouts.chain.stage_edges import StageNode, edges_picture
from layouts.ui.theme import Viewport


def node(name, *following, value=100.0, gap=False, chosen=False):
    return StageNode(name, following, math.nan if gap else value, gap, chosen)


def lines(*columns, viewport=None):
    """(class, width, path) of each line."""
    picture = unquote(edges_picture(columns, viewport or Viewport(), "chain-lime"))
    return re.findall(r'<path class="(\w)" stroke-width="([\d.]+)" d="([^"]+)"/>', picture)


def ends(path):
    """First and last point."""
    points = re.findall(r"-?[\d.]+,-?[\d.]+", path)
    return points[0], points[-1]


def test_a_line_runs_from_the_right_edge_to_the_left_edge_of_the_next_column():
    [(name, width, path)] = lines([node("a", "b")], [node("b")])
    assert ends(path) == ("46.00,50.00", "54.00,50.00")
    assert (name, width) == ("e", "7")


def test_rows_of_a_column_are_equally_high():
    result = lines([node("a", "c"), node("b", "c")], [node("c")])
    assert [ends(p)[0] for _, _, p in result] == ["46.00,25.00", "46.00,75.00"]


def test_every_source_to_every_target_runs_through_one_point():
    result = lines([node("a", "c", "d"), node("b", "c", "d")], [node("c"), node("d")])
    assert len(result) == 4
    assert [ends(p) for _, _, p in result] == [
        ("46.00,25.00", "50.00,50.00"),
        ("46.00,75.00", "50.00,50.00"),
        ("50.00,50.00", "54.00,25.00"),
        ("50.00,50.00", "54.00,75.00"),
    ]


def test_different_targets_get_a_line_each():
    assert len(lines([node("a", "c", "d"), node("b", "c")], [node("c"), node("d")])) == 3


def test_width_grows_with_the_root_of_output():
    result = lines([node("a", "c", value=100.0), node("b", "c", value=25.0)], [node("c", value=1.0)])
    assert [float(w) for _, w, _ in result] == [7.0, 1.2 + (7.0 - 1.2) * 0.5]


def test_a_missing_stage_has_thin_dashed_lines():
    assert [(n, w) for n, w, _ in lines([node("a", "c", gap=True), node("b", "c")], [node("c")])] == [("g", "1.2"), ("e", "7")]


def test_where_all_sources_are_missing_every_line_is_dashed():
    sources = [node("a", "c", "d", gap=True), node("b", "c", "d", gap=True)]
    assert {n for n, _, _ in lines(sources, [node("c"), node("d")])} == {"g"}


def test_unknown_and_negative_figures_draw_thin_lines():
    assert {w for _, w, _ in lines([node("a", "c", value=math.nan), node("b", "c", value=-5.0)], [node("c")])} == {"1.2"}


def test_stages_that_lead_nowhere_or_to_an_unknown_one_draw_nothing():
    assert edges_picture([[node("a", "x")], [node("b")]], Viewport(), "chain-lime") == ""


def test_a_line_within_a_column_bows_out_and_one_backwards_enters_from_the_right():
    [(_, _, path)] = lines([node("a", "b"), node("b")], [node("c")])
    assert ends(path) == ("46.00,25.00", "46.00,75.00")
    assert "50.00" in path
    [(_, _, back)] = lines([node("a")], [node("b", "a")])
    assert ends(back) == ("54.00,50.00", "46.00,50.00")


def test_lines_take_the_colours_and_size_of_the_screen():
    picture = unquote(edges_picture([[node("a", "b")], [node("b")]], Viewport("light", 2.0), "chain-lime"))
    assert Viewport("light").token("chain-lime") in picture
    assert 'stroke-width="14"' in picture


def test_lines_from_and_to_a_selected_stage_are_strong():
    result = lines([node("a", "c"), node("b", "d", chosen=True)], [node("c"), node("d")])
    assert [n for n, _, _ in result] == ["e", "E"]
    result = lines([node("a", "c", "d"), node("b", "c")], [node("c"), node("d", chosen=True)])
    assert [n for n, _, _ in result] == ["e", "E", "e"]


def test_in_a_bundle_the_selected_stages_lines_are_strong_on_both_sides():
    """From b to the point and on to c and d; a's own line doesn't."""
    result = lines([node("a", "c", "d"), node("b", "c", "d", chosen=True)], [node("c"), node("d")])
    assert [n for n, _, _ in result] == ["e", "E", "E", "E"]


def test_the_other_lines_are_faint_only_while_a_stage_is_selected():
    def opacity(chosen):
        picture = unquote(edges_picture([[node("a", "b", chosen=chosen)], [node("b")]], Viewport(), "chain-lime"))
        return float(re.search(r"opacity:([\d.]+)", picture)[1])

    assert opacity(True) < opacity(False)

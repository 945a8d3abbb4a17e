"""A tree of areas: which firm is in which area, the ledgers and targets of an area, sums by the areas shown."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from cockpit.catalogue.dimensions import Grouping, grouping_label
from cockpit.catalogue.metrics import METRICS
from cockpit.cube.area_mapping import map_ledgers_to_areas, map_to_areas, sum_cube_to_areas
from cockpit.district.areas import Area
from cockpit.district.district import District
from cockpit.district.geo import tile_geometry
from cockpit.district.terms import LevelTerms
from cockpit.errors import DistrictError
from cockpit.query_string import from_query
from cockpit.selection import Selection
from data.district_pack import load_district, load_map


def keys(district):
    return [t.key for t in district.towns]


def test_a_level_shows_its_areas_and_names_the_lowest(tree):
    assert keys(tree) == ["east", "west", "tangqi"]
    assert [t.key for t in tree.leaves][:4] == ["linping", "nanyuan", "donghu", "xingqiao"]
    assert tree.shown_area_by_key["linping"] == tree.shown_area_by_key["north-east"] == tree.shown_area_by_key["east"] == "east"
    assert tree.shown_area_by_key["tangqi"] == "tangqi"
    assert not tree.is_flat
    assert tree.area == ""


def test_a_changed_copy_knows_its_own_areas(tree):
    assert len(tree.leaves) == len(tree.by_key) - 3 == 8
    fewer = tree.model_copy(update={"towns": tree.towns[1:]})
    assert (len(fewer.leaves), len(fewer.by_key), "linping" in fewer.shown_area_by_key) == (5, 6, False)
    assert len(tree.leaves) == 8


@pytest.mark.parametrize("steps", [("north-east",), ("east", "north-east")])
def test_an_area_is_the_same_by_whichever_route(tree, steps):
    result = tree
    for key in steps:
        result = result.for_area(key)
    assert keys(result) == ["linping", "nanyuan"]
    assert result.path == (("", "临平区"), ("east", "东片"), ("north-east", "东北片"))
    assert (result.area, result.name, result.terms.whole) == ("north-east", "东北片", "全片")
    assert result.is_flat


@pytest.mark.parametrize("key", ["tangqi", "linping", "nowhere"])
def test_no_drilling_down_into_what_has_no_parts(tree, key):
    with pytest.raises(KeyError):
        tree.for_area(key)


def test_what_the_whole_district_has_is_left_out_of_an_area(tree):
    assert tree.platform is not None
    assert tree.talent_goals
    inner = tree.for_area("west")
    assert (inner.platform, inner.talent_goals, inner.renewal_plan) == (None, (), None)
    assert inner.chains == tree.chains


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("西湖区", "xihu"),
        ("西湖", "xihu"),
        ("杭州市西湖区", "xihu"),
        ("浙江省杭州市西湖区", "xihu"),
        ("330106000000", "xihu"),
        ("义乌", "yiwu"),
        ("金华市义乌市", "yiwu"),
        ("杭州市", None),
        ("宁波市西湖区", None),
    ],
)
def test_a_province_knows_its_counties_by_name(text, key):
    result = load_district("zhejiang").find_leaf(text)
    assert (result and result.key) == key


def test_a_name_that_two_counties_have_needs_the_city_before_it(tree):
    east, west, _ = tree.towns
    twice = [t.model_copy(update={"name": "城关镇", "short": "城关"}) for t in (east.parts[1], west.parts[0])]
    areas = (east.model_copy(update={"parts": (twice[0],)}), west.model_copy(update={"parts": (twice[1],)}))
    district = District(**({name: getattr(tree, name) for name in District.model_fields} | {"towns": areas}))
    assert district.find_leaf("城关镇") is None
    assert district.find_leaf("东片城关镇").key == "donghu"
    assert district.find_leaf("西片城关").key == "xingqiao"


def test_a_scope_may_be_an_area_of_any_level():
    province = load_district("zhejiang")
    assert province.find_area("杭州市").key == "hangzhou"
    assert province.find_area("西湖区").key == "xihu"


def test_the_province_of_the_pack_is_whole():
    province = load_district("zhejiang")
    assert len(province.towns) == 11
    assert len(province.leaves) == 90
    for city in province.towns:
        assert {leaf.code[:4] for leaf in city.leaves()} == {city.code[:4]}
    shape = load_map(province)
    assert {t.key for t in province.towns} | {t.key for t in province.leaves} <= shape.rings.keys()
    assert len({t.tile for t in province.towns}) == 11


def test_tiles_lie_side_by_side_in_rows_or_where_the_pack_says(tree):
    shape = tile_geometry(tree.towns)
    (left, top), (right, _), (_, bottom), *_ = shape.rings["east"][0]
    assert (left, top) == (0, 0)
    assert shape.rings["west"][0][0][0] > right
    assert shape.rings["tangqi"][0][0][1] < bottom
    towns = [t.model_copy(update={"tile": (column, 3)}) for column, t in enumerate(tree.towns)]
    assert {ring[0][1] for rings in tile_geometry(towns).rings.values() for ring in rings} == {-3.0}


ROWS = pd.DataFrame({"town": pd.array(["linping", "tangqi", None, "donghu", "qiaosi"], dtype="str"), "n": [1, 2, 3, 4, 5]})


def test_rows_of_a_level_and_of_an_area(tree, district):
    assert map_to_areas(ROWS, district) is ROWS
    whole = map_to_areas(ROWS, tree)
    assert whole["town"].fillna("?").tolist() == ["east", "tangqi", "?", "east", "west"]
    assert whole["n"].tolist() == [1, 2, 3, 4, 5]
    inner = map_to_areas(ROWS, tree.for_area("east"))
    assert list(zip(inner["town"], inner["n"], strict=True)) == [("north-east", 1), ("donghu", 4)]
    assert map_to_areas(ROWS, tree.for_area("north-east"))["n"].tolist() == [1]


def test_an_area_that_the_pack_lacks_is_an_error(tree):
    unknown = pd.DataFrame({"town": pd.array(["linping", "atlantis", None, "atlantis", "thule"], dtype="str"), "n": range(5)})
    with pytest.raises(DistrictError, match=r"atlantis、thule（共2个）"):
        map_to_areas(unknown, tree)
    assert map_to_areas(unknown, tree.for_area("east"))["n"].tolist() == [0]


def test_targets_and_what_only_the_whole_has(tree):
    scopes = ["district", "town:east", "town:linping", "town:west", "chain:fashion", "town:north-east"]
    ledgers = {
        "target": pd.DataFrame({"scope": pd.array(scopes, dtype="str"), "value": range(6)}),
        "talent": pd.DataFrame({"category": ["a"]}),
        "policy": pd.DataFrame({"title": ["b"]}),
    }
    whole = map_ledgers_to_areas(ledgers, tree)
    assert whole["target"]["scope"].tolist() == ["district", "town:east", "town:west", "chain:fashion"]
    assert len(whole["talent"]) == 1
    east = map_ledgers_to_areas(ledgers, tree.for_area("east"))
    assert dict(zip(east["target"]["scope"], east["target"]["value"], strict=True)) == {"district": 1, "town:north-east": 5}
    assert (len(east["talent"]), len(east["policy"])) == (0, 1)


def test_sums_go_up_and_nothing_reported_stays_missing(tree):
    row = {"division": "18", "chain": "fashion", "stage": "", "role": "一般", "kind": "规上", "max_span": 1}
    rows = pd.DataFrame(
        [
            {"month": 202201, "town": "linping", **row, "output_fen": 5.0, "tax_fen": np.nan},
            {"month": 202201, "town": "donghu", **row, "output_fen": 7.0, "tax_fen": np.nan},
            {"month": 202202, "town": "donghu", **row, "max_span": 2, "output_fen": np.nan, "tax_fen": -1.0},
            {"month": 202201, "town": "tangqi", **row, "output_fen": 1.0, "tax_fen": 2.0},
        ]
    )
    result = sum_cube_to_areas(rows, tree).set_index(["month", "town"]).sort_index()
    assert list(result.index) == [(202201, "east"), (202201, "tangqi"), (202202, "east")]
    assert result["output_fen"].fillna(-9).tolist() == [12, 1, -9]
    assert result["tax_fen"].fillna(-9).tolist() == [-9, 2, -1]
    assert result["max_span"].tolist() == [1, 1, 2]
    assert set(sum_cube_to_areas(rows, tree.for_area("east"))["town"]) == {"north-east", "donghu"}


def test_the_link_says_the_area_and_towns_are_its_own(tree):
    read, notices = from_query({"area": ["east"], "town": ["donghu", "qiaosi"]}, tree)
    assert (read.area, read.towns) == ("east", ("donghu",))
    assert notices == ("镇街“qiaosi”不存在，已忽略",)
    assert read.href("/") == "/?town=donghu&area=east"
    assert not Selection(area="east").is_filtered


@pytest.mark.parametrize("area", ["linping", "tangqi", "nowhere"])
def test_an_unknown_area_is_ignored_with_a_notice(tree, district, area):
    for pack in (tree, district):
        read, notices = from_query({"area": [area]}, pack)
        assert read == Selection()
        assert notices == (f"区域“{area}”不认识，已按默认显示",)


def test_the_what_if_is_of_the_whole(tree):
    read, notices = from_query({"area": ["east"], "town": ["donghu"], "view": ["what-if"]}, tree)
    assert (read.area, read.towns) == ("", ())
    assert notices == ("模拟评价针对临平区全部企业，已不按区域查看",)


def test_templates_are_filled_with_the_terms_of_a_level():
    terms = LevelTerms(part="设区市", whole="全省", own="本省")
    assert terms.fill("{whole}各{part}，{own}成员") == "全省各设区市，本省成员"
    assert terms.fill("没有{part}的全区") == "没有设区市的全区"
    assert METRICS["platform_members"].definition_for(terms) == "期末月份时尚E家本省成员企业数。"
    assert METRICS["platform_members"].definition_for(LevelTerms()) == "期末月份时尚E家本区成员企业数。"
    assert grouping_label(Grouping.TOWN, terms) == "设区市"
    assert grouping_label(Grouping.CHAIN, terms) == "产业链"


def test_the_terms_of_a_level_have_one_key():
    area = {"key": "a", "code": "1" * 12, "name": "甲", "short": "甲"}
    terms = {"part": "设区市", "whole": "全省", "own": "本省"}
    assert Area.model_validate({**area, "terms": terms}).terms.whole == "全省"
    with pytest.raises(ValidationError, match="words"):
        Area.model_validate({**area, "words": terms})

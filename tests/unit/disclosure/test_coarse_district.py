"""Names of merged groups, and what captions say of them."""

from __future__ import annotations

import pytest

from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.names import group_name
from cockpit.disclosure.cell_groups import ALL_CHAINS, ALL_MEASURES, ALL_TOWNS, MERGED_CHAIN, CellGroups, Coarsening, Level
from cockpit.disclosure.coarse_district import coarsen_district, coarsen_geometry, merged_caption, merged_notes
from cockpit.district.geo import MapGeometry

GROUPS = Level.GROUPS


def coarsening(towns=(), chains=(), **levels):
    return Coarsening(CellGroups(towns, frozenset(chains)), dict.fromkeys(ALL_MEASURES, GROUPS) | levels, 202212)


def test_merged_towns_stand_in_the_place_of_the_first(district):
    pack = coarsen_district(district, coarsening([("nanyuan", "donghu"), ("chongxian", "tangqi")]))
    names = [town.name for town in pack.towns]
    assert names == ["临平街道", "南苑街道等2个镇街", "星桥街道", "乔司街道", "运河街道", "崇贤街道等2个镇街"]
    assert group_name(pack, Grouping.TOWN, "nanyuan--1") == ("南苑街道等2个镇街", "南苑等2个")
    assert pack.chains == district.chains
    assert pack.name == district.name


def test_groups_of_chains_are_chains_of_the_pack(district):
    pack = coarsen_district(district, coarsening(chains=[("tangqi", "fashion")], green_investment=Level.TOWNS))
    assert [group_name(pack, Grouping.CHAIN, key)[0] for key in (MERGED_CHAIN, ALL_CHAINS)] == [
        "其他产业链（合并）",
        "全部产业链（合并）",
    ]
    assert len(set(pack.chain_colors.values())) == len(pack.chains)
    assert [group_name(pack, Grouping.INDUSTRY, key)[0] for key in ("98", "99")] == ["其他行业（合并）", "全部行业（合并）"]


def test_what_is_shown_for_the_whole_only_has_a_name(district):
    pack = coarsen_district(district, coarsening(green_investment=Level.WHOLE))
    assert group_name(pack, Grouping.TOWN, ALL_TOWNS)[0] == "全部镇街（合并）"
    assert pack.towns[:-1] == district.towns


def test_merged_towns_of_other_data_stand_beside_theirs(district):
    pack = coarsen_district(district, coarsening(), CellGroups((("linping", "nanyuan"),)))
    assert [town.name for town in pack.towns][:3] == ["临平街道", "临平街道等2个镇街", "南苑街道"]


def test_a_layout_holds_merged_towns_or_is_left_out(district):
    assert coarsen_district(district, coarsening([("nanyuan", "xingqiao")])).layout == district.layout
    assert coarsen_district(district, coarsening([("donghu", "xingqiao")])).layout is None
    zone = district.layout.areas[0].model_copy(update={"towns": ("donghu", "xingqiao")})
    wide = district.model_copy(update={"layout": district.layout.model_copy(update={"areas": (zone,)})})
    assert coarsen_district(wide, coarsening([("donghu", "xingqiao")])).layout.areas[0].towns == ("donghu--1",)


def test_the_map_has_the_borders_of_merged_towns():
    rings = {"a": (((0.0, 0.0), (1.0, 0.0)),), "b": (((2.0, 0.0), (3.0, 0.0)),)}
    geometry = coarsen_geometry(MapGeometry(rings, {"a": (0.5, 0.0), "b": (2.5, 0.0)}), CellGroups((("a", "b"),)))
    assert geometry.rings["a--1"] == rings["a"] + rings["b"]
    assert geometry.labels["a--1"] == (0.5, 0.0)


def test_captions_say_why(district):
    assert merged_caption(district) == "为保护单个企业的数据，企业少于3家的分组已合并"
    limits = district.thresholds.model_copy(update={"disclosure_minimum_firms": 5})
    assert "少于5家" in merged_caption(district.model_copy(update={"thresholds": limits}))


@pytest.mark.parametrize(
    ("made", "notes"),
    [
        (coarsening(), ()),
        (coarsening(chains=[("tangqi", "fashion")]), ("时尚产业不含并入“其他产业链（合并）”的部分",)),
        (
            coarsening(green_investment=Level.WHOLE, rd=Level.TOWNS, staff_months=Level.NOTHING, land=Level.NOTHING),
            (
                "研发费用只按镇街合计，不分产业链和行业",
                "绿色能源投资只有全区合计，不分镇街、产业链和行业",
                "平均用工人数、用地面积不显示：多数来自个别企业",
            ),
        ),
    ],
)
def test_notes_say_what_a_figure_lacks(district, made, notes):
    assert merged_notes(made, district) == notes
    assert merged_notes(made, coarsen_district(district, made)) == notes

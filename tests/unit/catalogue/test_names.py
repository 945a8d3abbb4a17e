"""Towns, chains, industries and enterprises' short names."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from cockpit.catalogue.dimensions import INDUSTRIES, find_industry, industry_name
from cockpit.catalogue.names import short_firm
from cockpit.district.district import District


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("塘栖镇", "tangqi"),
        ("塘栖", "tangqi"),
        ("330113100000", "tangqi"),
        ("330113100", "tangqi"),
        ("临平区塘栖镇", "tangqi"),
        ("杭州市临平区塘栖镇", "tangqi"),
        ("浙江省杭州市临平区东湖街道", "donghu"),
        (" 东湖 街道 ", "donghu"),
        ("临平", "linping"),
        ("临平街道", "linping"),
        ("临平区临平街道", "linping"),
        ("临平区临平", "linping"),
        ("donghu", "donghu"),
    ],
)
def test_a_town_is_known_by_name_short_name_code_and_with_the_district_before_it(district, text, key):
    assert district.find_town(text).key == key


@pytest.mark.parametrize("text", ["", "临平区", "杭州市", "塘", "塘栖镇塘栖镇", "余杭街道", "330113"])
def test_what_is_no_town_is_none(district, text):
    assert district.find_town(text) is None


def test_the_nearest_name_is_offered(district):
    assert district.nearest_leaf("塘西镇") == "塘栖镇"
    assert district.nearest_chain("绿色能原") == "绿色能源"
    assert district.nearest_leaf("xyz") is None


@pytest.mark.parametrize("text", ["时尚产业", "时尚", "时尚产业链", "时尚链", "fashion", " 时 尚 "])
def test_a_chain_is_known_with_and_without_its_ending(district, text):
    assert district.find_chain(text).key == "fashion"


@pytest.mark.parametrize("text", ["", "产业链", "链", "时", "全部"])
def test_what_is_no_chain_is_none(district, text):
    assert district.find_chain(text) is None


def test_a_district_with_a_name_twice_is_refused(district):
    twice = district.model_dump() | {"towns": [*district.model_dump()["towns"], district.towns[0].model_dump()]}
    with pytest.raises(ValidationError, match=r"towns\.key: 重复 linping"):
        District.model_validate(twice)


@pytest.mark.parametrize(
    ("text", "division"),
    [("17", "17"), ("C17", "17"), ("c1751", "17"), ("1751", "17"), ("175", "17"), ("纺织业", "17"), ("纺织", "17"), ("06", "06")],
)
def test_an_industry_is_known_by_code_and_name(text, division):
    assert find_industry(text) == division


@pytest.mark.parametrize("text", ["", "1", "17510", "00", "98", "99", "C", "纺", "CC17", "１７"])
def test_what_is_no_industry_is_none(text):
    assert find_industry(text) is None


def test_every_industry_has_a_match_by_its_own_name():
    assert all(find_industry(name) == division for division, name in INDUSTRIES.items())
    assert len(set(INDUSTRIES.values())) == len(INDUSTRIES) == 41
    assert industry_name("65") == "大类65"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("杭州锦安动力有限公司", "锦安动力"),
        ("浙江省杭州市老板实业集团股份有限公司", "老板实业"),
        ("运达能源科技集团股份有限公司", "运达能源科技"),
        ("有限公司", "有限公司"),
        ("杭州有限公司", "杭州有限公司"),
        ("<script>", "<script>"),
    ],
)
def test_a_short_name_is_the_trade_name(district, name, short):
    assert short_firm(district, name) == short


def test_only_the_areas_that_the_pack_names_are_left_out(district):
    elsewhere = district.model_copy(update={"name_prefixes": ("江苏省", "苏州市")})
    assert short_firm(elsewhere, "江苏省苏州锦安动力有限公司") == "锦安动力"
    assert short_firm(elsewhere, "杭州锦安动力有限公司") == "杭州锦安动力"
    assert elsewhere.find_town("江苏省苏州市临平区塘栖镇").key == "tangqi"
    assert elsewhere.find_town("杭州市临平区塘栖镇") is None

from __future__ import annotations

from urllib.parse import parse_qs, parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.catalogue.dimensions import INDUSTRIES, Grouping
from cockpit.catalogue.metrics import METRICS
from cockpit.cube.cube import Filter
from cockpit.query_string import from_query
from cockpit.selection import (
    SPLITS,
    URL_DEFAULTS,
    URL_KEYS,
    Compare,
    GradeMeasure,
    MapColoring,
    Selection,
    View,
    scope_label,
)
from data.district_pack import load_district

DISTRICT = load_district("linping")


def some(keys):
    return st.lists(st.sampled_from(sorted(keys)), unique=True, max_size=4).map(lambda keys: tuple(sorted(keys)))


SELECTIONS = st.builds(
    Selection,
    towns=some(t.key for t in DISTRICT.towns),
    industries=some(INDUSTRIES),
    chains=some(c.key for c in DISTRICT.chains),
    period=st.sampled_from(["", "2022", "2022-03", "2021-11..2022-02", "ttm", "ttm:2022-06", "month"]),
    compare=st.sampled_from(Compare),
    comparable=st.booleans(),
    metric=st.sampled_from(sorted(METRICS)),
    shade=st.sampled_from(MapColoring),
    by=st.sampled_from(SPLITS),
    firm_query=st.sampled_from(["", "锦安 动力", "91330113"]),
    cell=st.sampled_from(["", "规上.C.10-12.5.315-400"]),
    sort=st.sampled_from(["", "output", "-name"]),
    list_page=st.sampled_from([1, 2, 999_999]),
)


def read(query):
    return from_query(parse_qs(query, keep_blank_values=True), DISTRICT)


@given(SELECTIONS)
def test_a_selection_comes_back_from_its_own_link(selection):
    assert read(selection.to_query()) == (selection, ())


def test_a_link_writes_every_key_in_the_order_of_the_contract():
    every = Selection(
        "area", ("a",), ("17",), ("c",), ("s",), "2022", Compare.MOM, True, "tax", MapColoring.VALUE, Grouping.CHAIN,
        "g", ("A",), GradeMeasure.TAX, View.WHAT_IF, "f", "x", "b", "v", 7, "q", "cell", "-name", 2,
    )  # fmt: skip
    assert tuple(key for key, _ in parse_qsl(every.to_query())) == URL_KEYS


def test_a_link_with_defaults_alone_means_the_default_selection():
    assert URL_DEFAULTS.keys() == set(URL_KEYS)
    query = {key: [text] for key, text in URL_DEFAULTS.items() if text}
    assert query == {
        "comparable": ["0"], "compare": ["yoy"], "metric": ["output"], "shade": ["change"], "by": ["town"],
        "counted": ["count"], "record": ["0"], "page": ["1"],
    }  # fmt: skip
    assert from_query(query, DISTRICT) == (Selection(), ())


def test_the_default_selection_is_an_empty_query():
    assert Selection().to_query() == ""
    assert Selection().href("/") == "/"
    assert read("") == (Selection(), ())
    assert not Selection().is_filtered


def test_only_what_changes_figures_counts_as_filtered():
    assert not Selection(metric="tax", shade=MapColoring.VALUE, by=Grouping.CHAIN).is_filtered
    assert Selection(towns=("tangqi",)).is_filtered
    assert Selection(period="2021").is_filtered
    assert Selection(comparable=True).is_filtered


def test_names_codes_and_keys_are_read_and_written_as_keys():
    selection, notices = read("town=塘栖镇&town=东湖&town=tangqi&industry=C17&industry=纺织服装、服饰&chain=时尚")
    assert notices == ()
    assert selection.towns == ("donghu", "tangqi")
    assert selection.industries == ("17", "18")
    assert selection.chains == ("fashion",)
    assert selection.where == Filter(("donghu", "tangqi"), ("17", "18"), ("fashion",))


@pytest.mark.parametrize(
    ("query", "notice"),
    [
        ("town=火星", "镇街“火星”不存在，已忽略"),
        ("industry=99", "行业“99”不存在，已忽略"),
        ("chain=x", "产业链“x”不存在，已忽略"),
        ("period=tomorrow", "期间“tomorrow”不认识，已按默认显示"),
        ("compare=qoq", "对比“qoq”不认识，已按默认显示"),
        ("comparable=maybe", "口径“maybe”不认识，已按默认显示"),
        ("metric=gdp", "指标“gdp”不认识，已按默认显示"),
        ("page=0", "页码“0”不认识，已按默认显示"),
        ("page=９９９９９９９", "页码“９９９９９９９”不认识，已按默认显示"),
        ("shade=red", "地图着色“red”不认识，已按默认显示"),
        ("by=month", "分组“month”不认识，已按默认显示"),
        ("colour=blue", "链接里的“colour”不认识，已忽略"),
    ],
)
def test_what_is_unknown_is_dropped_with_a_notice(query, notice):
    assert read(query) == (Selection(), (notice,))


@given(
    st.dictionaries(
        st.sampled_from(["town", "industry", "chain", "period", "compare", "comparable", "metric", "shade", "by"])
        | st.text(max_size=8),
        st.lists(st.text(max_size=40), max_size=3),
        max_size=6,
    )
)
def test_no_query_fails_and_what_remains_is_clean(query):
    selection, notices = from_query(query, DISTRICT)
    assert read(selection.to_query())[0] == selection
    assert all(len(n) < 60 for n in notices)


def test_toggling_twice_changes_nothing():
    once = Selection(towns=("tangqi",)).toggled("towns", "donghu")
    assert once.towns == ("donghu", "tangqi")
    assert once.toggled("towns", "donghu").towns == ("tangqi",)


@pytest.mark.parametrize(
    ("selection", "label"),
    [
        (Selection(), "全区 · 全部行业"),
        (Selection(towns=("donghu", "tangqi"), industries=("17",)), "东湖街道、塘栖镇 · 纺织业"),
        (Selection(chains=("fashion",), comparable=True), "全区 · 时尚产业 · 全部行业 · 可比口径"),
    ],
)
def test_the_scope_label_names_what_is_selected(selection, label):
    assert scope_label(selection, DISTRICT) == label


@pytest.mark.parametrize("key", ["from", "isappinstalled", "utm_source", "utm_campaign"])
def test_what_wechat_adds_to_a_link_is_ignored_in_silence(district, key):
    selection, notices = from_query({"town": ["qiaosi"], key: ["singlemessage"]}, district)
    assert (selection, notices) == (Selection(towns=("qiaosi",)), ())
    assert from_query({f"{key}x y": ["1"]}, district)[1] != ()


def test_selected_names_are_in_the_districts_order(district):
    """乔司 stands before 崇贤 in the pack, chongxian before qiaosi in the address."""
    selection, _ = from_query({"town": ["崇贤", "乔司"], "chain": ["biomedicine", "fashion"]}, district)
    assert scope_label(selection, district) == "乔司街道、崇贤街道 · 时尚产业、生物医药 · 全部行业"

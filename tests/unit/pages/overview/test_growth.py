"""What drove growth, and the link out of an empty panel."""

from __future__ import annotations

import math

import pytest

from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.metrics import METRICS
from cockpit.selection import Compare
from cockpit.views.parts import Caption, Contributions, ContributionStep
from layouts.components.growth import render_contributions
from layouts.components.no_data import no_data
from tests.unit.pages.markup import text_of, walk, with_class

CAPTION = Caption("全区", "2022年", "数据截至2022年12月")


def contributions(*points, metric="output", reason="", whole_name="全区", **more):
    steps = tuple(ContributionStep(f"k{i}", f"行业{i}", p, p, **more) for i, p in enumerate(points))
    total = sum(points) if points else math.nan
    return Contributions(METRICS[metric], "行业", steps, total, total, whole_name, (), (), "", reason, CAPTION)


def labels(panel):
    return [text_of(with_class(r, "bar-name")) + text_of(with_class(r, "bar-label")) for r in with_class(panel.body, "bar-row")]


def test_parts_then_total(context):
    assert labels(render_contributions(contributions(3.0, 1.0, -0.5), context())) == [
        "行业0+3.00",
        "行业1+1.00",
        "行业2−0.50",
        "全区+3.50",
    ]


def test_the_total_has_the_name_of_what_was_split(context):
    # A period of one's own narrows nothing.
    assert labels(render_contributions(contributions(1.0, whole_name="合计"), context(period="2021")))[-1] == "合计+1.00"


def test_of_too_many_parts_the_least_weighty_stand_as_one(context):
    result = labels(render_contributions(contributions(9, 8, 7, 6, 5, 4, 3, 0.2, 0.1, -2), context()))
    assert result == [
        *(f"行业{i}+{p}.00" for i, p in enumerate((9, 8, 7, 6, 5, 4, 3))),
        "行业9−2.00",
        "其余2个+0.30",
        "全区+40.30",
    ]


def test_a_step_toggles_its_filter(context):
    panel = render_contributions(contributions(1.0), context(by=Grouping.INDUSTRY, towns=("tangqi",)))
    assert with_class(panel.body, "bar-row")[0].href == "/?town=tangqi&industry=k0&by=industry"


def test_a_ratio_shows_own_change_and_structure(context):
    panel = render_contributions(contributions(1.0, metric="tax_per_mu", own=0.75, structure=0.25), context())
    assert [text_of(h) for h in walk(panel.body) if type(h).__name__ == "H3"] == ["自身变化", "结构变化"]


def test_without_a_comparison_the_link_selects_one(context):
    panel = render_contributions(contributions(reason="没有选择对比"), context(compare=Compare.NONE, towns=("tangqi",)))
    [link] = with_class(panel.body, "button")
    assert (text_of(link), link.href) == ("改为同比", "/?town=tangqi")


@pytest.mark.parametrize(
    ("selected", "text", "links"),
    [
        ({}, "换一个期间再看", []),
        ({"towns": ("nanyuan",)}, "当前筛选：镇街 = 南苑街道", [("清除镇街筛选", "/")]),
        (
            {"towns": ("nanyuan",), "industries": ("46",)},
            "当前筛选：镇街 = 南苑街道，行业 = 水的生产和供应业",
            [("清除行业筛选", "/?town=nanyuan"), ("清除全部筛选", "/")],
        ),
        ({"period": "2020"}, "换一个期间再看", [("清除期间筛选", "/")]),
        ({"comparable": True}, "当前筛选：口径 = 可比口径", [("清除可比口径筛选", "/")]),
    ],
)
def test_an_empty_panel_undoes_the_narrowest_filter_first(context, selected, text, links):
    state = no_data(context(**selected))
    assert text_of(with_class(state, "empty-hint")) == text
    assert [(text_of(b), b.href) for b in with_class(state, "button")] == links

"""Numbers, units and dates are written one way, over every page and every scene of the wall.

A number stands directly before its unit (192.8亿元); a day is 2022年5月20日 but in a column of days; a difference of two
percentages is 个百分点 but in a mark or card, where it is 点.
"""

from __future__ import annotations

import re

import pytest
from markupsafe import Markup

from app import create_server
from callbacks.render import respond
from callbacks.request import PageRequest
from cockpit.settings import Settings
from layouts.ui.theme import Viewport
from tests.app.test_figures import addresses
from tests.unit.pages.markup import walk

_UNITS = (
    "亿元|亿千瓦时|万元|万人|万件|万平方米|万吨|万千瓦时|平方米|个|家|亩|人|条|项|天|年|月|吨|千克|名|次|单|点"
    "|倍|处|行|位|分(?!组|档|别|片)|%"
)
#: A name may end with a number (测试企业12), so that only figures in front of a whole unit are looked at.
APART = re.compile(rf"(?<![A-Za-z\d\-])[+−]?\d[\d,.]*[ \u00a0](?:{_UNITS})(?=[^一-鿿]|$|[，。；：、）])")
_DAY = re.compile(r"(?<![A-Za-z\d-])\d{4}-\d\d(?:-\d\d)?(?![A-Za-z\d-])")
_PADDED = re.compile(r"年0\d月|月0\d日")
_POINTS = re.compile(r"[\d.]点")
_ATTRIBUTES = ("title", "alt", "aria-label", "data-tooltip", "summary")
_FILTERS = (
    "",
    "town=tangqi&compare=mom&period=2022-02",
    "period=ttm&comparable=1&by=town",
    "period=2022-03..2022-05&metric=tax_per_mu&shade=value",
    "compare=none&by=industry&counted=land",
)


def shown(component):
    """Yield every text that is shown or read aloud: elements, labels, tooltips, and those within figures."""
    for node in walk(component):
        if isinstance(node, str | int | float) and not isinstance(node, Markup):
            yield str(node)
        if hasattr(node, "to_plotly_json"):
            properties = node.to_plotly_json()["props"]
            yield from (properties[name] for name in _ATTRIBUTES if isinstance(properties.get(name), str))
            yield from _of_figure(properties.get("figure"))


def _of_figure(part):
    if isinstance(part, dict):
        for key, value in part.items():
            if isinstance(value, str) and key in ("text", "hovertext", "hovertemplate", "texttemplate"):
                yield value
            else:
                yield from _of_figure(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from [value] if isinstance(value, str) else _of_figure(value)


def assert_written_by_the_rules(text):
    assert not APART.search(text), text
    assert not _PADDED.search(text), text
    assert not _DAY.search(text) or _DAY.fullmatch(text), text
    if _POINTS.search(text):
        assert text.startswith(("◆", "■")) or re.fullmatch(r"[\d.]+点", text), text


@pytest.mark.parametrize("filters", _FILTERS)
def test_every_page(graded_repository, shape, filters):
    count = 0
    for path, query, _ in addresses():
        response = respond(graded_repository, shape, PageRequest(path, f"{query}&{filters}", Viewport(), ""))
        for text in shown(response.body):
            assert_written_by_the_rules(text)
            count += 1
    assert count > 1000


def test_every_scene_of_the_wall(graded_url):
    client = create_server(Settings(database_url=graded_url, access="open")).test_client()
    for number in range(11):
        scene = client.get(f"/wall/scene/{number}").get_json()
        for text in (*shown(Markup(scene["html"])), *_of_figure(scene.get("figures"))):
            assert_written_by_the_rules(text)


@pytest.mark.parametrize(
    "text",
    ["产值 192.8 亿元", "18 个", "最近认定 12 家，共3个", "2022-05-20签约", "2022年05月20日", "拉动最大（−3.13点）", "占 5.0 %"],
)
def test_another_way_is_found(text):
    with pytest.raises(AssertionError):
        assert_written_by_the_rules(text)
    assert_written_by_the_rules("产值 192.8亿元，占 5.0%，2022年5月20日起")
    for cell in ("2022-05-20", "2.82点", "◆ 落后8.8点 91.2%"):
        assert_written_by_the_rules(cell)

"""Options of drop-downs are found as firms are: by name, pinyin, initials, mixed or full-width, and other words for the same."""

from __future__ import annotations

import pytest

from cockpit.analysis.option_search import find_options, option_directory
from cockpit.catalogue.dimensions import INDUSTRIES
from cockpit.errors import CockpitError
from tests.factories import pinyin_of


@pytest.mark.parametrize(
    ("text", "key"),
    [("qs", "qiaosi"), ("qiaosi", "qiaosi"), ("qiaos", "qiaosi"), ("qsi", "qiaosi"), ("ＱＳ", "qiaosi"), ("QiaoS", "qiaosi"),
     ("乔 司", "qiaosi"), ("街道 乔司", "qiaosi"), ("fz", "17"), ("fangzhi", "17"), ("fangz", "17"), ("ｆｚ", "17"),
     ("装备", "34"), ("装备", "35"), ("hkht", "37"), ("yaozhizao", "27"), ("女装", "18")],
)  # fmt: skip
def test_an_option_is_found_by(district, text, key):
    options = [*((town.key, town.name) for town in district.towns), *INDUSTRIES.items()]
    assert key in find_options(option_directory(options, pinyin_of), text)


def test_nothing_else_is_found(district):
    towns = option_directory([(town.key, town.name) for town in district.towns], pinyin_of)
    assert find_options(towns, "qs") == {"qiaosi"}
    assert find_options(towns, "装备") == find_options(towns, "") == frozenset()


def test_without_pinyin_names_are_found():
    def fails(names):
        raise CockpitError("没有整理出来")

    assert find_options(option_directory([("qiaosi", "乔司街道")], fails), "乔司") == {"qiaosi"}

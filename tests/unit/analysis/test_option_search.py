"""Drop-downs are found by pinyin, initials and other words for the same."""

from __future__ import annotations

import pytest

from cockpit.analysis.option_search import option_terms
from cockpit.errors import CockpitError
from layouts.shell.filters import option_names
from tests.factories import pinyin_of


def matches(terms, text):
    """The options that the drop-down finds: any part of a word, or of the name."""
    return [name for name in terms.by_name if text in name or any(text in term for term in terms[name].split())]


@pytest.mark.parametrize(
    ("text", "name"),
    [("qs", "乔司街道"), ("qiaosi", "乔司街道"), ("fz", "纺织业"), ("fangzhi", "纺织业"), ("装备", "通用设备制造业"),
     ("装备", "专用设备制造业"), ("hkht", "铁路、船舶、航空航天和其他运输设备制造业"), ("yaozhizao", "医药制造业")],
)  # fmt: skip
def test_an_option_is_found_by(district, text, name):
    assert name in matches(option_terms(option_names(district), pinyin_of), text)


def test_without_pinyin_names_are_found(district):
    def fails(names):
        raise CockpitError("没有整理出来")

    assert option_terms(["乔司街道"], fails)["乔司街道"] == ""

"""Pinyin from another process: equal to the library's, and a failure is reported."""

from __future__ import annotations

import subprocess
import sys

import pytest
from pypinyin import lazy_pinyin

from cockpit.errors import CockpitError
from data import pinyin

NAMES = ["杭州锦安动力有限公司", "ABC（杭州）纺织", "重庆长乐", "", "<script>\n\"'\\", "𠮷野"]


def test_pinyin_equals_the_library():
    assert pinyin.pinyin(NAMES) == [lazy_pinyin(name, errors=list) for name in NAMES]
    assert pinyin.pinyin([]) == []


def test_a_failing_process_is_reported(monkeypatch):
    monkeypatch.setattr(pinyin, "_SCRIPT", "raise SystemExit(3)")
    pinyin._pinyin_of_few.cache_clear()
    with pytest.raises(CockpitError, match="拼音"):
        pinyin.pinyin(NAMES)


def test_the_dictionary_is_not_loaded_elsewhere():
    script = "import sys, app, cli; sys.exit('pypinyin' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0

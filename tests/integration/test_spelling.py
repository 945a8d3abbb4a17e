"""Names spelled by another process: as the library does it here, and a failure told."""

from __future__ import annotations

import subprocess
import sys

import pytest
from pypinyin import lazy_pinyin

from cockpit.errors import CockpitError
from data import spelling

NAMES = ["杭州锦安动力有限公司", "ABC（杭州）纺织", "重庆长乐", "", "<script>\n\"'\\", "𠮷野"]


def test_names_are_spelled_as_the_library_spells_them():
    assert spelling.spelled(NAMES) == [lazy_pinyin(name, errors=list) for name in NAMES]
    assert spelling.spelled([]) == []


def test_a_process_that_fails_is_told(monkeypatch):
    monkeypatch.setattr(spelling, "_SPELL", "raise SystemExit(3)")
    with pytest.raises(CockpitError, match="拼音"):
        spelling.spelled(NAMES)


def test_the_dictionary_is_nobody_else_s():
    script = "import sys, app, cli; sys.exit('pypinyin' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0

"""Pinyin of names, computed in a separate process: the dictionary takes 50 MB, which no worker should hold for good."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from functools import lru_cache

from cockpit.errors import CockpitError

# errors=list: anything not Chinese comes character by character; by default the library returns it in one piece.
_SCRIPT = (
    "import json, sys; from pypinyin import lazy_pinyin; "
    "json.dump([lazy_pinyin(name, errors=list) for name in json.load(sys.stdin)], sys.stdout)"
)
_TIMEOUT_SECONDS = 300
#: Lists of at most so many names (areas, industries) are asked for again and again, so cached.
_FEW, _CACHED_LISTS = 200, 16


def pinyin(names: Sequence[str]) -> list[list[str]]:
    """Return the pinyin of each name: one syllable a Chinese character, any other character as it is.

    Raises ``CockpitError`` when the process fails or takes longer than ``_TIMEOUT_SECONDS``.
    """
    if not names:
        return []
    return _pinyin_of_few(tuple(names)) if len(names) <= _FEW else _run(names)


@lru_cache(_CACHED_LISTS)
def _pinyin_of_few(names: tuple[str, ...]) -> list[list[str]]:
    return _run(names)


def _run(names: Sequence[str]) -> list[list[str]]:
    # -I: neither the environment nor the working folder may influence what is imported.
    command = [sys.executable, "-I", "-c", _SCRIPT]
    try:
        request = json.dumps(list(names)).encode()
        result = subprocess.run(command, input=request, capture_output=True, timeout=_TIMEOUT_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise CockpitError("企业名称的拼音没有整理出来，暂时只能从页面里找企业。请稍后再试。") from error
    syllables: list[list[str]] = json.loads(result.stdout)
    return syllables

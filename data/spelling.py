"""Pinyin of names, spelled by a process of its own: the dictionary takes fifty megabytes, which no worker must hold for good."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

from cockpit.errors import CockpitError

# What isn't Chinese comes sign by sign (errors=list); the library would keep it in one piece.
_SPELL = (
    "import json, sys; from pypinyin import lazy_pinyin; "
    "json.dump([lazy_pinyin(name, errors=list) for name in json.load(sys.stdin)], sys.stdout)"
)
_SECONDS = 300


def spelled(names: Sequence[str]) -> list[list[str]]:
    """The pinyin of each name's characters. Raises ``CockpitError`` when the process fails."""
    # -I: nothing of the environment or the working folder gets a say in what is imported.
    command = [sys.executable, "-I", "-c", _SPELL]
    try:
        done = subprocess.run(command, input=json.dumps(list(names)).encode(), capture_output=True, timeout=_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise CockpitError("企业名称的拼音没有整理出来，暂时只能从页面里找企业。请稍后再试。") from error
    found: list[list[str]] = json.loads(done.stdout)
    return found

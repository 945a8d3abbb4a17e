"""The product's sources write a number directly before its unit, in pages, messages and the command line alike."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT

_UNITS = (
    "亿元|亿千瓦时|万元|万人|万件|万平方米|万吨|万千瓦时|平方米|个|家|亩|人|条|项|天|年|月|吨|千克|名|次|单|点"
    "|倍|处|行|位|分(?!组|档|别|片)|列"
)
#: A number filled in or written, a blank, and a unit.
_APART = re.compile(rf"(?:\}}|(?<![A-Za-z\-#\d,.])\d[\d,.]*)[ \u00a0](?:{_UNITS})")
_FOLDERS = ("assets", "callbacks", "cockpit", "commands", "data", "layouts", "server")


def _sources():
    for folder in _FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".py", ".html", ".js") and not {"vendor", "migrations"} & set(path.parts):
                yield path


def _text(line):
    """The line without what only readers of the source see."""
    return "" if line.lstrip().startswith(("#", "//", '"""')) else line.split("  # ")[0]


def test_no_blank_between_number_and_unit():
    faults = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in _sources()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if _APART.search(_text(line)) and not line.lstrip().startswith("documentation.")
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("line", ['f"{value:,.1f} 亿元"', '"找到 12 家"', "<span>{{ count }} 个</span>"])
def test_a_blank_is_found(line):
    assert _APART.search(line)

"""Short forms of names for narrow places."""

from __future__ import annotations

import re

_CITY = re.compile(r"^(浙江省?|杭州市?)+")
_LEGAL_FORM = re.compile(r"(集团)?(股份)?有限(责任)?公司$")


def short_firm(name: str) -> str:
    """An enterprise's trade name: 杭州锦安动力有限公司 -> 锦安动力; the full name when nothing would be left."""
    rest = _CITY.sub("", name)
    trade = _LEGAL_FORM.sub("", rest)
    return trade if len(trade) >= 2 else name

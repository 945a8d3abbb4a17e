"""Names as shown: of groups by their keys, and short forms for narrow columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

from cockpit.catalogue.dimensions import Grouping, industry_name
from cockpit.district.district import District

#: Names -> the pinyin of each one's characters, what isn't Chinese by itself (``Repository.pinyin``).
PinyinLookup = Callable[[Sequence[str]], Sequence[Sequence[str]]]
#: The legal form at the end of a firm's name, also where it isn't typed to its end.
LEGAL_ENDING = re.compile(r"(集团)?(股份)?有限(责任)?公?司?$|(集团)?股份(公司)?$|(?<=.)公司$")
_LEGAL_FORM = re.compile(r"(集团)?(股份)?有限(责任)?公司$")


@cache
def _area_prefix(names: tuple[str, ...]) -> re.Pattern[str]:
    """Match any of the areas' names at the start, with or without the last character (浙江省, 浙江)."""
    return re.compile(f"^({'|'.join(f'{re.escape(name)}?' for name in names)})*")


def short_firm(district: District, name: str) -> str:
    """Shorten an enterprise's name: 杭州锦安动力有限公司 -> 锦安动力; the full name when nothing would be left."""
    rest = _area_prefix(district.name_prefixes).sub("", name)
    trade = _LEGAL_FORM.sub("", rest)
    return trade if len(trade) >= 2 else name


def group_name(district: District, by: Grouping, key: str) -> tuple[str, str]:
    """Return name and short name of a group's key, e.g. of a town or a two-digit industry."""
    if by is Grouping.TOWN:
        town = district.by_key.get(key)
        return (town.name, town.short) if town else (key, key)
    if by is Grouping.CHAIN:
        name = next((c.name for c in district.chains if c.key == key), key or "未归链")
        return name, name
    if by is Grouping.INDUSTRY:
        name = industry_name(key)
        return name, name.removesuffix("制造业").removesuffix("业") or name
    return (key or "未填"), (key or "未填")


def sort_by_pinyin(names: Sequence[str], pinyin: PinyinLookup) -> list[str]:
    """Sort names as a Chinese dictionary does: syllable by syllable, and of equal sound by their characters."""
    pairs = zip(pinyin(names), names, strict=True)
    return [name for _, name in sorted((tuple(s.lower() for s in syllables), name) for syllables, name in pairs)]

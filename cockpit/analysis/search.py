"""Finding an enterprise by what a person types: name, part of it, short name, pinyin, initials, credit code.

All names stand in a few long texts, one line a firm, so that a search is a handful of scans by the regular
expression engine: a few milliseconds for ten thousand firms.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, product
from typing import Any

from cockpit import cache
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.names import group_name, short_firm
from cockpit.snapshot import Snapshot

MOST_HITS = 12
_LONGEST_QUERY = 40
_FEWEST_OF_CODE = 4
_MOST_SEVERAL = 3
#: Characters of several readings that firms like in their names: any will do, whatever the dictionary takes.
_READINGS = {
    "长": ("chang", "zhang"),
    "乐": ("le", "yue"),
    "行": ("hang", "xing"),
    "重": ("zhong", "chong"),
    "朝": ("chao", "zhao"),
    "盛": ("sheng", "cheng"),
    "单": ("dan", "shan"),
    "厦": ("xia", "sha"),
    "都": ("du", "dou"),
    "曾": ("zeng", "ceng"),
}
#: Names -> the pinyin of each one's characters, what isn't Chinese by itself (``data.pinyin``).
PinyinLookup = Callable[[Sequence[str]], Sequence[Sequence[str]]]
_CODE, _NAME_START, _NAME_PART, _INITIALS, _SPELLED_START, _SPELLED, _CODE_PART = range(7)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A firm found: its code, full and short name, names of town and chain, and the chain's key."""

    code: str
    name: str
    short: str
    town: str
    chain: str
    chain_key: str


@dataclass(frozen=True)
class FirmDirectory:
    """The firms in the order in which equally good hits are told, and the texts that are searched.

    ``spelled``: one line a reading of a name, syllables parted by spaces; ``firm_of_line`` tells whose. ``shorts``:
    where in each line the short name begins.
    """

    firms: tuple[SearchResult, ...]
    spelled: str
    firm_of_line: tuple[int, ...]
    shorts: tuple[int, ...]
    line_starts: tuple[int, ...]
    by_code: Mapping[str, int] = field(repr=False)
    names: tuple[str, ...] = field(repr=False)


def firm_directory(data: Snapshot, spell: PinyinLookup) -> FirmDirectory:
    """The directory of a data version, built once."""
    return data.cache.get_or_compute(cache.DIRECTORY, (), lambda: build_directory(data, spell))


def build_directory(data: Snapshot, spell: PinyinLookup) -> FirmDirectory:
    """The directory of the register: chain leaders first, then the larger ones by land, 规上 before 宗地."""
    rows = sorted(data.ledgers["enterprise"].to_dict("records"), key=_importance)
    spelled = spell([str(row["name"]) for row in rows])
    firms, lines, owners, shorts = [], [], [], []
    for at, (row, said) in enumerate(zip(rows, spelled, strict=True)):
        name = str(row["name"])
        town = group_name(data.district, Grouping.TOWN, str(row["town"]))[0]
        chain = group_name(data.district, Grouping.CHAIN, str(row["chain"]))[0]
        firms.append(SearchResult(str(row["credit_code"]), name, short_firm(name), town, chain, str(row["chain"])))
        for syllables in _readings(name, [_letters(s) for s in said]):
            before = name.find(firms[at].short)
            lines.append(" ".join(syllables))
            owners.append(at)
            shorts.append(sum(len(s) + 1 for s in syllables[: max(before, 0)]))
    starts = accumulate((len(line) + 1 for line in lines[:-1]), initial=0)
    codes = {firm.code: at for at, firm in enumerate(firms)}
    names = tuple(_plain(f.name) for f in firms)
    return FirmDirectory(tuple(firms), "\n".join(lines), tuple(owners), tuple(shorts), tuple(starts), codes, names)


def _importance(row: Mapping[Any, Any]) -> tuple[bool, bool, float, str]:
    return row["role"] != "链主", row["kind"] != "规上", -float(row["land_mu"]), str(row["credit_code"])


def _readings(name: str, said: list[str]) -> list[list[str]]:
    """The syllables of a name, one a character; once more for each other reading of its characters.

    Letters and digits stand for themselves; other signs are no syllable, but keep their place.
    """
    if len(said) != len(name):  # a character that the dictionary spells in several: no place is certain
        return [said]
    several = [at for at, char in enumerate(name) if char in _READINGS][:_MOST_SEVERAL]
    choices = [_READINGS[char] if at in several else (said[at],) for at, char in enumerate(name)]
    return [list(syllables) for syllables in product(*choices)]


def _letters(syllable: str) -> str:
    return re.sub("[^a-z0-9]", "", _plain(syllable))


def _plain(text: str) -> str:
    """Half-width and in small letters, without spaces: however it was typed."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


def find_firms(where: FirmDirectory, text: str) -> tuple[SearchResult, ...]:
    """At most ``MOST_HITS`` firms for ``text``, the best first.

    In this order: the whole code, the start of the name or short name, a part of the name, the start of its
    initials, its pinyin (in full, as initials, or mixed: jadl, jinandongli, jinadl) from the start, then from any
    syllable on, a part of the code from four signs on. Among equals as in the directory.
    """
    wanted = _plain(text[:_LONGEST_QUERY])
    if not wanted:
        return ()
    best: dict[int, int] = {}
    for at, rank in _matches(where, wanted):
        best[at] = min(rank, best.get(at, rank))
    order = sorted(best, key=lambda at: (best[at], at))
    return tuple(where.firms[at] for at in order[:MOST_HITS])


def _matches(where: FirmDirectory, wanted: str) -> Iterator[tuple[int, int]]:
    """(firm, rank) of every match; a firm may come several times."""
    exact = where.by_code.get(wanted.upper())
    if exact is not None:
        yield exact, _CODE
    for at, name in enumerate(where.names):
        if wanted in name:
            starts = name.startswith(wanted) or _plain(where.firms[at].short).startswith(wanted)
            yield at, _NAME_START if starts else _NAME_PART
    if re.fullmatch("[a-z0-9]+", wanted):
        yield from _spelled(where, wanted)
        if len(wanted) >= _FEWEST_OF_CODE:
            yield from ((at, _CODE_PART) for code, at in where.by_code.items() if wanted.upper() in code)


def _spelled(where: FirmDirectory, wanted: str) -> Iterator[tuple[int, int]]:
    """Firms whose syllables begin, one after the other, with the letters typed; a single letter begins the short name."""
    if len(wanted) == 1:
        places = zip(where.line_starts, where.shorts, where.firm_of_line, strict=True)
        yield from ((at, _INITIALS) for start, short, at in places if where.spelled.startswith(wanted, start + short))
        return
    following = "(?:[a-z0-9]* +)?"  # the next letter goes on with this syllable or begins the next
    pattern = re.compile("(?<![a-z0-9])" + following.join(wanted))
    for found in pattern.finditer(where.spelled):
        line = bisect_right(where.line_starts, found.start()) - 1
        begins = found.start() - where.line_starts[line]
        starts = begins in (0, where.shorts[line])
        initials = len(found.group().split()) == len(wanted)  # a new syllable with every letter
        yield where.firm_of_line[line], (_INITIALS if initials else _SPELLED_START) if starts else _SPELLED

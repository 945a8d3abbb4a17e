"""Search for an enterprise by what a person types: name, part of it, short name, pinyin, initials, credit code.

The pinyin of all names is one long text, one line a pronunciation, so that a search by pinyin is a single scan by the
regular expression engine.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate, product
from typing import Any

from cockpit import cache
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.names import PinyinLookup, group_name, short_firm
from cockpit.snapshot import Snapshot

MAX_RESULTS = 12
_MAX_QUERY_LENGTH = 40
_MIN_CODE_LENGTH = 4
_MAX_AMBIGUOUS = 3
#: Characters of several pronunciations that firms like in their names: any will do, whatever the dictionary takes.
_PRONUNCIATIONS = {
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
_CODE, _NAME_START, _NAME_PART, _INITIALS, _PINYIN_START, _PINYIN_PART, _CODE_PART = range(7)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A firm that matches: its code, full and short name, names of town and chain, and the chain's key."""

    code: str
    name: str
    short: str
    town: str
    chain: str
    chain_key: str


@dataclass(frozen=True)
class FirmDirectory:
    """The firms in the order in which equally good matches are listed, and the texts that are searched.

    ``pinyin``: one line a pronunciation of a name, syllables separated by spaces; ``firm_of_line``: index of its firm.
    ``short_starts``: where in each line the short name begins; ``line_starts``: where each line begins.
    """

    firms: tuple[SearchResult, ...]
    pinyin: str
    firm_of_line: tuple[int, ...]
    short_starts: tuple[int, ...]
    line_starts: tuple[int, ...]
    by_code: Mapping[str, int] = field(repr=False)
    names: tuple[str, ...] = field(repr=False)


def firm_directory(data: Snapshot, pinyin: PinyinLookup) -> FirmDirectory:
    """Return the directory of a snapshot's register from its cache, built on first use."""
    return data.cache.get_or_compute(cache.DIRECTORY, (), lambda: build_directory(data, pinyin))


def build_directory(data: Snapshot, pinyin: PinyinLookup) -> FirmDirectory:
    """Build the directory of the register: chain leaders first, then 规上 before 宗地, then by land, the largest first."""
    rows = sorted(data.ledgers["enterprise"].to_dict("records"), key=_importance)
    syllables_of_names = pinyin([str(row["name"]) for row in rows])
    firms, lines, firm_of_line, short_starts = [], [], [], []
    for index, (row, characters) in enumerate(zip(rows, syllables_of_names, strict=True)):
        name = str(row["name"])
        town = group_name(data.district, Grouping.TOWN, str(row["town"]))[0]
        chain = group_name(data.district, Grouping.CHAIN, str(row["chain"]))[0]
        firms.append(SearchResult(str(row["credit_code"]), name, short_firm(data.district, name), town, chain, str(row["chain"])))
        for syllables in _pronunciations(name, [_letters(c) for c in characters]):
            before = name.find(firms[index].short)
            lines.append(" ".join(syllables))
            firm_of_line.append(index)
            short_starts.append(sum(len(s) + 1 for s in syllables[: max(before, 0)]))
    starts = accumulate((len(line) + 1 for line in lines[:-1]), initial=0)
    codes = {firm.code: index for index, firm in enumerate(firms)}
    names = tuple(_normalize(f.name) for f in firms)
    return FirmDirectory(tuple(firms), "\n".join(lines), tuple(firm_of_line), tuple(short_starts), tuple(starts), codes, names)


def _importance(row: Mapping[Any, Any]) -> tuple[bool, bool, float, str]:
    return row["role"] != "链主", row["kind"] != "规上", -float(row["land_mu"]), str(row["credit_code"])


def _pronunciations(name: str, syllables: list[str]) -> list[list[str]]:
    """Return the syllables of a name, one a character; once more for each other pronunciation of its characters.

    Letters and digits stand for themselves; other signs are no syllable, but count as one.
    """
    if len(syllables) != len(name):  # a character that the dictionary gives several syllables: no position is certain
        return [syllables]
    ambiguous = [i for i, char in enumerate(name) if char in _PRONUNCIATIONS][:_MAX_AMBIGUOUS]
    choices = [_PRONUNCIATIONS[char] if i in ambiguous else (syllables[i],) for i, char in enumerate(name)]
    return [list(choice) for choice in product(*choices)]


def _letters(syllable: str) -> str:
    return re.sub("[^a-z0-9]", "", _normalize(syllable))


def _normalize(text: str) -> str:
    """Normalize to half-width lower case without spaces: however it was typed."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


def find_firms(directory: FirmDirectory, text: str) -> tuple[SearchResult, ...]:
    """Find at most ``MAX_RESULTS`` firms for ``text``, the best first.

    In this order: the whole code, the start of the name or short name, a part of the name, the start of its
    initials, its pinyin (in full, as initials, or mixed: jadl, jinandongli, jinadl) from the start, then from any
    syllable on, a part of the code from four signs on. Among equals as in the directory.
    """
    query = _normalize(text[:_MAX_QUERY_LENGTH])
    if not query:
        return ()
    best: dict[int, int] = {}
    for firm, rank in _matches(directory, query):
        best[firm] = min(rank, best.get(firm, rank))
    order = sorted(best, key=lambda firm: (best[firm], firm))
    return tuple(directory.firms[firm] for firm in order[:MAX_RESULTS])


def firm_matcher(directory: FirmDirectory, text: str) -> Callable[[str], bool]:
    """Return a test of whether the firm with a credit code matches ``text`` as in ``find_firms``, however many do.

    A firm that the register no longer has is known by its code alone. A text without signs matches every firm.
    """
    query = _normalize(text[:_MAX_QUERY_LENGTH])
    if not query:
        return lambda code: True
    codes = {directory.firms[firm].code for firm, _ in _matches(directory, query)}
    part = query.upper() if len(query) >= _MIN_CODE_LENGTH else None
    return lambda code: code in codes or (part is not None and part in code)


def _matches(directory: FirmDirectory, query: str) -> Iterator[tuple[int, int]]:
    """Yield (index of firm, rank) of every match; a firm may come several times."""
    exact = directory.by_code.get(query.upper())
    if exact is not None:
        yield exact, _CODE
    for firm, name in enumerate(directory.names):
        if query in name:
            starts = name.startswith(query) or _normalize(directory.firms[firm].short).startswith(query)
            yield firm, _NAME_START if starts else _NAME_PART
    if re.fullmatch("[a-z0-9]+", query):
        yield from _pinyin_matches(directory, query)
        if len(query) >= _MIN_CODE_LENGTH:
            yield from ((firm, _CODE_PART) for code, firm in directory.by_code.items() if query.upper() in code)


def _pinyin_matches(directory: FirmDirectory, query: str) -> Iterator[tuple[int, int]]:
    """Yield firms whose syllables begin, one after the other, with the letters typed; a single letter begins the short name."""
    if len(query) == 1:
        lines = zip(directory.line_starts, directory.short_starts, directory.firm_of_line, strict=True)
        yield from ((firm, _INITIALS) for start, short, firm in lines if directory.pinyin.startswith(query, start + short))
        return
    following = "(?:[a-z0-9]* +)?"  # the next letter goes on with this syllable or begins the next
    pattern = re.compile("(?<![a-z0-9])" + following.join(query))
    for match in pattern.finditer(directory.pinyin):
        line = bisect_right(directory.line_starts, match.start()) - 1
        begins = match.start() - directory.line_starts[line]
        starts = begins in (0, directory.short_starts[line])
        initials = len(match.group().split()) == len(query)  # a new syllable with every letter
        yield directory.firm_of_line[line], (_INITIALS if initials else _PINYIN_START) if starts else _PINYIN_PART

"""Search for a name by what a person types: the name, parts of it, short name, pinyin, initials; an enterprise by its code, too.

Words may stand in any order, and the legal form at the end of a firm's name may be another one or missing.

The pinyin of all names is one long text, one line a pronunciation, so that a search by pinyin is a single scan by the
regular expression engine.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, islice, product
from typing import Any, Generic, Protocol, TypeVar

from cockpit import cache
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.names import LEGAL_ENDING, PinyinLookup, group_name, short_firm
from cockpit.snapshot import Snapshot

MAX_RESULTS = 12
_MAX_QUERY_LENGTH = 40
_MIN_CODE_LENGTH = 4
_MIN_SUGGEST_LENGTH = 3
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
_CODE, _NAME_START, _NAME_PART, _INITIALS, _PINYIN_START, _PINYIN_PART, _CODE_PART, _ALL_TERMS = range(8)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A firm that matches: its code, full and short name, names of town and chain, and the chain's key."""

    code: str
    name: str
    short: str
    town: str
    chain: str
    chain_key: str


@dataclass(frozen=True, slots=True)
class PageResult:
    """Another thing than a firm that matches: its ``kind`` in words, full and short name, where it is, and what shows it.

    ``path`` and ``query`` (fields of the selection) lead to it, ``anchor`` to its panel there; ``chain_key`` '' for none.
    """

    kind: str
    name: str
    short: str
    location: str
    path: str
    query: tuple[tuple[str, Any], ...] = ()
    anchor: str = ""
    chain_key: str = ""


class Named(Protocol):
    """What a directory can hold: a name, and the part of it that people know it by."""

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def short(self) -> str: ...  # noqa: D102


_Entry = TypeVar("_Entry", bound=Named)


@dataclass(frozen=True)
class NameDirectory(Generic[_Entry]):
    """Named things in the order in which equally good matches are listed, and the texts that are searched.

    ``pinyin``: one line a pronunciation of a name, syllables separated by spaces; ``entry_of_line``: index of its entry.
    ``short_starts``: where in each line the short name begins; ``line_starts``: where each line begins.
    """

    entries: tuple[_Entry, ...]
    pinyin: str
    entry_of_line: tuple[int, ...]
    short_starts: tuple[int, ...]
    line_starts: tuple[int, ...]
    by_code: Mapping[str, int] = field(repr=False)
    names: tuple[str, ...] = field(repr=False)


FirmDirectory = NameDirectory[SearchResult]


def firm_directory(data: Snapshot, pinyin: PinyinLookup) -> FirmDirectory:
    """Return the directory of a snapshot's register from its cache, built on first use."""
    return data.cache.get_or_compute(cache.DIRECTORY, (), lambda: build_directory(data, pinyin))


def build_directory(data: Snapshot, pinyin: PinyinLookup) -> FirmDirectory:
    """Build the directory of the register: chain leaders first, then 规上 before 宗地, then by land, the largest first."""
    firms = [_firm(data, row) for row in sorted(data.ledgers["enterprise"].to_dict("records"), key=_importance)]
    return index_names(firms, pinyin, {firm.code: index for index, firm in enumerate(firms)})


def _firm(data: Snapshot, row: Mapping[Any, Any]) -> SearchResult:
    name, chain = str(row["name"]), str(row["chain"])
    town = group_name(data.district, Grouping.TOWN, str(row["town"]))[0]
    chain_name = group_name(data.district, Grouping.CHAIN, chain)[0]
    return SearchResult(str(row["credit_code"]), name, short_firm(data.district, name), town, chain_name, chain)


def index_names(entries: Sequence[_Entry], pinyin: PinyinLookup, by_code: Mapping[str, int]) -> NameDirectory[_Entry]:
    """Build the directory of ``entries``; ``by_code``: code -> index, for those that are found by a code."""
    lines, entry_of_line, short_starts = [], [], []
    for index, (entry, characters) in enumerate(zip(entries, pinyin([e.name for e in entries]), strict=True)):
        for syllables in _pronunciations(entry.name, [_letters(c) for c in characters]):
            before = entry.name.find(entry.short)
            lines.append(" ".join(syllables))
            entry_of_line.append(index)
            short_starts.append(sum(len(s) + 1 for s in syllables[: max(before, 0)]))
    starts = accumulate((len(line) + 1 for line in lines[:-1]), initial=0)
    names = tuple(normalize(entry.name) for entry in entries)
    return NameDirectory(
        tuple(entries), "\n".join(lines), tuple(entry_of_line), tuple(short_starts), tuple(starts), by_code, names
    )


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
    return re.sub("[^a-z0-9]", "", normalize(syllable))


def normalize(text: str) -> str:
    """Normalize to half-width lower case without spaces: however it was typed."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


def pinyin_positions(directory: FirmDirectory) -> Mapping[str, int]:
    """Return the position of each firm, by its code, when all are sorted by the pinyin of their short names."""
    first_lines = dict(zip(reversed(directory.entry_of_line), reversed(directory.pinyin.split("\n")), strict=True))
    starts = dict(zip(reversed(directory.entry_of_line), reversed(directory.short_starts), strict=True))
    keys = {i: (first_lines[i][starts[i] :].split(), entry.short) for i, entry in enumerate(directory.entries)}
    return {directory.entries[i].code: position for position, i in enumerate(sorted(keys, key=lambda i: keys[i]))}


def find_names(directory: NameDirectory[_Entry], text: str, limit: int = MAX_RESULTS) -> tuple[_Entry, ...]:
    """Find at most ``limit`` entries for ``text``, the best first.

    In this order: the whole code, the start of the name or short name, a part of the name, the start of its
    initials, its pinyin (in full, as initials, or mixed: jadl, jinandongli, jinadl) from the start, then from any
    syllable on, a part of the code from four signs on, all words in another order. Among equals as in the directory.
    """
    best = _best_ranks(directory, text)
    order = sorted(best, key=lambda entry: (best[entry], entry))
    return tuple(directory.entries[entry] for entry in order[:limit])


def firm_matcher(directory: FirmDirectory, text: str) -> Callable[[str], bool]:
    """Return a test of whether the firm with a credit code matches ``text`` as in ``find_names``, however many do.

    A firm that the register no longer has is known by its code alone. A text without signs matches every firm.
    """
    query = normalize(text[:_MAX_QUERY_LENGTH])
    if not query:
        return lambda code: True
    codes = {directory.entries[firm].code for firm in _best_ranks(directory, text)}
    part = query.upper() if len(query) >= _MIN_CODE_LENGTH else None
    return lambda code: code in codes or (part is not None and part in code)


def _best_ranks(directory: NameDirectory[_Entry], text: str) -> dict[int, int]:
    """Return the best rank of each entry that matches ``text`` as a whole, or all of its words in any order."""
    text = text[:_MAX_QUERY_LENGTH]
    best = _ranks(directory, normalize(text))
    terms = [query for term in unicodedata.normalize("NFKC", text).split() if (query := normalize(term))]
    if len(terms) > 1:
        entries = set.intersection(*(set(_ranks(directory, term)) for term in terms))
        best = dict.fromkeys(entries, _ALL_TERMS) | best
    return best


def _ranks(directory: NameDirectory[_Entry], query: str) -> dict[int, int]:
    best: dict[int, int] = {}
    for entry, rank in _matches(directory, query) if query else ():
        best[entry] = min(rank, best.get(entry, rank))
    return best


def _matches(directory: NameDirectory[_Entry], query: str) -> Iterator[tuple[int, int]]:
    """Yield (index of entry, rank) of every match; an entry may come several times."""
    exact = directory.by_code.get(query.upper())
    if exact is not None:
        yield exact, _CODE
    trade = LEGAL_ENDING.sub("", query)
    for part in dict.fromkeys((query, trade)):
        for entry, name in enumerate(directory.names):
            if part and part in name and (part == query or len(part) > 1):
                starts = name.startswith(part) or normalize(directory.entries[entry].short).startswith(part)
                yield entry, _NAME_START if starts else _NAME_PART
    if re.fullmatch("[a-z0-9]+", query):
        yield from _pinyin_matches(directory, query)
        if len(query) >= _MIN_CODE_LENGTH:
            yield from ((entry, _CODE_PART) for code, entry in directory.by_code.items() if query.upper() in code)


def suggest_names(directory: NameDirectory[_Entry], text: str, limit: int = MAX_RESULTS) -> tuple[_Entry, ...]:
    """Return entries whose name holds ``text`` but for one character (wrong, missing or too much); at most ``limit``.

    For Chinese of three characters and more. One of the text's halves is then right, so that only names with it are looked at.
    """
    query = LEGAL_ENDING.sub("", normalize(text[:_MAX_QUERY_LENGTH]))
    if len(query) < _MIN_SUGGEST_LENGTH or query.isascii():
        return ()
    middle = len(query) // 2
    halves = (query[:middle], query[middle:])
    escaped = [re.escape(sign) for sign in query]
    patterns = [f"{''.join(escaped[:i])}.?{''.join(escaped[i + 1 :])}" for i in range(len(query))]
    patterns += [f"{''.join(escaped[:i])}.{''.join(escaped[i:])}" for i in range(1, len(query))]
    nearly = re.compile("|".join(patterns))
    close = (i for i, name in enumerate(directory.names) if (halves[0] in name or halves[1] in name) and nearly.search(name))
    return tuple(directory.entries[i] for i in islice(close, limit))


def _pinyin_matches(directory: NameDirectory[_Entry], query: str) -> Iterator[tuple[int, int]]:
    """Yield entries whose syllables begin, one after the other, with the letters typed; a single letter begins the short name."""
    if len(query) == 1:
        lines = zip(directory.line_starts, directory.short_starts, directory.entry_of_line, strict=True)
        yield from ((entry, _INITIALS) for start, short, entry in lines if directory.pinyin.startswith(query, start + short))
        return
    following = "(?:[a-z0-9]* +)?"  # the next letter goes on with this syllable or begins the next
    pattern = re.compile("(?<![a-z0-9])" + following.join(query))
    for match in pattern.finditer(directory.pinyin):
        line = bisect_right(directory.line_starts, match.start()) - 1
        begins = match.start() - directory.line_starts[line]
        starts = begins in (0, directory.short_starts[line])
        initials = len(match.group().split()) == len(query)  # a new syllable with every letter
        yield directory.entry_of_line[line], (_INITIALS if initials else _PINYIN_START) if starts else _PINYIN_PART

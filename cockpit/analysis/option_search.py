"""The options of a drop-down, found as firms are: by name, pinyin and initials, and by another word for the same."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cockpit.analysis.search import NameDirectory, find_names, index_names
from cockpit.catalogue.names import PinyinLookup
from cockpit.errors import CockpitError

log = logging.getLogger(__name__)
#: A term of a name -> another that people type for it.
_SYNONYMS = {"设备": "装备", "服装": "女装", "电气机械": "电机"}


@dataclass(frozen=True, slots=True)
class OptionEntry:
    """A name under which an option is found: the option's value, and what of the name is typed first."""

    value: str
    name: str
    short: str


OptionDirectory = NameDirectory[OptionEntry]


def option_directory(options: Iterable[tuple[str, str]], pinyin: PinyinLookup) -> OptionDirectory:
    """Build the directory of options (value, name); without pinyin where it can't be had, since names are found without."""
    entries = [OptionEntry(value, name, name) for value, label in options for name in _names(label)]
    try:
        return index_names(entries, pinyin, {})
    except CockpitError as error:
        log.warning("drop-downs are searched without pinyin: %s", error)
        return index_names(entries, _no_pinyin, {})


def find_options(directory: OptionDirectory, text: str) -> frozenset[str]:
    """Return the values of all options that ``text`` finds by the rule of ``find_names``."""
    return frozenset(entry.value for entry in find_names(directory, text, len(directory.entries)))


def _names(label: str) -> list[str]:
    return [label, *(label.replace(term, synonym) for term, synonym in _SYNONYMS.items() if term in label)]


def _no_pinyin(names: Sequence[str]) -> list[list[str]]:
    return [[] for _ in names]

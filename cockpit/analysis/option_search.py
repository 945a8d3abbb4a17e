"""What the options of a drop-down are found by beside their names: pinyin, initials and other words for the same."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cockpit.catalogue.names import PinyinLookup
from cockpit.errors import CockpitError

log = logging.getLogger(__name__)
_PARTS = re.compile("[、，和及]")
#: A term of a name -> another that people type for it.
_SYNONYMS = {"设备": "装备", "服装": "女装", "电气机械": "电机"}


@dataclass(frozen=True, slots=True, eq=False)
class OptionTerms:
    """The terms that find an option, by its name; compared by identity, so that lists of options can be cached by it."""

    by_name: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.by_name.get(name, "")


#: Options that are found by their names only.
NO_TERMS = OptionTerms()


def option_terms(names: Sequence[str], pinyin: PinyinLookup) -> OptionTerms:
    """Return the terms of these names; none where the pinyin can't be had, since the names themselves are found without.

    A long name is found by the pinyin of each of its parts, and by the initials of all.
    """
    try:
        syllables = pinyin(names)
    except CockpitError as error:
        log.warning("drop-downs are searched without pinyin: %s", error)
        return NO_TERMS
    return OptionTerms({name: _terms(name, list(sounds)) for name, sounds in zip(names, syllables, strict=True)})


def _terms(name: str, syllables: list[str]) -> str:
    terms = [synonym for term, synonym in _SYNONYMS.items() if term in name]
    if len(syllables) == len(name):
        marks = [match.start() for match in _PARTS.finditer(name)]
        for start, end in zip([0, *(m + 1 for m in marks)], [*marks, len(name)], strict=True):
            terms += ["".join(syllables[start:end]), "".join(s[:1] for s in syllables[start:end])]
        terms.append("".join(s[:1] for s in syllables if s.isalnum()))
    return " ".join(dict.fromkeys(term.lower() for term in terms if term))

"""Keys that are texts, compared folded: case, width and spaces make no other project, park or policy of the same."""

from __future__ import annotations

from collections.abc import Iterable

from cockpit.contracts.columns import Kind, Sheet
from cockpit.contracts.published import PublishedData
from data.loaders.cells.text import compact
from data.loaders.parsed_rows import ParsedRows


def fold(text: str) -> str:
    """Return what is compared of a key: half width, lower case, without spaces."""
    return compact(text).casefold()


class FoldedKeys:
    """The spelling of each text key: the published one, else the first of this source."""

    def __init__(self, sheet: Sheet, published: PublishedData) -> None:
        self._names = [c.field for c in sheet.columns if c.key and c.kind is Kind.TEXT]
        self._spellings: dict[str, dict[str, str]] = {}
        # What is published in two spellings stays two: each is replaced by its own.
        self._published: dict[str, frozenset[str]] = {}
        frame = published.rows(sheet.table, None) if self._names else None
        for name in self._names:
            texts: Iterable[str] = [] if frame is None else frame[name].dropna().unique()
            self._spellings[name] = {}
            for text in texts:
                self._spellings[name].setdefault(fold(text), text)
            self._published[name] = frozenset(texts)

    def unify(self, rows: ParsedRows) -> dict[str, int]:
        """Replace other spellings of known keys in place; return how many, by field."""
        changed = {}
        for name in self._names:
            spellings, published, values = self._spellings[name], self._published[name], rows.values[name]
            number = 0
            for i, text in enumerate(values):
                if text is not None and text not in published:
                    values[i] = spellings.setdefault(fold(text), text)
                    number += values[i] != text
            changed[name] = number
        return changed

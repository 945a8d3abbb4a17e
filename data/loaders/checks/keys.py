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
        """Replace other spellings of known keys in place, and return how many, by field; report E105 for keys without zeros."""
        changed = {}
        for name in self._names:
            spellings, published, values = self._spellings[name], self._published[name], rows.values[name]
            self._report_lost_zeros(rows, name)
            number = 0
            for i, text in enumerate(values):
                if text is not None and text not in published:
                    values[i] = spellings.setdefault(fold(text), text)
                    number += values[i] != text
            changed[name] = number
        return changed

    def _report_lost_zeros(self, rows: ParsedRows, name: str) -> None:
        """Report numbers that are a known key without the zeros before it, or shorter than all keys that begin with zeros."""
        values = rows.values[name]
        digits = {text for text in values if text is not None and text.isascii() and text.isdigit()}
        if not digits:
            return
        known = [*digits, *(text for text in self._spellings[name] if text.isascii() and text.isdigit())]
        # The published spelling comes last, so it is the one that is offered.
        known.sort(key=lambda text: (text in self._published[name], text))
        with_zeros = {text.lstrip("0"): text for text in known if text.startswith("0")}
        lengths = set(map(len, with_zeros.values()))
        label = rows.sheet.column(name).label
        for i, text in enumerate(values):
            if text not in digits or text in self._published[name]:
                continue
            whole = with_zeros.get(text.lstrip("0"), text)
            if whole != text:
                where = "已发布的是" if whole in self._published[name] else "这张表里另有"
                message = f"开头的 0 丢了（Excel 当成了数字），{where}“{whole}”。"
            elif len(lengths) == 1 and len(text) < max(lengths):
                whole = text.zfill(max(lengths))
                message = f"比其他的短，开头的 0 疑似丢了（Excel 当成了数字），应是“{whole}”。"
            else:
                continue
            rows.report("E105", i, name, f"{label}“{text}”{message}请把该列设为文本格式，改填“{whole}”。")

"""Plain forms of what people type: widths, spaces, dashes for 'nothing'."""

from __future__ import annotations

import re
import unicodedata

# Zero-width characters and the byte-order mark come along when text is copied from a web page.
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2028-\u202e\u2060\ufeff\x00-\x1f\x7f]+")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060\ufeff\ud800-\udfff]")
_DASHES = re.compile(r"[-—–―─−/\\]*")
_NOTHING = frozenset({"无", "n/a", "na", "nan", "null", "none"})
_LONGEST_SHOWN = 80


def compact(text: str) -> str:
    """NFKC (full width becomes half width) without any space, line break or invisible character."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


def clean_text(text: str) -> str:
    """Text to be stored: unprintable characters dropped, runs of space and line breaks made one space."""
    return " ".join(_UNPRINTABLE.sub("", text).split())


def is_missing(squeezed: str) -> bool:
    """Whether a squeezed text stands for a missing value: blank, dashes, a slash, 无, N/A."""
    return _DASHES.fullmatch(squeezed) is not None or squeezed.casefold() in _NOTHING


def truncate(text: str) -> str:
    """Text fit for a finding: tidy and at most 80 characters."""
    clean = clean_text(text[: 4 * _LONGEST_SHOWN])
    return clean if len(clean) <= _LONGEST_SHOWN else clean[: _LONGEST_SHOWN - 1] + "…"

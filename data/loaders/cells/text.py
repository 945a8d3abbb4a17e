"""Normalization of typed text: character widths, spaces, marks for 'missing'."""

from __future__ import annotations

import re
import unicodedata

# Zero-width characters and the byte-order mark come along when text is copied from a web page.
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2028-\u202e\u2060\ufeff\x00-\x1f\x7f]+")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060\ufeff\ud800-\udfff]")
_DASHES = re.compile(r"[-—–―─−/\\]*")
_MISSING = frozenset({"无", "n/a", "na", "nan", "null", "none"})
_ZERO_DECIMALS = re.compile(r"\.0+$")
_MAX_LENGTH = 80
_QUOTES = ("=", "'", " ", "\t")  # first characters of a text that may be quoted


def compact(text: str) -> str:
    """Normalize to NFKC (full width becomes half width) and remove spaces, line breaks and invisible characters."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", unquote(text)))


def unquote(text: str) -> str:
    """Remove what keeps Excel from reading a text as a number: ``="0810"`` as programs write it, ``'0810`` as people do."""
    if text[:1] not in _QUOTES:
        return text
    stripped = text.strip()
    if stripped.startswith('="') and stripped.endswith('"') and len(stripped) > 2:
        return stripped[2:-1].replace('""', '"')
    return stripped[1:] if stripped.startswith("'") and not stripped.endswith("'") else text


def clean_text(text: str) -> str:
    """Prepare text for storing: drop unprintable characters, collapse runs of whitespace to one space."""
    return " ".join(_UNPRINTABLE.sub("", text).split())


def drop_zero_decimals(text: str) -> str:
    """Remove the decimals of a whole number that was taken for another: 202301.0."""
    return _ZERO_DECIMALS.sub("", text)


def is_missing(compacted: str) -> bool:
    """Return whether a text (as by ``compact``) stands for a missing value: blank, dashes, a slash, 无, N/A."""
    return _DASHES.fullmatch(compacted) is not None or compacted.casefold() in _MISSING


def truncate(text: str) -> str:
    """Shorten text for a finding: clean, at most 80 characters."""
    clean = clean_text(text[: 4 * _MAX_LENGTH])
    return clean if len(clean) <= _MAX_LENGTH else clean[: _MAX_LENGTH - 1] + "…"

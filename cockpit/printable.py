"""Text from elsewhere, as it may be printed: on a terminal, in a log."""

from __future__ import annotations

import re

#: Control characters but tab, those that reverse or hide what follows, and halves of characters, which nothing stores.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def printable(text: str, *, lines: bool = False) -> str:
    """Return the text with control characters written out (``\\x1b``); ``lines``: line breaks stay."""
    return _UNPRINTABLE.sub(lambda match: _written_out(match[0], lines), text)


def has_unprintable(text: str) -> bool:
    """Return whether there is a control character in the text, a tab or line break included."""
    return bool(_UNPRINTABLE.search(text)) or "\t" in text


def _written_out(character: str, lines: bool) -> str:
    if lines and character == "\n":
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"

"""Names as people write them: blanks within, endings left out, a letter wrong."""

from __future__ import annotations

import difflib
import re

#: How much of two names has to be the same for one to be taken for the other misspelt.
_SIMILAR = 0.45


def nearest(text: str, names: list[str]) -> str | None:
    """Find the closest of ``names`` to a misspelt ``text`` (at least about half of it right)."""
    return next(iter(difflib.get_close_matches(text, names, 1, _SIMILAR)), None)


def squeeze(text: str) -> str:
    """Return a name without any blanks."""
    return re.sub(r"\s+", "", text)


def stem(name: str) -> str:
    """Return the name of a chain without the ending 产业链, 产业 or 链."""
    return re.sub(r"(产业链|产业|链)$", "", name)

"""Why a source can't be read: the one exception behind finding E101."""

from __future__ import annotations


class UnreadableSource(Exception):
    """The source is refused as a whole; ``str()`` is plain Chinese saying why and what to do."""

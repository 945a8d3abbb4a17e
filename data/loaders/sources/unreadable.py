"""The exception behind finding E101."""

from __future__ import annotations


class UnreadableSource(Exception):
    """A source that can't be read at all; ``str()`` says why and what to do, in plain Chinese."""

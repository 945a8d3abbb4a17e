"""The exception of the sandbox."""

from __future__ import annotations


class UnreadableWorkbook(Exception):
    """A workbook that is refused; ``args``: key of the reason, and a detail, for the parent's message."""

"""Why the sandbox does not read a file."""

from __future__ import annotations


class UnreadableWorkbook(Exception):
    """The workbook is not read; ``args``: the reason's key and a detail, for the parent to put into words."""

"""The exception of the sandbox."""

from __future__ import annotations


class RefusedSource(Exception):
    """A source, or a file of it, that is refused; the parent turns reason and detail into a message.

    ``reason``: key of the message; ``detail``: what it fills in; ``file``: name of the file within a folder or an archive.
    """

    def __init__(self, reason: str, detail: str = "", file: str = "") -> None:
        super().__init__(reason, detail, file)
        self.reason, self.detail, self.file = reason, detail, file

"""Several of our own files as one: a visit loads two files, not twenty."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from flask import Flask, Response


@dataclass(frozen=True, slots=True)
class Bundle:
    """A file made of several; its ``address`` contains a fingerprint of the content, so it may be cached for good."""

    path: str
    content_type: str
    content: bytes

    @property
    def address(self) -> str:
        """The path with the fingerprint before its suffix."""
        path = PurePosixPath(self.path)
        return str(path.with_suffix(f".{hashlib.sha256(self.content).hexdigest()[:12]}{path.suffix}"))

    def add(self, server: Flask) -> None:
        """Route the address on ``server``."""
        server.add_url_rule(self.address, self.path, lambda: Response(self.content, content_type=self.content_type))


def bundle(path: str, content_type: str, files: Iterable[Path]) -> Bundle:
    """Concatenate files; relative addresses in them hold if ``path`` is in their folder."""
    return Bundle(path, content_type, b"\n".join(file.read_bytes() for file in files))

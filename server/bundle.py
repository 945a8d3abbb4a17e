"""Our own style sheets, and our own scripts, as one file each: a visit asks for two addresses, not for twenty."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response


@dataclass(frozen=True, slots=True)
class Bundle:
    """One file made of several; ``address`` holds a fingerprint of what is in it, as Dash's own assets' do."""

    path: str
    content_type: str
    content: bytes

    @property
    def address(self) -> str:
        """Path and fingerprint."""
        return f"{self.path}?m={int(hashlib.sha256(self.content).hexdigest()[:12], 16)}"

    def add(self, server: Flask) -> None:
        """Let ``server`` answer the path."""
        server.add_url_rule(self.path, self.path, lambda: Response(self.content, content_type=self.content_type))


def bundle(path: str, content_type: str, files: Iterable[Path]) -> Bundle:
    """The files one after the other; relative addresses in them hold if ``path`` is in the folder where they are."""
    return Bundle(path, content_type, b"\n".join(file.read_bytes() for file in files))

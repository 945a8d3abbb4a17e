"""Compression of responses that are built for each request: the index page and those of callbacks (Flask-Compress)."""

from __future__ import annotations

from flask import Flask
from flask_compress import Compress

#: Smaller responses are sent as they are: compression would save next to nothing.
MIN_BYTES = 1024


def add_compression(server: Flask) -> None:
    """Compress the responses of ``server`` for browsers that accept it.

    The lowest levels: the next ones save a twelfth of the bytes for twice the time (docs/performance.md).
    """
    server.config.update(
        COMPRESS_MIMETYPES=["application/json", "text/html"],
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=1,
        COMPRESS_LEVEL=1,
        COMPRESS_MIN_SIZE=MIN_BYTES,
        COMPRESS_STREAMS=False,
    )
    Compress(server)

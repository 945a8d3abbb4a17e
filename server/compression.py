"""Compression of what is made anew for each request: the index page and what callbacks send (Flask-Compress)."""

from __future__ import annotations

from flask import Flask
from flask_compress import Compress

#: Below this, headers weigh more than what is saved.
MIN_BYTES = 1024


def add_compression(server: Flask) -> None:
    """Compress what ``server`` sends, for browsers that take it.

    At the lowest levels: the next ones gain a twelfth of the bytes for twice the time (docs/performance.md).
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

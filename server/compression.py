"""Answers that are made anew each time, compressed: the index page and what callbacks send."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping

import brotli
from flask import Flask, Response, request

#: Below this, headers weigh more than what is saved.
LEAST = 1024
_TYPES = ("application/json", "text/html")
#: The levels with the best sum of time and bytes on answers of 120 to 340 KB; see docs/performance.md.
_CODECS: Mapping[str, Callable[[bytes], bytes]] = {
    "br": lambda content: brotli.compress(content, quality=3),
    "gzip": lambda content: gzip.compress(content, 1, mtime=0),
}


def add_compression(server: Flask) -> None:
    """Compress what ``server`` answers, for browsers that take it."""

    def compress(response: Response) -> Response:
        if response.mimetype not in _TYPES or response.is_streamed or "Content-Encoding" in response.headers:
            return response
        response.vary.add("Accept-Encoding")
        if response.status_code != 200 or (response.content_length or 0) < LEAST:
            return response
        for encoding, pack in _CODECS.items():
            if request.accept_encodings.quality(encoding) > 0:
                response.set_data(pack(response.get_data()))
                response.headers["Content-Encoding"] = encoding
                break
        return response

    server.after_request(compress)

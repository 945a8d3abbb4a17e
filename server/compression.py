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
        if chosen := encoding():
            response.set_data(_CODECS[chosen](response.get_data()))
            response.headers["Content-Encoding"] = chosen
        return response

    server.after_request(compress)


def encoding() -> str:
    """The best encoding that the browser behind this request takes, '' for none."""
    return next((name for name in _CODECS if request.accept_encodings.quality(name) > 0), "")

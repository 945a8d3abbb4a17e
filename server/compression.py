"""Answers that are made anew each time, compressed: the index page and what callbacks send."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import brotli
from flask import Flask, Response, request
from isal import igzip

#: Below this, headers weigh more than what is saved.
LEAST = 1024
_TYPES = ("application/json", "text/html")
#: Each costs a tenth of a millisecond for a change of filter; the next level gains a twelfth of the bytes for twice the time
#: (docs/performance.md).
CODECS: Mapping[str, Callable[[bytes], bytes]] = {
    "br": lambda content: brotli.compress(content, quality=1),
    "gzip": lambda content: igzip.compress(content, 1, mtime=0),
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
            response.set_data(CODECS[chosen](response.get_data()))
            response.headers["Content-Encoding"] = chosen
        return response

    server.after_request(compress)


def encoding() -> str:
    """The best encoding that the browser behind this request takes, '' for none."""
    return next((name for name in CODECS if request.accept_encodings.quality(name) > 0), "")

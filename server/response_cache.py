"""Answers kept as they were sent: whoever asks the same is answered with the same compressed bytes, which nobody makes anew."""

from __future__ import annotations

from collections.abc import Hashable

from flask import Flask, Response, request

from cockpit.cache import Answers
from server.compression import encoding

#: Where a request holds the bytes that it is answered with, or what its answer is kept under. Not in ``flask.g``: Dash makes
#: a layout in a context of its own.
_BYTES, _QUESTION = "cockpit.bytes", "cockpit.question"


class ResponseCache:
    """The last used answers of ``server``, ``most`` bytes. To be made before what compresses: hooks run backwards."""

    def __init__(self, server: Flask, most: int) -> None:
        self._answers = Answers(most, len)
        server.after_request(self._finish)

    def has(self, question: Hashable) -> bool:
        """Whether the answer is at hand as this browser takes it; the request is then answered with it, whatever else is said."""
        body = self._answers.kept((question, encoding()))
        request.environ[_BYTES] = body
        return body is not None

    def keep(self, question: Hashable) -> None:
        """Keep what this request is going to be answered with. A question of ``None`` has no answer that lasts."""
        request.environ[_QUESTION] = question

    def _finish(self, response: Response) -> Response:
        if (body := request.environ.get(_BYTES)) is not None:
            response.status_code, response.mimetype = 200, "application/json"
            response.set_data(body)
            if encoding():
                response.headers["Content-Encoding"] = encoding()
            response.vary.add("Accept-Encoding")
        elif (question := request.environ.get(_QUESTION)) is not None and response.status_code == 200:
            self._answers.keep((question, response.headers.get("Content-Encoding", "")), response.get_data())
        return response

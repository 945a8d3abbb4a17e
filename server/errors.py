"""What a browser gets when a route fails: a sentence and the number of the fault, never an empty page or a traceback."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from cockpit.errors import CockpitError
from cockpit.faults import report

#: Endpoints of Dash's index page: the address / and any that no other route has.
_DOCUMENTS = ("/", "/<path:path>")


_SENTENCES = {
    404: "没有这个地址。请从首页重新打开。",
    405: "这个地址不接受这种请求。",
    413: "请求太大。请减少内容后再试。",
    414: "网址太长，打不开。请从首页重新选择。",
    415: "请求的格式不对。请刷新页面后再试。",
}
_OTHERWISE = "请求不完整或不认识。请刷新页面后再试。"


def missing_if(view: Callable[..., Any], *failures: type[Exception]) -> Callable[..., Any]:
    """Wrap a view that fails with one of ``failures`` for what it doesn't have: status 404."""

    @wraps(view)
    def serve(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except failures:
            return Response(_SENTENCES[404], 404, mimetype="text/plain")

    return serve


def add_missing_pages(server: Flask, exists: Callable[[str], bool]) -> None:
    """Send the document of an address that is no page with status 404: the browser shows it all the same, and it says so.

    ``exists``: whether a percent-encoded path is that of a page.
    """

    def mark(response: Response) -> Response:
        if request.endpoint in _DOCUMENTS and response.status_code == 200 and not exists(quote(request.path)):
            response.status_code = 404
        return response

    server.after_request(mark)


def add_error_handlers(server: Flask) -> None:
    """Handle whatever a view of ``server`` raises and doesn't handle itself: 503 for faults of the data side, else 500."""

    def handle(error: Exception) -> Response | HTTPException:
        if isinstance(error, HTTPException):  # 404, 405 and the like; a redirect keeps its own response
            plain = Response(_SENTENCES.get(error.code or 0, _OTHERWISE), error.code, mimetype="text/plain")
            return error if error.response is not None or (error.code or 0) < 400 else plain
        status = 503 if isinstance(error, CockpitError) else 500
        return Response(report(error, f"{request.method} {request.path}"), status, mimetype="text/plain")

    server.register_error_handler(Exception, handle)

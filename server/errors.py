"""What a browser gets when a route fails: a sentence and the number of the fault, never an empty page or a traceback."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from cockpit.errors import CockpitError
from cockpit.faults import report

#: Endpoints of Dash's index page: the address / and any that no other route has.
_DOCUMENTS = ("/", "/<path:path>")


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
        if isinstance(error, HTTPException):  # 404, 405 and the like
            return error
        status = 503 if isinstance(error, CockpitError) else 500
        return Response(report(error, f"{request.method} {request.path}"), status, mimetype="text/plain")

    server.register_error_handler(Exception, handle)

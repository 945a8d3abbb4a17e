"""What a browser gets when a route fails: a sentence and the number of the fault, never an empty page or a traceback."""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from cockpit.errors import CockpitError
from cockpit.faults import report


def add_error_handlers(server: Flask) -> None:
    """Handle whatever a view of ``server`` raises and doesn't handle itself: 503 for faults of the data side, else 500."""

    def handle(error: Exception) -> Response | HTTPException:
        if isinstance(error, HTTPException):  # 404, 405 and the like
            return error
        status = 503 if isinstance(error, CockpitError) else 500
        return Response(report(error, f"{request.method} {request.path}"), status, mimetype="text/plain")

    server.register_error_handler(Exception, handle)

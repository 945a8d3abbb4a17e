"""How large a request may be: its body, its address and its headers."""

from __future__ import annotations

from flask import Flask, Response, request

from server.headers import ADDRESS

#: Bytes of a request's body. A page posts a few KB; a route that takes files sets its own ``request.max_content_length``.
MAX_BODY_BYTES = 2**20
#: Bytes of a page's address with its query, in the request line and in ``ADDRESS``.
MAX_ADDRESS_BYTES = 8 * 1024
#: Bytes of the request line and all headers.
MAX_HEADER_BYTES = 32 * 1024


def add_limits(server: Flask) -> None:
    """Refuse requests that are too large: status 413 for the body, 414 for the address."""
    server.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES

    def check() -> Response | None:
        address = len(request.environ.get("RAW_URI") or request.full_path.encode())
        if max(address, len(request.query_string), len(request.headers.get(ADDRESS, ""))) > MAX_ADDRESS_BYTES:
            return _refusal("网址太长，打不开。请从首页重新选择，或减少所选的项目。", 414)
        if (request.content_length or 0) > MAX_BODY_BYTES:
            return _refusal(f"请求太大，至多 {MAX_BODY_BYTES // 2**20} MB。", 413)
        return None

    server.before_request(check)


def _refusal(message: str, status: int) -> Response:
    return Response(message, status, mimetype="text/plain")

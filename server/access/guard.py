"""The guard in front of every view: who the request is from, and whether its endpoint is for them (default deny)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Protocol
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, redirect, request

from cockpit.access.access import Access
from cockpit.errors import AccessError, QuotaError
from server.access.current import current_access, has_access, set_access
from server.access.rules import DOCUMENTS, Anyone, allows, rule_of

log = logging.getLogger(__name__)

#: Header with the token against forged requests; Dash's renderer copies it from the cookie ``CSRF_COOKIE``.
CSRF_HEADER, CSRF_COOKIE, CSRF_FIELD = "X-CSRFToken", "_csrf_token", "csrf_token"
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_LOG_IN = "请先登录。登录后会回到这一页。"
_UNKNOWN_TOKEN = "令牌不对，或者已经过期、停用。请在“我的账号”里新建一个。"
#: The same for what isn't allowed and for what doesn't exist: the answer tells nothing about either.
_REFUSED = "您的账号没有这项权限。需要时请联系安全管理员。"
_FORGED = "请求不完整，没有执行。请刷新页面后再试。"


class Identity(Protocol):
    """Who sends the request that is being answered."""

    def access(self) -> Access | None:
        """Return the access of the request's session, device or program; ``None`` when nobody is known."""
        ...

    def is_csrf_token(self, token: str) -> bool:
        """Return whether the token is the one of the request's session; requests without a session need none."""
        ...


def add_guard(server: Flask, identity: Identity, refused: Callable[[str, Access], None]) -> None:
    """Decide on the access of each request to ``server``, and refuse those that their endpoint isn't for.

    ``refused`` is called with each refusal of somebody who is known.
    """

    def check() -> Response | None:
        endpoint = request.endpoint
        if endpoint is None:  # no route, or none for this method: there is an answer for that already
            return None
        rule = rule_of(endpoint)
        if rule is Anyone.PUBLIC:
            return None
        if not has_access():
            try:
                access = identity.access()
            except QuotaError as error:
                return _text(str(error), 429, {"Retry-After": str(error.seconds)})
            if access is None:
                return _ask_to_log_in(endpoint)
            set_access(access)
        if request.method not in _SAFE_METHODS and not identity.is_csrf_token(_csrf_token()):
            return _text(_FORGED, 403)
        access = current_access()
        if rule is None:
            log.error("the endpoint %s has no rule, so it isn't served", endpoint)
        if not allows(endpoint, access):
            refused(endpoint, access)
            return _text(_REFUSED, 403)
        return None

    server.before_request(check)
    server.register_error_handler(AccessError, _refuse)


def relative_address(address: str) -> str:
    """Return an address of this site that may be gone on to; the first page for any other."""
    parts = urlsplit(address.replace("\\", "/"))
    is_own = not parts.scheme and not parts.netloc and address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if is_own and address.isprintable() else "/"


def _csrf_token() -> str:
    """Return the token of the header, as scripts send it, or of the form; parsing a form leaves other bodies unread."""
    return request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")


def _ask_to_log_in(endpoint: str) -> Response:
    """Lead a person to the login page; a script or program gets status 401."""
    if request.authorization is not None:
        return _text(_UNKNOWN_TOKEN, 401, {"WWW-Authenticate": "Bearer"})
    if endpoint in DOCUMENTS and request.method in _SAFE_METHODS:
        response: Response = redirect(f"/login?{_next_query()}")  # type: ignore[assignment]
        response.headers["Cache-Control"] = "no-store"
        return response
    return _text(_LOG_IN, 401)


def _next_query() -> str:
    return urlencode({"next": request.full_path.rstrip("?")})


def _refuse(error: Exception) -> Response:
    return _text(str(error), 403)


def _text(message: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    return Response(message, status, {"Cache-Control": "no-store", **(headers or {})}, mimetype="text/plain")

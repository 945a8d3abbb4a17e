"""The access that the request being answered was given: decided once, in front of every view (``guard.py``)."""

from __future__ import annotations

from typing import Any

from flask import Flask, request
from flask.testing import FlaskClient

from cockpit.access.access import UNRESTRICTED, Access
from cockpit.errors import AccessError

#: Key of the WSGI environment. Not in ``flask.g``: Dash builds a layout in a context of its own. No header can set it.
_ACCESS = "cockpit.access"


def current_access() -> Access:
    """Return the access of the request. Raises ``AccessError`` where none was decided on: nothing is shown by mistake."""
    access = request.environ.get(_ACCESS)
    if not isinstance(access, Access):
        raise AccessError("请先登录。")
    return access


def has_access() -> bool:
    """Return whether an access was decided on already."""
    return isinstance(request.environ.get(_ACCESS), Access)


def set_access(access: Access) -> None:
    """Decide on the access of this request."""
    request.environ[_ACCESS] = access


def own_client(server: Flask) -> FlaskClient:
    """Return a client for requests of the program's own, such as the first page that a server prepares: all is allowed."""
    client = server.test_client()
    base: dict[str, Any] = client.environ_base  # werkzeug's type says text, WSGI's doesn't
    base[_ACCESS] = UNRESTRICTED
    return client

"""Which names the server answers to: a page of another site can't reach it under a name of its own (DNS rebinding)."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection, Iterable
from urllib.parse import urlsplit

from flask import Flask, Response, request

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_EVERY_ADDRESS = ("", "0.0.0.0", "::")  # compared with, not listened on


def allowed_hosts(listening: str, configured: Iterable[str]) -> frozenset[str]:
    """Return the names without port: loopback, the address that is listened on, and those of the settings.

    Where every address is listened on, they are the computer's name and, as ``is_allowed`` says, every number.
    """
    names = {*_LOOPBACK, *(name.strip().lower() for name in configured), listening.lower()}
    if listening in _EVERY_ADDRESS:
        names |= {socket.gethostname().lower(), *_EVERY_ADDRESS}
    return frozenset(names)


def add_host_check(server: Flask, allowed: Collection[str]) -> None:
    """Refuse requests under another name (status 400), and posts from a page of another origin (403)."""

    def check() -> Response | None:
        host = _name(f"//{request.host}")
        if not is_allowed(host, allowed):
            return _refusal("这个地址没有登记，不能使用。请用登记过的地址打开；管理员可以在 COCKPIT_HOSTS 里添加。", 400)
        origin = request.headers.get("Origin")
        if request.method not in ("GET", "HEAD", "OPTIONS") and origin is not None and not is_allowed(_name(origin), allowed):
            return _refusal("请求来自别的网站，没有执行。", 403)
        return None

    server.before_request(check)


def is_allowed(name: str, allowed: Collection[str]) -> bool:
    """Return whether the server answers to a name; to a number also where every address is listened on: no DNS leads there."""
    if name in allowed:
        return bool(name)
    return "0.0.0.0" in allowed and _is_number(name)


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _name(address: str) -> str:
    """Return the host of an address, lower case, without port and brackets; '' where there is none."""
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""


def _refusal(message: str, status: int) -> Response:
    return Response(message, status, mimetype="text/plain")

"""The routes to log in elsewhere: at a provider that the browser is sent to, or with the password of a directory."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Response, abort, redirect, request

from cockpit.access.quotas import QuotaKind
from cockpit.errors import LoginError, ProviderError, SecretsError
from data.access.keys import decrypt, encrypt
from data.access.limits import quotas
from data.access.providers.login import log_in_at_directory, log_in_verified, refuse_unverified
from data.access.providers.provider import Providers, RedirectProvider
from data.access.store import CLOCK_TOLERANCE
from data.database.transactions import utc_now
from layouts.access.desk import DeskLink
from layouts.access.page import directory_page
from server.access.guard import relative_address
from server.access.login import LoginRoutes, html, theme

_WITH, _DIRECTORY = "/login/with", "/login/directory"
#: The cookie between leaving for a provider and coming back, and for how long that may take.
_COOKIE, _VALID_FOR = "login", timedelta(minutes=10)
#: Bytes of an address that the cookie has room for.
_MAX_ADDRESS = 2_000
_EXPIRED = "登录没有完成，或已过期。请重新登录。"


def other_logins(providers: Providers) -> tuple[DeskLink, ...]:
    """Return the links of the login page."""
    links = [DeskLink(one.label, f"{_WITH}/{one.key}") for one in providers.redirecting]
    return (*links, *([DeskLink(providers.directory.label, _DIRECTORY)] if providers.directory is not None else []))


@dataclass(frozen=True)
class ProviderRoutes:
    """The routes of ``providers``; ``local``: those of the login page, which is shown again where a login fails."""

    local: LoginRoutes
    providers: Providers

    def add(self, server: Flask) -> None:
        """Add the routes to ``server``."""
        server.add_url_rule(f"{_WITH}/<name>", "login-with", self.leave)
        server.add_url_rule(f"{_WITH}/<name>/return", "login-with-return", self.come_back)
        server.add_url_rule(_DIRECTORY, "login-directory", self.directory, methods=["GET", "POST"])

    def leave(self, name: str) -> Response:
        """Send the browser to a provider."""
        provider, address = self._find(name), relative_address(request.args.get("next", "/"))
        try:
            departure = provider.begin(self._return_address(provider))
        except ProviderError as error:
            return self.local.form(address, fault=str(error), status=503)
        pending = {"next": address if len(address.encode()) <= _MAX_ADDRESS else "/", "secrets": dict(departure.secrets)}
        response: Response = redirect(departure.address, 303)  # type: ignore[assignment]
        response.headers["Cache-Control"] = "no-store"
        seconds = int(_VALID_FOR.total_seconds())
        sealed = self._seal(provider, pending | {"at": utc_now().isoformat()})
        # Lax, for the browser comes back from another site; nobody else's browser has it, so nobody else's response fits.
        response.set_cookie(_COOKIE, sealed, seconds, path=_WITH, httponly=True, samesite="Lax", secure=request.is_secure)
        return response

    def come_back(self, name: str) -> Response:
        """Begin the session of whom the provider has verified."""
        provider = self._find(name)
        pending = self._unseal(provider)
        address = relative_address(pending.get("next", "/"))
        store, client, now = self.local.store, self.local.browser(), utc_now()

        def begin() -> str:
            quotas.take(store.engine, QuotaKind.LOGIN, client.address, now)
            try:
                if not pending:
                    raise LoginError(_EXPIRED)
                identity = provider.finish(self._return_address(provider), pending["secrets"], request.args)
            except LoginError as error:
                refuse_unverified(store, provider.label, str(error), client, now)
                raise
            return log_in_verified(store, self.providers, identity, provider.label, client, now)

        response = self.local.enter(begin, address, lambda fault, status: self.local.form(address, fault=fault, status=status))
        response.delete_cookie(_COOKIE, path=_WITH)
        response.headers["Cache-Control"] = "no-store"
        return response

    def directory(self) -> Response:
        """Show the form of the directory, or log in there."""
        directory, address = self.providers.directory, relative_address(request.values.get("next", "/"))
        if directory is None:
            abort(404)
        local, name = self.local, request.form.get("account", "")

        def page(fault: str = "", status: int = 200) -> Response:
            own = {"label": directory.label, "account": name[:80], "address": address, "fault": fault}
            return html(directory_page(local.store.district, theme(), local.styles, **own), status)

        def begin() -> str:
            password = request.form.get("password", "")
            return log_in_at_directory(local.store, self.providers, directory, name, password, local.browser(), utc_now())

        return page() if request.method == "GET" else local.enter(begin, address, page)

    def _find(self, name: str) -> RedirectProvider:
        return self.providers.find(name) or abort(404)

    def _return_address(self, provider: RedirectProvider) -> str:
        """Return where the provider sends the browser back to; it has to be registered there."""
        return f"{self.providers.address or request.host_url.rstrip('/')}{_WITH}/{provider.key}/return"

    def _seal(self, provider: RedirectProvider, pending: Mapping[str, Any]) -> str:
        """Encrypt what the browser brings back: it is for this provider only, and nobody reads or changes it."""
        sealed = encrypt(self.local.store.keys.keys(), _COOKIE, json.dumps(pending), provider.key)
        return base64.urlsafe_b64encode(sealed).decode()

    def _unseal(self, provider: RedirectProvider) -> Mapping[str, Any]:
        """Return what ``_seal`` encrypted; nothing for what isn't ours, of another provider or too old."""
        try:
            sealed = base64.urlsafe_b64decode(request.cookies.get(_COOKIE, ""))
            text, _ = decrypt(self.local.store.keys.keys(), _COOKIE, sealed, provider.key)
        except (SecretsError, binascii.Error, ValueError):
            return {}
        pending: Mapping[str, Any] = json.loads(text)
        age = utc_now() - datetime.fromisoformat(pending["at"])
        return pending if -CLOCK_TOLERANCE <= age < _VALID_FOR else {}

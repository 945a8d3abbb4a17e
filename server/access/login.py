"""The routes before anybody is known: to log in and out, and to accept an invitation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, Response, redirect, request

from cockpit.access.audit import Actor
from cockpit.errors import CockpitError, DatabaseError, LoginError, QuotaError, UsageError
from cockpit.faults import report
from data.access import second_factor
from data.access.invitations import LINK_PATH, Invitation, accept, open_invitation
from data.access.login import log_in
from data.access.sessions import Client, log_out
from data.access.store import AccessStore
from data.database.transactions import utc_now
from layouts.access.page import Enrolment, accepted_page, invitation_page, login_page, message_page
from layouts.ui.theme import VIEWPORT_COOKIE, ThemeName, parse_viewport
from server.access.guard import CSRF_COOKIE, relative_address
from server.access.identity import SESSION_COOKIE, SessionIdentity

_INVITE = LINK_PATH.partition("?")[0]


@dataclass(frozen=True)
class LoginRoutes:
    """The routes over a store; ``styles``: the address of the style sheet, ``client``: the address of who asks."""

    store: AccessStore
    identity: SessionIdentity
    styles: str
    client: Callable[[], str]

    def add(self, server: Flask) -> None:
        """Add the routes to ``server``."""
        server.add_url_rule("/login", "login", self.login, methods=["GET", "POST"])
        server.add_url_rule("/logout", "logout", self.logout, methods=["GET", "POST"])
        server.add_url_rule(_INVITE, "invitation", self.invitation, methods=["GET", "POST"])

    def login(self) -> Response:
        """Show the form, or log in and go on to the page that was asked for."""
        address = relative_address(request.values.get("next", "/"))
        if request.method == "GET":
            return _html(login_page(self.store.district, _theme(), self.styles, address=address))
        form = request.form
        name = form.get("account", "")
        try:
            token = log_in(self.store, name, form.get("password", ""), form.get("code", "").strip(), self._who(), utc_now())
        except LoginError as error:
            return self._login_again(name, address, str(error), 401)
        except DatabaseError as error:
            return self._login_again(name, address, report(error, "login"), 503)
        except QuotaError as error:
            return self._login_again(name, address, str(error), 429)
        except CockpitError as error:  # such as an audit that can't be written: nobody gets in unrecorded
            return self._login_again(name, address, str(error), 503)
        response: Response = redirect(address, 303)  # type: ignore[assignment]
        self.identity.set_cookies(response, token)
        return response

    def logout(self) -> Response:
        """End the session; a link asks first, so that no other site can log anybody out."""
        session = self.identity.session()
        response: Response = redirect("/login", 303)  # type: ignore[assignment]
        if session is not None and request.method == "POST":
            log_out(self.store, session, Actor(session.account.name, self.client()), utc_now())
            for cookie in (SESSION_COOKIE, CSRF_COOKIE):
                response.delete_cookie(cookie)
        return response

    def invitation(self) -> Response:
        """Show the form of a link, or set the password."""
        token = request.values.get("token", "")
        try:
            return self._invite(token)
        except UsageError as error:  # of a link, or of a form that isn't ours
            return _html(message_page(self.store.district, _theme(), self.styles, "链接不能用", str(error)), 404)

    def _invite(self, token: str) -> Response:
        invited = open_invitation(self.store, token, utc_now())
        if request.method == "GET":
            return self._invitation_form(invited, token)
        form = request.form
        if form.get("password") != form.get("again"):
            return self._invitation_form(invited, token, "两次输入的密码不一样，请重新输入。", form.get("pending", ""))
        try:
            codes = accept(
                self.store,
                token,
                form.get("password", ""),
                form.get("pending", ""),
                form.get("code", "").strip(),
                self.client(),
                utc_now(),
            )
        except UsageError as error:
            return self._invitation_form(invited, token, str(error), form.get("pending", ""))
        return _html(accepted_page(self.store.district, _theme(), self.styles, codes))

    def _invitation_form(self, invited: Invitation, token: str, fault: str = "", pending: str = "") -> Response:
        enrolment = self._enrolment(invited, pending) if invited.needs_second_factor else None
        text = invitation_page(
            self.store.district,
            _theme(),
            self.styles,
            account=invited.account.name,
            token=token,
            enrolment=enrolment,
            fault=fault,
        )
        return _html(text, 400 if fault else 200)

    def _enrolment(self, invited: Invitation, pending: str) -> Enrolment:
        """Return the same secret again after a mistake: it may be in the phone already."""
        if pending:
            secret = second_factor.shown_secret(self.store, invited.account, pending)
        else:
            secret, pending = second_factor.begin_enrolment(self.store, invited.account)
        uri = second_factor.provisioning_uri(self.store, invited.account, secret)
        return Enrolment(second_factor.qr_svg(uri), secret, pending)

    def _login_again(self, name: str, address: str, fault: str, status: int) -> Response:
        text = login_page(self.store.district, _theme(), self.styles, account=name[:80], address=address, fault=fault)
        return _html(text, status)

    def _who(self) -> Client:
        return Client(self.client(), request.headers.get("User-Agent", ""))


def _theme() -> ThemeName:
    return parse_viewport(request.cookies.get(VIEWPORT_COOKIE)).theme


def _html(text: str, status: int = 200) -> Response:
    return Response(text, status, {"Cache-Control": "no-store"}, mimetype="text/html")

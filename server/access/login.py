"""The routes before anybody is known: to log in and out, and to accept an invitation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from layouts.access.desk import DeskLink
from layouts.access.page import Enrolment, accepted_page, invitation_page, login_page, message_page
from layouts.ui.theme import VIEWPORT_COOKIE, ThemeName, parse_viewport
from server.access.guard import CSRF_COOKIE, relative_address
from server.access.identity import SESSION_COOKIE, SessionIdentity

_INVITE = LINK_PATH.partition("?")[0]


@dataclass(frozen=True)
class LoginRoutes:
    """The routes over a store; ``styles``: the address of the style sheet, ``client``: the address of who asks.

    ``others``: where else one can log in.
    """

    store: AccessStore
    identity: SessionIdentity
    styles: str
    client: Callable[[], str]
    others: Sequence[DeskLink] = ()

    def add(self, server: Flask) -> None:
        """Add the routes to ``server``."""
        server.add_url_rule("/login", "login", self.login, methods=["GET", "POST"])
        server.add_url_rule("/logout", "logout", self.logout, methods=["GET", "POST"])
        server.add_url_rule(_INVITE, "invitation", self.invitation, methods=["GET", "POST"])

    def login(self) -> Response:
        """Show the form, or log in and go on to the page that was asked for."""
        address = relative_address(request.values.get("next", "/"))
        if request.method == "GET":
            return self.form(address)
        form = request.form
        name = form.get("account", "")

        def begin() -> str:
            return log_in(self.store, name, form.get("password", ""), form.get("code", "").strip(), self.browser(), utc_now())

        return self.enter(begin, address, lambda fault, status: self.form(address, name, fault, status))

    def enter(self, begin: Callable[[], str], address: str, again: Callable[[str, int], Response]) -> Response:
        """Begin a session and go on to ``address``; ``again`` makes the response where that fails, of reason and status."""
        try:
            token = begin()
        except LoginError as error:
            return again(str(error), 401)
        except DatabaseError as error:
            return again(report(error, "login"), 503)
        except QuotaError as error:
            return again(str(error), 429)
        except (
            CockpitError
        ) as error:  # such as an audit that can't be written (nobody gets in unrecorded), a provider that is down
            return again(str(error), 503)
        response: Response = redirect(address, 303)  # type: ignore[assignment]
        self.identity.set_cookies(response, token)
        return response

    def form(self, address: str, name: str = "", fault: str = "", status: int = 200) -> Response:
        """Show the form."""
        text = login_page(
            self.store.district, theme(), self.styles, account=name[:80], address=address, fault=fault, others=self.others
        )
        return html(text, status)

    def browser(self) -> Client:
        """Return where the request comes from."""
        return Client(self.client(), request.headers.get("User-Agent", ""))

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
            return html(message_page(self.store.district, theme(), self.styles, "链接不能用", str(error)), 404)

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
        return html(accepted_page(self.store.district, theme(), self.styles, codes))

    def _invitation_form(self, invited: Invitation, token: str, fault: str = "", pending: str = "") -> Response:
        enrolment = self._enrolment(invited, pending) if invited.needs_second_factor else None
        text = invitation_page(
            self.store.district,
            theme(),
            self.styles,
            account=invited.account.name,
            token=token,
            enrolment=enrolment,
            fault=fault,
        )
        return html(text, 400 if fault else 200)

    def _enrolment(self, invited: Invitation, pending: str) -> Enrolment:
        """Return the same secret again after a mistake: it may be in the phone already."""
        if pending:
            secret = second_factor.shown_secret(self.store, invited.account, pending)
        else:
            secret, pending = second_factor.begin_enrolment(self.store, invited.account)
        uri = second_factor.provisioning_uri(self.store, invited.account, secret)
        return Enrolment(second_factor.qr_svg(uri), secret, pending)


def theme() -> ThemeName:
    """Return the theme that the browser has chosen."""
    return parse_viewport(request.cookies.get(VIEWPORT_COOKIE)).theme


def html(text: str, status: int = 200) -> Response:
    """Respond with a page that nobody keeps."""
    return Response(text, status, {"Cache-Control": "no-store"}, mimetype="text/html")

"""What the pages around accounts share: whose request it is, the frame, and what follows a form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from flask import Flask, Response, redirect, request
from markupsafe import Markup

from cockpit.access.audit import Actor
from cockpit.errors import AccessError, LoginError, QuotaError, UsageError
from cockpit.formatting import MISSING, format_local_time
from data.access.sessions import Client, Session
from data.access.store import AccessStore
from layouts.access.desk import DeskFrame, desk_page
from layouts.ui.theme import VIEWPORT_COOKIE, ThemeName, parse_viewport
from server.access.identity import SessionIdentity, bearer_token
from server.access.navigation import first_address, own_links

#: Endpoints of the cockpit's own pages.
_COCKPIT = ("/", "/<path:path>")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Desk:
    """The pages over a store; ``styles``: the address of the style sheet, ``client``: the address of who asks."""

    store: AccessStore
    identity: SessionIdentity
    styles: str
    client: Callable[[], str]

    def session(self) -> Session:
        """Return the session of who is logged in. Raises ``AccessError`` for a device or program, which have no account page."""
        session = None if bearer_token() is not None else self.identity.session()
        if session is None:
            raise AccessError("这一页只给登录的人用。请在浏览器里登录后再打开。")
        return session

    def actor(self) -> Actor:
        """Return whom the audit names."""
        return Actor(self.session().account.name, self.client())

    def browser(self) -> Client:
        """Return where the request comes from."""
        return Client(self.client(), request.headers.get("User-Agent", ""))

    def csrf_token(self) -> str:
        """Return the token that forms send back."""
        return self.identity.own_csrf_token()

    def theme(self) -> ThemeName:
        """Return the theme of the reader's cookie."""
        return parse_viewport(request.cookies.get(VIEWPORT_COOKIE)).theme

    def page(self, href: str, title: str, body: Markup, *, fault: str = "", status: int = 200) -> Response:
        """Respond with a page whose link in the navigation is ``href``."""
        session = self.session()
        name, links = session.account.name, own_links(session)
        frame = DeskFrame(self.store.district, self.theme(), self.styles, name, self.csrf_token(), links)
        done = "" if fault else request.args.get("done", "")
        return html(desk_page(frame, href, title, body, fault=fault, done=done), status)

    def lead_on(self) -> Response | None:
        """Lead who has no page of the cockpit, or has something to do first, to a page of their own."""
        if request.endpoint not in _COCKPIT or bearer_token() is not None:
            return None
        session = self.identity.session()
        address = "/" if session is None else first_address(session)
        return None if address == "/" else go_to(address)

    def add(self, server: Flask) -> None:
        """Add what leads on, behind the guard, to ``server``."""
        server.before_request(self.lead_on)


def attempt(action: Callable[[], Response], again: Callable[[str, int], Response]) -> Response:
    """Do what a form asks for; where that isn't possible the page comes ``again``, with the reason and a status."""
    try:
        return action()
    except (UsageError, LoginError) as error:
        return again(str(error), 400)
    except QuotaError as error:
        response = again(str(error), 429)
        response.headers["Retry-After"] = str(error.seconds)
        return response


def go_to(address: str, **query: str) -> Response:
    """Lead to a page after a form: reloading it then does nothing again."""
    response: Response = redirect(f"{address}?{urlencode(query)}" if query else address, 303)  # type: ignore[assignment]
    response.headers["Cache-Control"] = "no-store"
    return response


def html(text: str, status: int = 200) -> Response:
    """Respond with a page that nobody keeps: not even the browser's list of pages after a logout."""
    return Response(text, status, {"Cache-Control": "no-store"}, mimetype="text/html")


def workbook(content: bytes, name: str) -> Response:
    """Respond with a workbook."""
    headers = {"Cache-Control": "no-store", "Content-Disposition": f"attachment; filename={name}"}
    return Response(content, 200, headers, mimetype=_XLSX)


def local_time(moment: datetime | None) -> str:
    """Format a moment of the tables, which are UTC without their zone."""
    return MISSING if moment is None else format_local_time(moment.replace(tzinfo=UTC))

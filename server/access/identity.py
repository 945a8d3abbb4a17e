"""Who sends a request: everybody in open mode; else the account of a session or of a program's token, or a wall."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, request

from cockpit.access.access import OPEN, Access
from cockpit.access.quotas import QuotaKind
from cockpit.access.scope import scope_name
from data.access.keys import is_signed, sign
from data.access.limits import quotas
from data.access.sessions import ABSOLUTE, Session, find_session
from data.access.store import AccessStore
from data.access.tokens import find_token
from data.database.transactions import utc_now
from layouts.access.page import account_line
from server.access.guard import CSRF_COOKIE
from server.access.navigation import own_links

#: The cookie with a session's token, and its key in the WSGI environment once it was found.
SESSION_COOKIE, _SESSION = "session", "cockpit.session"
_CSRF = "csrf"
#: The scheme of the header ``Authorization`` under which a program sends its token.
_BEARER = "bearer"


class OpenIdentity:
    """Open mode: everyone is 演示用户. The server listens on loopback only, and other origins are refused before."""

    def access(self) -> Access | None:
        """See ``guard.Identity``."""
        return OPEN

    def is_csrf_token(self, _token: str) -> bool:
        """See ``guard.Identity``."""
        return True


@dataclass(frozen=True)
class SessionIdentity:
    """Sessions of ``store``, and walls: ``device`` gives the access of the wall that the request's token is of."""

    store: AccessStore
    device: Callable[[], Access | None]

    def access(self) -> Access | None:
        """See ``guard.Identity``. A session that has to change its password or set up its codes first has no rights.

        A request with a program's token is answered for that token alone, whatever cookies come with it. Raises ``QuotaError``.
        """
        if (token := bearer_token()) is not None:
            access = find_token(self.store, token, utc_now())
            if access is not None:
                quotas.take(self.store.engine, QuotaKind.API, access.account, utc_now())
            return access
        session = self.session()
        return session.access if session is not None else self.device()

    def session(self) -> Session | None:
        """Return the session of the request, looked up once."""
        if _SESSION not in request.environ:
            token = request.cookies.get(SESSION_COOKIE, "")
            request.environ[_SESSION] = find_session(self.store, token, utc_now()) if token else None
        session: Session | None = request.environ[_SESSION]
        return session

    def is_csrf_token(self, token: str) -> bool:
        """See ``guard.Identity``. No other site can make a browser send a program's token."""
        if bearer_token() is not None or self.session() is None:
            return True
        return is_signed(self.store.keys.keys(), _CSRF, request.cookies.get(SESSION_COOKIE, ""), token)

    def csrf_token(self, session_token: str) -> str:
        """Return the token against forged requests of a session."""
        return sign(self.store.keys.keys(), _CSRF, session_token)

    def own_csrf_token(self) -> str:
        """Return the token against forged requests of the request's session, for the forms of a page."""
        return self.csrf_token(request.cookies.get(SESSION_COOKIE, ""))

    def set_cookies(self, response: Response, token: str) -> None:
        """Give the browser a session's token."""
        seconds, is_https = int(ABSOLUTE.total_seconds()), request.is_secure
        response.set_cookie(SESSION_COOKIE, token, seconds, httponly=True, samesite="Lax", secure=is_https)
        # Dash's renderer reads this one and sends it back as a header.
        response.set_cookie(CSRF_COOKIE, self.csrf_token(token), seconds, samesite="Lax", secure=is_https)

    def account_line(self) -> str:
        """Render the line above the page for who is logged in; nothing for a device."""
        session = self.session()
        if session is None:
            return ""
        scope = session.access.scope
        areas = "" if scope.is_everything else scope_name(scope, self.store.district)
        return account_line(session.account.name, areas, self.own_csrf_token(), own_links(session))


def bearer_token() -> str | None:
    """Return the token that a program sends; ``None`` where the header isn't of that kind."""
    authorization = request.authorization
    return authorization.token or "" if authorization is not None and authorization.type == _BEARER else None

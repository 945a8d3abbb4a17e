"""One's own account: password, one-time codes, logins, tokens, last visits. Whose it is comes from the session alone."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Response, request
from werkzeug.datastructures import MultiDict

from cockpit.access.permissions import Permission
from cockpit.errors import UsageError
from data.access import login, second_factor, sessions, tokens
from data.access.sessions import Session
from data.database.transactions import utc_now
from layouts.access.account import account_body, codes_body, recovery_body
from layouts.access.desk import DeskLink, Secret, secret_body
from layouts.access.page import Enrolment, accepted_page
from server.access.navigation import ACCOUNT
from server.access.pages.account_view import account_view
from server.access.pages.desk import Desk, attempt, go_to, html

_TITLE, _CODES_TITLE = "我的账号", "设置动态验证码"
_DIFFERENT = "两次输入的密码不一样，请重新输入。"


@dataclass(frozen=True)
class AccountPage:
    """The page and its forms."""

    desk: Desk

    def add(self, server: Flask) -> None:
        """Add the routes to ``server``."""
        server.add_url_rule(ACCOUNT, "account", self.show)
        server.add_url_rule("/account/codes", "account-codes", self.codes, methods=["GET", "POST"])
        for endpoint, view in {
            "password": self.change_password,
            "recovery": self.renew_recovery_codes,
            "sessions": self.end_others,
            "tokens": self.issue,
        }.items():
            server.add_url_rule(f"/account/{endpoint}", f"account-{endpoint}", view, methods=["POST"])
        server.add_url_rule("/account/tokens/revoke", "account-revoke", self.revoke, methods=["POST"])

    def show(self, fault: str = "", status: int = 200) -> Response:
        """Show the page, after a form that failed with what was entered for a token."""
        entered = request.form if fault and request.endpoint == "account-tokens" else MultiDict[str, str]()
        body = account_body(account_view(self.desk, self.desk.session(), entered))
        return self.desk.page(ACCOUNT, _TITLE, body, fault=fault, status=status)

    def change_password(self) -> Response:
        """Change the password; this login goes on, the others end."""
        return attempt(self._change_password, self.show)

    def _change_password(self) -> Response:
        form, session = request.form, self.desk.session()
        if form.get("password") != form.get("again"):
            raise UsageError(_DIFFERENT)
        token = login.change_password(
            self.desk.store, session, form.get("old", ""), form.get("password", ""), self.desk.browser(), utc_now()
        )
        response = go_to(ACCOUNT, done="password")
        self.desk.identity.set_cookies(response, token)
        return response

    def codes(self) -> Response:
        """Show the QR code of a new secret, or set it up once a code of it is right."""
        if self.desk.session().account.issuer is not None:
            return go_to(ACCOUNT)
        if request.method == "GET":
            return self._codes_form()
        return attempt(self._enrol, self._codes_form)

    def _enrol(self) -> Response:
        form, session, desk = request.form, self.desk.session(), self.desk
        self._verify(session, form.get("password", ""))
        codes = second_factor.enrol(
            desk.store, session.account, form.get("pending", ""), form.get("code", ""), desk.actor(), utc_now()
        )
        return html(accepted_page(desk.store.district, desk.theme(), desk.styles, codes, "动态验证码已设置"))

    def _codes_form(self, fault: str = "", status: int = 200) -> Response:
        """Show the same secret again after a mistake: it may be in the phone already."""
        store, one, pending = self.desk.store, self.desk.session().account, request.form.get("pending", "")
        try:
            secret = second_factor.shown_secret(store, one, pending) if pending else ""
        except UsageError:  # of a form that isn't ours, or too old: a new secret
            secret = ""
        if not secret:
            secret, pending = second_factor.begin_enrolment(store, one)
        uri = second_factor.provisioning_uri(store, one, secret)
        body = codes_body(self.desk.csrf_token(), one.name, Enrolment(second_factor.qr_svg(uri), secret, pending))
        return self.desk.page(ACCOUNT, _CODES_TITLE, body, fault=fault, status=status)

    def renew_recovery_codes(self) -> Response:
        """Replace the recovery codes, for who knows the password."""
        return attempt(self._renew_recovery_codes, self.show)

    def _renew_recovery_codes(self) -> Response:
        session = self.desk.session()
        if not session.account.has_second_factor:
            raise UsageError("还没有设置动态验证码。请先设置，恢复码会一起给出。")
        self._verify(session, request.form.get("recovery-password", ""))
        codes = second_factor.renew_recovery_codes(self.desk.store, session.account, self.desk.actor(), utc_now())
        return self.desk.page(ACCOUNT, "新的恢复码", recovery_body(codes))

    def _verify(self, session: Session, password: str) -> None:
        login.verify_password(self.desk.store, session, password, self.desk.browser(), utc_now())

    def end_others(self) -> Response:
        """End the account's other logins."""
        sessions.end_others(self.desk.store, self.desk.session(), self.desk.actor(), utc_now())
        return go_to(ACCOUNT, done="sessions")

    def issue(self) -> Response:
        """Issue a token, shown only now."""
        return attempt(self._issue, self.show)

    def _issue(self) -> Response:
        form, session = request.form, self.desk.session()
        days = form.get("days", "")
        if not days.isascii() or not days.isdigit():
            raise UsageError("请填写令牌有效多少天，如 90。")
        permissions = [one for one in Permission if one.value in form.getlist("permission")]
        token = tokens.issue(
            self.desk.store,
            session.account,
            session.access,
            form.get("name", ""),
            permissions,
            form.getlist("area"),
            int(days[:6]),
            self.desk.actor(),
            utc_now(),
        )
        hint = "请交给要用它的程序，放在请求头 Authorization 里，前面写 Bearer 和一个空格。"
        secret = Secret("新的接口令牌", token, hint, DeskLink("返回我的账号", ACCOUNT))
        return self.desk.page(ACCOUNT, _TITLE, secret_body(secret))

    def revoke(self) -> Response:
        """Revoke one of the account's tokens."""

        def revoke() -> Response:
            number = request.form.get("id", type=int) or 0
            tokens.revoke(self.desk.store, self.desk.session().account, number, self.desk.actor(), utc_now())
            return go_to(ACCOUNT, done="revoked")

        return attempt(revoke, self.show)

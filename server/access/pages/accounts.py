"""The accounts, for the security administrator: list, invite, disable and enable, reset, roles and scope, tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Flask, Response, request

from cockpit.access.passwords import fold
from cockpit.access.permissions import Permission
from cockpit.errors import UsageError
from data.access import accounts, invitations, tokens
from data.access.accounts import Account, list_accounts, require_account
from data.access.invitations import LINK_PATH
from data.access.summary import ACCOUNT_STATES, account_state
from data.database.engine import read_connection
from data.database.transactions import utc_now
from layouts.access.accounts import AccountList, accounts_body, invite_body, managed_account_body
from layouts.access.desk import DeskLink, Secret, secret_body
from server.access.pages.account_rights import account_row, chosen_rights, entered_rights, managed_account, stored_rights
from server.access.pages.desk import Desk, attempt, go_to

_ADDRESS, _TITLE = "/admin/accounts", "账号管理"
_ACCOUNT, _INVITE = f"{_ADDRESS}/account", f"{_ADDRESS}/invite"
_PER_PAGE = 50
_OWN = "不能改自己的账号。请另一位安全管理员操作。"


@dataclass(frozen=True)
class AccountsPage:
    """The pages and their forms."""

    desk: Desk

    def add(self, server: Flask) -> None:
        """Add the routes to ``server``."""
        server.add_url_rule(_ADDRESS, "admin-accounts", self.show)
        server.add_url_rule(_INVITE, "admin-invite", self.invite, methods=["GET", "POST"])
        server.add_url_rule(_ACCOUNT, "admin-account", self.show_account)
        forms: dict[str, Callable[[Account], Response]] = {
            "roles": self._set_roles,
            "disable": self._disable,
            "enable": self._enable,
            "reset": self._reset,
            "token": self._revoke_token,
        }
        for name, action in forms.items():
            view = self._form(action)
            server.add_url_rule(f"{_ADDRESS}/{name}", f"admin-account-{name}", view, methods=["POST"])

    def show(self, fault: str = "", status: int = 200) -> Response:
        """Show a page of the list."""
        query, state = request.args.get("q", "").strip(), request.args.get("state", "")
        number = max(request.args.get("page", 1, type=int), 1)
        folded = fold(query)
        matching = [
            one
            for one in list_accounts(self.desk.store)
            if folded in fold(one.account.name) and state in ("", account_state(one.account))
        ]
        first = min((number - 1) * _PER_PAGE, max(len(matching) - 1, 0) // _PER_PAGE * _PER_PAGE)
        here = matching[first : first + _PER_PAGE]

        def page(at: int) -> str:
            return f"{_ADDRESS}?{urlencode({'q': query, 'state': state, 'page': at // _PER_PAGE + 1})}"

        rows = [account_row(self.desk.store, one, _address_of(one.account.name)) for one in here]
        earlier = page(first - _PER_PAGE) if first else ""
        later = page(first + _PER_PAGE) if first + _PER_PAGE < len(matching) else ""
        view = AccountList(rows, len(matching), first + 1, query, state, ACCOUNT_STATES, earlier, later)
        return self.desk.page(_ADDRESS, _TITLE, accounts_body(view), fault=fault, status=status)

    def invite(self) -> Response:
        """Show the form, or invite: the link is shown only now."""
        self.desk.session().access.require(Permission.ASSIGN_ROLES)
        if request.method == "GET":
            return self._invite_form()
        return attempt(self._invite, self._invite_form)

    def _invite(self) -> Response:
        form = request.form
        roles, areas, sheets = chosen_rights(form)
        name = form.get("name", "")
        token = invitations.invite(self.desk.store, name, roles, areas, sheets, self.desk.actor(), utc_now())
        return self._link(name.strip(), token)

    def _invite_form(self, fault: str = "", status: int = 200) -> Response:
        rights = entered_rights(self.desk, request.form)
        body = invite_body(request.form.get("name", ""), rights)
        return self.desk.page(_ADDRESS, "邀请新账号", body, fault=fault, status=status)

    def _link(self, name: str, token: str) -> Response:
        """Show a link to set the password."""
        link = f"{request.host_url.rstrip('/')}{LINK_PATH}{token}"
        hint = f"请交给“{name}”本人，24小时内打开一次并设置密码。"
        secret = Secret("设置密码的链接", link, hint, DeskLink("返回账号列表", _ADDRESS))
        return self.desk.page(_ADDRESS, f"“{name}”的链接", secret_body(secret))

    def show_account(self, fault: str = "", status: int = 200) -> Response:
        """Show one account; the list with the reason where there is none of this name."""
        try:
            one = self._named(request.values.get("account", ""))
        except UsageError as error:
            return self.show(str(error), 404)
        form = request.form if fault and request.endpoint == "admin-account-roles" else None
        rights = stored_rights(self.desk, one) if form is None else entered_rights(self.desk, form)
        body = managed_account_body(managed_account(self.desk, one, rights, utc_now()))
        return self.desk.page(_ADDRESS, _TITLE, body, fault=fault, status=status)

    def _form(self, action: Callable[[Account], Response]) -> Callable[[], Response]:
        """Return the view of a form about an account: nobody changes their own."""

        def act() -> Response:
            one = self._named(request.form.get("account", ""))
            if one.id == self.desk.session().account.id:
                raise UsageError(_OWN)
            return action(one)

        return lambda: attempt(act, self.show_account)

    def _named(self, name: str) -> Account:
        with read_connection(self.desk.store.engine) as connection:
            return require_account(connection, name)

    def _set_roles(self, one: Account) -> Response:
        roles, areas, sheets = chosen_rights(request.form)
        accounts.set_roles(self.desk.store, one.name, roles, areas, sheets, self.desk.actor(), utc_now())
        return go_to(_ACCOUNT, account=one.name, done="roles")

    def _disable(self, one: Account) -> Response:
        accounts.disable(self.desk.store, one.name, self.desk.actor(), utc_now())
        return go_to(_ACCOUNT, account=one.name, done="disabled")

    def _enable(self, one: Account) -> Response:
        accounts.enable(self.desk.store, one.name, self.desk.actor(), utc_now())
        return go_to(_ACCOUNT, account=one.name, done="enabled")

    def _reset(self, one: Account) -> Response:
        return self._link(one.name, invitations.reset(self.desk.store, one.name, self.desk.actor(), utc_now()))

    def _revoke_token(self, one: Account) -> Response:
        number = request.form.get("id", type=int) or 0
        tokens.revoke(self.desk.store, one, number, self.desk.actor(), utc_now())
        return go_to(_ACCOUNT, account=one.name, done="revoked")


def _address_of(name: str) -> str:
    return f"{_ACCOUNT}?{urlencode({'account': name})}"

"""An account's roles, areas and sheets as boxes of a form: what is stored, what was entered, and what that chooses."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from werkzeug.datastructures import MultiDict

from cockpit.access.permissions import Permission
from cockpit.access.scope import Scope
from cockpit.contracts.sheets import SHEETS
from cockpit.errors import UsageError
from data.access import tokens
from data.access.accounts import EVERYTHING, Account, AccountRights, read_account_rights
from data.access.store import AccessStore
from data.access.summary import account_state, role_names, scope_text, second_factor_text, sheets_text
from layouts.access.account import Choice
from layouts.access.accounts import AccountRow, ManagedAccount, RightsForm
from server.access.pages.account_view import area_choices, token_row
from server.access.pages.desk import Desk, local_time

_ALL = EVERYTHING[0]


def chosen_rights(form: MultiDict[str, str]) -> tuple[list[str], list[str], list[str]]:
    """Return the roles, areas and sheets that were ticked.

    Raises ``UsageError`` where nothing is: an empty list would be everything, which somebody has to say.
    """
    roles, areas, sheets = form.getlist("role"), form.getlist("area"), form.getlist("sheet")
    if not roles:
        raise UsageError("请至少选一个角色。")
    for ticked, what in ((areas, "范围"), (sheets, "填报的表")):
        if not ticked:
            raise UsageError(f"请选择{what}：“{_ALL}”，或者其中几个。")
        if _ALL in ticked and len(ticked) > 1:
            raise UsageError(f"{what}选了“{_ALL}”，又选了其中几个。请只选一种。")
    return roles, areas, sheets


def entered_rights(desk: Desk, form: MultiDict[str, str]) -> RightsForm:
    """Return the boxes as they were ticked in a form; of a new one all sheets are."""
    sheets = form.getlist("sheet") if form else [_ALL]
    return _boxes(desk, form.getlist("role"), form.getlist("area"), sheets)


def stored_rights(desk: Desk, one: Account) -> RightsForm:
    """Return the boxes as an account has its rights today."""
    rights = read_account_rights(desk.store, one)
    return _boxes(desk, rights.roles, rights.scope.areas or [_ALL], rights.scope.sheets or [_ALL])


def _boxes(desk: Desk, roles: Collection[str], areas: Collection[str], sheets: Collection[str]) -> RightsForm:
    district = desk.store.district
    everywhere = Choice(_ALL, f"{_ALL}（{district.name}）", _ALL in areas)
    return RightsForm(
        desk.csrf_token(),
        tuple(Choice(role.key, role.name, role.key in roles) for role in desk.store.roles.roles),
        (everywhere, *area_choices(district, Scope(), areas)),
        (Choice(_ALL, _ALL, _ALL in sheets), *(Choice(sheet.title, sheet.title, sheet.title in sheets) for sheet in SHEETS)),
    )


def account_row(store: AccessStore, one: AccountRights, href: str) -> AccountRow:
    """Describe an account for the list."""
    return AccountRow(
        one.account.name,
        href,
        account_state(one.account),
        role_names(store, one),
        scope_text(store, one),
        second_factor_text(store, one),
        local_time(one.account.logged_in_at),
    )


def managed_account(desk: Desk, one: Account, rights: RightsForm, now: datetime) -> ManagedAccount:
    """Describe an account for its administrator; tokens only for who may manage them."""
    store, session = desk.store, desk.session()
    stored = read_account_rights(store, one)
    facts = (
        ("状态", account_state(one)),
        ("角色", role_names(store, stored)),
        ("范围", scope_text(store, stored)),
        ("填报的表", sheets_text(stored)),
        ("动态验证码", second_factor_text(store, stored)),
        ("建立", local_time(one.created_at)),
        ("最近登录", local_time(one.logged_in_at)),
    )
    listed = tokens.list_tokens(store, one.id) if session.access.may(Permission.MANAGE_TOKENS) else []
    rows = [row for row in (token_row(store, token, now) for token in listed) if not row.state]
    is_own = one.id == session.account.id
    return ManagedAccount(
        one.name, facts, rights, is_own, one.issuer is None, one.disabled_at is not None, () if is_own else rows
    )

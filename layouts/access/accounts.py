"""The pages of the security administrator: the list of accounts, an invitation, one account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from layouts.access.account import Choice, TokenRow
from layouts.ui.templates import render


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account of the list; ``href`` leads to its page."""

    name: str
    href: str
    state: str
    roles: str
    scope: str
    second_factor: str
    last_login: str


@dataclass(frozen=True, slots=True)
class AccountList:
    """A page of the list. ``query``, ``state``: what it is searched for; ``earlier``, ``later``: addresses of its neighbours."""

    rows: Sequence[AccountRow]
    number: int
    first: int
    query: str
    state: str
    states: Sequence[str]
    earlier: str
    later: str


@dataclass(frozen=True, slots=True)
class RightsForm:
    """The boxes of roles, areas and sheets."""

    csrf_token: str
    roles: Sequence[Choice]
    areas: Sequence[Choice]
    sheets: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class ManagedAccount:
    """One account for its administrator. ``is_own``: it is theirs, which they don't change; ``is_local``: password and roles are
    given here; ``tokens``: those that work.
    """

    name: str
    facts: Sequence[tuple[str, str]]
    rights: RightsForm
    is_own: bool
    is_local: bool
    is_disabled: bool
    tokens: Sequence[TokenRow]


def accounts_body(view: AccountList) -> Markup:
    """Render the list."""
    return render("access/accounts.html", view=view)


def invite_body(name: str, rights: RightsForm) -> Markup:
    """Render the form that invites somebody."""
    return render("access/invite.html", name=name, rights=rights)


def managed_account_body(view: ManagedAccount) -> Markup:
    """Render one account."""
    return render("access/managed_account.html", view=view)

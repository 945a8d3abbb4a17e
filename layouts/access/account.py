"""The page of one's own account: password, one-time codes, logins, tokens, last visits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from layouts.access.page import Enrolment, in_fours
from layouts.ui.templates import render


@dataclass(frozen=True, slots=True)
class LoginRow:
    """A login of the account, or an attempt: when, from where, with what; ``state`` says which it is."""

    when: str
    address: str
    browser: str
    last_used: str
    state: str


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token; ``state`` is empty while it works."""

    id: int
    name: str
    permissions: str
    scope: str
    expires: str
    last_used: str
    state: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A box to tick; ``depth``: how far it stands inside another."""

    value: str
    label: str
    is_chosen: bool = False
    depth: int = 0


@dataclass(frozen=True, slots=True)
class AccountView:
    """What the page shows. ``pending``: what has to be done first (``password``, ``totp``); ``is_local``: it has a password here.

    ``days``: for how long a new token is valid if nothing else is entered, and at most.
    """

    csrf_token: str
    account: str
    rights: Sequence[tuple[str, str]]
    pending: str
    is_local: bool
    has_second_factor: bool
    sessions: Sequence[LoginRow] = ()
    visits: Sequence[LoginRow] = ()
    tokens: Sequence[TokenRow] = ()
    permissions: Sequence[Choice] = ()
    areas: Sequence[Choice] = ()
    days: tuple[int, int] = (90, 365)
    entered: dict[str, str] = field(default_factory=dict)


def account_body(view: AccountView) -> Markup:
    """Render the page."""
    return render("access/account.html", view=view)


def codes_body(csrf_token: str, account: str, enrolment: Enrolment) -> Markup:
    """Render the form that sets up one-time codes."""
    secret = in_fours(enrolment.secret)
    return render(
        "access/codes.html",
        csrf_token=csrf_token,
        account=account,
        qr=Markup(enrolment.qr),
        secret=secret,
        pending=enrolment.pending,
    )


def recovery_body(codes: Sequence[str]) -> Markup:
    """Render new recovery codes."""
    return render("access/recovery.html", codes=codes)

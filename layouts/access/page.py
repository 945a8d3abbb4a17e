"""Pages that work before anybody is known: plain forms, without a script, in the product's tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from cockpit.district.district import District
from layouts.access.desk import DeskLink
from layouts.ui.templates import render
from layouts.ui.theme import ThemeName


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a second factor is set up with: its QR code (SVG), the secret to type in instead, and the form's hidden value."""

    qr: str
    secret: str
    pending: str


def login_page(
    district: District,
    theme: ThemeName,
    styles: str,
    *,
    account: str = "",
    address: str = "/",
    fault: str = "",
    others: Sequence[DeskLink] = (),
) -> str:
    """Render the form to log in; ``address``: where it leads to, ``fault``: why the last attempt failed.

    ``others``: where else one can log in, to which ``address`` is added.
    """
    return render(
        "access/login.html",
        district=district,
        theme=theme,
        styles=styles,
        account=account,
        address=address,
        fault=fault,
        others=others,
    )


def directory_page(
    district: District, theme: ThemeName, styles: str, *, label: str, account: str = "", address: str = "/", fault: str = ""
) -> str:
    """Render the form to log in at a directory; ``label``: its name, the rest as ``login_page``."""
    return render(
        "access/directory.html",
        district=district,
        theme=theme,
        styles=styles,
        label=label,
        account=account,
        address=address,
        fault=fault,
    )


def invitation_page(
    district: District, theme: ThemeName, styles: str, *, account: str, token: str, enrolment: Enrolment | None, fault: str = ""
) -> str:
    """Render the form that sets the password of an invited account and, with ``enrolment``, its one-time codes."""
    return render(
        "access/invitation.html",
        district=district,
        theme=theme,
        styles=styles,
        account=account,
        token=token,
        qr=Markup(enrolment.qr) if enrolment else "",
        secret=in_fours(enrolment.secret) if enrolment else "",
        pending=enrolment.pending if enrolment else "",
        fault=fault,
    )


def accepted_page(district: District, theme: ThemeName, styles: str, codes: Sequence[str], title: str = "密码已设置") -> str:
    """Render what follows an accepted invitation: the recovery codes, if any, and the link to log in."""
    return render("access/accepted.html", district=district, theme=theme, styles=styles, codes=codes, title=title)


def message_page(district: District, theme: ThemeName, styles: str, title: str, text: str) -> str:
    """Render one sentence, such as why a link can't be used."""
    return render("access/message.html", district=district, theme=theme, styles=styles, title=title, text=text)


def open_line() -> Markup:
    """Render the line above every page where nobody logs in."""
    return Markup(render("access/account_line.html", is_open=True))


def account_line(account: str, scope: str, csrf_token: str, links: Sequence[DeskLink]) -> Markup:
    """Render the line above every page: who is logged in, for which areas ('' = all), own pages, and the button to log out."""
    others = [link for link in links if link.href != "/"]  # this page is part of it
    return render("access/account_line.html", is_open=False, account=account, scope=scope, csrf_token=csrf_token, links=others)


def in_fours(secret: str) -> str:
    """Write a secret in groups of four characters, as people type it."""
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))

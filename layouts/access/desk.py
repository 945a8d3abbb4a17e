"""The frame of the pages around accounts: plain forms, without a script, in the product's tokens (decision 30)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from cockpit.district.district import District
from layouts.ui.templates import render
from layouts.ui.theme import ThemeName

#: What a page says after something was done, by the key that its address has.
DONE: Mapping[str, str] = {
    "password": "密码已更改，其他设备上的登录已结束。",
    "sessions": "其他登录已结束。",
    "revoked": "令牌已停用。",
    "disabled": "账号已停用，它的登录已结束，链接和令牌已失效。",
    "enabled": "账号已启用，密码照旧。",
    "roles": "角色和范围已更改，这个账号须重新登录。",
    "wall-revoked": "大屏的授权已停用。",
    "wall-rights": "大屏的权限已更改。",
}


@dataclass(frozen=True, slots=True)
class DeskLink:
    """A link of the navigation."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class DeskFrame:
    """What surrounds each page: whose it is, where it may go on to, and the token that its forms send back."""

    district: District
    theme: ThemeName
    styles: str
    account: str
    csrf_token: str
    links: Sequence[DeskLink]


@dataclass(frozen=True, slots=True)
class Secret:
    """What is shown once: a link or token. ``hint`` says what to do with it, ``back`` where to go on."""

    label: str
    text: str
    hint: str
    back: DeskLink


def desk_page(frame: DeskFrame, href: str, title: str, body: Markup, *, fault: str = "", done: str = "") -> Markup:
    """Render a page whose link in the navigation is ``href``; ``done``: a key of ``DONE``."""
    return render("access/desk.html", frame=frame, href=href, title=title, body=body, fault=fault, done=DONE.get(done, ""))


def secret_body(secret: Secret) -> Markup:
    """Render what is shown once."""
    return render("access/secret.html", secret=secret)

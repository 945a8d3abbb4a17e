"""Which of the pages around accounts somebody may open, and where they begin; decided by the rules of the endpoints."""

from __future__ import annotations

from cockpit.access.permissions import Permission
from data.access.sessions import Session
from layouts.access.desk import DeskLink
from server.access.rules import allows

#: (endpoint, label, address) in the order of the navigation. Nobody is led to one that they may not open.
_PAGES = (
    ("account", "我的账号", "/account"),
    ("admin-accounts", "账号管理", "/admin/accounts"),
    ("admin-roles", "角色与权限", "/admin/roles"),
    ("admin-audit", "审计", "/admin/audit"),
    ("admin-walls", "大屏授权", "/admin/walls"),
)
_COCKPIT = DeskLink("驾驶舱", "/")
ACCOUNT = "/account"


def own_links(session: Session) -> tuple[DeskLink, ...]:
    """Return the links to the pages that the session may open; only the account while something is pending."""
    own = [DeskLink(label, address) for endpoint, label, address in _PAGES if allows(endpoint, session.access)]
    if session.access.may(Permission.VIEW_TOTALS):
        own.append(_COCKPIT)
    return tuple(own)


def first_address(session: Session) -> str:
    """Return where a session begins: the cockpit, else the first page of its own; the account while something is pending."""
    addresses = [link.href for link in own_links(session)]
    return _COCKPIT.href if _COCKPIT.href in addresses else (addresses[1:] or [ACCOUNT])[0]

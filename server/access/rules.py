"""What each address asks for, by the endpoint that answers it: default deny, so an endpoint without a rule isn't served.

The raw path is never looked at: an endpoint is what Flask decided on, however the address is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from cockpit.access.access import Access
from cockpit.access.permissions import Permission


class Anyone(StrEnum):
    """Rules without a permission: nobody needs to be known, or anybody who has logged in may."""

    PUBLIC = "public"
    KNOWN = "known"


Rule = Permission | Anyone

#: Files of the program, which hold no data: a login page needs them, too.
_FILES = ("static", "_dash_assets.static", "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>")
_FILE_PREFIX = "/assets/"
RULES: Mapping[str, Rule] = {
    **dict.fromkeys(_FILES, Anyone.PUBLIC),
    "/_favicon.ico": Anyone.PUBLIC,
    "health": Anyone.PUBLIC,
    "login": Anyone.PUBLIC,
    "login-with": Anyone.PUBLIC,
    "login-with-return": Anyone.PUBLIC,
    "login-directory": Anyone.PUBLIC,
    "invitation": Anyone.PUBLIC,
    "logout": Anyone.KNOWN,
    # The document and the layout of any page: what is in it comes from the callbacks' own rules and the repository.
    "/": Anyone.KNOWN,
    "/<path:path>": Anyone.KNOWN,
    "/_dash-layout": Anyone.KNOWN,
    "/_dash-dependencies": Anyone.KNOWN,
    "/_reload-hash": Anyone.KNOWN,
    "/_dash-update-component": Anyone.KNOWN,
    # Of each their own, read from the session: nobody else's can be named.
    "account": Anyone.KNOWN,
    "account-password": Anyone.KNOWN,
    "account-codes": Anyone.KNOWN,
    "account-recovery": Anyone.KNOWN,
    "account-sessions": Anyone.KNOWN,
    "account-tokens": Anyone.KNOWN,
    "account-revoke": Anyone.KNOWN,
    # Whoever invites gives roles: the views ask for that permission as well.
    "admin-accounts": Permission.MANAGE_ACCOUNTS,
    "admin-invite": Permission.MANAGE_ACCOUNTS,
    "admin-account": Permission.MANAGE_ACCOUNTS,
    "admin-account-roles": Permission.ASSIGN_ROLES,
    "admin-account-disable": Permission.MANAGE_ACCOUNTS,
    "admin-account-enable": Permission.MANAGE_ACCOUNTS,
    "admin-account-reset": Permission.MANAGE_ACCOUNTS,
    "admin-account-token": Permission.MANAGE_TOKENS,
    "admin-roles": Permission.ASSIGN_ROLES,
    "admin-matrix": Permission.ASSIGN_ROLES,
    "admin-audit": Permission.READ_AUDIT,
    "admin-audit-file": Permission.READ_AUDIT,
    "admin-audit-verify": Permission.READ_AUDIT,
    "admin-walls": Permission.MANAGE_WALLS,
    "admin-walls-add": Permission.MANAGE_WALLS,
    "admin-walls-revoke": Permission.MANAGE_WALLS,
    "admin-walls-rights": Permission.MANAGE_WALLS,
    "notice": Permission.EXPORT_FIRMS,
    "scores": Permission.EXPORT_FIRMS,
    "wall": Permission.VIEW_TOTALS,
    "wall-scene": Permission.VIEW_TOTALS,
    "wall-live": Permission.VIEW_TOTALS,
    "wall-remote": Permission.VIEW_TOTALS,
    "wall-walls": Permission.VIEW_TOTALS,
    "wall-command": Permission.VIEW_TOTALS,
}

#: Endpoints whose address a person opens: who isn't known is led to the login page and back.
DOCUMENTS = frozenset(
    {
        "/",
        "/<path:path>",
        "account",
        "account-codes",
        "admin-accounts",
        "admin-invite",
        "admin-account",
        "admin-roles",
        "admin-audit",
        "admin-walls",
    }
)


def rule_of(endpoint: str) -> Rule | None:
    """Return what an endpoint asks for; ``None`` for one without a rule, which isn't served."""
    if endpoint.startswith(_FILE_PREFIX):
        return Anyone.PUBLIC
    return RULES.get(endpoint)


def allows(endpoint: str, access: Access) -> bool:
    """Return whether somebody who is known may have what the endpoint answers."""
    rule = rule_of(endpoint)
    return rule is not None and (isinstance(rule, Anyone) or access.may(rule))

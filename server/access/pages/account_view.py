"""What the page of one's own account shows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from werkzeug.datastructures import MultiDict

from cockpit.access.audit import ACTION_LABELS, RESULT_LABELS, AuditAction, AuditRecord, Result
from cockpit.access.browsers import browser_name
from cockpit.access.narrowing import is_within
from cockpit.access.permissions import LABELS, Permission
from cockpit.access.scope import Scope
from cockpit.district.areas import Area
from cockpit.district.district import District
from cockpit.formatting import format_local_time
from data.access import sessions, tokens
from data.access.accounts import read_account_rights
from data.access.audit.search import AuditFilter, find_records
from data.access.sessions import Session, SessionSummary
from data.access.store import AccessStore
from data.access.summary import role_names, scope_text, second_factor_text, sheets_text
from data.access.tokens import MAX_DAYS, ApiToken
from data.database.transactions import utc_now
from layouts.access.account import AccountView, Choice, LoginRow, TokenRow
from server.access.pages.desk import Desk, local_time

#: The last visits that are shown: so many of so many days.
_VISITS, _VISITS_OF = 10, timedelta(days=90)
_VISIT_ACTIONS = (AuditAction.LOGIN, AuditAction.LOCK_OUT)
_DEFAULT_DAYS = 90


def account_view(desk: Desk, session: Session, entered: MultiDict[str, str]) -> AccountView:
    """Describe the account of a session; ``entered``: what was entered for a token that couldn't be made."""
    store, one, access, now = desk.store, session.account, session.access, utc_now()
    rights = read_account_rights(store, one)
    facts = (
        ("账号", one.name),
        ("角色", role_names(store, rights)),
        ("范围", scope_text(store, rights)),
        ("填报的表", sheets_text(rights)),
        ("动态验证码", second_factor_text(store, rights)),
    )
    view = AccountView(desk.csrf_token(), one.name, facts, session.pending, one.issuer is None, one.has_second_factor)
    if session.pending:
        return view
    ticked = entered.getlist("permission")
    listed = sessions.list_sessions(store, one.id, now, sessions.idle_limit(access.permissions))
    return replace(
        view,
        sessions=tuple(_session(each, session) for each in listed),
        visits=tuple(map(_visit, _visits(store, one.name, now))),
        tokens=tuple(token_row(store, token, now) for token in tokens.list_tokens(store, one.id)),
        permissions=tuple(Choice(p.value, LABELS[p], p.value in ticked) for p in Permission if access.may(p)),
        areas=area_choices(store.district, access.scope, entered.getlist("area")),
        days=(_DEFAULT_DAYS, MAX_DAYS),
        entered={key: entered[key] for key in ("name", "days") if key in entered},
    )


def area_choices(district: District, scope: Scope, ticked: Collection[str]) -> tuple[Choice, ...]:
    """Return the areas of a scope in the order of the tree, each with how far it stands inside others."""
    return tuple(
        Choice(area.key, area.name, area.key in ticked, depth)
        for depth, area in _with_depth(district.towns, 0)
        if is_within(Scope((area.key,), scope.sheets), scope, district)
    )


def _with_depth(areas: Sequence[Area], depth: int) -> Iterator[tuple[int, Area]]:
    for area in areas:
        yield depth, area
        yield from _with_depth(area.parts, depth + 1)


def token_row(store: AccessStore, token: ApiToken, now: datetime) -> TokenRow:
    """Describe a token; one that was revoked or has expired by its state."""
    state = "已停用" if token.revoked_at is not None else "已过期" if token.expires_at <= now else ""
    labels = "、".join(LABELS[p] for p in Permission if p in token.permissions)
    scope = areas_text(store.district, token.scope.areas)
    return TokenRow(token.id, token.name, labels, scope, local_time(token.expires_at), local_time(token.last_used_at), state)


def areas_text(district: District, areas: Sequence[str]) -> str:
    """Name areas; all of the district for none, their keys for those that the pack no longer has."""
    return "、".join(district.by_key[key].name if key in district.by_key else key for key in areas) or district.name


def _session(each: SessionSummary, own: Session) -> LoginRow:
    state = "这次登录" if each.id == own.id else ""
    browser = browser_name(each.client.browser)
    return LoginRow(local_time(each.created_at), each.client.address, browser, local_time(each.last_used_at), state)


def _visits(store: AccessStore, name: str, now: datetime) -> list[AuditRecord]:
    since = f"{now - _VISITS_OF:%Y-%m-%d}"
    return find_records(store.audit, AuditFilter(since, account=name, actions=_VISIT_ACTIONS), limit=_VISITS)


def _visit(record: AuditRecord) -> LoginRow:
    is_done = record.result == Result.DONE
    label = ACTION_LABELS[AuditAction(record.action)]
    text = label if is_done else f"{label}{RESULT_LABELS[Result(record.result)]}"
    return LoginRow(format_local_time(datetime.fromisoformat(record.at)), record.address, "", "", text)

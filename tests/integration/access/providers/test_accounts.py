"""Accounts that a provider vouches for: who they are, what their groups give, and that no password of ours opens them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import update

from cockpit.access.access import Access
from cockpit.access.groups import GroupRules, ProviderIdentity, resolve_rules
from cockpit.access.permissions import Permission
from cockpit.errors import LoginError, UsageError
from data.access import accounts, invitations, login, second_factor, sessions, tokens
from data.access.providers.login import log_in_verified, refuse_unverified
from data.access.providers.provider import Providers
from data.access.sessions import Client
from data.access.summary import account_state, second_factor_text
from data.database.access_tables import account
from data.database.transactions import write_transaction
from tests.integration.access.conftest import ADMIN, NOW, PASSWORD, audited, find, minutes, password_hash

HERE = Client("10.0.0.1", "Firefox")
ZHANG = ProviderIdentity("https://id.example", "s-1", "张三", ("经信领导",))
RULES = {
    "groups": [
        {"group": "经信领导", "roles": ["leader"]},
        {"group": "塘栖填报", "roles": ["clerk"], "scope": ["塘栖镇"], "sheets": ["月度经营"]},
        {"group": "安全", "roles": ["security-admin"]},
        {"group": "审计", "roles": ["auditor"]},
    ]
}


@pytest.fixture
def providers(store):
    grants, faults = resolve_rules(GroupRules.model_validate(RULES), store.roles, store.district)
    assert faults == []
    return Providers(grants=grants)


@pytest.fixture
def log_in(store, providers):
    def logs_in(subject="s-1", *groups, name="张三", issuer="https://id.example", now=NOW):
        return log_in_verified(
            store, providers, ProviderIdentity(issuer, subject, name, groups or ("经信领导",)), "单位账号", HERE, now
        )

    return logs_in


def names(store):
    return [one.account.name for one in accounts.list_accounts(store)]


def test_the_first_login_makes_the_account_with_the_rights_of_its_groups(store, log_in):
    session = sessions.find_session(store, log_in("s-1", "塘栖填报", "别的组"), NOW)
    assert (session.account.name, session.pending) == ("张三", "")
    assert session.access.may(Permission.UPLOAD_DATA)
    assert (session.access.scope.areas, session.access.scope.sheets) == (("tangqi",), ("月度经营",))
    [one] = accounts.list_accounts(store)
    assert (account_state(one.account), second_factor_text(store, one)) == ("正常", "由单位验证")
    assert [row[:3] for row in audited(store)] == [("单位账号", "roles", "done"), ("张三", "login", "done")]


def test_subject_and_issuer_are_who_it_is_never_the_name(store, log_in, add):
    add("张三", "security-admin", has_second_factor=True)
    logins = [sessions.find_session(store, log_in(*who, name=name, issuer=issuer), NOW).account for who, name, issuer in (
        (("s-1",), "张三", "https://id.example"),
        (("s-2",), "张三", "https://id.example"),
        (("s-1",), "张三", "https://other.example"),
        (("s-1",), "李四", "https://id.example"),
        (("S-1",), "张三", "https://id.example"),
    )]  # fmt: skip
    assert [one.name for one in logins] == ["张三#2", "张三#3", "张三#4", "张三#2", "张三#5"]
    assert logins[0].id == logins[3].id
    assert find(store, "张三").issuer is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [("", "单位用户"), ("Zhang San, 处长", "Zhang.San.处长"), ("命令行:root", "命令行.root"),
     ("（没有这个账号）", "没有这个账号"),
     ("x" * 300, "x" * 40), ("ＺＨＡＮＧ", "ZHANG"), ("\x1b[2J", "\\x1b[2J")],
)  # fmt: skip
def test_a_name_becomes_one_that_commands_and_the_audit_can_hold(store, log_in, name, expected):
    log_in("s-1", name=name)
    log_in("s-2", name=name)
    assert expected in names(store)
    assert len(set(names(store))) == 2


def test_groups_are_read_again_at_each_login(store, log_in):
    leader = log_in("s-1", "经信领导")
    other = log_in("s-1", "经信领导", now=NOW + minutes(1))
    assert sessions.find_session(store, leader, NOW + minutes(1)) is not None, "the same rights end no session"
    clerk = log_in("s-1", "塘栖填报", now=NOW + minutes(2))
    for token in (leader, other):
        assert sessions.find_session(store, token, NOW + minutes(2)) is None
    access = sessions.find_session(store, clerk, NOW + minutes(2)).access
    assert (access.sees_firms, access.may(Permission.UPLOAD_DATA), access.scope.areas) == (False, True, ("tangqi",))
    assert [row[1] for row in audited(store)].count("roles") == 2


def test_who_is_in_no_group_any_more_loses_rights_sessions_and_tokens(store, log_in):
    session = log_in("s-1")
    one = find(store, "张三")
    access = Access(one.name, frozenset({Permission.VIEW_TOTALS}))
    token = tokens.issue(store, one, access, "x", [Permission.VIEW_TOTALS], [], 30, ADMIN, NOW)
    with pytest.raises(LoginError, match="没有分到驾驶舱的权限"):
        log_in("s-1", "别的组", now=NOW + minutes(1))
    assert sessions.find_session(store, session, NOW + minutes(1)) is None
    assert tokens.find_token(store, token, NOW + minutes(1)) is None
    assert accounts.access_by_name(store, "张三", NOW).permissions == frozenset()
    assert audited(store)[-1][:3] == ("张三", "login", "refused")


def test_who_is_in_no_group_gets_no_account(store, log_in):
    with pytest.raises(LoginError, match="没有分到驾驶舱的权限"):
        log_in("s-1", "别的组")
    assert names(store) == []
    assert audited(store)[-1][:3] == ("（未验证的单位账号）", "login", "refused")


def test_nobody_is_two_administrators_by_two_groups(store, log_in):
    session = log_in("s-1", "安全")
    with pytest.raises(LoginError, match="三员分立"):
        log_in("s-1", "安全", "审计", now=NOW + minutes(1))
    assert sessions.find_session(store, session, NOW + minutes(1)) is None


def test_a_disabled_account_stays_out(store, log_in):
    session = log_in("s-1")
    accounts.disable(store, "张三", ADMIN, NOW)
    assert sessions.find_session(store, session, NOW) is None
    with pytest.raises(LoginError, match="已停用"):
        log_in("s-1")
    assert find(store, "张三").disabled_at is not None
    accounts.enable(store, "张三", ADMIN, NOW)
    assert sessions.find_session(store, log_in("s-1"), NOW) is not None


def test_no_password_of_ours_opens_it(store, log_in):
    """Not even one that somebody wrote into the table."""
    session = sessions.find_session(store, log_in("s-1"), NOW)
    with write_transaction(store.engine) as connection:
        connection.execute(update(account).values(password_hash=password_hash(), password_changed_at=NOW))
    with pytest.raises(LoginError):
        login.log_in(store, "张三", PASSWORD, "", HERE, NOW)
    one = find(store, "张三")
    for change in (
        lambda: login.change_password(store, session, PASSWORD, "Tiger-Lantern-42", HERE, NOW),
        lambda: second_factor.enrol(store, one, "", "", ADMIN, NOW),
        lambda: invitations.reset(store, "张三", ADMIN, NOW),
        lambda: accounts.set_roles(store, "张三", ["analyst"], None, None, ADMIN, NOW),
    ):
        with pytest.raises(UsageError, match="单位"):
            change()
    with pytest.raises(UsageError, match="已有账号"):
        invitations.invite(store, "张三", ["leader"], [], [], ADMIN, NOW)


def test_an_old_invitation_opens_none(store, log_in):
    token = invitations.invite(store, "王五", ["leader"], [], [], ADMIN, NOW)
    with write_transaction(store.engine) as connection:
        connection.execute(update(account).values(issuer="https://id.example", subject="s-9"))
    with pytest.raises(UsageError, match="链接无效"):
        invitations.open_invitation(store, token, NOW)


def test_tokens_end_when_nobody_vouches_for_the_account_any_more(store, log_in):
    log_in("s-1")
    one, right = find(store, "张三"), Permission.VIEW_TOTALS
    token = tokens.issue(store, one, Access(one.name, frozenset({right})), "x", [right], [], 300, ADMIN, NOW)
    assert tokens.find_token(store, token, NOW + timedelta(days=29)).may(right)
    assert not tokens.find_token(store, token, NOW + timedelta(days=31)).may(right)
    log_in("s-1", now=NOW + timedelta(days=40))
    assert tokens.find_token(store, token, NOW + timedelta(days=41)).may(right)


def test_two_first_logins_at_once_make_one_account(store, log_in):
    with ThreadPoolExecutor(4) as pool:
        begun = list(pool.map(lambda _: log_in("s-1"), range(4)))
    assert names(store) == ["张三"]
    assert all(sessions.find_session(store, token, NOW) is not None for token in begun)
    assert store.audit.verify().fault is None


def test_who_comes_back_unverified_is_recorded(store):
    refuse_unverified(store, "统一身份认证", "登录没有完成", HERE, NOW)
    [row] = audited(store)
    assert row[:3] == ("（未验证的单位账号）", "login", "refused")
    assert "统一身份认证" in row[4]

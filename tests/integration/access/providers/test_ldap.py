"""LDAP against Debian's slapd: over TLS only, bound as the one person with the name, with no way round the password."""

from __future__ import annotations

import pytest
from ldap3.core.exceptions import LDAPConfidentialityRequiredResult

from cockpit.access.groups import GroupGrant, Rights
from cockpit.access.scope import Scope
from cockpit.errors import LoginError, ProviderError
from data.access import accounts, login, sessions
from data.access.limits import lockout
from data.access.providers.login import log_in_at_directory
from data.access.providers.provider import Providers
from data.access.sessions import Client
from tests.conftest import free_port
from tests.integration.access.conftest import NOW, PASSWORD, audited, minutes, stored_text
from tests.integration.access.providers.slapd import BASE, plain_connection

HERE = Client("10.0.0.1", "Firefox")


@pytest.fixture(params=["ldaps", "StartTLS"])
def directory(request, slapd):
    address = f"ldaps://127.0.0.1:{slapd.tls_port}" if request.param == "ldaps" else f"ldap://127.0.0.1:{slapd.port}"
    return slapd.directory(url=address)


def test_a_login(directory, slapd):
    identity = directory.verify("zhangsan", "Zhang-pass-1")
    assert (identity.issuer, identity.name) == (f"ldap:ou=people,{BASE}", "zhangsan")
    assert identity.groups == ("经信领导", f"cn=经信领导,ou=groups,{BASE}")
    assert len(identity.subject) == 36, "entryUUID, which no other entry ever gets"
    assert directory.verify("ZHANGSAN", "Zhang-pass-1") == identity


def test_nothing_else_is_a_login(directory):
    for name, password in [
        ("zhangsan", "Zhang-pass-2"),
        ("zhangsan", "zhang-pass-1"),
        ("zhangsan", ""),
        ("zhangsan", "\0"),
        ("zhangsan", "\ud800"),
        ("zhangsan", "Li-pass-2"),
        ("nobody", "Zhang-pass-1"),
        ("", "Zhang-pass-1"),
        ("\ud800", "x"),
        ("\0", "x"),
        (f"uid=zhangsan,ou=people,{BASE}", "Zhang-pass-1"),
        ("admin", "Adm1n-of-the-tree"),
        ("cockpit", "Search-only-1"),
    ]:
        assert directory.verify(name, password) is None, (name, password)


@pytest.mark.parametrize(
    "name",
    [
        "*",
        "zhang*",
        "zhangsan)(objectClass=*",
        "*)(uid=zhangsan",
        "zhangsan)(|(uid=*",
        "zhangsan\\2a",
        "(",
        ")",
        "\\",
        "zhangsan\0",
    ],
)
def test_a_name_is_no_part_of_the_filter(directory, name):
    assert directory.verify(name, "Zhang-pass-1") is None


def test_a_name_of_special_characters_is_one(directory):
    assert directory.verify("odd*(name)\\,", "Odd-pass-3").name == "odd*(name)\\,"


def test_groups_are_those_of_the_person_whose_name_has_special_characters(slapd):
    slapd.add("odd(2)*", "Odd-pass-4", "怪组")
    assert slapd.directory().verify("odd(2)*", "Odd-pass-4").groups[0] == "怪组"
    assert slapd.directory(group_condition="(description={account})").verify("odd(2)*", "Odd-pass-4").groups == ()


def test_an_empty_password_reaches_no_server(slapd):
    """A server takes name without password for nobody's, and agrees: that would be a login."""
    nowhere = slapd.directory(url=f"ldaps://127.0.0.1:{free_port()}")
    assert nowhere.verify("zhangsan", "") is None
    with pytest.raises(ProviderError):
        nowhere.verify("zhangsan", "x")


def test_of_two_people_with_a_name_neither_is_meant(slapd):
    slapd.add("twice", "Twice-pass-1")
    slapd.add("twice", "Twice-pass-1", unit="elsewhere")
    assert slapd.directory().verify("twice", "Twice-pass-1") is not None
    assert slapd.directory(base=BASE).verify("twice", "Twice-pass-1") is None


def test_the_condition_keeps_others_out(slapd):
    assert slapd.directory(condition="(description=staff)").verify("zhangsan", "Zhang-pass-1") is None


def test_who_has_no_identifier_is_nobody(slapd):
    with pytest.raises(ProviderError, match="不能用"):
        slapd.directory(identifier="employeeNumber").verify("zhangsan", "Zhang-pass-1")


def test_the_server_refuses_passwords_without_tls_and_is_never_sent_any(slapd, directory):
    with plain_connection(slapd.port) as connection:
        connection.raise_exceptions = True
        with pytest.raises(LDAPConfidentialityRequiredResult):
            connection.rebind(slapd.dn("zhangsan"), "Zhang-pass-1")
    assert directory.verify("zhangsan", "Zhang-pass-1") is not None


@pytest.mark.parametrize("scheme", ["ldaps", "ldap"])
@pytest.mark.parametrize("how", ["another CA", "the system's CAs", "another name"])
def test_a_certificate_that_can_t_be_trusted_is_refused(slapd, scheme, how):
    port = slapd.tls_port if scheme == "ldaps" else slapd.port
    ca = {"another CA": str(slapd.folder / "other.pem"), "the system's CAs": ""}.get(how, str(slapd.folder / "ca.pem"))
    host = "localhost" if how == "another name" else "127.0.0.1"
    with pytest.raises(ProviderError, match="单位账号现在连不上"):
        slapd.directory(url=f"{scheme}://{host}:{port}", ca=ca).verify("zhangsan", "Zhang-pass-1")


def test_a_wrong_password_of_the_searcher_is_the_administrator_s_business(slapd):
    with pytest.raises(ProviderError, match="系统管理员"):
        slapd.directory(password="wrong").verify("zhangsan", "Zhang-pass-1")


def test_the_password_is_not_in_the_log(slapd, caplog):
    caplog.set_level("DEBUG")
    slapd.directory().verify("zhangsan", "Zhang-pass-1")
    slapd.directory().verify("zhangsan", "Zhang-pass-9")
    with pytest.raises(ProviderError):
        slapd.directory(password="wrong-Search-1").verify("zhangsan", "Zhang-pass-1")
    assert "can't be used" in caplog.text
    assert [text for text in ("Zhang-pass", "wrong-Search", "Search-only") if text in caplog.text] == []


GRANTS = (GroupGrant("经信领导", Rights(("leader",), Scope())),)


@pytest.fixture
def log_in(store, slapd):
    def logs_in(name="zhangsan", password="Zhang-pass-1", now=NOW, client=HERE, **changes):
        directory = slapd.directory(**changes)
        providers = Providers(directory=directory, grants=GRANTS)
        try:
            return log_in_at_directory(store, providers, directory, name, password, client, now)
        except (LoginError, ProviderError) as error:
            return str(error)

    return logs_in


def test_a_login_begins_a_session_and_leaves_no_password(store, log_in):
    session = sessions.find_session(store, log_in(), NOW)
    assert (session.account.name, session.access.sees_firms) == ("zhangsan", True)
    assert "Zhang-pass-1" not in stored_text(store)
    assert [one.account.has_password for one in accounts.list_accounts(store)] == [False]


def test_five_failures_lock_and_a_directory_that_is_down_counts_as_none(store, log_in):
    for at in range(2 * lockout.MAX_FAILURES):
        down = log_in(url=f"ldaps://127.0.0.1:{free_port()}", client=Client(f"10.0.2.{at}"))
        assert "连不上" in down
    for at in range(lockout.MAX_FAILURES):
        assert log_in(password="wrong", client=Client(f"10.0.1.{at}")) == "账号或密码不对。"
    assert "登录失败次数太多" in log_in(client=Client("10.0.3.1"))
    assert "登录失败次数太多" in log_in(client=Client("10.0.3.1"), now=NOW + minutes(9))
    assert sessions.find_session(store, log_in(now=NOW + minutes(11)), NOW + minutes(11)) is not None
    assert [row[1] for row in audited(store)].count("lock-out") == 1


def test_guesses_at_the_directory_lock_no_local_account_of_the_name(store, log_in, add):
    add("zhangsan", "leader")
    for at in range(lockout.MAX_FAILURES):
        log_in(password="wrong", client=Client(f"10.0.1.{at}"))
    token = login.log_in(store, "zhangsan", PASSWORD, "", Client("10.0.9.1"), NOW)
    assert sessions.find_session(store, token, NOW).account.issuer is None


def test_names_without_the_group_get_no_account(store, log_in):
    assert "没有分到驾驶舱的权限" in log_in("lisi", "Li-pass-2")
    assert accounts.list_accounts(store) == ()

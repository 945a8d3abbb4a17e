"""The login page with providers, as a browser uses it: to the provider and back, or with the password of the directory."""

from __future__ import annotations

import shutil
from urllib.parse import parse_qs, urlsplit

import pytest

from app import create_application
from cockpit.access.audit import Actor
from cockpit.errors import DistrictError, SettingsError
from cockpit.settings import Settings
from data.access import accounts, invitations
from data.access.providers.configured import open_providers
from data.access.store import open_store
from data.database.district import open_database
from data.database.transactions import utc_now
from data.district_pack import load_district
from tests.conftest import ROOT, free_port
from tests.integration.access.providers.conftest import SUB
from tests.integration.access.providers.slapd import BASE, SEARCHER

ADMIN = Actor("管理员", "10.1.1.1")
PASSWORD = "xK7#mm2vQp9z"
GROUPS = """
groups:
  - {group: 经信领导, roles: [leader]}
  - {group: 安全, roles: [security-admin]}
  - {group: 塘栖分析, roles: [analyst], scope: [塘栖镇]}
"""


@pytest.fixture(scope="session")
def pack(tmp_path_factory):
    """Return the folder of the district's pack with groups."""
    folder = tmp_path_factory.mktemp("pack") / "linping"
    shutil.copytree(ROOT / "data" / "districts" / "linping", folder)
    (folder / "groups.yaml").write_text(GROUPS, encoding="utf-8")
    return str(folder)


@pytest.fixture
def settings(tmp_path, pack, oidc, slapd):
    return Settings(
        database_url=f"sqlite:///{tmp_path}/c.sqlite3",
        district=pack,
        access="login",
        oidc_issuer=oidc.issuer,
        oidc_client="cockpit",
        oidc_secret="s3cret",
        ldap_url=f"ldaps://127.0.0.1:{slapd.tls_port}",
        ldap_ca=str(slapd.folder / "ca.pem"),
        ldap_user=SEARCHER,
        ldap_password="Search-only-1",
        ldap_base=f"ou=people,{BASE}",
        ldap_group_base=f"ou=groups,{BASE}",
    )


@pytest.fixture
def store(settings):
    district = load_district(settings.district)
    engine = open_database(settings.database_url, district.key)
    yield open_store(settings, engine, district)
    engine.dispose()


@pytest.fixture
def server(settings, store):
    return create_application(settings).server


@pytest.fixture
def browser(server):
    return server.test_client()


def leave(browser, address="/"):
    """Go to the provider; returns the address that the browser was sent to."""
    response = browser.get("/login/with/oidc", query_string={"next": address})
    assert response.status_code == 303, response.text
    return response.headers["Location"]


def come_back(browser, oidc, departure, **changes):
    return browser.get("/login/with/oidc/return", query_string=oidc.log_in(departure) | changes)


def who(browser):
    """Return the page of one's own account; '' for who isn't logged in."""
    response = browser.get("/account")
    return response.text if response.status_code == 200 else ""


def test_to_the_provider_and_back_to_the_page_of_before(browser, oidc, store):
    page = browser.get("/login?next=/land?town=tangqi").text
    assert "用统一身份认证登录" in page
    assert "用单位账号登录" in page
    departure = leave(browser, "/land?town=tangqi")
    assert parse_qs(urlsplit(departure).query)["redirect_uri"] == ["http://localhost/login/with/oidc/return"]
    response = come_back(browser, oidc, departure)
    assert (response.status_code, response.headers["Location"]) == (303, "/land?town=tangqi")
    assert "no-store" in response.headers["Cache-Control"]
    account = who(browser)
    assert "zhangsan" in account
    assert "密码和动态验证码由单位的系统管理" in account
    assert 'action="/account/password"' not in account
    assert [one.account.issuer for one in accounts.list_accounts(store)] == [oidc.issuer]


def test_the_cookies_are_nobody_else_s(browser, oidc):
    response = browser.get("/login/with/oidc")
    cookie = response.headers["Set-Cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", "Path=/login/with", "Max-Age=600"))
    query = parse_qs(urlsplit(response.headers["Location"]).query)
    assert query["state"][0] not in cookie
    response = come_back(browser, oidc, response.headers["Location"])
    [session] = [one for one in response.headers.getlist("Set-Cookie") if one.startswith("session=")]
    assert "HttpOnly" in session
    assert "SameSite=Lax" in session


@pytest.mark.parametrize("address", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_led_to_another_site(browser, oidc, address):
    assert come_back(browser, oidc, leave(browser, address)).headers["Location"] == "/"
    page = browser.get("/login/directory", query_string={"next": address}).text
    assert "evil.example" not in page
    assert "javascript:" not in page


def test_a_long_address_is_left_out_of_the_cookie(browser, oidc):
    assert come_back(browser, oidc, leave(browser, "/land?town=" + "x" * 5_000)).headers["Location"] == "/"


def test_a_response_counts_only_in_the_browser_that_left(server, browser, oidc, store):
    """Somebody's own response in another's browser would log that one in as them."""
    response = oidc.log_in(leave(browser))
    other = server.test_client()
    leave(other)
    for client in (server.test_client(), other):
        refused = client.get("/login/with/oidc/return", query_string=response)
        assert (refused.status_code, "登录没有完成，或已过期" in refused.text) == (401, True)
        assert who(client) == ""
    assert accounts.list_accounts(store) == ()
    assert come_back(browser, oidc, leave(browser)).status_code == 303


@pytest.mark.parametrize("cookie", ["", "x", "AAAA", "A" * 400, "é", "="])
def test_a_cookie_that_is_not_ours_is_none(server, oidc, browser, cookie):
    response = oidc.log_in(leave(browser))
    other = server.test_client()
    other.set_cookie("login", cookie, path="/login/with")
    assert other.get("/login/with/oidc/return", query_string=response).status_code == 401


def test_the_cookie_counts_once(browser, oidc):
    departure = leave(browser)
    assert come_back(browser, oidc, departure).status_code == 303
    assert come_back(browser, oidc, departure).status_code == 401


def test_a_login_renews_the_session(browser, oidc):
    come_back(browser, oidc, leave(browser))
    first = browser.get_cookie("session").value
    come_back(browser, oidc, leave(browser))
    assert browser.get_cookie("session").value != first


def test_other_groups_end_the_session_at_the_next_login(server, browser, oidc):
    come_back(browser, oidc, leave(browser))
    oidc.set_user(SUB, preferred_username="zhangsan", groups=["塘栖分析"])
    elsewhere = server.test_client()
    come_back(elsewhere, oidc, leave(elsewhere))
    assert who(browser) == ""
    assert "塘栖镇" in who(elsewhere)
    oidc.set_user(SUB, preferred_username="zhangsan", groups=[])
    refused = come_back(browser, oidc, leave(browser))
    assert (refused.status_code, "没有分到驾驶舱的权限" in refused.text) == (401, True)
    assert who(elsewhere) == ""


def test_a_disabled_account_is_refused(browser, oidc, store):
    come_back(browser, oidc, leave(browser))
    accounts.disable(store, "zhangsan", ADMIN, utc_now())
    assert who(browser) == ""
    refused = come_back(browser, oidc, leave(browser))
    assert (refused.status_code, "已停用" in refused.text) == (401, True)


def test_a_provider_that_is_down_leaves_local_accounts_their_login(browser, oidc, store):
    token = invitations.invite(store, "王五", ["leader"], [], [], ADMIN, utc_now())
    invitations.accept(store, token, PASSWORD, "", "", "", utc_now())
    oidc.forge(status=503)
    response = browser.get("/login/with/oidc?next=/land")
    assert response.status_code == 503
    assert "统一身份认证现在连不上，请稍后再试" in response.text
    assert 'name="next" value="/land"' in response.text
    entered = browser.post("/login", data={"account": "王五", "password": PASSWORD, "next": "/land"})
    assert (entered.status_code, entered.headers["Location"]) == (303, "/land")


def test_a_provider_s_account_has_no_local_password(browser, oidc):
    come_back(browser, oidc, leave(browser))
    for password in ("", "x", PASSWORD):
        refused = browser.post("/login", data={"account": "zhangsan", "password": password})
        assert (refused.status_code, "账号、密码或动态验证码不对" in refused.text) == (401, True)
    assert browser.get("/account/codes").headers["Location"].startswith("/account")


def test_the_directory_s_password_logs_in(browser, store):
    assert "用单位账号登录" in browser.get("/login/directory").text
    form = {"account": "zhangsan", "password": "Zhang-pass-1", "next": "/land"}
    refused = browser.post("/login/directory", data=form | {"password": "Zhang-pass-2"})
    assert (refused.status_code, "账号或密码不对" in refused.text) == (401, True)
    assert "Zhang-pass-2" not in refused.text
    entered = browser.post("/login/directory", data=form)
    assert (entered.status_code, entered.headers["Location"]) == (303, "/land")
    assert "zhangsan" in who(browser)
    assert store.audit.verify().fault is None


def test_the_same_name_at_both_is_two_accounts(server, oidc, store):
    first, second = server.test_client(), server.test_client()
    come_back(first, oidc, leave(first))
    second.post("/login/directory", data={"account": "zhangsan", "password": "Zhang-pass-1"})
    assert {one.account.name for one in accounts.list_accounts(store)} == {"zhangsan", "zhangsan#2"}
    assert "zhangsan#2" in who(second)


def test_the_administrator_s_page_leaves_password_and_roles_to_the_provider(server, oidc):
    come_back(client := server.test_client(), oidc, leave(client))
    oidc.set_user("sub-002", preferred_username="anquan", groups=["安全"])
    administrator = server.test_client()
    response = oidc.log_in(leave(administrator), "sub-002")
    administrator.get("/login/with/oidc/return", query_string=response)
    page = administrator.get("/admin/accounts/account?account=zhangsan").text
    assert "来自单位的用户组" in page
    assert "确认停用" in page
    assert "/admin/accounts/reset" not in page
    assert "/admin/accounts/roles" not in page


def test_without_providers_there_is_no_route_to_one(tmp_path):
    server = create_application(Settings(database_url=f"sqlite:///{tmp_path}/c.sqlite3", access="login")).server
    browser = server.test_client()
    assert "用统一身份认证登录" not in browser.get("/login").text
    for address in ("/login/with/oidc", "/login/with/x", "/login/with/oidc/return", "/login/directory"):
        assert browser.get(address).status_code == 404


WRONG = {
    "no client": ({"oidc_client": ""}, "COCKPIT_OIDC_CLIENT"),
    "no TLS": ({"oidc_issuer": "http://id.example"}, "COCKPIT_OIDC_ISSUER"),
    "no openid": ({"oidc_scopes": "profile"}, "COCKPIT_OIDC_SCOPES"),
    "an address without TLS": ({"oidc_address": "http://cockpit.example"}, "COCKPIT_OIDC_ADDRESS"),
    "no CA": ({"oidc_ca": "/nowhere/ca.pem"}, "COCKPIT_OIDC_CA"),
    "another scheme": ({"ldap_url": "http://id.example"}, "COCKPIT_LDAP_URL"),
    "no host": ({"ldap_url": "ldaps://"}, "COCKPIT_LDAP_URL"),
    "no base": ({"ldap_base": ""}, "COCKPIT_LDAP_BASE"),
    "no password": ({"ldap_password": ""}, "COCKPIT_LDAP_PASSWORD"),
    "no CA of the directory": ({"ldap_ca": "/nowhere/ca.pem"}, "COCKPIT_LDAP_CA"),
    "no groups": ({"district": "linping"}, "groups.yaml"),
}


@pytest.mark.parametrize("how", WRONG)
def test_a_wrong_setting_is_named(settings, store, how):
    changes, name = WRONG[how]
    with pytest.raises(SettingsError, match=name):
        open_providers(settings.model_copy(update={field: getattr(Settings(**changes), field) for field in changes}), store)


def test_all_wrong_settings_are_named_before_anything_is_served(settings):
    wrong = settings.model_copy(update={"oidc_client": "", "ldap_base": ""})
    with pytest.raises(SettingsError, match=r"COCKPIT_OIDC_CLIENT.*COCKPIT_LDAP_BASE"):
        create_application(wrong)


def test_a_wrong_group_file_is_named_before_anything_is_served(settings, tmp_path):
    folder = tmp_path / "linping"
    shutil.copytree(settings.district, folder)
    (folder / "groups.yaml").write_text("groups: [{group: 甲, roles: [leader], scope: [火星镇]}]", encoding="utf-8")
    with pytest.raises(DistrictError, match="火星镇"):
        create_application(settings.model_copy(update={"district": str(folder)}))


def test_the_cockpit_starts_without_its_providers(settings):
    down = {"oidc_issuer": f"http://127.0.0.1:{free_port()}", "ldap_url": f"ldaps://127.0.0.1:{free_port()}"}
    browser = create_application(settings.model_copy(update=down)).server.test_client()
    assert browser.get("/login/with/oidc").status_code == 503
    response = browser.post("/login/directory", data={"account": "zhangsan", "password": "Zhang-pass-1"})
    assert (response.status_code, "单位账号现在连不上" in response.text) == (503, True)


def test_secrets_are_not_shown_with_the_settings(settings):
    assert "s3cret" not in repr(settings)
    assert "Search-only-1" not in str(settings)

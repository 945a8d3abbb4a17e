"""One's own account: password, one-time codes, logins, tokens, last visits."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pyotp

from data.access import sessions, tokens
from data.database.transactions import utc_now
from tests.app.access.pages.conftest import PASSWORD, Site, post

NEW = "Qv8%kk4Zr2pW"


def test_a_password_is_changed_and_the_other_logins_end(site):
    site.add("张三", "leader", has_second_factor=False)
    client, other = site.client("张三"), site.client("张三")
    assert other.get("/account").status_code == 200
    response = post(client, "/account", "/account/password", old=PASSWORD, password=NEW, again=NEW)
    assert (response.status_code, response.headers["Location"]) == (303, "/account?done=password")
    assert "密码已更改" in client.get("/account?done=password").text
    assert other.get("/account").headers["Location"].startswith("/login?next=")
    assert site.can_log_in("张三", NEW) is True
    assert site.recorded("account", "action")[-2][1] == "password"


def test_a_password_that_is_wrong_or_weak_is_refused_with_the_reason(site):
    site.add("张三", "leader", has_second_factor=False)
    client = site.client("张三")
    cases = {
        "现在的密码不对": {"old": "Wrong-1-password", "password": NEW, "again": NEW},
        "两次输入的密码不一样": {"old": PASSWORD, "password": NEW, "again": NEW + "x"},
        "至少要10个": {"old": PASSWORD, "password": "aB3", "again": "aB3"},
        "这个密码用过": {"old": PASSWORD, "password": PASSWORD, "again": PASSWORD},
    }
    for reason, fields in cases.items():
        response = post(client, "/account", "/account/password", **fields)
        assert response.status_code == 400, reason
        assert reason in response.text
        assert not any(value in response.text for value in fields.values())
    assert site.can_log_in("张三", PASSWORD) is True


def test_guesses_of_the_password_are_counted(site):
    site.add("张三", "leader")
    client = site.client("张三")
    for _ in range(5):
        post(client, "/account", "/account/recovery", **{"recovery-password": "wrong"})
    response = post(client, "/account", "/account/recovery", **{"recovery-password": PASSWORD})
    assert response.status_code == 400
    assert "请10分钟后再试" in response.text


def test_an_expired_password_is_all_that_can_be_changed(district, tmp_path):
    site = Site(tmp_path, district, password_days=90)
    site.add("管理员甲", "security-admin", changed=utc_now() - timedelta(days=91))
    client = site.client("管理员甲")
    assert client.get("/land?town=tangqi").headers["Location"] == "/account"
    page = client.get("/account").text
    assert "已到更换期限" in page
    assert "接口令牌" not in page
    assert "/admin/accounts" not in page
    assert client.get("/admin/accounts").status_code == 403
    layout = client.get("/_dash-layout", headers={"X-Cockpit-Address": "/"})
    assert "您的账号没有“看汇总数据”的权限" in json.dumps(layout.get_json(), ensure_ascii=False)
    assert post(client, "/account", "/account/tokens", name="x", days="9", permission="accounts.manage").status_code == 400
    assert post(client, "/account", "/account/password", old=PASSWORD, password=NEW, again=NEW).status_code == 303
    assert client.get("/").headers["Location"] == "/admin/accounts"


def test_codes_are_set_up_before_anything_else_where_a_role_needs_them(site):
    site.add("李四", "clerk", has_second_factor=False)
    client = site.client("李四")
    assert client.get("/").headers["Location"] == "/account"
    assert "/account/codes" in client.get("/account").text
    form = client.get("/account/codes").text
    assert "<svg" in form
    pending, secret = re.search(r'name="pending" value="([^"]+)"', form)[1], pyotp.random_base32()
    wrong = post(client, "/account/codes", "/account/codes", pending=pending, password=PASSWORD, code=pyotp.TOTP(secret).now())
    assert wrong.status_code == 400
    assert f'value="{pending}"' in wrong.text, "the same secret again"
    secret = re.search(r'access-secret">([^<]+)<', form)[1].replace(" ", "")
    code = pyotp.TOTP(secret).now()
    assert post(client, "/account/codes", "/account/codes", pending=pending, password="x", code=code).status_code == 400
    done = post(client, "/account/codes", "/account/codes", pending=pending, password=PASSWORD, code=code)
    assert done.status_code == 200
    assert len(re.findall(r"<li>[2-9A-Z-]{19}</li>", done.text)) == 10
    assert client.get("/account").headers["Location"].startswith("/login")
    assert site.find("李四").has_second_factor


def test_recovery_codes_are_replaced_by_who_knows_the_password(site):
    site.add("张三", "leader")
    site.add("李四", "leader", has_second_factor=False)
    client = site.client("张三")
    assert post(client, "/account", "/account/recovery", **{"recovery-password": "x"}).status_code == 400
    done = post(client, "/account", "/account/recovery", **{"recovery-password": PASSWORD})
    assert len(re.findall(r"<li>[2-9A-Z-]{19}</li>", done.text)) == 10
    assert done.headers["Cache-Control"] == "no-store"
    assert "还没有设置" in post(site.client("李四"), "/account", "/account/recovery").text


def test_other_logins_are_listed_and_ended(site):
    one = site.add("张三", "leader")
    client, other = site.client("张三"), site.client("张三")
    page = client.get("/account").text
    assert page.count("Chrome 130 · Windows") == 2
    assert page.count("这次登录") == 1
    assert post(client, "/account", "/account/sessions").headers["Location"] == "/account?done=sessions"
    assert other.get("/account").status_code == 302
    assert client.get("/account").status_code == 200
    assert len(sessions.list_sessions(site.store, one.id, utc_now())) == 1


def test_a_token_is_shown_once_and_revoked(site):
    one = site.add("张三", "analyst", scope=("塘栖镇",))
    client = site.client("张三")
    made = post(client, "/account", "/account/tokens", name="月报程序", days="30", permission="view.totals")
    token = re.search(r'value="(cockpit_[^"]+)"', made.text)[1]
    assert tokens.find_token(site.store, token, utc_now()).permissions == {"view.totals"}
    page = client.get("/account").text
    assert token not in page
    assert "月报程序" in page
    number = tokens.list_tokens(site.store, one.id)[0].id
    assert post(client, "/account", "/account/tokens/revoke", id=number).status_code == 303
    assert tokens.find_token(site.store, token, utc_now()) is None
    assert post(client, "/account", "/account/tokens/revoke", id=number).status_code == 400
    assert [row[0] for row in site.recorded("action")].count("token") == 2


def test_a_token_that_can_not_be_made_keeps_what_was_entered(site):
    site.add("张三", "analyst", scope=("塘栖镇",))
    client = site.client("张三")
    cases = {
        "不能超出账号的范围": {"days": "30", "permission": "view.totals", "area": "linping"},
        "至少给令牌一项权限": {"days": "30"},
        "请填写令牌有效多少天": {"days": "x", "permission": "view.totals"},
        "有效期是1—365天": {"days": "366", "permission": "view.totals"},
        "不能超出账号的：": {"days": "30", "permission": ["view.totals", "audit.read"]},
    }
    for reason, fields in cases.items():
        response = post(client, "/account", "/account/tokens", name="月报程序", **fields)
        assert response.status_code == 400, reason
        assert reason in response.text
        assert 'value="月报程序"' in response.text
        assert ('value="view.totals" checked' in response.text) == ("permission" in fields)


def test_one_can_not_reach_another_account(site):
    one, other = site.add("张三", "analyst"), site.add("李四", "analyst")
    post(site.client("李四"), "/account", "/account/tokens", name="李四的", days="9", permission="view.totals")
    number = tokens.list_tokens(site.store, other.id)[0].id
    client = site.client("张三")
    assert "李四" not in client.get("/account?account=李四&id=2").text
    assert post(client, "/account", "/account/tokens/revoke", id=number, account="李四").status_code == 400
    assert tokens.list_tokens(site.store, other.id)[0].revoked_at is None
    assert tokens.list_tokens(site.store, one.id) == []


def test_every_form_needs_the_token_of_the_session(site):
    site.add("张三", "leader", has_second_factor=False)
    client, stranger = site.client("张三"), site.client("张三")
    foreign = re.search(r'name="csrf_token" value="([^"]+)"', stranger.get("/account").text)[1]
    forms = [
        rule.rule
        for rule in site.server.url_map.iter_rules()
        if "POST" in rule.methods and rule.rule.startswith(("/account", "/admin"))
    ]
    assert len(forms) > 5
    before = site.recorded("number")
    for address in forms:
        for fields in ({}, {"csrf_token": ""}, {"csrf_token": foreign}):
            response = client.post(address, data=fields)
            assert (response.status_code, "没有执行" in response.text) == (403, True), address
        outside = {"Origin": "https://evil.example"}
        assert client.post(address, data={"csrf_token": foreign}, headers=outside).status_code == 403
    assert site.recorded("number") == before


def test_a_program_has_no_account_page(site):
    site.add("张三", "analyst")
    client = site.client("张三")
    made = post(client, "/account", "/account/tokens", name="程序", days="9", permission="view.totals")
    bearer = {"Authorization": f"Bearer {re.search(r'cockpit_[^<&]+?(?=.? readonly)', made.text)[0]}"}
    assert client.get("/_dash-layout", headers=bearer).status_code == 200
    for method, address in (("GET", "/account"), ("POST", "/account/sessions"), ("POST", "/account/tokens")):
        response = client.open(address, method=method, headers=bearer, data={"name": "y"})
        assert response.status_code == 403, address
        assert "只给登录的人用" in response.text


def test_last_visits_are_listed_refused_ones_too(site):
    site.add("张三", "leader", has_second_factor=False)
    site.add("李四", "leader", has_second_factor=False)
    assert site.can_log_in("张三", "wrong") is not True
    assert site.can_log_in("张三", PASSWORD) is True
    page = site.client("张三").get("/account").text
    assert ">登录拒绝<" in page
    assert page.count("<td>登录</td>") == 1
    assert "近90天没有登录记录" in site.client("李四").get("/account").text

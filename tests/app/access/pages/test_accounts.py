"""The accounts and the matrix of rights, for the security administrator."""

from __future__ import annotations

import hashlib
import io
import json
import re
from dataclasses import replace

import openpyxl
import pytest

from cockpit.access.permissions import LABELS, Permission
from data.access import accounts, invitations, sessions, tokens
from data.database.transactions import utc_now
from server.access import identity
from tests.app.access.pages.conftest import ADMIN, csrf, post

LIST, ONE, INVITE = "/admin/accounts", "/admin/accounts/account", "/admin/accounts/invite"
RIGHTS = {"role": ["clerk"], "area": ["tangqi"], "sheet": ["全部"]}


@pytest.fixture
def admin(site):
    site.add("安全员", "security-admin")
    return site.client("安全员")


def rights_of(site, name):
    one = accounts.read_account_rights(site.store, site.find(name))
    return one.roles, one.scope.areas, one.scope.sheets


def test_an_account_is_invited_with_a_link_that_is_shown_once(site, admin):
    made = post(admin, INVITE, INVITE, name="李四", **RIGHTS)
    assert made.status_code == 200
    link = re.search(r'value="http://localhost(/invite\?token=[^"]+)"', made.text)[1]
    assert "设置“李四”的密码" in site.server.test_client().get(link).text
    assert rights_of(site, "李四") == (("clerk",), ("tangqi",), ())
    page = admin.get(LIST).text
    assert "待设密码" in page
    assert link.partition("=")[2] not in page + admin.get(f"{ONE}?account=李四").text
    name, action, what, scope = site.recorded("account", "action", "object", "scope")[-1]
    assert (name, action, what, scope) == ("安全员", "account", "李四", "塘栖镇")
    again = post(admin, INVITE, INVITE, name="李四", **RIGHTS)
    assert again.status_code == 200
    assert site.server.test_client().get(link).status_code == 404, "the link before stops working"


def test_an_invitation_that_is_not_possible_keeps_what_was_entered(site, admin):
    site.add("王五", "leader")
    cases = {
        "请至少选一个角色": RIGHTS | {"role": []},
        "请选择范围": RIGHTS | {"area": []},
        "请选择填报的表": RIGHTS | {"sheet": []},
        "又选了其中几个": RIGHTS | {"area": ["全部", "tangqi"]},
        "三员分立": RIGHTS | {"role": ["auditor", "system-admin"]},
        "没有角色": RIGHTS | {"role": ["nobody"]},
        "没有镇街": RIGHTS | {"area": ["nowhere"]},
    }
    for reason, fields in cases.items():
        response = post(admin, INVITE, INVITE, name="赵六", **fields)
        assert response.status_code == 400, reason
        assert reason in response.text
        assert 'value="赵六"' in response.text
        for ticked in [*fields["role"], *fields["area"]]:
            assert f'value="{ticked}" checked' in response.text or ticked in ("nobody", "nowhere")
    taken = post(admin, INVITE, INVITE, name="王五", **RIGHTS)
    assert (taken.status_code, "已有账号“王五”" in taken.text) == (400, True)
    assert [one.account.name for one in accounts.list_accounts(site.store)] == ["安全员", "王五"]


def test_an_account_is_disabled_and_enabled(site, admin):
    site.add("张三", "leader")
    client = site.client("张三")
    assert client.get("/account").status_code == 200
    page = f"{ONE}?account=张三"
    response = post(admin, page, f"{LIST}/disable", account="张三")
    assert response.status_code == 303
    assert "账号已停用" in admin.get(response.headers["Location"]).text
    assert client.get("/account").status_code == 302
    assert post(admin, page, f"{LIST}/reset", account="张三").status_code == 400
    assert post(admin, page, f"{LIST}/enable", account="张三").status_code == 303
    assert site.find("张三").disabled_at is None


def test_a_reset_gives_a_link_and_takes_the_password(site, admin):
    site.add("张三", "leader")
    made = post(admin, f"{ONE}?account=张三", f"{LIST}/reset", account="张三")
    link = re.search(r'value="http://localhost(/invite\?token=[^"]+)"', made.text)[1]
    assert site.server.test_client().get(link).status_code == 200
    one = site.find("张三")
    assert (one.has_password, one.has_second_factor) == (False, False)


def test_a_change_of_roles_ends_the_logins(site, admin):
    site.add("张三", "analyst")
    client = site.client("张三")
    page = f"{ONE}?account=张三"
    assert 'value="analyst" checked' in admin.get(page).text
    sheet = "企业名录"
    changed = {"role": ["leader", "clerk"], "area": ["tangqi", "linping"], "sheet": [sheet]}
    assert post(admin, page, f"{LIST}/roles", account="张三", **changed).status_code == 303
    assert client.get("/account").status_code == 302
    roles, areas, sheets = rights_of(site, "张三")
    assert (set(roles), set(areas), sheets) == ({"leader", "clerk"}, {"linping", "tangqi"}, (sheet,))
    shown = admin.get(page).text
    for value in ("leader", "clerk", "tangqi", "linping", sheet):
        assert f'value="{value}" checked' in shown
    wrong = post(admin, page, f"{LIST}/roles", account="张三", role=["auditor", "security-admin"], area="全部", sheet="全部")
    assert wrong.status_code == 400
    assert 'value="auditor" checked' in wrong.text, "what was entered stays"
    assert set(rights_of(site, "张三")[0]) == {"leader", "clerk"}


def test_nobody_changes_their_own_account(site, admin):
    page = admin.get(f"{ONE}?account=安全员").text
    assert "这是您自己的账号" in page
    before = site.recorded("number")
    for action in ("roles", "disable", "enable", "reset", "token"):
        for name in ("安全员", " 安全员 "):
            response = post(admin, "/account", f"{LIST}/{action}", account=name, **RIGHTS | {"role": ["leader"]})
            assert (response.status_code, "不能改自己的账号" in response.text) == (400, True), action
    assert site.recorded("number") == before
    assert rights_of(site, "安全员")[0] == ("security-admin",)


def test_tokens_of_others_are_revoked(site, admin):
    one = site.add("张三", "analyst")
    access = accounts.access_by_name(site.store, "张三", utc_now())
    tokens.issue(site.store, one, access, "月报程序", ["view.totals"], (), 9, ADMIN, utc_now())
    page = f"{ONE}?account=张三"
    assert "月报程序" in admin.get(page).text
    number = tokens.list_tokens(site.store, one.id)[0].id
    assert post(admin, page, f"{LIST}/token", account="张三", id=number).status_code == 303
    assert "月报程序" not in admin.get(page).text


def test_an_unknown_account_leads_to_the_list(admin):
    for address in (f"{ONE}?account=没有", ONE):
        response = admin.get(address)
        assert (response.status_code, "没有账号" in response.text) == (404, True)
    assert post(admin, LIST, f"{LIST}/disable", account="没有").status_code == 404


def test_the_list_is_searched_and_has_pages(site, admin):
    for number in range(60):
        invitations.invite(site.store, f"user{number:02}", ["leader"], (), (), ADMIN, utc_now())
    first = admin.get(LIST).text
    assert "共61个账号，这里是第1—50个" in first
    second = admin.get(f"{LIST}?page=2").text
    assert "第51—61个" in second
    assert "user59" not in first
    assert "user59" in second
    assert "第51—61个" in admin.get(f"{LIST}?page=99").text
    assert admin.get(f"{LIST}?page=x").status_code == 200
    assert "共10个账号" in admin.get(f"{LIST}?q=USER1").text
    assert "共1个账号" in admin.get(f"{LIST}?state=正常").text
    assert "没有符合条件的账号" in admin.get(f"{LIST}?q=<b>&state=停用").text


@pytest.mark.parametrize("role", ["leader", "analyst", "clerk", "evaluator", "system-admin", "auditor"])
def test_others_open_nothing_of_it_whether_it_exists_or_not(site, role):
    site.add("张三", role)
    client = site.client("张三")
    addresses = (LIST, INVITE, f"{ONE}?account=张三", f"{ONE}?account=没有", "/admin/roles", "/admin/roles/matrix.xlsx")
    texts = {(response.status_code, response.text) for response in map(client.get, addresses)}
    assert len(texts) == 1
    assert texts.pop()[0] == 403
    assert LIST not in client.get("/account").text


def test_who_may_manage_accounts_but_give_no_roles_invites_nobody(site, monkeypatch):
    """A pack may give both permissions to different roles; an invitation would be a detour to any role."""
    site.add("安全员", "security-admin")
    client = site.client("安全员")
    fields = {"csrf_token": csrf(client.get(INVITE).text), "name": "李四"} | RIGHTS
    real = sessions.find_session

    def find_session(*arguments):
        session = real(*arguments)
        return replace(session, access=replace(session.access, permissions=frozenset({Permission.MANAGE_ACCOUNTS})))

    monkeypatch.setattr(identity, "find_session", find_session)
    assert client.get(LIST).status_code == 200
    assert client.post(INVITE, data=fields).status_code == 403
    assert client.post(f"{LIST}/roles", data=fields | {"account": "李四"}).status_code == 403
    assert [one.account.name for one in accounts.list_accounts(site.store)] == ["安全员"]


def test_the_matrix_shows_the_roles_and_is_handed_out_and_recorded(site, admin):
    page = admin.get("/admin/roles").text
    for label in LABELS.values():
        assert label in page
    for role in site.store.roles.roles:
        assert f">{role.name}<" in page
    marked = sum(len(role.permissions) for role in site.store.roles.roles)
    assert page.count("✓") == marked
    file = admin.get("/admin/roles/matrix.xlsx")
    assert openpyxl.load_workbook(io.BytesIO(file.data)).sheetnames == ["角色与权限", "账号与权限"]
    action, what, detail = site.recorded("action", "object", "detail")[-1]
    assert (action, what) == ("export", "权限矩阵")
    assert json.loads(detail)["sha256"] == hashlib.sha256(file.data).hexdigest()

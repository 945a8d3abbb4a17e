"""The walls, for the system administrator: authorised, allowed to name firms or not, revoked; each change recorded."""

from __future__ import annotations

import json
import re

import pytest

from cockpit.access.permissions import Permission
from cockpit.errors import AuditError
from data import wall_rights, walls
from data.access.audit.log import AuditLog
from data.database.transactions import utc_now
from server.access.current import current_access
from tests.app.access.pages.conftest import ADMIN, post

WALLS = "/admin/walls"


@pytest.fixture
def admin(site):
    site.add("系统员", "system-admin")
    return site.client("系统员")


def recorded(site):
    rows = site.recorded("account", "action", "object", "detail")
    return [(name, what, json.loads(detail)) for name, action, what, detail in rows if action == "wall"]


def test_a_wall_gets_a_link_that_is_shown_once(site, admin):
    assert "还没有大屏" in admin.get(WALLS).text
    made = post(admin, WALLS, f"{WALLS}/add", name=" 一楼大厅 ")
    token = re.search(r'value="http://localhost/wall\?token=([^"]+)"', made.text)[1]
    screen = walls.find_by_token(site.store.engine, token)
    assert (screen.name, screen.names_firms) == ("一楼大厅", False)
    page = admin.get(WALLS).text
    assert token not in page
    assert ">看汇总数据<" in page
    device = site.server.test_client()
    assert device.get(f"/wall?token={token}").status_code == 302
    assert device.get("/wall").status_code == 200
    assert recorded(site) == [("系统员", "一楼大厅", {"change": "授权", "permissions": "看汇总数据"})]


def test_a_wall_shows_single_firms_only_where_that_was_allowed(site, admin):
    engine = site.store.engine
    post(admin, WALLS, f"{WALLS}/add", name="会议室", firms="1")
    assert walls.find_by_name(engine, "会议室").names_firms
    post(admin, WALLS, f"{WALLS}/rights", name="会议室")
    assert not walls.find_by_name(engine, "会议室").names_firms
    post(admin, WALLS, f"{WALLS}/rights", name="会议室", firms="1")
    assert walls.find_by_name(engine, "会议室").names_firms
    post(admin, WALLS, f"{WALLS}/add", name="会议室")
    assert not walls.find_by_name(engine, "会议室").names_firms, "a new link begins without"
    texts = [detail["permissions"] for _, _, detail in recorded(site)]
    assert texts == ["看汇总数据、看单个企业的数据", "看汇总数据", "看汇总数据、看单个企业的数据", "看汇总数据"]
    assert wall_rights.wall_permissions(names_firms=True) == {Permission.VIEW_TOTALS, Permission.VIEW_FIRMS}


@pytest.mark.parametrize("names_firms", [False, True])
def test_the_access_of_a_device_is_what_its_wall_has(site, names_firms):
    token = wall_rights.authorize(site.store.audit, "大厅", names_firms=names_firms, actor=ADMIN, now=utc_now())
    device = site.server.test_client()
    device.set_cookie("wall", token)
    with device:
        assert device.get("/wall/live").status_code in (200, 503)
        assert current_access().sees_firms is names_firms


def test_a_revoked_wall_shows_nothing(site, admin):
    made = post(admin, WALLS, f"{WALLS}/add", name="大厅")
    token = re.search(r"token=([^\"]+)", made.text)[1]
    assert post(admin, WALLS, f"{WALLS}/revoke", name="大厅").headers["Location"] == f"{WALLS}?done=wall-revoked"
    assert site.server.test_client().get(f"/wall?token={token}").status_code in (401, 403)
    assert "已停用" in admin.get(WALLS).text
    assert [detail["change"] for _, _, detail in recorded(site)] == ["授权", "停用"]


def test_what_is_not_possible_is_refused_with_the_reason(site, admin):
    cases = {
        ("add", ""): "请填写大屏名称",
        ("add", "长" * 41): "大屏名称太长",
        ("revoke", "没有"): "没有名为“没有”的大屏",
        ("rights", "没有"): "没有名为“没有”的大屏",
    }
    for (action, name), reason in cases.items():
        response = post(admin, WALLS, f"{WALLS}/{action}", name=name)
        assert (response.status_code, reason in response.text) == (400, True), action
    assert recorded(site) == []


def test_nothing_is_changed_that_can_not_be_recorded(site, admin, monkeypatch):
    def fail(*_arguments, **_named):
        raise AuditError("这次操作没有写进审计，所以没有执行。")

    post(admin, WALLS, f"{WALLS}/add", name="大厅")
    monkeypatch.setattr(AuditLog, "append", fail)
    for action, fields in (("add", {"name": "新的"}), ("revoke", {"name": "大厅"}), ("rights", {"name": "大厅", "firms": "1"})):
        assert post(admin, WALLS, f"{WALLS}/{action}", **fields).status_code == 503, action
    (screen,) = walls.list_walls(site.store.engine)
    assert (screen.name, screen.has_token, screen.names_firms) == ("大厅", True, False)


@pytest.mark.parametrize("role", ["leader", "analyst", "clerk", "evaluator", "security-admin", "auditor"])
def test_others_open_nothing_of_it(site, role):
    site.add("张三", role)
    client = site.client("张三")
    assert client.get(WALLS).status_code == 403
    for action in ("add", "revoke", "rights"):
        assert post(client, "/account", f"{WALLS}/{action}", name="大厅").status_code == 403
    assert WALLS not in client.get("/account").text
    assert walls.list_walls(site.store.engine) == ()

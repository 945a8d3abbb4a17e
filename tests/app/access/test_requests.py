"""Requests of programs with a token, and what requests leave in the audit."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import timedelta

import pytest
from sqlalchemy import update

from app import create_application
from cockpit.access.audit import Actor
from cockpit.access.permissions import Permission
from cockpit.access.quotas import LIMITS, Limit, QuotaKind
from cockpit.errors import AuditError
from cockpit.settings import Settings
from data.access import invitations, tokens
from data.access.accounts import access_by_name, require_account
from data.access.audit.log import AuditLog
from data.access.store import open_store
from data.database.access_tables import account
from data.database.engine import open_engine, read_connection
from data.database.transactions import utc_now, write_transaction
from tests.integration.access.conftest import PASSWORD, password_hash

_ADMIN = Actor("管理员", "10.1.1.1")


@pytest.fixture(scope="module")
def site(graded_url, district, tmp_path_factory):
    """A server of its own with the graded sample, where people log in: (server, store)."""
    folder = tmp_path_factory.mktemp("requests")
    shutil.copy(graded_url.removeprefix("sqlite:///"), folder / "c.sqlite3")
    settings = Settings(database_url=f"sqlite:///{folder}/c.sqlite3", access="login", state=folder / "state")
    server = create_application(settings).server
    store = open_store(settings, open_engine(settings.database_url), district)
    for name, roles in {"领导": ["leader"], "分析员": ["analyst"]}.items():
        invitations.invite(store, name, roles, ("塘栖镇",) if name == "领导" else (), (), _ADMIN, utc_now())
        values = {"password_hash": password_hash(), "password_changed_at": utc_now()}
        with write_transaction(store.engine) as connection:
            connection.execute(update(account).where(account.c.name == name).values(values))
    return server, store


def client_of(server, name):
    client = server.test_client()
    response = client.post("/login", data={"account": name, "password": PASSWORD, "code": ""})
    assert response.status_code == 303, response.text
    return client


def issue(store, name, *permissions):
    with read_connection(store.engine) as connection:
        one = require_account(connection, name)
    access, now = access_by_name(store, name, utc_now()), utc_now()
    return tokens.issue(store, one, access, f"程序{now.timestamp()}", permissions, (), 30, _ADMIN, now)


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def recorded(store, action):
    with store.engine.connect() as connection:
        statement = f"select account, object, result, scope, detail from audit_record where action = '{action}' order by number"
        return [tuple(row) for row in connection.exec_driver_sql(statement)]


def test_a_token_gets_what_its_rights_allow_without_a_session(site):
    server, store = site
    token = issue(store, "分析员", Permission.VIEW_TOTALS)
    client = server.test_client()
    assert client.get("/_dash-layout").status_code == 401
    response = client.get("/_dash-layout", headers=bearer(token))
    assert response.status_code == 200
    assert client.get("/download/notice.xlsx", headers=bearer(token)).status_code == 403
    files = issue(store, "分析员", Permission.VIEW_TOTALS, Permission.VIEW_FIRMS, Permission.EXPORT_FIRMS)
    assert client.get("/download/notice.xlsx", headers=bearer(files)).status_code == 200


@pytest.mark.parametrize("value", ["Bearer", "Bearer ", "Bearer cockpit_unknown", "Basic YTpi", "Bearer \xff"])
def test_a_token_that_is_none_leads_nowhere(site, value):
    response = site[0].test_client().get("/", headers={"Authorization": value})
    assert response.status_code in (401, 302), response.status
    if response.status_code == 401:
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert "令牌" in response.text


def test_an_unknown_token_is_refused_though_the_browser_is_logged_in(site):
    client = client_of(site[0], "分析员")
    assert client.get("/_dash-layout").status_code == 200
    assert client.get("/_dash-layout", headers=bearer("cockpit_unknown")).status_code == 401


def test_calls_beyond_the_quota_learn_how_long_to_wait(site, monkeypatch):
    server, store = site
    token = issue(store, "领导", Permission.VIEW_TOTALS)
    monkeypatch.setitem(LIMITS, QuotaKind.API, Limit("接口调用", 2, timedelta(minutes=10)))
    client = server.test_client()
    responses = [client.get("/_dash-layout", headers=bearer(token)) for _ in range(3)]
    assert [response.status_code for response in responses] == [200, 200, 429]
    assert 0 < int(responses[-1].headers["Retry-After"]) <= 600
    assert "接口调用太频繁" in responses[-1].text


def test_a_file_is_recorded_with_its_digest_and_a_refusal_once(site):
    server, store = site
    response = client_of(server, "分析员").get("/download/notice.xlsx?year=2022")
    assert response.status_code == 200
    name, path, result, scope, detail = recorded(store, "export")[-1]
    assert (name, path, result, scope) == ("分析员", "/download/notice.xlsx", "done", "临平区")
    assert json.loads(detail)["sha256"] == hashlib.sha256(response.data).hexdigest()
    assert json.loads(detail)["filter"] == "year=2022"
    leader = client_of(server, "领导")
    assert [leader.get("/download/scores.xlsx").status_code for _ in range(3)] == [403] * 3
    refusals = [row[1:4] for row in recorded(store, "refusal") if row[0] == "领导"]
    assert refusals == [("scores", "refused", "塘栖镇")]


def test_each_look_at_a_firm_is_recorded_also_from_the_cache(site):
    server, store = site
    with store.engine.connect() as connection:
        code = connection.exec_driver_sql("select credit_code from enterprise where town = 'tangqi' limit 1").scalar()
    page = {"X-Cockpit-Address": f"/enterprise/{code}"}
    before = len(recorded(store, "view-firm"))
    for name in ("分析员", "领导", "领导"):
        response = client_of(server, name).get("/_dash-layout", headers=page)
        assert response.status_code == 200
        assert code in response.text
    assert [row[:2] for row in recorded(store, "view-firm")[before:]] == [("分析员", code), ("领导", code)]
    client_of(server, "分析员").get("/_dash-layout", headers={"X-Cockpit-Address": f"/land?firm={code}"})
    assert len(recorded(store, "view-firm")) == before + 2, "the same firm by the same account within a minute"


def test_without_an_audit_no_file_leaves_and_pages_go_on(site, monkeypatch):
    server, _ = site
    client = client_of(server, "分析员")

    def fail(*_arguments, **_named):
        raise AuditError("这次操作没有写进审计，所以没有执行。")

    monkeypatch.setattr(AuditLog, "record", fail)
    response = client.get("/download/notice.xlsx")
    assert response.status_code == 503
    assert "没有写进审计" in response.text
    assert client.get("/_dash-layout", headers={"X-Cockpit-Address": "/"}).status_code == 200

"""The audit, for the auditor: filters, pages, workbook, the check; each look at it is recorded."""

from __future__ import annotations

import hashlib
import io
import json
import re
from datetime import UTC, datetime

import openpyxl
import pytest

from cockpit.access.audit import Actor, AuditAction, AuditEntry, Result
from cockpit.access.quotas import LIMITS, Limit, QuotaKind
from cockpit.errors import AuditError
from data.access.audit import export
from data.access.audit.log import AuditLog
from tests.app.access.pages.conftest import post

AUDIT, FILE, VERIFY = "/admin/audit", "/admin/audit/records.xlsx", "/admin/audit/verify"


@pytest.fixture
def auditor(site):
    """A browser of the auditor; the audit has three records of 2026-11-30 in Beijing, one before and one after."""
    site.add("审计员", "auditor")
    for at, account, action, result in (
        ("2026-11-29T15:59:59", "张三", AuditAction.LOGIN, Result.DONE),
        ("2026-11-29T16:00:00", "张三", AuditAction.EXPORT, Result.DONE),
        ("2026-11-30T08:00:00", "李四", AuditAction.LOGIN, Result.REFUSED),
        ("2026-11-30T15:59:59.900000", "张三", AuditAction.LOGIN, Result.DONE),
        ("2026-11-30T16:00:00", "<b>王五", AuditAction.LOGIN, Result.DONE),
    ):
        moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
        site.store.audit.record(AuditEntry(moment, Actor(account, "10.0.0.9"), action, result=result))
    return site.client("审计员")


def rows(response):
    """Return the records of a page: number, time, account, action."""
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in re.findall(r"<tr>(<td.*?)</tr>", response.text)]
    return [(row[0], row[1], row[2], row[4]) for row in cells]


def test_days_are_those_of_beijing(auditor):
    listed = rows(auditor.get(f"{AUDIT}?since=2026-11-30&until=2026-11-30"))
    assert [(account, action) for _, _, account, action in listed] == [("张三", "登录"), ("李四", "登录"), ("张三", "导出")]
    assert {time[:11] for _, time, _, _ in listed} == {"2026年11月30日"}


def test_filters_narrow_the_list(auditor):
    day = "since=2026-11-29&until=2026-12-01"
    cases = {"account=张三": 3, "action=login": 4, "action=login&account=张三": 2, "result=refused": 1, "account=张": 0}
    for query, number in cases.items():
        response = auditor.get(f"{AUDIT}?{day}&{query}&until=2026-12-01")
        outside = [row for row in rows(response) if row[2] not in ("审计员", "命令行:测试")]
        assert len(outside) == number, query
    assert "没有符合条件的记录" in auditor.get(f"{AUDIT}?account=<script>").text
    assert "<b>" not in auditor.get(AUDIT).text


def test_a_filter_that_is_none_is_refused_with_the_reason(auditor):
    for query in ("since=30.11.2026", "until=2026-02-30", "since=2026-12-02&until=2026-12-01", "action=x", "until=9999-12-31"):
        response = auditor.get(f"{AUDIT}?{query}")
        assert response.status_code == 400, query
        assert 'role="alert"' in response.text
        assert auditor.get(f"{FILE}?{query}").status_code == 400


def test_each_look_is_recorded_with_its_filter(site, auditor):
    auditor.get(f"{AUDIT}?since=2026-11-30&account=张三&action=login")
    account, action, what, detail = site.recorded("account", "action", "object", "detail")[-1]
    assert (account, action, what) == ("审计员", "audit", "查看")
    assert json.loads(detail) == {"since": "2026-11-30", "until": "", "filter": "账号=张三、操作=登录"}


def test_a_detail_without_a_text_is_not_listed(auditor):
    auditor.get(f"{AUDIT}?account=张三")
    text = auditor.get(f"{AUDIT}?account=审计员").text
    assert ">筛选：账号=张三<" in text
    assert "从：" not in text


def test_nothing_is_shown_that_can_not_be_recorded(site, auditor, monkeypatch):
    def fail(*_arguments, **_named):
        raise AuditError("这次操作没有写进审计，所以没有执行。")

    monkeypatch.setattr(AuditLog, "record", fail)
    for address in (AUDIT, FILE):
        response = auditor.get(address)
        assert (response.status_code, "张三" in response.text) == (503, False)
        assert "没有写进审计" in response.text


def test_pages_go_on_where_the_last_one_ended_though_looking_adds_records(site, auditor):
    for number in range(230):
        entry = AuditEntry(datetime(2026, 11, 1, tzinfo=UTC), Actor("程序", ""), AuditAction.API, str(number))
        site.store.audit.record(entry)
    address, numbers = f"{AUDIT}?account=程序", []
    while address:
        response = auditor.get(address)
        numbers += [int(row[0]) for row in rows(response)]
        link = re.search(r'href="([^"]+)">更早的记录', response.text)
        address = link[1].replace("&amp;", "&") if link else ""
    assert len(numbers) == 230
    assert numbers == list(range(numbers[0], numbers[-1] - 1, -1))


def test_the_workbook_has_what_the_filter_selects_and_is_recorded(site, auditor, monkeypatch):
    response = auditor.get(f"{FILE}?account=张三")
    sheet = openpyxl.load_workbook(io.BytesIO(response.data)).active
    assert [row[3].value for row in sheet.iter_rows(min_row=2)] == ["张三"] * 3
    action, what, detail = site.recorded("action", "object", "detail")[-1]
    assert (action, what) == ("audit", "导出")
    assert json.loads(detail)["rows"] == 3
    assert json.loads(detail)["sha256"] == hashlib.sha256(response.data).hexdigest()
    monkeypatch.setattr(export, "MAX_ROWS", 2)
    response = auditor.get(f"{FILE}?account=张三")
    assert (response.status_code, "一次最多导出2条" in response.text) == (400, True)
    monkeypatch.setitem(LIMITS, QuotaKind.EXPORT, Limit("导出", 0, LIMITS[QuotaKind.EXPORT].period))
    assert auditor.get(FILE).status_code == 429


def test_the_check_names_the_record_that_was_changed(site, auditor):
    response = post(auditor, AUDIT, VERIFY)
    assert re.search(r"[0-9]+条审计记录完好", response.text)
    with site.store.engine.begin() as connection:
        connection.exec_driver_sql("update audit_record set account = '没有人' where number = 3")
    response = post(auditor, AUDIT, VERIFY)
    assert "第3条记录的内容被改动" in response.text
    assert 'role="alert"' in response.text
    assert site.recorded("object", "result")[-1] == ("检查", "failed")


@pytest.mark.parametrize("role", ["leader", "analyst", "clerk", "evaluator", "system-admin", "security-admin"])
def test_others_open_nothing_of_it(site, role):
    site.add("张三", role)
    client = site.client("张三")
    assert {client.get(address).status_code for address in (AUDIT, FILE)} == {403}
    assert post(client, "/account", VERIFY).status_code == 403
    assert AUDIT not in client.get("/account").text


def test_an_auditor_begins_here(auditor):
    assert auditor.get("/land").headers["Location"] == AUDIT

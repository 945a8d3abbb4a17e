"""The audit in the database: one chain of many processes, verified, archived, exported; else nothing is done."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from datetime import datetime

import pytest
from openpyxl import load_workbook
from sqlalchemy import delete, update

from cockpit.access.audit import Actor, AuditAction, AuditEntry, Detail, Result
from cockpit.errors import AuditError, DatabaseBusyError, UsageError
from data.access.audit import archive, export, search
from data.access.audit.log import AuditLog
from data.database.access_tables import audit_head, audit_record
from data.database.engine import open_engine, upgrade_schema
from data.database.transactions import write_transaction
from tests.conftest import ROOT
from tests.integration.access.conftest import ADMIN, NOW

_APPEND = """
import sys
from datetime import datetime
from pathlib import Path
from cockpit.access.audit import AuditAction, Actor, AuditEntry
from data.access.audit.log import AuditLog
from data.database.engine import open_engine
audit = AuditLog(open_engine(sys.argv[1]), Path(sys.argv[2]))
for number in range(int(sys.argv[4])):
    audit.record(AuditEntry(datetime(2026, 11, 30), Actor(sys.argv[3]), AuditAction.API, str(number)))
"""
PROCESSES, EACH = 4, 12


@pytest.fixture
def audit(engine, tmp_path):
    return AuditLog(engine, tmp_path / "state")


def write(audit, number, at=NOW):
    actor = Actor("张三", "10.0.0.1")
    for index in range(number):
        audit.record(AuditEntry(at, actor, AuditAction.EXPORT, f"文件{index}", "塘栖镇", detail={Detail.ROWS: index}))


def records(audit):
    with audit.engine.connect() as connection:
        return connection.execute(audit_record.select().order_by(audit_record.c.number)).all()


def change(audit, *statements):
    with audit.engine.begin() as connection:
        for statement in statements:
            connection.execute(statement)


def test_many_processes_write_one_chain(audit, tmp_path):
    url = audit.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", _APPEND, url, str(tmp_path / "state")]
    running = [subprocess.Popen([*command, f"用户{n}", str(EACH)], cwd=ROOT) for n in range(PROCESSES)]
    assert [process.wait(300) for process in running] == [0] * PROCESSES
    check = audit.verify()
    assert (check.fault, check.records) == (None, PROCESSES * EACH)
    rows = records(audit)
    assert [row.number for row in rows] == list(range(1, PROCESSES * EACH + 1))
    for n in range(PROCESSES):
        assert [row.object for row in rows if row.account == f"用户{n}"] == [str(number) for number in range(EACH)]


def test_a_record_holds_what_was_done(audit):
    audit.record(
        AuditEntry(NOW, ADMIN, AuditAction.EXPORT, "企业名单", "塘栖镇", Result.DONE, {Detail.ROWS: 3, Detail.SHA256: "ab"})
    )
    [row] = records(audit)
    assert (row.at, row.account, row.address, row.action) == ("2026-11-30T01:00:00.000000+00:00", "管理员", "10.1.1.1", "export")
    assert (row.object, row.scope, row.result, row.data_version) == ("企业名单", "塘栖镇", "done", 0)
    assert json.loads(row.detail) == {"rows": 3, "sha256": "ab"}


def test_what_is_rolled_back_is_not_recorded(audit):
    write(audit, 1)

    def refused():
        with audit.transaction() as connection:
            audit.append(connection, AuditEntry(NOW, ADMIN, AuditAction.ACCOUNT))
            raise UsageError("没有执行")

    with pytest.raises(UsageError):
        refused()
    write(audit, 1)
    assert (audit.verify().fault, len(records(audit))) == (None, 2)


@pytest.mark.parametrize(
    ("tamper", "record", "reason"),
    [
        (lambda: [update(audit_record).where(audit_record.c.number == 3).values(account="别人")], 3, "内容被改动"),
        (lambda: [delete(audit_record).where(audit_record.c.number == 1)], 1, "删去"),
        (lambda: [delete(audit_record).where(audit_record.c.number == 4)], 4, "删去"),
        (lambda: [delete(audit_record).where(audit_record.c.number >= 5)], 5, "截掉"),
        (lambda: [delete(audit_record)], 1, "截掉"),
        (
            lambda: [
                update(audit_record).where(audit_record.c.number == a).values(number=b) for a, b in ((2, 99), (3, 2), (99, 3))
            ],
            2,
            "内容被改动",
        ),
        (lambda: [update(audit_head).values(hash="0" * 64)], 6, "链头"),
        (lambda: [delete(audit_head)], 0, "链头"),
        (lambda: [update(audit_head).values(archived_number=2)], 1, "存档"),
        (lambda: [update(audit_head).values(number=4)], 5, "多出来"),
    ],
)
def test_what_is_changed_in_the_database_is_named(audit, tamper, record, reason):
    write(audit, 6)
    assert audit.verify().fault is None
    change(audit, *tamper())
    fault = audit.verify().fault
    assert (fault.record, reason in fault.message) == (record, True), fault


def test_a_cut_with_the_head_is_noticed_even_after_the_chain_has_grown_past_it(audit):
    write(audit, 6)
    [_, _, _, row, *_] = records(audit)
    change(audit, delete(audit_record).where(audit_record.c.number > 4), update(audit_head).values(number=4, hash=row.hash))
    assert audit.verify().fault.record == 5
    for _ in range(5):
        write(audit, 1)
        assert audit.verify().fault.record in (1, 6)
    assert len(records(audit)) == 9


def test_another_database_in_its_stead_is_noticed(audit, tmp_path):
    write(audit, 3)
    assert AuditLog(audit.engine, tmp_path / "elsewhere").verify().fault.record == 3


def test_heads_of_each_day_stand_outside(audit, tmp_path):
    for day in (28, 29, 30):
        write(audit, 2, datetime(2026, 11, day))
    [folder] = (tmp_path / "state" / "audit").iterdir()
    lines = [json.loads(line) for line in (folder / "heads.jsonl").read_text().splitlines()]
    newest = json.loads((folder / "head.json").read_text())
    expected = [("2026-11-28", 2), ("2026-11-29", 4), ("2026-11-30", 6)]
    assert [(line["day"], line["number"]) for line in [*lines, newest]] == expected
    hashes = {row.number: row.hash for row in records(audit)}
    assert all(hashes[line["number"]] == line["hash"] for line in [*lines, newest])
    assert {path.stat().st_mode & 0o077 for path in folder.iterdir()} == {0}
    (folder / "head.json").write_text("{}")
    with pytest.raises(AuditError, match="被改动"):
        audit.verify()


def test_old_months_move_into_files_and_still_count(audit, tmp_path):
    for month in (1, 2, 2, 3, 11):
        write(audit, 2, datetime(2025 if month != 11 else 2026, month, 5))
    with pytest.raises(UsageError, match="至少保留180天"):
        archive.archive(audit, ADMIN, NOW, 179)
    assert archive.archive(audit, ADMIN, NOW) == []
    assert archive.archive(audit, ADMIN, NOW, 365) == ["2025-01", "2025-02", "2025-03"]
    [folder] = (tmp_path / "state" / "audit").iterdir()
    files = sorted(path.name for path in folder.glob("*.gz"))
    assert files == ["000000000001-2025-01.jsonl.gz", "000000000003-2025-02.jsonl.gz", "000000000007-2025-03.jsonl.gz"]
    assert [row.number for row in records(audit)] == list(range(9, 14))
    check = audit.verify()
    assert (check.fault, check.records) == (None, 13)
    write(audit, 1)
    assert audit.verify().fault is None
    (folder / files[1]).rename(tmp_path / "away")
    assert audit.verify().fault.record == 3
    (tmp_path / "away").rename(folder / files[1])
    (folder / files[2]).write_bytes(b"x")
    with pytest.raises(AuditError, match="存档"):
        audit.verify()


def test_records_cannot_be_hidden_as_archived(audit):
    write(audit, 6)
    [_, _, row, *_] = records(audit)
    change(
        audit,
        delete(audit_record).where(audit_record.c.number <= 3),
        update(audit_head).values(archived_number=3, archived_hash=row.hash),
    )
    assert audit.verify().fault.record == 1


def test_a_clock_that_lies_archives_nothing_new(audit):
    write(audit, 2, datetime(2026, 11, 1))
    write(audit, 1, datetime(2001, 1, 1))
    write(audit, 1, datetime(2026, 11, 2))
    assert archive.archive(audit, ADMIN, NOW) == []
    assert len(records(audit)) == 4


def test_an_export_holds_all_and_is_recorded(audit, tmp_path):
    for day in (28, 29, 30):
        write(audit, 2, datetime(2026, 11, day))
    file = tmp_path / "audit.jsonl"
    assert export.export(audit, file, ADMIN, NOW)[0] == 6
    rows, digest = export.export(audit, file, ADMIN, NOW, "2026-11-29", "2026-11-29")
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert (rows, [line["number"] for line in lines]) == (2, [3, 4])
    assert hashlib.sha256(file.read_bytes()).hexdigest() == digest
    last = records(audit)[-1]
    assert (last.action, json.loads(last.detail)["sha256"]) == ("audit", digest)
    with pytest.raises(UsageError, match="存不到"):
        export.export(audit, tmp_path / "no" / "audit.jsonl", ADMIN, NOW)


def test_an_exported_workbook_is_in_chinese_and_has_no_formulas(audit, tmp_path):
    audit.record(AuditEntry(NOW, Actor("=1+1"), AuditAction.VIEW_FIRM, "甲厂", "塘栖镇", Result.REFUSED, {Detail.ROWS: 3}))
    assert export.export(audit, tmp_path / "audit.xlsx", ADMIN, NOW)[0] == 1
    sheet = load_workbook(tmp_path / "audit.xlsx")["审计"]
    row = {head.value: cell for head, cell in zip(sheet[1], sheet[2], strict=True)}
    assert (row["账号"].value, row["账号"].data_type) == ("=1+1", "s")
    expected = {
        "操作": "查看企业",
        "结果": "拒绝",
        "对象": "甲厂",
        "范围": "塘栖镇",
        "其他": "行数：3",
        "时间（北京）": "2026年11月30日 09:00",
    }
    assert {name: row[name].value for name in expected} == expected


def test_records_are_selected_and_paged(audit):
    for day in (28, 29, 30):
        write(audit, 3, datetime(2026, 11, day, 23))
    audit.record(AuditEntry(NOW, ADMIN, AuditAction.LOGIN))
    cases = {
        search.AuditFilter(): 10,
        search.AuditFilter(since="2026-11-29"): 7,
        search.AuditFilter(until="2026-11-29"): 6,
        search.AuditFilter("2026-11-29", "2026-11-29"): 3,
        search.AuditFilter(account="管理员"): 1,
        search.AuditFilter(actions=(AuditAction.LOGIN, AuditAction.EXPORT)): 10,
        search.AuditFilter(account="张三", actions=(AuditAction.LOGIN,)): 0,
    }
    for which, number in cases.items():
        assert search.count_records(audit, which) == len(search.find_records(audit, which, limit=100)) == number, which
    assert [r.number for r in search.find_records(audit, search.AuditFilter(), limit=3, before=9)] == [8, 7, 6]


def test_another_writer_is_waited_for_and_makes_nothing_read_only(tmp_path):
    database = open_engine(f"sqlite:///{tmp_path}/busy.sqlite3?timeout=0.2")
    upgrade_schema(database)
    log = AuditLog(database, tmp_path / "state")
    with write_transaction(database):
        for attempt in (log.check_writable, lambda: write(log, 1)):
            with pytest.raises(DatabaseBusyError, match="没有轮到"):
                attempt()
    write(log, 1)
    assert log.verify().records == 1


def test_nothing_is_written_where_nothing_can_be_recorded(audit, tmp_path):
    write(audit, 1)
    audit.check_writable()
    before = records(audit)
    (tmp_path / "state" / "audit").rename(tmp_path / "away")
    (tmp_path / "state" / "audit").write_text("")
    for attempt in (audit.check_writable, lambda: write(audit, 1)):
        with pytest.raises(AuditError, match="只能查看，不能修改"):
            attempt()
    assert records(audit) == before
    (tmp_path / "state" / "audit").unlink()
    (tmp_path / "away").rename(tmp_path / "state" / "audit")
    with audit.engine.begin() as connection:
        connection.exec_driver_sql("alter table audit_record rename to audit_elsewhere")
    with pytest.raises(AuditError, match="没有执行，数据保持原样"):
        write(audit, 1)

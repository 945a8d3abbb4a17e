"""Commands for accounts, audit, secrets and the matrix of rights, as other programs use them."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from io import BytesIO

from openpyxl import load_workbook

from cockpit.access.permissions import Permission


def parsed(run, *arguments):
    code, out, err = run(*arguments, "--json")
    assert (code, err) == (0, ""), err
    return json.loads(out)


def test_accounts_from_invitation_to_disabled(run, tmp_path):
    invited = parsed(run, "accounts", "invite", "张三", "--role", "leader,分析员", "--scope", "塘栖镇，运河街道")
    assert invited["account"] == "张三"
    assert invited["link"].startswith("http://127.0.0.1:8050/invite?token=")
    [listed] = parsed(run, "accounts", "list")
    assert (listed["roles"], listed["scope"], listed["state"]) == (["analyst", "leader"], ["运河街道", "塘栖镇"], "待设密码")
    changed = parsed(run, "accounts", "roles", "张三", "--role", "clerk", "--scope", "全部", "--sheets", "月度经营")
    assert (changed["roles"], changed["scope"], changed["sheets"], changed["second_factor"]) == (
        ["clerk"],
        [],
        ["月度经营"],
        "待设置",
    )
    assert parsed(run, "accounts", "disable", "张三")["disabled"] is True
    assert parsed(run, "accounts", "enable", "张三")["disabled"] is False
    assert parsed(run, "accounts", "reset", "张三")["link"] != invited["link"]
    assert parsed(run, "audit", "verify") == {"ok": True, "records": 5, "first_fault": None}
    assert parsed(run, "audit", "verify")["records"] == 6, "looking at it is recorded"
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


WRONG = {
    ("invite", "张三", "--role", "leader", "--scope", "火星镇"): "没有镇街“火星镇”",
    ("invite", "张三", "--role", "nobody"): "没有角色“nobody”",
    ("invite", "张三", "--role", ""): "至少写一个角色",
    ("invite", "张三", "--role", "auditor,system-admin"): "三员分立",
    ("invite", "张三"): "缺少选项 --role",
    ("invite", b"\xff", "--role", "leader"): "控制字符",
    ("disable", b"\xff"): "没有账号",
    ("reset", "李四"): "没有账号“李四”",
    ("roles", "李四", "--role", "leader"): "没有账号“李四”",
}


def test_what_is_wrong_has_a_reason_and_changes_nothing(run):
    for arguments, reason in WRONG.items():
        texts = [os.fsdecode(argument) for argument in arguments]
        code, out, err = run("accounts", *texts, "--json")
        assert (code, out) == (2, ""), arguments
        assert reason in err, arguments
    assert parsed(run, "accounts", "list") == []
    assert parsed(run, "audit", "verify")["records"] == 0


def test_a_changed_audit_is_named(run, tmp_path):
    for name in ("甲", "乙", "丙"):
        run("accounts", "invite", name, "--role", "leader")
    with sqlite3.connect(tmp_path / "c.sqlite3") as connection:
        connection.execute("update audit_record set object = '丁' where number = 2")
    connection.close()
    code, out, _ = run("audit", "verify", "--json")
    result = json.loads(out)
    assert (code, result["ok"], result["records"], result["first_fault"]["record"]) == (1, False, 3, 2)
    code, out, _ = run("audit", "verify")
    assert (code, "第2条记录的内容被改动" in out) == (1, True)


def test_an_export_and_an_archive(run, tmp_path):
    run("accounts", "invite", "甲", "--role", "leader")
    exported = parsed(run, "audit", "export", tmp_path / "a.jsonl")
    assert exported["rows"] == len((tmp_path / "a.jsonl").read_text("utf-8").splitlines()) == 1
    assert parsed(run, "audit", "archive") == {"archived": []}
    assert "至少 180" in run("audit", "archive", "--help")[1]


def test_a_key_file_with_open_rights_is_refused(run, tmp_path):
    run("accounts", "invite", "甲", "--role", "leader")
    assert parsed(run, "secrets", "rotate") == {"rotated": True, "second_factors": 0}
    before = (tmp_path / "secret.key").read_text()
    (tmp_path / "secret.key").chmod(0o644)
    for arguments in (("secrets", "rotate"), ("accounts", "list"), ("accounts", "invite", "乙", "--role", "leader")):
        code, out, err = run(*arguments)
        assert (code, out) == (1, "")
        assert "chmod 600" in err
    (tmp_path / "secret.key").chmod(0o600)
    assert (tmp_path / "secret.key").read_text() == before
    assert [one["account"] for one in parsed(run, "accounts", "list")] == ["甲"]


def test_a_role_file_of_the_district_is_used_and_checked(run, tmp_path):
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "district.yaml").write_text(
        """key: xihu
code: "330106"
name: 西湖区
short: 西湖
title: 西湖制造数字驾驶舱
towns:
  - {key: beishan, code: "330106001000", name: 北山街道, short: 北山}
chains:
  - {key: software, name: 软件与信息, summary: 工业软件}
thresholds: {behind_amber_points: 5, behind_red_points: 10, stale_after_days: 50, weak_stage_share_pct: 5}
""",
        "utf-8",
    )
    own = (
        "roles:\n  - {key: chief, name: 主管, permissions: [view.totals]}\n"
        "  - {key: keeper, name: 保管, permissions: [walls.manage]}\n"
    )
    (pack / "roles.yaml").write_text(own, "utf-8")
    settings = {"COCKPIT_DISTRICT": str(pack)}
    assert run("accounts", "invite", "甲", "--role", "主管,keeper", **settings)[0] == 0
    assert "没有角色“leader”" in run("accounts", "invite", "乙", "--role", "leader", **settings)[2]
    (pack / "roles.yaml").write_text(own.replace("view.totals", "audit.read"), "utf-8")
    code, _, err = run("accounts", "list", **settings)
    assert (code, "账号“甲”（chief、keeper）会兼有系统管理和审计" in err) == (1, True)
    (pack / "roles.yaml").write_text(own.replace("[view.totals]", "[audit.read, walls.manage, view.all]"), "utf-8")
    code, _, err = run("accounts", "list", **settings)
    assert (code, "没有权限“view.all”" in err) == (1, True)


def test_the_matrix_of_rights(run, tmp_path):
    run("accounts", "invite", "=cmd", "--role", "security-admin")
    run("accounts", "invite", "乙", "--role", "leader", "--scope", "塘栖镇")
    run("accounts", "disable", "=cmd")
    file = tmp_path / "matrix.xlsx"
    assert parsed(run, "access", "matrix", "--xlsx", file) == {"file": str(file), "roles": 7, "accounts": 2}
    book = load_workbook(BytesIO(file.read_bytes()))
    roles, accounts = (list(book[name].iter_rows(values_only=True)) for name in ("角色与权限", "账号与权限"))
    keys = [head.split("\n")[1] for head in roles[0][2:]]
    assert keys == list(Permission)
    marks = {row[1]: {key for key, mark in zip(keys, row[2:], strict=True) if mark} for row in roles[1:]}
    assert marks["leader"] == {"view.totals", "view.firms", "export.totals", "notes.write"}
    assert marks["auditor"] == {"audit.read"}
    by_name = {row[0]: row for row in accounts[1:]}
    assert by_name["=cmd"][1:4] == ("停用", "安全管理员", None)
    assert not any(by_name["=cmd"][6:]), "who is disabled has no rights"
    assert by_name["乙"][2:6] == ("领导", None, "塘栖镇", "全部")
    assert sum(mark is not None for mark in by_name["乙"][6:]) == 4
    assert book["账号与权限"]["A2"].data_type == "s"
    code, _, err = run("access", "matrix", "--xlsx", tmp_path / "no" / "matrix.xlsx")
    assert (code, "权限矩阵存不到" in err) == (2, True)


def test_figures_as_an_account_are_those_of_its_scope(run, sample_url, tmp_path):
    shutil.copy(sample_url.removeprefix("sqlite:///"), tmp_path / "c.sqlite3")
    parsed(run, "accounts", "invite", "张三", "--role", "analyst", "--scope", "塘栖镇")
    arguments = ("figures", "工业总产值", "--period", "2022", "--by", "town")
    [own] = parsed(run, *arguments, "--as", "张三")
    whole = parsed(run, *arguments)
    assert len(whole) > 5
    assert own in whole
    assert own["town"] == "塘栖镇"
    code, out, err = run(*arguments, "--as", "张三", "--town", "临平街道")
    assert (code, out) == (2, "")
    assert "临平街道" in err
    assert run(*arguments, "--as", "李四")[0] == 2
    parsed(run, "accounts", "disable", "张三")
    code, out, err = run(*arguments, "--as", "张三")
    assert (code, out) == (1, "")
    assert "已停用" in err


def test_figures_as_an_administrator_are_none(run):
    parsed(run, "accounts", "invite", "管理", "--role", "security-admin")
    code, out, err = run("figures", "工业总产值", "--as", "管理")
    assert (code, out) == (1, "")
    assert "没有" in err

"""The command line as other programs use it: JSON on standard output, errors on standard error, exit codes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest

from cockpit import __version__
from cockpit.names import DEMONSTRATION
from tests import workbooks
from tests.conftest import DEMO, ROOT
from tests.workbooks import firm, month


@pytest.fixture
def good(tmp_path):
    months = [month(1, f"2023-{n:02d}") for n in range(1, 13)]
    return workbooks.write(tmp_path / "good.xlsx", {"企业名录": [firm(1)], "月度经营": months})


@pytest.fixture
def bad(tmp_path):
    return workbooks.write(tmp_path / "bad.xlsx", {"企业名录": [firm(1, town="火星镇")]})


def test_check_lists_findings_and_changes_nothing(run, bad):
    code, out, err = run("check", bad, "--json")
    assert (code, err) == (1, "")
    [finding] = [f for f in json.loads(out) if f["severity"] == "error"]
    assert list(finding) == ["code", "severity", "sheet", "row", "column", "letter", "value", "message"]
    assert (finding["code"], finding["row"], finding["column"], finding["letter"]) == ("E107", 2, "所属镇街", "C")
    assert "火星镇" in out  # not escaped
    assert json.loads(run("batches", "--json")[1]) == []


def test_load_publish_figures_withdraw(run, good):
    code, out, _ = run("load", good, "--json", "--who", "李")
    assert code == 0
    assert json.loads(out)["batch"] == 1
    assert json.loads(run("figures", "工业总产值", "--period", "2023", "--json")[1]) == [{"value": 1200.0}]
    rows = json.loads(run("figures", "output", "--by", "month", "--period", "2023-01..2023-02", "--json")[1])
    assert [(r["month"], r["value"]) for r in rows] == [("2023-01", 100.0), ("2023-02", 100.0)]
    [row] = json.loads(run("figures", "研发强度", "--by", "town", "--period", "2023", "--compare", "yoy", "--json")[1])
    assert row["town"] == "塘栖镇"
    assert row["value"] == pytest.approx(4 / 90)
    assert row["base"] is None
    again = json.loads(run("load", good, "--json")[1])
    assert again["published"] is False
    assert "已经发布过" in again["message"]
    assert run("withdraw", 1)[0] == 0
    assert json.loads(run("batches", "--json")[1])[0]["status"] == "withdrawn"
    assert run("figures", "工业总产值", "--json")[0] == 2


def test_check_shows_what_publishing_would_change(run, good, tmp_path):
    run("load", good)
    more = workbooks.write(tmp_path / "more.xlsx", {"月度经营": [month(1, "2023-01", output=150.0), month(1, "2024-01")]})
    code, out, _ = run("check", more)
    assert code == 0
    assert "1,200.00" not in out  # only the months that it touches: January of both years
    assert "所涉2个月规上工业总产值：100.00 → 250.00万元" in out
    assert json.loads(run("figures", "工业总产值", "--period", "2023", "--json")[1]) == [{"value": 1200.0}]


def test_the_preview_of_a_blank_column_says_no_number(run, good, tmp_path):
    """Zero would be a figure: nobody paid tax."""
    run("load", good)
    blank = workbooks.write(tmp_path / "blank.xlsx", {"月度经营": [month(1, "2024-01", tax=None)]})
    out = run("check", blank)[1]
    assert "2024-01 规上工业总产值：100.00万元（1家有数）" in out
    assert "其中1家上月（2023-12）有数：100.00万元，+0.0%" in out
    assert "2024-01 规上入库税收：—（0家有数）" in out
    assert "入库税收" not in out.partition("规上入库税收：—")[2]
    cleared = workbooks.write(tmp_path / "cleared.xlsx", {"月度经营": [month(1, "2023-12", tax=None)]})
    assert "所涉1个月规上入库税收：10.00 → —" in run("check", cleared)[1]


def test_a_faulty_file_is_refused(run, bad):
    code, out, err = run("load", bad)
    assert code == 1
    assert "E107" in out
    assert "1处错误" in err
    assert run("figures", "工业总产值")[0] == 2


def test_warnings_must_be_accepted(run, tmp_path):
    file = workbooks.write(tmp_path / "w.xlsx", {"企业名录": [firm(1)], "月度经营": [month(1, "2023-03", tax=-1)]})
    assert run("load", file)[0] == 1
    assert run("load", file, "--accept-warnings")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("check", "none.xlsx"), "找不到文件"),
        (("figures", "亩均税"), "亩均税收"),
        (("figures", "工业总产值", "--by", "firm"), "分组"),
        (("figures", "工业总产值", "--town", "塘西镇"), "塘栖镇"),
        (("figures", "工业总产值", "--period", "2022-13"), "写法"),
        (("figures", "签约项目数", "--by", "industry"), "不能按"),
        (("figures", "签约项目数", "--industry", "17"), "不能这样筛选"),
        (("withdraw", "x"), ""),
        (("nonsense",), ""),
    ],
)
def test_wrong_use_is_two_and_says_what_to_do(run, good, arguments, message):
    run("load", good)
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert message in err


def test_refusals_of_the_database_are_one(run):
    code, out, err = run("withdraw", 7)
    assert (code, out) == (1, "")
    assert "没有批次 7" in err
    code, _, err = run("batches", COCKPIT_DATABASE_URL="postgresql+psycopg://u:secret@127.0.0.1:1/x")
    assert code == 1
    assert "secret" not in err


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"COCKPIT_PORT": "x"}, "COCKPIT_PORT"),
        ({"COCKPIT_PROT": "1"}, "COCKPIT_PORT"),
        ({"COCKPIT_DISTRICT": "none"}, "linping"),
        ({"COCKPIT_LOG_LEVEL": "LOUD", "COCKPIT_WORKERS": "0"}, "COCKPIT_WORKERS"),
    ],
)
def test_a_wrong_setting_is_named(run, settings, message):
    code, out, err = run("batches", **settings)
    assert code in (1, 2)
    assert out == ""
    assert message in err


def test_a_misspelt_name_in_the_file_of_settings_is_reported_too(run, tmp_path):
    (tmp_path / ".env").write_text("# Port\nCOCKPIT_PORT=8051\nOTHER=1\nexport COCKPIT_PROT = 1\n", encoding="utf-8")
    code, _, err = run("migrate")
    assert code == 2
    assert "COCKPIT_PROT：没有这个设置，是不是 COCKPIT_PORT？" in err
    assert "OTHER" not in err


def test_version_and_demo(run):
    assert run("--version")[1].strip() == __version__
    assert run("demo")[0] == 0
    assert "已有数据" in run("demo")[2]
    rows = json.loads(run("figures", "工业总产值", "--by", "chain", "--period", "2022", "--json")[1])
    assert sum(r["value"] for r in rows) == pytest.approx(18_992_864.24)


def test_a_demonstration_that_was_stopped_is_completed(run):
    assert run("load", str(DEMO), "--who", DEMONSTRATION, "--accept-warnings")[0] == 0
    assert "2个批次" in run("demo")[2]
    batches = json.loads(run("batches", "--json")[1])
    assert [batch["file"] for batch in batches] == ["linping-revision.xlsx", DEMO.name]


def test_a_made_up_demonstration_of_any_size(run):
    code, out, err = run("demo", "--firms", "60", "--months", "13", "--seed", "2")
    assert (code, out) == (0, "")
    assert "60家，13个月" in err
    assert "已有数据" in run("demo", "--firms", "60")[2]
    actual = json.loads(run("batches", "--json")[1])
    assert actual[0]["file"].startswith("合成演示数据")
    assert json.loads(run("figures", "工业总产值", "--by", "town", "--json")[1])
    assert run("demo", "--firms", "-1")[0] == 2


def test_loading_the_sample_stays_below_500_megabytes(run, tmp_path):
    # VmHWM, not ru_maxrss: the latter remembers the size of the process that it was forked from.
    script = (
        "import re, resource, runpy, sys; sys.argv = ['cli.py', 'load', sys.argv[1]]\n"
        f"try: runpy.run_path({str(ROOT / 'cli.py')!r}, run_name='__main__')\n"
        "finally:\n"
        "    print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1], file=sys.stderr)\n"
        "    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)\n"
    )
    environment = {**os.environ, "COCKPIT_DATABASE_URL": f"sqlite:///{tmp_path}/m.sqlite3", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", script, str(DEMO)],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    parent, child = (int(line) for line in done.stderr.split()[-2:])
    assert "已发布" in done.stdout, done.stderr
    assert parent + child < 500 * 1024, (parent, child)


@pytest.mark.parametrize(
    ("option", "value", "limit"),
    [("workers", "9999999999999999999999999", "64"), ("workers", "0", "1"), ("port", "0", "1"), ("port", "70000", "65535")],
)
def test_options_of_serve_have_the_limits_of_the_settings(run, option, value, limit):
    code, out, err = run("serve", f"--{option}", value)
    assert (code, out) == (2, "")
    assert re.search(rf"选项 --{option} 写得不对：应不[大小]于 {limit}，现为 {value}\b", err)
    assert "已启动" not in err

"""Help and usage errors: Chinese for every command, and each fault says what would be right."""

from __future__ import annotations

import re
import sys

import pytest
import typer

import cli
from commands.usage import WrongUsage, run_command_line
from tests import workbooks
from tests.workbooks import firm, month

#: What typer, click and pydantic would say.
ENGLISH = re.compile(
    r"Usage|Options?\b|Commands?\b|Arguments?\b|Error|Missing|Invalid|No such|Show this|exit\b|required|default|Input should|"
    r"Got unexpected|Did you mean|requires|Try |range|TEXT|INTEGER|PATH|FILE|\bint\b|\bstr\b|ARGS"
)


def command_paths(command, path=()):
    yield path
    for name, inner in getattr(command, "commands", {}).items():
        yield from command_paths(inner, (*path, name))


PATHS = list(command_paths(typer.main.get_command(cli.app)))


def call(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["cli.py", *arguments])
    return run_command_line(cli.app)


def test_there_are_commands_within_commands():
    assert ("figures",) in PATHS
    assert ("wall", "revoke") in PATHS


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_every_command_has_its_help_in_chinese(monkeypatch, capsys, path):
    assert call(monkeypatch, *path, "--help") == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith(f"用法：{' '.join(('cli.py', *path))} [选项]")
    assert not ENGLISH.search(out), out
    described = [line for line in out.splitlines() if line.startswith("  ")]
    assert "显示这段说明" in out
    # Each option, argument and command has a text, and none is cut.
    assert all(re.search(r"\s{2}\S*[\u4e00-\u9fff]", line) and "…" not in line for line in described), out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["figurs"], "没有命令“figurs”，是不是 figures？"),
        (["nonsense"], "没有命令“nonsense”。可用：check、load"),
        (["wall", "ad"], "没有命令“ad”，是不是 add？"),
        (["--"], "没有写命令。可用：check、load"),
        (["--verson"], "没有选项 --verson，是不是 --version？"),
        (["figures", "产值", "--town"], "选项 --town 后面要写值。"),
        (["figures", "产值", "--towm", "x"], "没有选项 --towm，是不是 --town？"),
        (["figures"], "缺少参数“指标”：指标名称或代码"),
        (["evaluate", "--year", "2022"], "缺少选项 --policy：评价办法文件"),
        (["evaluate", "--year", "去年", "--policy", "x"], "选项 --year 写得不对：应是整数，现为“去年”。"),
        (["evaluate", "--year", "99", "--policy", "x"], "选项 --year 写得不对：应不小于 2000，现为 99。"),
        (["withdraw", "三"], "参数“批次号” 写得不对：应是整数，现为“三”。"),
        (["serve", "--port", "80800"], "选项 --port 写得不对：应不大于 65535，现为 80800。"),
        (["withdraw", "1.5"], "应是整数，现为“1.5”"),
        (["serve", "--port", "八千"], "选项 --port 写得不对：应是整数，现为“八千”。"),
        (["demo", "--months", "0"], "选项 --months 写得不对：应不小于 1，现为 0。"),
        (["load", "一月", "报表.xlsx"], "多写了“报表.xlsx”。带空格的文字要加引号。"),
        (["check", "x.xlsx", "--json=1"], "选项 --json 不带值。"),
    ],
    ids=" ".join,
)
def test_a_usage_error_is_a_sentence_in_chinese(monkeypatch, arguments, sentence):
    with pytest.raises(WrongUsage) as caught:
        call(monkeypatch, *arguments)
    message = str(caught.value)
    assert message.startswith(sentence) or sentence in message.splitlines()[0]
    assert not ENGLISH.search(message), message


def test_without_a_command_the_help_is_shown(monkeypatch):
    with pytest.raises(WrongUsage, match=r"用法：cli\.py"):
        call(monkeypatch)


def test_names_of_files_stay_whole_and_batches_say_their_months(run, tmp_path):
    name = "临平区经信局规上工业企业月度经营数据（含十二月补报，第三次修订稿）[终版].xlsx"
    book = workbooks.write(
        tmp_path / name,
        {"企业名录": [firm(1)], "月度经营": [month(1, f"2023-{n:02d}") for n in (1, 2, 3, 5)]},
    )
    run("load", book, "--accept-warnings")
    code, out, _ = run("batches")
    assert code == 0
    assert name in out
    assert "2023年1—3月、5月" in out
    code, out, err = run("demo")
    assert (code, out) == (0, "")
    assert err == f"数据库里已有数据，没有载入演示数据：1个批次，最新一批是“{name}”，月度数据 2023年1—5月。\n"
    run("withdraw", 1)
    assert "0个批次，另有1个已撤回，还没有月度数据" in run("demo")[2]
    assert name in run("batches")[1]


def test_figures_read_as_on_the_pages(run, tmp_path):
    months = [month(1, f"{y}-{n:02d}", output=1234567.0 * (1 + (y - 2022) / 10)) for y in (2022, 2023) for n in range(1, 13)]
    book = workbooks.write(tmp_path / "book.xlsx", {"企业名录": [firm(1)], "月度经营": months})
    run("load", book, "--accept-warnings")
    out = run("figures", "工业总产值", "--period", "2023-03", "--compare", "yoy", "--by", "town")[1]
    assert out.startswith("工业总产值（亿元）\n")
    assert "期间：2023年3月（同比：2022年3月）" in out
    assert "范围：全区 · 全部行业" in out
    assert "口径：规上工业企业" in out
    assert [cell.strip() for cell in out.splitlines()[-2].split("│")[1:-1]] == ["塘栖镇", "135.8", "123.5", "+10.0%"]
    share = run("figures", "研发强度", "--period", "2023-03")[1]
    assert share.startswith("研发强度（%）\n")
    assert "e+" not in out + share
    assert "0.0" not in share.replace("0.00", "")


def test_the_port_is_taken_in_one_sentence(run):
    from socket import create_server

    with create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, out, err = run("serve", "--port", port)
    assert (code, out) == (1, "")
    assert err.splitlines() == [
        "正在准备驾驶舱…",
        f"端口 {port} 已被别的程序占用，驾驶舱没有启动。请先停掉那个程序（也许是已在运行的驾驶舱），或用 --port 换一个端口。",
    ]
    assert "已启动" not in err


def test_an_address_of_another_machine_is_refused(run):
    code, _, err = run("serve", "--host", "192.0.2.1", "--port", "18999")
    assert code == 1
    assert "不能在地址“192.0.2.1”上监听" in err

"""`district`: check a district pack before it is used."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.session import open_session
from commands.terminal import JsonFlag, print_json, screen
from commands.usage import CommandLine

if TYPE_CHECKING:
    from data.pack_check import PackFinding

app = CommandLine(help="区县配置：检查一个配置文件夹。")
_SEVERITIES = {"error": "错误", "warning": "提醒", "notice": "说明"}


@app.callback()
def _group() -> None:
    """Keep `check` a command of its own: typer would make a group of one command that command."""


@app.command()
def check(
    path: Annotated[
        Path | None, typer.Argument(metavar="文件夹", help="区县配置的文件夹；不写为 COCKPIT_DISTRICT 所指的")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """检查区县配置，一次列出全部错误、提醒和说明（不写文件夹时也看数据里缺哪条链的图谱）；有错误或提醒时退出码为 1。"""
    from cockpit.settings import load_settings
    from data.pack_check import PackSeverity, check_pack, check_stages

    pack = str(path.resolve()) if path is not None else load_settings().district
    findings = check_pack(pack)
    if path is None and all(finding.severity is not PackSeverity.ERROR for finding in findings):
        _, engine, district = open_session()
        findings = [*check_stages(engine, district), *findings]
    if as_json:
        print_json([finding.as_dict() for finding in findings])
    else:
        _print(findings)
    if any(finding.severity != "notice" for finding in findings):
        raise typer.Exit(1)


def _print(findings: list[PackFinding]) -> None:
    for finding in findings:
        screen.print(f"{_SEVERITIES[finding.severity]}　{finding.file}　{finding.message}", markup=False, soft_wrap=True)
    counts = {text: sum(f.severity == severity for f in findings) for severity, text in _SEVERITIES.items()}
    screen.print("，".join(f"{text} {count}处" for text, count in counts.items()) + "。")

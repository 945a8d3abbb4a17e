"""`audit`: verify the chain of records, export and archive them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from commands.session import command_actor, open_access
from commands.terminal import JsonFlag, print_json, screen
from commands.usage import CommandLine

app = CommandLine(help="审计：检查记录是否被改动，导出，存档。")
Day = Annotated[str, typer.Option(metavar="日期", help="从（到）这一天（UTC），如 2026-11-30；不写为不限")]


@app.command()
def verify(as_json: JsonFlag = False) -> None:
    """检查全部审计记录有没有被改动、删去、调换或截掉，指出第一条；有问题时退出码为 1。"""
    from data.access.audit.verification import verification_text, verify_recorded
    from data.database.transactions import utc_now

    _, store = open_access()
    check = verify_recorded(store.audit, command_actor(), utc_now())
    fault = check.fault
    if as_json:
        first = None if fault is None else {"record": fault.record, "message": fault.message}
        print_json({"ok": fault is None, "records": check.records, "first_fault": first})
    else:
        screen.print(verification_text(check), soft_wrap=True)
    if fault is not None:
        raise typer.Exit(1)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(metavar="文件", help="存到哪里：.xlsx 为工作簿，别的为每行一条记录的 JSON")],
    since: Day = "",
    until: Day = "",
    as_json: JsonFlag = False,
) -> None:
    """导出审计记录，已存档的也在内；导出本身也有记录。"""
    from data.access.audit.export import export as write
    from data.database.transactions import utc_now

    _, store = open_access()
    rows, digest = write(store.audit, file, command_actor(), utc_now(), since, until)
    if as_json:
        print_json({"file": str(file), "rows": rows, "sha256": digest})
    else:
        screen.print(f"{rows:,}条审计记录已存到 {file}（SHA-256：{digest}）。", soft_wrap=True)


@app.command()
def archive(
    days: Annotated[int, typer.Option(min=180, help="数据库里留多少天")] = 3 * 366,
    as_json: JsonFlag = False,
) -> None:
    """把更早的整月记录从数据库移到存档文件；检查和导出照样包括它们。"""
    from data.access.audit.archive import archive as move
    from data.database.transactions import utc_now

    _, store = open_access()
    months = move(store.audit, command_actor(), utc_now(), days)
    if as_json:
        print_json({"archived": months})
    else:
        screen.print(f"已存档：{'、'.join(months)}。" if months else "没有需要存档的月份。")

"""`wall`: tokens of wall screens: give one, list them, revoke one."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from commands.terminal import print_json, screen
from commands.workplace import open_workplace

app = typer.Typer(no_args_is_help=True, help="大屏授权：新建、列出、停用。")
Name = Annotated[str, typer.Argument(help="大屏名称，如 一楼大厅")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON，供其他程序读取")]


@app.command()
def add(name: Name, as_json: Json = False) -> None:
    """给一块大屏新的授权链接；只显示这一次，旧链接随即失效。"""
    from data.walls import add as give

    settings, engine, _ = open_workplace()
    token = give(engine, name)
    link = f"http://{settings.host}:{settings.port}/wall?token={token}"
    if as_json:
        print_json({"wall": name, "token": token, "link": link})
    else:
        screen.print(f"在“{name}”的浏览器里打开一次（主机名换成服务器的地址）：")
        screen.print(link, markup=False, soft_wrap=True)


@app.command("list")
def listed(as_json: Json = False) -> None:
    """列出全部大屏。"""
    from cockpit.formatting import local_time
    from data.walls import walls

    _, engine, _ = open_workplace()
    found = walls(engine)
    if as_json:
        print_json(
            [
                {"wall": w.name, "scene": w.scene, "seen_at": w.seen_at and w.seen_at.isoformat(), "revoked": bool(w.revoked_at)}
                for w in found
            ]
        )
        return
    table = Table("名称", "授权", "最近在线", "正在播放")
    for w in found:
        state = "已停用" if w.revoked_at else ("有" if w.has_token else "无（开放访问）")
        table.add_row(w.name, state, local_time(w.seen_at) if w.seen_at else "—", w.scene or "—")
    screen.print(table if found else "还没有大屏。")


@app.command()
def revoke(name: Name) -> None:
    """停用一块大屏的授权。"""
    from data.walls import revoke as end

    _, engine, _ = open_workplace()
    end(engine, name)
    screen.print(f"“{name}”的授权已停用。")

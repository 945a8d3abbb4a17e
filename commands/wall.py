"""`wall`: access tokens of wall screens: issue, list and revoke."""

from __future__ import annotations

from typing import Annotated

import typer

from commands.session import command_actor, link_to, open_access, open_session
from commands.terminal import JsonFlag, print_json, screen, text_table
from commands.usage import CommandLine

app = CommandLine(help="大屏授权：新建、列出、停用。")
Name = Annotated[str, typer.Argument(metavar="名称", help="大屏名称，如 一楼大厅")]


@app.command()
def add(
    name: Name,
    firms: Annotated[bool, typer.Option("--firms", help="可以显示单个企业的名称和数据；不写就只有汇总数据")] = False,
    as_json: JsonFlag = False,
) -> None:
    """给一块大屏新的授权链接；只显示这一次，旧链接随即失效。"""
    from data.database.transactions import utc_now
    from data.wall_rights import authorize

    settings, store = open_access()
    token = authorize(store.audit, name, names_firms=firms, actor=command_actor(), now=utc_now())
    link = link_to(settings, f"/wall?token={token}")
    if as_json:
        print_json({"wall": name, "token": token, "link": link})
    else:
        screen.print(f"在“{name}”的浏览器里打开一次（主机名换成服务器的地址）：")
        screen.print(link, markup=False, soft_wrap=True)


@app.command("list")
def list_screens(as_json: JsonFlag = False) -> None:
    """列出全部大屏。"""
    from cockpit.formatting import format_local_time
    from data import walls
    from data.wall_rights import rights_text

    _, engine, _ = open_session()
    screens = walls.list_walls(engine)
    if as_json:
        print_json(
            [
                {
                    "wall": w.name,
                    "scene": w.scene,
                    "last_online": w.last_online and w.last_online.isoformat(),
                    "revoked": bool(w.revoked_at),
                    "firms": w.names_firms,
                }
                for w in screens
            ]
        )
        return
    table = text_table("名称", "授权", "可看", "最近在线", "正在播放")
    for w in screens:
        state = "已停用" if w.revoked_at else ("有" if w.has_token else "无（开放访问）")
        rights = rights_text(names_firms=w.names_firms)
        table.add_row(w.name, state, rights, format_local_time(w.last_online) if w.last_online else "—", w.scene or "—")
    screen.print(table if screens else "还没有大屏。")


@app.command()
def revoke(name: Name) -> None:
    """停用一块大屏的授权。"""
    from data.database.transactions import utc_now
    from data.wall_rights import revoke as revoke_wall

    _, store = open_access()
    revoke_wall(store.audit, name, command_actor(), utc_now())
    screen.print(f"“{name}”的授权已停用。")

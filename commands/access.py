"""`access`: the matrix of rights; and `secrets`: change the secret key."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from commands.session import command_actor, open_access, save_file
from commands.terminal import JsonFlag, print_json, screen
from commands.usage import CommandLine

app = CommandLine(help="权限：导出权限矩阵。")
secrets_app = CommandLine(help="密钥：更换。")


@app.callback()
def _access_group() -> None:
    """Keep `matrix` a command of its own: typer would make a group of one command that command."""


@app.command()
def matrix(
    xlsx: Annotated[Path, typer.Option(metavar="文件", help="存到哪里（.xlsx）")],
    as_json: JsonFlag = False,
) -> None:
    """导出权限矩阵：角色×权限、账号×权限×范围，供等级保护检查。"""
    from data.access.accounts import list_accounts
    from data.access.matrix import export_matrix
    from data.database.transactions import utc_now

    _, store = open_access()
    content, number = export_matrix(store, command_actor(), utc_now()), len(list_accounts(store))
    save_file(xlsx, content, "权限矩阵")
    if as_json:
        print_json({"file": str(xlsx), "roles": len(store.roles.roles), "accounts": number})
    else:
        screen.print(f"权限矩阵已保存：{xlsx}（{len(store.roles.roles)}个角色、{number:,}个账号）。", soft_wrap=True)


@secrets_app.callback()
def _secrets_group() -> None:
    """Keep `rotate` a command of its own, as above."""


@secrets_app.command()
def rotate(as_json: JsonFlag = False) -> None:
    """换一个新的密钥；旧的只用来验证，谁也不会退出登录，服务不用重启。"""
    from data.access.rotation import rotate_key
    from data.database.transactions import utc_now

    _, store = open_access()
    number = rotate_key(store, command_actor(), utc_now())
    if as_json:
        print_json({"rotated": True, "second_factors": number})
    else:
        screen.print(f"密钥已更换，{number:,}个账号的动态验证码已用新密钥加密。旧密钥只用来验证。")

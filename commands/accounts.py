"""`accounts`: invite, list, disable, enable, reset; roles and scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.session import command_actor, link_to, open_access
from commands.terminal import JsonFlag, print_json, screen, text_table
from commands.usage import CommandLine

if TYPE_CHECKING:
    from cockpit.settings import Settings
    from data.access.accounts import AccountRights
    from data.access.store import AccessStore

app = CommandLine(help="账号：邀请、列出、停用、启用、重置，分配角色和范围。")
Name = Annotated[str, typer.Argument(metavar="账号", help="账号名称，如 张三、zhangsan")]
RoleNames = Annotated[str, typer.Option("--role", metavar="角色", help="角色的名称或代码，逗号分隔，如 analyst,领导")]
ScopeNames = Annotated[str, typer.Option("--scope", metavar="范围", help="可看的镇街，逗号分隔；全部 = 全区")]
SheetNames = Annotated[str, typer.Option("--sheets", metavar="表", help="填报的表，逗号分隔；全部 = 所有的表")]


@app.command()
def invite(name: Name, role: RoleNames, scope: ScopeNames = "", sheets: SheetNames = "", as_json: JsonFlag = False) -> None:
    """新建一个账号，给出设置密码的链接；链接只显示这一次，24小时内用一次有效。"""
    from data.access import invitations
    from data.database.transactions import utc_now

    settings, store = open_access()
    token = invitations.invite(store, name, _names(role), _names(scope), _names(sheets), command_actor(), utc_now())
    _print_link(settings, name, token, as_json=as_json)


@app.command()
def reset(name: Name, as_json: JsonFlag = False) -> None:
    """取消一个账号的密码、动态验证码、会话和令牌，给出重新设置的链接。"""
    from data.access import invitations
    from data.database.transactions import utc_now

    settings, store = open_access()
    token = invitations.reset(store, name, command_actor(), utc_now())
    _print_link(settings, name, token, as_json=as_json)


@app.command("list")
def list_all(as_json: JsonFlag = False) -> None:
    """列出全部账号。"""
    from data.access.accounts import list_accounts
    from data.access.summary import account_state, role_names, scope_text, second_factor_text, sheets_text

    _, store = open_access()
    accounts = list_accounts(store)
    if as_json:
        print_json([_as_dict(store, one) for one in accounts])
        return
    table = text_table("账号", "状态", "角色", "范围", "填报的表", "动态验证码", "最近登录")
    for one in accounts:
        texts = (account_state(one.account), role_names(store, one), scope_text(store, one), sheets_text(one))
        table.add_row(one.account.name, *texts, second_factor_text(store, one), _last_login(one))
    screen.print(table if accounts else "还没有账号。用 accounts invite 邀请第一个。")


def _last_login(one: AccountRights) -> str:
    from datetime import UTC

    from cockpit.formatting import format_local_time

    moment = one.account.logged_in_at
    return format_local_time(moment.replace(tzinfo=UTC)) if moment else "—"


@app.command()
def disable(name: Name, as_json: JsonFlag = False) -> None:
    """停用一个账号：它的会话立即结束，链接和令牌失效。"""
    from data.access import accounts
    from data.database.transactions import utc_now

    _, store = open_access()
    accounts.disable(store, name, command_actor(), utc_now())
    _print_state(store, name, f"账号“{name}”已停用。", as_json=as_json)


@app.command()
def enable(name: Name, as_json: JsonFlag = False) -> None:
    """启用一个停用的账号，密码照旧。"""
    from data.access import accounts
    from data.database.transactions import utc_now

    _, store = open_access()
    accounts.enable(store, name, command_actor(), utc_now())
    _print_state(store, name, f"账号“{name}”已启用。", as_json=as_json)


@app.command()
def roles(
    name: Name,
    role: RoleNames,
    scope: Annotated[
        str | None, typer.Option("--scope", metavar="范围", help="可看的镇街，逗号分隔；全部 = 全区；不写 = 不变")
    ] = None,
    sheets: Annotated[
        str | None, typer.Option("--sheets", metavar="表", help="填报的表，逗号分隔；全部 = 所有的表；不写 = 不变")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """给一个账号换角色和范围；它的会话立即结束，须重新登录。"""
    from data.access import accounts
    from data.database.transactions import utc_now

    _, store = open_access()
    areas = None if scope is None else _names(scope)
    titles = None if sheets is None else _names(sheets)
    accounts.set_roles(store, name, _names(role), areas, titles, command_actor(), utc_now())
    _print_state(store, name, f"账号“{name}”的角色和范围已更改。", as_json=as_json)


def _names(text: str) -> list[str]:
    return [name for part in text.replace("，", ",").replace("、", ",").split(",") if (name := part.strip())]


def _print_link(settings: Settings, name: str, token: str, *, as_json: bool) -> None:
    from data.access.invitations import LINK_PATH

    link = link_to(settings, f"{LINK_PATH}{token}")
    if as_json:
        print_json({"account": name, "link": link})
    else:
        screen.print(f"把这个链接交给“{name}”本人，24小时内打开一次并设置密码（主机名换成服务器的地址）：")
        screen.print(link, markup=False, soft_wrap=True)


def _print_state(store: AccessStore, name: str, sentence: str, *, as_json: bool) -> None:
    """Print the sentence, or the account as it is now."""
    from cockpit.access.passwords import fold
    from data.access.accounts import list_accounts

    if as_json:
        print_json(next(_as_dict(store, one) for one in list_accounts(store) if fold(one.account.name) == fold(name.strip())))
    else:
        screen.print(sentence)


def _as_dict(store: AccessStore, one: AccountRights) -> dict[str, Any]:
    from data.access.summary import account_state, second_factor_text

    times = {"created_at": one.account.created_at, "logged_in_at": one.account.logged_in_at}
    return {
        "account": one.account.name,
        "state": account_state(one.account),
        "disabled": one.account.disabled_at is not None,
        "roles": list(one.roles),
        "scope": [store.district.by_key[key].name if key in store.district.by_key else key for key in one.scope.areas],
        "sheets": list(one.scope.sheets),
        "second_factor": second_factor_text(store, one),
    } | {key: f"{time.isoformat(timespec='seconds')}+00:00" if time else None for key, time in times.items()}

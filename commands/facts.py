"""`facts`: the engine that the monthly facts are in: follow it, compare it with the cockpit, print its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from cockpit.errors import UsageError
from commands.terminal import errors, print_json, progress, screen
from commands.workplace import open_workplace

if TYPE_CHECKING:
    from cockpit.settings import Settings
    from data.facts.engine import Facts

app = typer.Typer(no_args_is_help=True, help="事实库（COCKPIT_FACTS_URL）：刷新、对照版本、列出建表语句。")
Json = Annotated[bool, typer.Option("--json", help="输出 JSON，供其他程序读取")]


def facts_of(settings: Settings) -> Facts:
    """The facts engine of the settings; ``UsageError`` when they name none."""
    from data.facts.engine import open_facts

    if not settings.facts_url:
        raise UsageError("没有设置 COCKPIT_FACTS_URL：月度数据就在数据库里，没有另外的事实库。")
    return open_facts(settings.facts_url, settings.facts_seconds)


@app.command()
def refresh(as_json: Json = False) -> None:
    """看事实库有没有新版本；有则重算所涉月份的汇总，作为新的数据版本。服务运行时会自动做。"""
    from data.facts.refresh import refresh as follow
    from data.facts.repository import files_of

    settings, engine, _ = open_workplace()
    facts = facts_of(settings)
    with progress("正在汇总") as tell:
        done = follow(engine, facts, files_of(settings, engine, facts), tell)
    if as_json:
        print_json(done.as_dict() if done else {"refreshed": False})
    elif done is None:
        screen.print("事实库没有新版本。")
    else:
        told = f"汇总了 {len(done.months)} 个月、{done.rows:,} 行，企业名录更新 {done.firms:,} 家，数据版本 {done.version}。"
        screen.print(f"已跟上事实库第 {done.number} 版：{told}")


@app.command()
def status(as_json: Json = False) -> None:
    """对照事实库和驾驶舱各月的版本。"""
    from cockpit.calendar import months as m
    from data.database.engine import connect
    from data.facts.refresh import known_editions

    settings, engine, _ = open_workplace()
    published = facts_of(settings).published()
    with connect(engine) as connection:
        known = {month: edition.number for month, edition in known_editions(connection).items()}
    if as_json:
        print_json({"facts": published, "cockpit": known})
        return
    table = Table("月份", "事实库的版本", "驾驶舱的版本")
    for month in sorted({*published, *known} - {0}):
        table.add_row(m.iso(month), str(published.get(month, "无")), str(known.get(month, "无")))
    screen.print(table if published else "事实库里还没有任何版本。")


@app.command()
def schema() -> None:
    """按事实库的方言列出建表语句，供数据中心使用；不连接事实库，什么也不建。"""
    from sqlalchemy.exc import SQLAlchemyError
    from sqlalchemy.schema import CreateTable

    from cockpit.settings import load_settings
    from data.facts.tables import facts, partition

    dialect = facts_of(load_settings()).engine.dialect
    ddl = [CreateTable(table) for table in facts.sorted_tables]
    try:
        words = [str(statement.compile(dialect=dialect)).strip() for statement in ddl]
    except SQLAlchemyError:
        # ClickHouse wants to know how a table is stored, which nobody but the data centre does.
        words = [str(statement.compile()).strip() for statement in ddl]
        errors.print(f"{dialect.name} 的建表语句还要写明存储方式，以下是标准 SQL，请照 docs/facts.md 补全。")
    typer.echo("\n\n".join(f"{text};" for text in words))
    if dialect.name == "postgresql":
        typer.echo(f"\n-- 每个月第一次写入之前，为它建分区，例如：\n{partition(202301)};")

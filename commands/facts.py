"""`facts`: refresh from the engine of the monthly facts, compare its versions with the cockpit's, print its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from cockpit.errors import UsageError
from commands.session import open_session
from commands.terminal import JsonFlag, errors, print_json, progress_bar, screen, text_table
from commands.usage import CommandLine

if TYPE_CHECKING:
    from cockpit.settings import Settings
    from data.facts.client import FactsClient

app = CommandLine(help="事实库（COCKPIT_FACTS_URL）：刷新、对照版本、列出建表语句。")


def configured_facts(settings: Settings) -> FactsClient:
    """Open the facts engine of the settings; ``UsageError`` when they name none."""
    from data.facts.client import open_facts_client

    if not settings.facts_url:
        raise UsageError("没有设置 COCKPIT_FACTS_URL：月度数据就在数据库里，没有另外的事实库。")
    return open_facts_client(settings.facts_url, settings.facts_seconds)


@app.command()
def refresh(as_json: JsonFlag = False) -> None:
    """看事实库有没有新版本；有则重算所涉月份的汇总，作为新的数据版本。服务运行时会自动做。"""
    from data.facts import refresh as facts_refresh
    from data.facts.repository import open_firm_files

    settings, engine, _ = open_session()
    facts = configured_facts(settings)
    with progress_bar("正在汇总") as report:
        result = facts_refresh.refresh(engine, facts, open_firm_files(settings, engine, facts), report)
    if as_json:
        print_json(result.as_dict() if result else {"refreshed": False})
    elif result is None:
        screen.print("事实库没有新版本。")
    else:
        detail = f"汇总了{len(result.months)}个月、{result.rows:,}行，企业名录更新{result.firms:,}家，数据版本 {result.version}。"
        screen.print(f"已跟上事实库第 {result.number} 版：{detail}")


@app.command()
def status(as_json: JsonFlag = False) -> None:
    """对照事实库和驾驶舱各月的版本。"""
    from cockpit.calendar import months as m
    from data.database.engine import connect
    from data.facts.refresh import loaded_month_versions

    settings, engine, _ = open_session()
    published = configured_facts(settings).version_numbers()
    with connect(engine) as connection:
        loaded = {month: version.number for month, version in loaded_month_versions(connection).items()}
    if as_json:
        print_json({"facts": published, "cockpit": loaded})
        return
    table = text_table("月份", "事实库的版本", "驾驶舱的版本")
    for month in sorted({*published, *loaded} - {0}):
        table.add_row(m.iso(month), str(published.get(month, "无")), str(loaded.get(month, "无")))
    screen.print(table if published else "事实库里还没有任何版本。")


@app.command()
def schema() -> None:
    """按事实库的方言列出建表语句，供数据中心使用；不连接事实库，什么也不建。"""
    from sqlalchemy.exc import SQLAlchemyError
    from sqlalchemy.schema import CreateTable

    from cockpit.settings import load_settings
    from data.facts.tables import facts_metadata, partition_ddl

    dialect = configured_facts(load_settings()).engine.dialect
    tables = [CreateTable(table) for table in facts_metadata.sorted_tables]
    try:
        statements = [str(create.compile(dialect=dialect)).strip() for create in tables]
    except SQLAlchemyError:
        # ClickHouse requires a storage engine, which only the data centre can choose.
        statements = [str(create.compile()).strip() for create in tables]
        errors.print(f"{dialect.name} 的建表语句还要写明存储方式，以下是标准 SQL，请照 docs/facts.md 补全。")
    typer.echo("\n\n".join(f"{text};" for text in statements))
    if dialect.name == "postgresql":
        typer.echo(f"\n-- 每个月第一次写入之前，为它建分区，例如：\n{partition_ddl(202301)};")

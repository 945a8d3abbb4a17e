"""The command line for operators. Results on stdout, errors on stderr; exit 0 = fine, 1 = findings or refused, 2 = wrong use."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from cockpit import __version__
from cockpit.errors import CockpitError, DatabaseError, PublishingError, SettingsError, UsageError
from commands import access, accounts, audit, district, facts, wall
from commands.demonstration import fill_demonstration
from commands.evaluation import run_evaluation
from commands.session import USER, open_session, read_file
from commands.terminal import (
    JsonFlag,
    errors,
    print_counts,
    print_findings,
    print_json,
    print_metric,
    print_notes,
    print_preview,
    progress_bar,
    screen,
    text_table,
)
from commands.usage import CommandLine, WrongUsage, run_command_line

app = CommandLine()
app.add_typer(district.app, name="district")
app.add_typer(wall.app, name="wall")
app.add_typer(facts.app, name="facts")
app.add_typer(accounts.app, name="accounts")
app.add_typer(audit.app, name="audit")
app.add_typer(access.app, name="access")
app.add_typer(access.secrets_app, name="secrets")
_REFUSED = 1
_WRONG_USE = 2

File = Annotated[Path, typer.Argument(metavar="文件", help="工作簿（.xlsx）、CSV，或数据库对应表（.yaml）")]
Who = Annotated[str, typer.Option("--who", help="操作人姓名")]


def _show_version(requested: bool) -> None:
    if requested:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="显示版本号")] = False,
) -> None:
    """数字驾驶舱：检查、发布、撤回数据，查询指标，启动服务。"""


@app.command()
def check(file: File, as_json: JsonFlag = False) -> None:
    """检查一份文件，列出全部问题，没有错误时预览发布后的变化；不改动任何数据。"""
    from cockpit.contracts.finding_codes import Severity
    from data.publishing import publishing

    settings, engine, district = open_session()
    batch = read_file(file, engine, district)
    if as_json:
        print_json([f.as_dict() for f in batch.findings])
    else:
        print_findings(batch)
        if batch.rows and not batch.number_of(Severity.ERROR):
            print_preview(publishing.preview(engine, batch, facts_elsewhere=bool(settings.facts_url)))
    if any(f.code[0] in "EW" for f in batch.findings):
        raise typer.Exit(_REFUSED)


@app.command()
def load(
    file: File,
    accept_warnings: Annotated[bool, typer.Option("--accept-warnings", help="提醒已核对，照样发布")] = False,
    who: Who = "",
    as_json: JsonFlag = False,
) -> None:
    """检查并发布一份文件；有错误时一行也不写入。"""
    from data.publishing import publishing

    settings, engine, district = open_session()
    batch = read_file(file, engine, district)
    elsewhere = bool(settings.facts_url)
    try:
        with progress_bar("正在发布") as report:
            publication = publishing.publish(
                engine, batch, who=who or USER, accept_warnings=accept_warnings, facts_elsewhere=elsewhere, progress=report
            )
    except PublishingError as error:
        if as_json:
            print_json({"published": False, "reason": str(error), "findings": [f.as_dict() for f in batch.findings]})
        else:
            print_findings(batch)
        errors.print(str(error), markup=False, soft_wrap=True)
        raise typer.Exit(_REFUSED) from error
    if as_json:
        print_json(publication.as_dict() | {"findings": [f.as_dict() for f in batch.findings]})
        return
    if publication.sheets:
        print_counts(publication.sheets)
    screen.print(publication.message)
    print_notes(publication.notes)


@app.command()
def withdraw(
    batch: Annotated[int, typer.Argument(metavar="批次号", help="见 batches")],
    who: Who = "",
    as_json: JsonFlag = False,
) -> None:
    """撤回一个批次，数据恢复到它发布之前。"""
    from data.publishing import publishing

    _, engine, _ = open_session()
    withdrawal = publishing.withdraw(engine, batch, who=who or USER)
    if as_json:
        print_json(withdrawal.as_dict())
        return
    screen.print(f"批次 {batch} 已撤回，数据版本 {withdrawal.version}。")
    print_notes(withdrawal.notes)


@app.command()
def batches(as_json: JsonFlag = False) -> None:
    """列出全部批次，新的在前。"""
    from cockpit.aggregations.coverage import covered_label
    from cockpit.calendar import months as m
    from cockpit.formatting import format_local_time
    from data.publishing import publishing

    _, engine, _ = open_session()
    records, months = publishing.list_batches(engine), publishing.months_by_batch(engine)
    if as_json:
        print_json([b.as_dict() | {"months": [m.iso(month) for month in months.get(b.id, ())]} for b in records])
        return
    table = text_table("批次", "文件", "月份", "状态", "操作人", "发布时间", "新增", "替换", numeric=("批次", "新增", "替换"))
    for b in records:
        state = "已撤回" if b.withdrawn_at else "已发布"
        counts = (sum(s.added for s in b.sheets), sum(s.replaced for s in b.sheets))
        label = covered_label(tuple(sorted(months.get(b.id, ())))) or "—"
        texts = (b.name, label, state, b.published_by, format_local_time(b.published_at))
        table.add_row(str(b.id), *texts, *(f"{count:,}" for count in counts))
    screen.print(table if records else "还没有任何批次。")


@app.command("figures")
def query_metric(
    metric: Annotated[str, typer.Argument(metavar="指标", help="指标名称或代码，如 工业总产值、tax_per_mu")],
    by: Annotated[str, typer.Option(help="分组：town、industry、chain 或 month；不写为合计")] = "",
    town: Annotated[list[str] | None, typer.Option(help="镇街，可重复")] = None,
    industry: Annotated[list[str] | None, typer.Option(help="行业（GB/T 4754 两位代码或名称），可重复")] = None,
    chain: Annotated[list[str] | None, typer.Option(help="产业链，可重复")] = None,
    period: Annotated[str, typer.Option(help="2022、2022-03、2022-01..2022-06、ytd、ttm；不写为年初至今")] = "",
    compare: Annotated[str, typer.Option(help="yoy（同比）、mom（环比）或 none")] = "none",
    comparable: Annotated[bool, typer.Option("--comparable", help="可比口径：只算两个时期都有数据的企业")] = False,
    account: Annotated[str, typer.Option("--as", help="按这个账号的权限和范围回答；不写为不受限制")] = "",
    as_json: JsonFlag = False,
) -> None:
    """查询一个指标，与页面上的数字完全相同。"""
    from cockpit.metric_query import parse_query, query_rows
    from cockpit.metric_table import query_table
    from cockpit.snapshot import retry_if_stale
    from commands.session import open_repository_as

    repository = open_repository_as(account)
    query = parse_query(
        metric,
        by,
        towns=town or [],
        industries=industry or [],
        chains=chain or [],
        period=period,
        compare=compare,
        district=repository.snapshot().district,
    )
    if as_json:
        print_json(retry_if_stale(lambda: query_rows(repository, query, comparable=comparable)))
    else:
        print_metric(retry_if_stale(lambda: query_table(repository, query, comparable=comparable)))


@app.command()
def evaluate(
    year: Annotated[int, typer.Option(min=2000, max=2100, help="评价年度")],
    policy: Annotated[Path, typer.Option(help="评价办法文件（.yaml）")],
    publish: Annotated[bool, typer.Option("--publish", help="发布为该年度的评价结果")] = False,
    xlsx: Annotated[Path | None, typer.Option(help="另存公示名单（.xlsx）")] = None,
    who: Who = "",
    as_json: JsonFlag = False,
) -> None:
    """按评价办法给企业打分定级（亩均论英雄）；不加 --publish 时只试算，不改动任何数据。"""
    _, engine, district = open_session()
    run_evaluation(engine, district, policy, year, who=who or USER if publish else None, xlsx=xlsx, as_json=as_json)


@app.command()
def demo(
    firms: Annotated[int, typer.Option(min=0, max=480_000, help="合成数据的企业数；0 为示例工作簿")] = 0,
    months: Annotated[int, typer.Option(min=1, max=120, help="合成数据的月数，到2022年12月为止")] = 60,
    seed: Annotated[int, typer.Option(min=0, help="合成数据的种子：相同的种子，相同的数据")] = 1,
) -> None:
    """建立数据库并载入演示数据（示例工作簿，或任意规模的合成数据）；已经有数据时什么也不做。"""
    fill_demonstration(firms, months, seed)


@app.command()
def migrate() -> None:
    """把数据库结构升级到本程序的版本。"""
    from cockpit.settings import load_settings
    from data.database.engine import open_engine, upgrade_schema

    migrated = upgrade_schema(open_engine(load_settings().database_url))
    screen.print("数据库结构已升级。" if migrated else "数据库结构已是最新。")


@app.command()
def doctor(
    repair: Annotated[bool, typer.Option("--repair", help="与发布时不一致的月度汇总，由月度数据重新汇总")] = False,
    as_json: JsonFlag = False,
) -> None:
    """检查数据库：连得上、结构、磁盘、数据页、月度汇总是否完好；说明怎么办。全部正常时退出码为 0。"""
    from commands.doctor import run_doctor

    if not run_doctor(repair=repair, as_json=as_json):
        raise typer.Exit(_REFUSED)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="监听地址，不写按设置")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="监听端口，不写按设置")] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=64, help="工作进程数，不写按设置")] = None,
) -> None:
    """启动服务；按 Ctrl+C 停止。"""
    # Sums are matrix products: workers that each used all processors for one would only wait for each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from data.diagnosis import refuse_damaged_pages
    from server.wsgi import browser_address, listen, run

    settings, engine, _ = open_session(host=host, port=port, workers=workers)
    refuse_damaged_pages(engine)
    engine.dispose()  # the workers' processes must not share its connections
    errors.print("正在准备驾驶舱…")
    listener = listen(settings)
    from app import create_application

    started = f"驾驶舱已启动：{browser_address(settings)}（按 Ctrl+C 停止）"
    run(settings, create_application, listener, lambda: errors.print(started, soft_wrap=True))


def main() -> None:
    """Run a command; an error is one sentence on stderr, never a traceback."""
    try:
        sys.exit(run_command_line(app))
    except (WrongUsage, UsageError, SettingsError) as error:
        errors.print(str(error), markup=False, soft_wrap=True)
        sys.exit(_WRONG_USE)
    except DatabaseError as error:
        errors.print(f"{error}（数据库：{error.address}）" if error.address else str(error), markup=False, soft_wrap=True)
        sys.exit(_REFUSED)
    except CockpitError as error:
        errors.print(str(error), markup=False, soft_wrap=True)
        sys.exit(_REFUSED)
    except Exception as error:
        from sqlalchemy.exc import SQLAlchemyError

        from data.database.engine import failure

        if not isinstance(error, SQLAlchemyError):
            raise
        message = failure(error, "数据库没有完成这次查询，数据保持原样。请稍后重试；仍不成功，请检查数据库是否完好。")
        errors.print(str(message), markup=False, soft_wrap=True)
        sys.exit(_REFUSED)


if __name__ == "__main__":
    main()

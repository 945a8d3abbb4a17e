"""The operator's commands. Results on stdout, errors on stderr; exit 0 = fine, 1 = findings or refused, 2 = wrong use."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from cockpit import __version__
from cockpit.errors import CockpitError, PublishingError, SettingsError, UsageError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from cockpit.batch import Batch
    from cockpit.district import District
    from cockpit.settings import Settings
    from data.publishing import Preview, SheetCount

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)
_errors = Console(stderr=True, highlight=False)
_screen = Console(highlight=False)
_REFUSED = 1
_WRONG_USE = 2
_PLACES_SHOWN = 5
_USER = os.environ.get("USER") or os.environ.get("USERNAME") or "命令行"
DEMONSTRATION = Path(__file__).parent / "data" / "demo" / "linping-2020-2022.xlsx"

Json = Annotated[bool, typer.Option("--json", help="输出 JSON，供其他程序读取")]
File = Annotated[Path, typer.Argument(help="工作簿（.xlsx）、CSV，或数据库对应表（.yaml）")]
Who = Annotated[str, typer.Option("--who", help="操作人姓名")]


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="显示版本号")] = False,
) -> None:
    """数字驾驶舱：检查、发布、撤回数据，查询指标，启动服务。"""


@app.command()
def check(file: File, as_json: Json = False) -> None:
    """检查一份文件，列出全部问题，没有错误时预览发布后的变化；不改动任何数据。"""
    from cockpit.findings import Severity
    from data.publishing import preview

    _, engine, district = _open()
    batch = _read(file, engine, district)
    if as_json:
        _print_json([f.as_dict() for f in batch.findings])
    else:
        _print_findings(batch)
        if batch.frames and not batch.having(Severity.ERROR):
            _print_preview(preview(engine, batch))
    if any(f.code[0] in "EW" for f in batch.findings):
        raise typer.Exit(_REFUSED)


@app.command()
def load(
    file: File,
    accept_warnings: Annotated[bool, typer.Option("--accept-warnings", help="提醒已核对，照样发布")] = False,
    who: Who = "",
    as_json: Json = False,
) -> None:
    """检查并发布一份文件；有错误时一行也不写入。"""
    from data.publishing import publish

    _, engine, district = _open()
    batch = _read(file, engine, district)
    try:
        with _progress("正在发布") as tell:
            done = publish(engine, batch, who=who or _USER, accept_warnings=accept_warnings, progress=tell)
    except PublishingError as error:
        if as_json:
            _print_json({"published": False, "reason": str(error), "findings": [f.as_dict() for f in batch.findings]})
        else:
            _print_findings(batch)
        _errors.print(str(error), markup=False, soft_wrap=True)
        raise typer.Exit(_REFUSED) from error
    if as_json:
        _print_json(done.as_dict() | {"findings": [f.as_dict() for f in batch.findings]})
        return
    if done.sheets:
        _print_counts(done.sheets)
    _screen.print(done.message)


@app.command()
def withdraw(batch: Annotated[int, typer.Argument(help="批次号")], who: Who = "", as_json: Json = False) -> None:
    """撤回一个批次，数据恢复到它发布之前。"""
    from data.publishing import withdraw as take_back

    _, engine, _ = _open()
    version = take_back(engine, batch, who=who or _USER)
    if as_json:
        _print_json({"batch": batch, "withdrawn": True, "version": version})
    else:
        _screen.print(f"批次 {batch} 已撤回，数据版本 {version}。")


@app.command()
def batches(as_json: Json = False) -> None:
    """列出全部批次，新的在前。"""
    from cockpit.formatting import local_time
    from data.publishing import batches as listed

    _, engine, _ = _open()
    found = listed(engine)
    if as_json:
        _print_json([b.as_dict() for b in found])
        return
    table = Table("批次", "文件", "状态", "操作人", "发布时间", "新增", "替换")
    for b in found:
        state = "已撤回" if b.withdrawn_at else "已发布"
        added, replaced = sum(s.added for s in b.sheets), sum(s.replaced for s in b.sheets)
        table.add_row(str(b.id), b.name, state, b.published_by, local_time(b.published_at), f"{added:,}", f"{replaced:,}")
    _screen.print(table if found else "还没有任何批次。")


@app.command()
def figures(
    metric: Annotated[str, typer.Argument(help="指标名称或代码，如 工业总产值、tax_per_mu")],
    by: Annotated[str, typer.Option(help="分组：town、industry、chain 或 month；不写为合计")] = "",
    town: Annotated[list[str] | None, typer.Option(help="镇街，可重复")] = None,
    industry: Annotated[list[str] | None, typer.Option(help="行业（GB/T 4754 两位代码或名称），可重复")] = None,
    chain: Annotated[list[str] | None, typer.Option(help="产业链，可重复")] = None,
    period: Annotated[str, typer.Option(help="2022、2022-03、2022-01..2022-06、ytd、ttm；不写为年初至今")] = "",
    compare: Annotated[str, typer.Option(help="yoy（同比）、mom（环比）或 none")] = "none",
    comparable: Annotated[bool, typer.Option("--comparable", help="可比口径：只算两个时期都有数据的企业")] = False,
    as_json: Json = False,
) -> None:
    """查询一个指标，与页面上的数字完全相同。"""
    from cockpit.figures import figure_rows, question
    from data.repository import DatabaseRepository

    _, engine, district = _open()
    asked = question(
        metric,
        by,
        towns=town or [],
        industries=industry or [],
        chains=chain or [],
        period=period,
        compare=compare,
        district=district,
    )
    rows = figure_rows(DatabaseRepository(engine, district), asked, comparable=comparable)
    if as_json:
        _print_json(rows)
        return
    _print_figures(asked.metric.name, "以小数表示" if asked.metric.is_percent else asked.metric.unit, rows)


@app.command()
def demo() -> None:
    """建立数据库并载入演示数据；已经有数据时什么也不做。"""
    from data.publishing import batches as listed
    from data.publishing import publish

    _, engine, district = _open()
    if listed(engine):
        _errors.print("数据库已就绪。")
        return
    batch = _read(DEMONSTRATION, engine, district)
    with _progress("正在载入演示数据") as tell:
        done = publish(engine, batch, who="演示", accept_warnings=True, progress=tell)
    _errors.print(f"演示数据已载入（{sum(s.added for s in done.sheets):,} 行）。")


@app.command()
def migrate() -> None:
    """把数据库结构升级到本程序的版本。"""
    from cockpit.settings import load_settings
    from data.engine import open_engine, upgrade

    done = upgrade(open_engine(load_settings().database_url))
    _screen.print("数据库结构已升级。" if done else "数据库结构已是最新。")


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="监听地址")] = None,
    port: Annotated[int | None, typer.Option(help="监听端口")] = None,
    workers: Annotated[int | None, typer.Option(help="工作进程数")] = None,
) -> None:
    """启动服务。"""
    from server.wsgi import run

    settings, _, _ = _open()
    chosen = settings.model_copy(
        update={k: v for k, v in {"host": host, "port": port, "workers": workers}.items() if v is not None}
    )
    _errors.print(f"驾驶舱已启动：http://{chosen.host}:{chosen.port}（按 Ctrl+C 停止）")
    run(chosen)


def _open() -> tuple[Settings, Engine, District]:
    """Settings, engine with an up-to-date schema, and district."""
    from cockpit.settings import load_settings
    from data.district_pack import load_district
    from data.engine import open_engine, upgrade

    settings = load_settings()
    district = load_district(settings.district)
    engine = open_engine(settings.database_url)
    upgrade(engine)
    return settings, engine, district


def _read(file: Path, engine: Engine, district: District) -> Batch:
    from data.loaders import read_batch, read_database_batch
    from data.published_rows import PublishedRows

    if not file.exists():
        raise UsageError(f"找不到文件：{file}。请检查路径和文件名。")
    published = PublishedRows(engine)
    with _progress("正在读取") as tell:
        if file.suffix.lower() in (".yaml", ".yml"):
            return read_database_batch(file, district, published, today=date.today())
        return read_batch(file, district, published, today=date.today(), progress=tell)


@contextmanager
def _progress(what: str) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on stderr, only on a terminal; yields what tells it how far we are."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_errors, transient=True, disable=not _errors.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda words, done, of: bar.update(task, description=words, completed=done, total=of)


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))


def _print_counts(sheets: Sequence[SheetCount]) -> None:
    table = Table("工作表", "新增", "替换", "未变")
    for s in sheets:
        table.add_row(s.sheet, f"{s.added:,}", f"{s.replaced:,}", f"{s.unchanged:,}")
    _screen.print(table)


def _print_preview(seen: Preview) -> None:
    _screen.print("发布后将会：")
    _print_counts(seen.sheets)
    for key, name in (("output", "工业总产值"), ("tax", "入库税收")):
        if seen.months:
            _screen.print(f"所涉 {len(seen.months)} 个月规上{name}：{seen.before[key]:,.2f} → {seen.after[key]:,.2f} 万元")


def _print_figures(name: str, unit: str, rows: list[dict[str, Any]]) -> None:
    from cockpit.figures import HEADINGS

    table = Table(*(HEADINGS.get(k, "增减") for k in rows[0]) if rows else ("没有数据",))
    for row in rows:
        table.add_row(*("—" if v is None else f"{v:,.6g}" if isinstance(v, float) else str(v) for v in row.values()))
    _screen.print(f"{name}（{unit}）")
    _screen.print(table)


def _print_findings(batch: Batch) -> None:
    from cockpit.findings import summary

    for line in summary(batch.findings, _PLACES_SHOWN):
        _screen.print(line, markup=False, soft_wrap=True)


def main() -> None:
    """Run a command; an error is a sentence on stderr, never a traceback."""
    try:
        app()
    except (UsageError, SettingsError) as error:
        _errors.print(str(error), markup=False, soft_wrap=True)
        sys.exit(_WRONG_USE)
    except CockpitError as error:
        _errors.print(str(error), markup=False, soft_wrap=True)
        sys.exit(_REFUSED)


if __name__ == "__main__":
    main()

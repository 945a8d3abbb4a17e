"""What commands print: progress on a terminal, JSON for programs, tables for people. Errors go to stderr."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

if TYPE_CHECKING:
    from cockpit.contracts.batch import Batch
    from data.publishing.publishing import BatchPreview, SheetCount

errors = Console(stderr=True, highlight=False)
screen = Console(highlight=False)
_PLACES_SHOWN = 5


@contextmanager
def progress(what: str) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on stderr, only on a terminal; yields what tells it how far we are."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda words, done, of: bar.update(task, description=words, completed=done, total=of)


def print_json(value: Any) -> None:
    """A value as indented JSON on stdout."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))


def print_counts(sheets: Sequence[SheetCount]) -> None:
    """What a batch does to each sheet."""
    table = Table("工作表", "新增", "替换", "未变")
    for s in sheets:
        table.add_row(s.sheet, f"{s.added:,}", f"{s.replaced:,}", f"{s.unchanged:,}")
    screen.print(table)


def print_preview(seen: BatchPreview) -> None:
    """What publishing would change."""
    screen.print("发布后将会：")
    print_counts(seen.sheets)
    for key, name in (("output", "工业总产值"), ("tax", "入库税收")):
        if seen.months:
            screen.print(f"所涉 {len(seen.months)} 个月规上{name}：{seen.before[key]:,.2f} → {seen.after[key]:,.2f} 万元")


def print_figures(name: str, unit: str, rows: list[dict[str, Any]]) -> None:
    """A metric's figures, one row a group."""
    from cockpit.query import COLUMN_LABELS

    table = Table(*(COLUMN_LABELS.get(k, "增减") for k in rows[0]) if rows else ("没有数据",))
    for row in rows:
        table.add_row(*("—" if v is None else f"{v:,.6g}" if isinstance(v, float) else str(v) for v in row.values()))
    screen.print(f"{name}（{unit}）")
    screen.print(table)


def print_findings(batch: Batch) -> None:
    """The findings of a batch, the worst kinds first."""
    from cockpit.contracts.findings import summarize_findings

    for line in summarize_findings(batch.findings, _PLACES_SHOWN):
        screen.print(line, markup=False, soft_wrap=True)

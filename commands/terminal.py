"""Output of the commands: progress on a terminal, JSON for programs, tables for people. Errors go to stderr."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from cockpit.calendar import months as m
from cockpit.formatting import MISSING
from cockpit.printable import printable

if TYPE_CHECKING:
    from cockpit.contracts.batch import Batch
    from cockpit.metric_table import MetricTable
    from data.publishing.month_figures import MonthFigures
    from data.publishing.results import BatchPreview, SheetCount

#: A line where nobody reads it on a screen: names of files stay whole for whoever filters or keeps the text.
_UNLIMITED = 10_000


class Terminal(Console):
    """A console that shows every text as it is: no markup, no emoji codes, control characters written out."""

    def render_str(self, text: str, **options: Any) -> Text:
        """Render a text, of a sentence or of a table's cell."""
        return super().render_str(printable(text, lines=True), **options | {"markup": False, "emoji": False})


def _terminal(*, stderr: bool = False) -> Terminal:
    terminal = Terminal(stderr=stderr, highlight=False)
    return terminal if terminal.is_terminal else Terminal(stderr=stderr, highlight=False, width=_UNLIMITED)


errors = _terminal(stderr=True)
screen = _terminal()
_MAX_COLUMNS = 12
#: Control characters that JSON may have in a text, yet a terminal obeys.
_CONTROL = re.compile(r"[\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
#: The option ``--json`` of most commands.
JsonFlag = Annotated[bool, typer.Option("--json", help="输出 JSON，供其他程序读取")]


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[str, int, int], None]]:
    """Show a progress bar on stderr while it is a terminal; yields a callback of (description, steps done, steps in all)."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bar:
        task = bar.add_task(title, total=None)
        yield lambda description, done, total: bar.update(task, description=description, completed=done, total=total)


def print_json(value: Any) -> None:
    """Print a value as indented JSON on stdout."""
    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)
    typer.echo(_CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", text))


def print_counts(sheets: Sequence[SheetCount]) -> None:
    """Print the row counts of a batch by sheet."""
    table = text_table("工作表", "新增", "替换", "未变", numeric=("新增", "替换", "未变"))
    for s in sheets:
        table.add_row(s.sheet, f"{s.added:,}", f"{s.replaced:,}", f"{s.unchanged:,}")
    screen.print(table)


def print_preview(preview: BatchPreview) -> None:
    """Print what publishing would change; a month that is new is compared with the month before and last year's."""
    screen.print("发布后将会：")
    print_counts(preview.sheets)
    for key, name in (("output", "工业总产值"), ("tax", "入库税收")):
        if preview.before[key] is not None:
            change = f"{preview.before[key]:,.2f} → {_amount(preview.after[key])}"
            screen.print(f"所涉{len(preview.months)}个月规上{name}：{change}")
        for line in _month_comparisons(preview.newest, key, name):
            screen.print(line)
    print_notes(preview.notes)


def print_notes(notes: Sequence[str]) -> None:
    """Print what else the reader has to know, a line each."""
    for note in notes:
        screen.print(f"注意：{note}", soft_wrap=True)


def _amount(wan: float | None) -> str:
    return MISSING if wan is None else f"{wan:,.2f}万元"


def _month_comparisons(newest: Sequence[MonthFigures], key: str, name: str) -> Iterator[str]:
    """Yield a measure of the newest month, and of the same enterprises in the months that it is compared with.

    “—” where no enterprise has a value.
    """
    for at, figures in enumerate(newest):
        sums, month = getattr(figures, key), m.iso(figures.month)
        if not at:
            yield f"{month} 规上{name}：{_amount(sums.value if sums.firms else None)}（{sums.firms:,}家有数）"
            continue
        if not sums.firms:
            continue
        change = ""
        if sums.value > 0:
            times = sums.newest / sums.value
            change = f"，现为其{times:.2f}倍" if times > 2 else f"，{times - 1:+.1%}"
        which = "上年同月" if figures.month == m.shift(newest[0].month, -m.MONTHS_OF_YEAR) else "上月"
        yield f"    其中{sums.firms:,}家{which}（{month}）有数：{sums.value:,.2f}万元{change}"


def text_table(*heads: str, numeric: Collection[str] = ()) -> Table:
    """Start a table of which no text is cut: on a narrow screen it goes on in the next line. ``numeric``: heads of numbers."""
    table = Table()
    for head in heads:
        table.add_column(head, overflow="fold", justify="right" if head in numeric else "left")
    return table


def print_metric(answer: MetricTable) -> None:
    """Print a metric's values, one row a group, under what they are."""
    screen.print(answer.title, markup=False, style="bold")
    for note in answer.notes:
        screen.print(note, markup=False, soft_wrap=True)
    if not answer.rows:
        screen.print("所选范围没有数据。")
        return
    table = text_table(*answer.heads, numeric=answer.heads[1:])
    for row in answer.rows:
        table.add_row(*row)
    screen.print(table)


def print_findings(batch: Batch) -> None:
    """Print the findings of a batch, the most severe first."""
    from cockpit.contracts.findings import summarize_findings

    for line in summarize_findings(batch.findings, _MAX_COLUMNS):
        screen.print(line, markup=False, soft_wrap=True)

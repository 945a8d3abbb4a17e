"""Names and texts from elsewhere: how long, and of what; on a terminal and in the log nothing of them is obeyed."""

from __future__ import annotations

import io
import logging

import pytest
from rich.table import Table

from cockpit.errors import UsageError
from cockpit.names import person_name, scenario_name, wall_name
from cockpit.printable import printable
from commands.terminal import Terminal
from server.log_format import LogFormatter

HOSTILE = ("[/red]", "[bold]粗[/bold]", "\x1b[31m红", "\x1b]0;标题\x07", "a\rb", "\x9b31m", "反\u202e向", ":smile:")


@pytest.mark.parametrize("check", [person_name, scenario_name, wall_name])
@pytest.mark.parametrize("name", ["", " ", "长" * 61, "张\n2026-01-01 INFO 伪造", "\x1b[2J", "a\tb", "\u2028", "x" * 5_000_000])
def test_names_that_are_none_are_refused(check, name):
    with pytest.raises(UsageError) as error:
        check(name)
    assert len(str(error.value)) < 100


def test_names_are_kept_as_they_are():
    assert person_name(" 张三 [/red] ") == "张三 [/red]"


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_is_obeyed_on_a_terminal(text):
    out = io.StringIO()
    terminal = Terminal(file=out, force_terminal=True, color_system=None, width=200)
    table = Table(text)
    table.add_row(text)
    terminal.print(table)
    terminal.print(f"文件 {text}")
    written = out.getvalue()
    assert not any((ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 or c == "\u202e" for c in written)
    assert written.count(printable(text)) == 3


def test_a_record_is_one_line_however_long_and_hostile():
    try:
        raise ValueError("x" * 50_000 + "\n2026-01-01 INFO 伪造\n\x1b[31m")
    except ValueError:
        import sys

        failed = sys.exc_info()
    record = logging.LogRecord("cockpit", logging.ERROR, "", 1, "saved by %s", ("张\n伪造" + "y" * 10**7,), failed)
    lines = LogFormatter().format(record).split("\n")
    assert "saved by 张\\x0a伪造" in lines[0]
    assert all(line.startswith("    ") for line in lines[1:])
    assert sum(map(len, lines)) < 20_000
    assert "\x1b" not in "".join(lines)

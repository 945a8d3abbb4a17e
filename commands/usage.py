"""The usage of the commands in Chinese: their help, and what is wrong with a command line.

typer has no translations: the help is written here from the commands' own declarations, and its errors are worded by their kind.
"""

from __future__ import annotations

import difflib
import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import typer
from pydantic import ValidationError
from rich.table import Table
from typer._click import exceptions as click_errors
from typer._click.core import Context
from typer._click.formatting import HelpFormatter
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.exceptions import TyperException

from cockpit.validation import fault_message
from commands.terminal import Terminal, screen

_HELP = "显示这段说明"
_TYPES = {"int": "整数", "float": "数", "str": "文字", "Path": "路径"}


class _ChineseHelp:
    """Help of a command or group: what it does, then arguments, options and commands, each on its line."""

    def collect_usage_pieces(self, ctx: Context) -> list[str]:
        """Return what follows the command's name in its usage."""
        arguments = [_argument_name(p) for p in self._parameters(ctx, TyperArgument)]
        return ["[选项]", *arguments, *(["命令 …"] if isinstance(self, TyperGroup) else [])]

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the help text."""
        assert isinstance(self, TyperCommand | TyperGroup)
        formatter.write(f"用法：{ctx.command_path} {' '.join(self.collect_usage_pieces(ctx))}\n")
        if self.help:
            formatter.write(f"\n{self.help.strip()}\n")
        arguments = [(_argument_name(p), _help_of(p)) for p in self._parameters(ctx, TyperArgument)]
        options = [(_option_names(p), _help_of(p)) for p in self._parameters(ctx, TyperOption)]
        commands = [(name, command.help or "") for name, command in getattr(self, "commands", {}).items() if not command.hidden]
        for title, rows in (("参数", arguments), ("选项", options), ("命令", commands)):
            if rows:
                formatter.write(f"\n{title}：\n{_lines(rows)}")

    def get_help(self, ctx: Context) -> str:
        """Return the help text."""
        formatter = ctx.make_formatter()
        self.format_help(ctx, formatter)
        return formatter.getvalue().rstrip("\n")

    def _parameters(self, ctx: Context, kind: type) -> list[Any]:
        assert isinstance(self, TyperCommand | TyperGroup)
        return [p for p in self.get_params(ctx) if isinstance(p, kind) and not getattr(p, "hidden", False)]


class ChineseCommand(_ChineseHelp, TyperCommand):
    """A command with its help in Chinese."""


class _UnknownCommand(click_errors.UsageError):
    """A group has no command of this name; the message says so."""


class ChineseGroup(_ChineseHelp, TyperGroup):
    """A group of commands with its help in Chinese."""

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Find the command that ``args`` begin with; ``_UnknownCommand``, which names a similar one, where there is none."""
        name, names = args[0], _command_names(self)
        if name in self.commands or name.startswith("-"):
            return super().resolve_command(ctx, args)
        near = next(iter(difflib.get_close_matches(name, names, 1)), "")
        raise _UnknownCommand(f"没有命令“{name}”" + (f"，是不是 {near}？" if near else f"。可用：{'、'.join(names)}。"), ctx)


class CommandLine(typer.Typer):
    """A typer app of which every command has its help in Chinese."""

    def __init__(self, **options: Any) -> None:
        super().__init__(cls=ChineseGroup, no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False, **options)

    def command(self, name: str | None = None, **options: Any) -> Callable[[Any], Any]:
        """Register a command, as ``typer.Typer.command``."""
        return super().command(name, cls=ChineseCommand, **options)


def run_command_line(app: CommandLine) -> int:
    """Run the command that the arguments of the process name; returns its exit code.

    Raises ``WrongUsage`` with a sentence in Chinese for a command line that can't be understood, and what the command raises.
    """
    try:
        code = app(prog_name="cli.py", standalone_mode=False)
    except TyperException as error:
        raise WrongUsage(explain(error)) from error
    return code if isinstance(code, int) else 0


class WrongUsage(Exception):
    """The command line can't be understood; ``str()`` is what to tell the operator."""


def explain(error: TyperException) -> str:
    """Explain a usage error of typer in Chinese: what is wrong, how the command is used, where its help is."""
    if isinstance(error, click_errors.NoArgsIsHelpError):
        return error.message
    ctx = getattr(error, "ctx", None)
    sentence = _sentence(error, ctx)
    if ctx is None:
        return sentence
    usage = f"用法：{ctx.command_path} {' '.join(ctx.command.collect_usage_pieces(ctx))}"
    return f"{sentence}\n{usage}\n全部选项见：{ctx.command_path} --help"


def _sentence(error: TyperException, ctx: Context | None) -> str:
    match error:
        case click_errors.MissingParameter():
            return f"缺少{_parameter_name(error.param)}：{getattr(error.param, 'help', '')}。"
        case click_errors.BadParameter():
            return f"{_parameter_name(error.param)} 写得不对：{_reason(error)}。"
        case click_errors.NoSuchOption():
            near = error.possibilities[0] if error.possibilities else ""
            return f"没有选项 {error.option_name}" + (f"，是不是 {near}？" if near else "。")
        case click_errors.BadOptionUsage():
            takes_none = "does not take" in error.message
            return f"选项 {error.option_name} " + ("不带值。" if takes_none else "后面要写值。")
        case _UnknownCommand():
            return error.message
        case click_errors.UsageError():
            return _superfluous(error, ctx)
        case _:
            return "命令行写得不对。"


def _superfluous(error: click_errors.UsageError, ctx: Context | None) -> str:
    """Explain a word too many, or that no command was named."""
    if ctx is not None and isinstance(ctx.command, TyperGroup):
        return f"没有写命令。可用：{'、'.join(_command_names(ctx.command))}。"
    extra = re.search(r"\(s\) \((.+)\)$", error.message)
    return f"多写了“{extra[1]}”。带空格的文字要加引号。" if extra else "命令行写得不对。"


def _command_names(group: TyperGroup) -> list[str]:
    return [name for name, command in group.commands.items() if not command.hidden]


def _reason(error: click_errors.BadParameter) -> str:
    """Explain why a value was refused."""
    if isinstance(error.__cause__, ValidationError):
        return fault_message(error.__cause__.errors()[0])
    return "请看它的说明"


def _parameter_name(parameter: Any) -> str:
    if isinstance(parameter, TyperArgument):
        return f"参数“{_argument_name(parameter)}”"
    return f"选项 {parameter.opts[0]}" if parameter is not None else "内容"


def _argument_name(parameter: Any) -> str:
    return str(parameter.metavar or parameter.name)


def _option_names(parameter: Any) -> str:
    names = "，".join([*parameter.opts, *parameter.secondary_opts])
    if parameter.is_flag:
        return names
    kind = getattr(parameter.type_descriptor.annotation, "__args__", (parameter.type_descriptor.annotation,))[0]
    return f"{names} {parameter.metavar or _TYPES.get(kind.__name__, '值')}"


def _help_of(parameter: Any) -> str:
    """Return a parameter's help with its limits, its default, and whether it is required."""
    if parameter.name == "help":
        return _HELP
    return "；".join([parameter.help or "", *_remarks(parameter)])


def _remarks(parameter: Any) -> Iterator[str]:
    if parameter.required:
        yield "必填"
    least, most = getattr(parameter, "min", None), getattr(parameter, "max", None)
    if least is not None and most is not None:
        yield f"{least}—{most}"
    elif least is not None:
        yield f"至少 {least}"
    if parameter.default not in (None, False, "", ()) and not callable(parameter.default):
        yield f"不写为 {parameter.default}"


def _lines(rows: list[tuple[str, str]]) -> str:
    """Lay out names and texts in two columns; as wide as the screen, or without limit where nobody reads it on one."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in rows:
        table.add_row(f"  {name}", text)
    console = Terminal(file=io.StringIO(), width=screen.width, highlight=False)
    console.print(table)
    written = console.file
    assert isinstance(written, io.StringIO)
    return "".join(f"{line.rstrip()}\n" for line in written.getvalue().splitlines())

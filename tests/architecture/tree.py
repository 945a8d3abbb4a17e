"""The product's source files, parsed: what the tests of the house's rules walk over."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("cockpit", "data", "layouts", "callbacks", "server", "commands")
DOORS = ("app.py", "cli.py")
#: Migrations are written once, by a generator, and never changed again; the linter leaves them alone, too.
GENERATED = ROOT / "data" / "migrations" / "versions"


def python(*places):
    """Python files of the rooms (default: the whole product), sorted. A room without any file is a failure."""
    found = []
    for place in places or (*ROOMS, *DOORS, "docs"):
        path = ROOT / place
        files = [path] if path.suffix == ".py" else sorted(path.rglob("*.py"))
        assert files, f"{place}: no source files, nothing would be checked"
        found += [f for f in files if not f.is_relative_to(GENERATED)]
    return found


def assets(*suffixes):
    """Style sheets and scripts of our own."""
    found = sorted(f for f in (ROOT / "assets").rglob("*") if f.suffix in suffixes)
    assert found
    return found


@cache
def text(path):
    return path.read_text(encoding="utf-8")


@cache
def parsed(path):
    return ast.parse(text(path))


def name(path):
    """Path from the root, for messages."""
    return path.relative_to(ROOT).as_posix()


def functions(path):
    """Functions and methods of a file."""
    return [n for n in ast.walk(parsed(path)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]

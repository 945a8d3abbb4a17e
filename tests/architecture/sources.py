"""The product's source files, parsed: what the tests of how it is written walk over."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("cockpit", "data", "layouts", "callbacks", "server", "commands")
ENTRYPOINTS = ("app.py", "cli.py")
#: Migrations are written once, by a generator, and never changed again; the linter leaves them alone, too.
GENERATED = ROOT / "data" / "migrations" / "versions"


def python(*paths):
    """Python files of packages or single files (default: the whole product), sorted. A package without any file is a failure."""
    result = []
    for path in paths or (*PACKAGES, *ENTRYPOINTS, "docs"):
        start = ROOT / path
        files = [start] if start.suffix == ".py" else sorted(start.rglob("*.py"))
        assert files, f"{path}: no source files, nothing would be checked"
        result += [f for f in files if not f.is_relative_to(GENERATED)]
    return result


def assets(*suffixes):
    """Style sheets and scripts of our own."""
    files = sorted(f for f in (ROOT / "assets").rglob("*") if f.suffix in suffixes and "vendor" not in f.parts)
    assert files
    return files


@cache
def text(path):
    return path.read_text(encoding="utf-8")


@cache
def parsed(path):
    return ast.parse(text(path))


def name(path):
    """Path from the root (a file's own name outside it), for messages."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name


def functions(path):
    """Functions and methods of a file."""
    return [n for n in ast.walk(parsed(path)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def imported(path):
    """Modules that a file imports, by their whole names."""
    names = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def templates():
    """Templates of the pages."""
    files = sorted((ROOT / "layouts").rglob("*.html"))
    assert files
    return files

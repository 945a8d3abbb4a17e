"""How the code is written: told, typed, no swallowed faults, nothing unused or left for later."""

from __future__ import annotations

import ast
import re
from collections import Counter

from tests.architecture import tree


def test_everything_public_has_a_docstring():
    faults = []
    for path in tree.python():
        module = tree.parsed(path)
        if module.body and not ast.get_docstring(module):
            faults.append(f"{tree.name(path)} (the module)")
        for node in _public(module):
            if not ast.get_docstring(node):
                faults.append(f"{tree.name(path)}:{node.lineno} {node.name}")
    assert not faults, "\n".join(faults)


def test_every_function_is_fully_annotated():
    faults = []
    for path in tree.python():
        for function in tree.functions(path):
            arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
            arguments += [a for a in (function.args.vararg, function.args.kwarg) if a]
            bare = [a.arg for a in arguments if a.annotation is None and a.arg not in ("self", "cls")]
            if bare or function.returns is None:
                faults.append(f"{tree.name(path)}:{function.lineno} {function.name} {bare or 'no return type'}")
    assert not faults, "\n".join(faults)


def test_no_fault_is_swallowed():
    faults = [
        f"{tree.name(path)}:{node.lineno}"
        for path in tree.python()
        for node in ast.walk(tree.parsed(path))
        if isinstance(node, ast.ExceptHandler) and all(isinstance(n, ast.Pass) for n in node.body)
    ]
    assert not faults, faults


def test_nothing_is_left_for_later():
    left = re.compile(r"\b(TODO|FIXME|XXX)\b|raise NotImplementedError")
    faults = [
        f"{tree.name(path)}:{number} {line.strip()}"
        for path in [*tree.python(), *tree.assets(".css", ".js")]
        for number, line in enumerate(tree.text(path).splitlines(), 1)
        if left.search(line)
    ]
    assert not faults, "\n".join(faults)


def test_nothing_public_is_unused():
    words = Counter(word for path in [*tree.python(), *tree.python("tests")] for word in re.findall(r"\w+", tree.text(path)))
    names = {n.name for path in tree.python() for n in _top_level(path)}
    commands = {f.name for f in tree.functions(tree.ROOT / "cli.py") if f.decorator_list}
    assert len(names) > 100
    assert sorted(n for n in names - commands if words[n] < 2) == []


def _top_level(path):
    kinds = (ast.FunctionDef, ast.ClassDef)
    return [n for n in tree.parsed(path).body if isinstance(n, kinds) and not n.name.startswith("_")]


def _public(node):
    """Public classes and functions of a module and public methods of its public classes."""
    for child in node.body:
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not child.name.startswith("_"):
            yield child
            if isinstance(child, ast.ClassDef):
                yield from _public(child)

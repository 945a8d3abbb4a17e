"""No fault is hidden: whatever is caught is raised again, logged, or an error that was expected by name."""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture import sources

_BROAD = {"Exception", "BaseException"}


def _names(node):
    """Names of the exception types in an ``except`` clause or a call, whatever module they are taken from."""
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    return {part.attr if isinstance(part, ast.Attribute) else getattr(part, "id", "") for part in parts if part is not None}


def _reports(handler):
    """Whether a handler raises, or calls something that logs the fault or hands it to another thread."""
    calls = [ast.unparse(n.func) for n in ast.walk(handler) if isinstance(n, ast.Call)]
    logs = re.compile(r"(^|\.)(log|logger|logging)\.|(^|[._])(report|log_fault|_fault|set_exception)$")
    return any(isinstance(n, ast.Raise) for n in ast.walk(handler)) or any(logs.search(call) for call in calls)


def swallowed(source):
    """Lines of a module that hide a fault: what nobody raises, logs or shows with a number is gone."""
    wrong = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ExceptHandler):
            is_broad = node.type is None or _names(node.type) & _BROAD
            is_empty = all(
                isinstance(n, ast.Pass) or (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant)) for n in node.body
            )
            if node.type is None or is_empty or (is_broad and not _reports(node)):
                wrong.append(node.lineno)
        elif isinstance(node, ast.Call) and _names(node.func) & {"suppress"} and any(_names(a) & _BROAD for a in node.args):
            wrong.append(node.lineno)
    return sorted(wrong)


@pytest.mark.parametrize(
    "hidden",
    [
        "try: f()\nexcept: g()",
        "try: f()\nexcept Exception: x = None",
        "try: f()\nexcept (ValueError, Exception): return_ = 1",
        "try: f()\nexcept builtins.BaseException as e: x = str(e)",
        "try: f()\nexcept ValueError: pass",
        "try: f()\nexcept ValueError: ...",
        "with suppress(Exception): f()",
        "with contextlib.suppress(KeyError, BaseException): f()",
        "import contextlib as c\nwith c.suppress(Exception): f()",
    ],
)
def test_a_hidden_fault_is_found(hidden):
    assert swallowed(hidden)


@pytest.mark.parametrize(
    "open_",
    [
        "try: f()\nexcept Exception: log.exception('x')",
        "try: f()\nexcept Exception as e: raise E from e",
        "try: f()\nexcept Exception as e: x = report(e, 'x')",
        "try: f()\nexcept ValueError: x = None",
        "with suppress(FileNotFoundError): f()",
    ],
)
def test_a_fault_that_is_raised_logged_or_expected_is_no_hidden_one(open_):
    assert swallowed(open_) == []


def test_the_product_hides_no_fault():
    hidden = [f"{sources.name(path)}:{line}" for path in sources.python() for line in swallowed(sources.text(path))]
    assert hidden == []

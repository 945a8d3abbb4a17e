"""The cockpit's own plotly.js: the file that its recipe made, for this plotly.py, with every trace type in use."""

from __future__ import annotations

import ast
import hashlib
import json

from plotly import graph_objs
from plotly.basedatatypes import BaseTraceType
from plotly.offline import get_plotlyjs_version

from tests.architecture import sources

SCRIPT = sources.ROOT / "assets" / "vendor" / "plotly.min.js"
MADE = json.loads((sources.ROOT / "vendor" / "plotly" / "bundle.json").read_text(encoding="utf-8"))
#: Words that only a trace's "type" may be: shapes, axes and components have other ones.
TRACES = {
    name.lower()
    for name in dir(graph_objs)
    if isinstance(kind := getattr(graph_objs, name), type) and issubclass(kind, BaseTraceType)
}


def types_in(path):
    """(line, value) of every "type" that a figure's module writes; the value is None when it is no plain text."""
    for node in ast.walk(sources.parsed(path)):
        pairs = []
        if isinstance(node, ast.Dict):
            pairs = [(k.value, v) for k, v in zip(node.keys, node.values, strict=True) if isinstance(k, ast.Constant)]
        elif isinstance(node, ast.Call):
            pairs = [(k.arg, k.value) for k in node.keywords]
        for name, value in pairs:
            if name == "type":
                yield f"{sources.name(path)}:{value.lineno}", value.value if isinstance(value, ast.Constant) else None


def test_it_is_the_file_that_the_recipe_made():
    content = SCRIPT.read_bytes()
    assert hashlib.sha256(content).hexdigest() == MADE["sha256"]
    assert len(content) == MADE["bytes"]


def test_it_has_the_version_inside_plotly_py():
    recipe = json.loads((sources.ROOT / "vendor" / "plotly" / "package.json").read_text(encoding="utf-8"))
    assert get_plotlyjs_version() == MADE["version"] == recipe["dependencies"]["plotly.js"]


def test_every_trace_type_in_use_is_in_it():
    """A type that isn't would be drawn as a scatter without a word."""
    assert len(TRACES) > 40
    figures = [p for p in sources.python("layouts") if "figure" in p.stem or p.parent.name == "charts"]
    types = {line: value for path in figures for line, value in types_in(path)}
    assert [line for line, value in types.items() if value is None] == []
    used = {value for value in types.values() if value in TRACES}
    assert {"bar", "scatter"} <= used <= set(MADE["traces"])
    elsewhere = {v for path in sources.python("layouts") for _, v in types_in(path) if v in TRACES}
    assert elsewhere <= used


def test_nothing_in_it_makes_code_from_text():
    """The content security policy forbids it."""
    script = SCRIPT.read_text(encoding="utf-8")
    assert "new Function(" not in script
    assert "eval(" not in script.replace(".eval(", "")


def test_its_licences_stand_beside_it():
    text = SCRIPT.with_name("plotly.LICENSES.txt").read_text(encoding="utf-8")
    for package in (f"plotly.js {MADE['version']} (MIT)", "@plotly/d3 ", "@plotly/d3-sankey ", "culori "):
        assert package in text, package

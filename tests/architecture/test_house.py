"""The rules of the house, checked on the code itself."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from cockpit.catalogue.metrics import METRICS
from cockpit.district.terms import LevelTerms
from docs import generate
from layouts.ui.theme import FONT, TOKENS

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("cockpit", "data", "layouts", "callbacks", "server", "commands")
STANDARD = set(__import__("sys").stdlib_module_names)
MAY_IMPORT = {
    "cockpit": {"cockpit", "numpy", "pandas", "pydantic", "pydantic_settings"},
    "data": {
        "data",
        "cockpit",
        "sqlalchemy",
        "alembic",
        "pandas",
        "numpy",
        "yaml",
        "pydantic",
        "python_calamine",
        "openpyxl",
    },
    "layouts": {"layouts", "cockpit", "dash", "dash_bootstrap_components", "dash_ag_grid"},
    "callbacks": {"callbacks", "cockpit", "layouts", "dash"},
    "commands": {"commands", "cockpit", "data", "sqlalchemy", "rich", "typer"},
    "server": {
        "server",
        "app",
        "brotli",
        "cockpit",
        "data",
        "flask",
        "gunicorn",
        "isal",
        "orjson",
        "pydantic",
        "sqlalchemy",
        "werkzeug",
    },
}
LONGEST_FUNCTION, LONGEST_FILE = 40, 300


def sources(*rooms):
    found = [p for room in rooms for p in sorted((ROOT / room).rglob("*.py")) if "versions" not in p.parts]
    assert found, rooms
    return found


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("room", ROOMS)
def test_imports_go_one_way(room):
    wrong = [
        f"{p.relative_to(ROOT)}: {name}"
        for p in sources(room)
        for name in imported(p)
        if name.split(".")[0] not in MAY_IMPORT[room] | STANDARD
    ]
    assert wrong == []


def test_figures_know_no_dash():
    figures = [p for p in sources("layouts") if "figure" in p.stem or p.parent.name == "charts"]
    assert len(figures) > 10
    assert not [p for p in figures for name in imported(p) if name.split(".")[0] == "dash"]


def test_nobody_imports_the_app_but_its_server():
    users = [p.relative_to(ROOT).as_posix() for p in [*sources(*ROOMS), ROOT / "cli.py"] for n in imported(p) if n == "app"]
    assert users == ["server/wsgi.py"]


def test_no_cycles():
    names = {".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): p for p in sources(*ROOMS)}
    graph = {}
    for name, path in names.items():
        reached = set()
        for node in tree(path).body:
            if isinstance(node, ast.ImportFrom) and node.module:
                reached |= {node.module, *(f"{node.module}.{a.name}" for a in node.names)}
        graph[name] = {r for r in reached if r in names and r != name and not name.startswith(f"{r}.")}

    def walk(name, path):
        assert name not in path, " -> ".join([*path, name])
        for following in graph[name]:
            if following not in done:
                walk(following, [*path, name])
        done.add(name)

    done = set()
    for name in graph:
        walk(name, [])


def test_functions_and_files_are_short():
    long = []
    for path in [*sources(*ROOMS), ROOT / "app.py", ROOT / "cli.py"]:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > LONGEST_FILE:
            long.append(f"{path.relative_to(ROOT)}: {lines}")
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION:
                long.append(f"{path.relative_to(ROOT)}:{node.name}: {node.end_lineno - node.lineno + 1}")
    assert long == []


def test_callbacks_only_wire():
    words = re.compile(r"\.(groupby|merge|pivot|pivot_table|agg|sum|mean)\(|\bselect\(")
    assert not [p for p in sources("callbacks") if words.search(p.read_text(encoding="utf-8"))]


def test_one_graph_wrapper():
    made = re.compile(r"\b(?:Graph|Chart)\(")
    users = {
        p.relative_to(ROOT).as_posix() for p in sources("layouts", "callbacks") if made.search(p.read_text(encoding="utf-8"))
    }
    # Where the component is defined, and where it is used.
    assert users == {"layouts/components/part.py", "layouts/components/graph.py"}


def test_elements_are_the_light_ones():
    heavy = re.compile(r"from dash import .*\bhtml\b|dash\.html")
    users = {
        p.relative_to(ROOT).as_posix() for p in sources("layouts", "callbacks") if heavy.search(p.read_text(encoding="utf-8"))
    }
    assert users == {"layouts/ui/html.py"}


def test_ids_live_in_one_file():
    """No text as an id, plain or pieced together, in a component or in a callback's wiring."""
    wrong = []
    for path in [*sources("layouts", "callbacks"), ROOT / "app.py"]:
        if path.name == "ids.py":
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call):
                named = [k.value for k in node.keywords if k.arg == "id"]
                wired = node.args[:1] if ast.unparse(node.func) in ("Input", "Output", "State", "set_props") else []
                texts = [v for v in (*named, *wired) if isinstance(v, ast.Constant | ast.JoinedStr | ast.Dict)]
                wrong += [f"{path.name}:{node.lineno} {ast.unparse(v)}" for v in texts]
    assert wrong == []


def test_ids_in_scripts_exist():
    ids = set(re.findall(r'= "([a-z-]+)"', (ROOT / "layouts/ui/ids.py").read_text()))
    script = (ROOT / "assets/cockpit.js").read_text(encoding="utf-8")
    assert {"url", "viewport"} <= ids
    assert set(re.findall(r'"(filter-[a-z]+)"', script)) <= ids
    assert set(re.findall(r'_ID = "([a-z]+)"', script)) <= ids


def test_no_colours_outside_the_tokens():
    literal = re.compile(r"#[0-9A-Fa-f]{6}\b|rgba?\(\s*\d")
    allowed = {"theme.py", "00_tokens.css"}
    files = [*sources("layouts", "callbacks"), *(ROOT / "assets").glob("*.css"), *(ROOT / "assets").glob("*.js")]
    assert [
        f"{p.name}: {m[0]}" for p in files if p.name not in allowed for m in literal.finditer(p.read_text(encoding="utf-8"))
    ] == []


def test_the_style_sheet_says_the_same_as_the_theme():
    css = (ROOT / "assets/00_tokens.css").read_text(encoding="utf-8")
    blocks = dict(zip(("dark", "light"), re.findall(r"\{([^}]*)\}", css), strict=True))
    for theme, tokens in TOKENS.items():
        said = dict(re.findall(r"--([a-z0-9-]+): (#[0-9A-F]{6});", blocks[theme]))
        assert said == dict(tokens)
    assert FONT.split(",")[0].strip('"') in (ROOT / "assets/05_fonts.css").read_text(encoding="utf-8")


def test_nothing_points_outside():
    outside = re.compile(r"https?://(?!127\.0\.0\.1|www\.w3\.org|\{)[a-z0-9.-]+", re.IGNORECASE)
    files = [*sources(*ROOMS), ROOT / "app.py", ROOT / "cli.py", *(ROOT / "assets").glob("*.*")]
    found = [
        f"{p.name}: {m[0]}"
        for p in files
        if p.suffix in (".py", ".css", ".js")
        for m in outside.finditer(p.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_print_and_no_bare_except():
    wrong = []
    for path in [*sources(*ROOMS), ROOT / "app.py", ROOT / "cli.py"]:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
                wrong.append(f"{path.name}:{node.lineno}")
            if isinstance(node, ast.ExceptHandler) and node.type is None:
                wrong.append(f"{path.name}:{node.lineno}")
    assert wrong == []


def test_every_metric_is_explained():
    from layouts.glossary.page import body

    page = str(body().to_plotly_json())
    assert all(m.name in page and m.definition_for(LevelTerms()) in page for m in METRICS.values())


def test_generated_docs_are_fresh():
    assert generate.FILE.read_text(encoding="utf-8") == generate.text()


@pytest.mark.parametrize("name", ["oracle.py", "evaluation_oracle.py"])
def test_the_oracles_import_nothing_of_the_product(name):
    plain = {"__future__", "collections", "dataclasses", "datetime", "fractions", "openpyxl"}
    assert set(imported(ROOT / "tests" / name)) <= plain


def test_the_project_names_no_outside_place():
    words = re.compile(r"/work/|/tmp/v\b|/root/")
    files = [p for p in ROOT.rglob("*") if p.suffix in (".py", ".md", ".css", ".js", ".yaml", ".toml", ".txt", ".sh")]
    files = [p for p in files if not {".venv", ".git", ".state"} & set(p.parts) and p.name != "test_house.py"]
    assert len(files) > 80
    assert [p.relative_to(ROOT).as_posix() for p in files if words.search(p.read_text(encoding="utf-8"))] == []

"""How the code is written: short, nothing unused, nothing left for later; what ruff, mypy and import-linter don't see."""

from __future__ import annotations

import ast
import re
from collections import Counter

from tests.architecture import sources


def test_nothing_is_left_for_later():
    left = re.compile(r"\b(TODO|FIXME|XXX)\b|raise NotImplementedError")
    faults = [
        f"{sources.name(path)}:{number} {line.strip()}"
        for path in [*sources.python(), *sources.assets(".css", ".js")]
        for number, line in enumerate(sources.text(path).splitlines(), 1)
        if left.search(line)
    ]
    assert not faults, "\n".join(faults)


def test_numbers_are_rounded_in_one_place():
    """What people read is rounded by `cockpit/formatting.py`: by a format, or in the browser, ties go otherwise."""
    faults = []
    for path in sources.python("cockpit", "layouts", "callbacks"):
        if path.name == "formatting.py":
            continue
        for node in ast.walk(sources.parsed(path)):
            spec = ast.unparse(node.format_spec) if isinstance(node, ast.FormattedValue) and node.format_spec else ""
            is_color = "X" in spec
            calls = ast.unparse(node.value) if isinstance(node, ast.FormattedValue) and not is_color else ""
            in_browser = isinstance(node, ast.Constant) and "d3.format" in str(node.value)
            if re.search(r",\.\d+f", spec) or re.search(r"\b(round|round_half_up)\(", calls) or in_browser:
                faults.append(f"{sources.name(path)}:{node.lineno}")
    assert not faults, "\n".join(faults)


def test_nothing_public_is_unused():
    uses = Counter(
        name for path in [*sources.python(), *sources.python("tests")] for name in re.findall(r"\w+", sources.text(path))
    )
    names = {n.name for path in sources.python() for n in _top_level(path)}
    commands = {f.name for path in sources.python("cli.py", "commands") for f in sources.functions(path) if f.decorator_list}
    assert len(names) > 100
    assert sorted(n for n in names - commands if uses[n] < 2) == []


def _top_level(path):
    kinds = (ast.FunctionDef, ast.ClassDef)
    return [n for n in sources.parsed(path).body if isinstance(n, kinds) and not n.name.startswith("_")]


LONGEST_FUNCTION, LONGEST_FILE, MOST_MODULES = 40, 300, 15


def test_functions_and_files_are_short():
    long = []
    for path in sources.python():
        lines = len(sources.text(path).splitlines())
        if lines > LONGEST_FILE:
            long.append(f"{sources.name(path)}: {lines}")
        for node in sources.functions(path):
            if node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION:
                long.append(f"{sources.name(path)}:{node.name}: {node.end_lineno - node.lineno + 1}")
    assert long == []


def test_no_folder_has_many_loose_modules():
    folders = Counter(path.parent for path in [*sources.python(), *sources.python("tests")] if path.name != "__init__.py")
    assert {sources.name(folder): n for folder, n in folders.items() if n > MOST_MODULES} == {}


def test_a_page_is_one_folder_everywhere():
    views = {path.name for path in (sources.ROOT / "cockpit/views").iterdir() if (path / "__init__.py").exists()}
    assert len(views) > 8
    for folder in ("layouts", "tests/unit/pages"):
        assert [page for page in sorted(views) if not (sources.ROOT / folder / page).is_dir()] == [], folder
    sheets = {path.stem for path in (sources.ROOT / "assets/pages").glob("*.css")}
    assert [page for page in sorted(views) if page not in sheets] == []


def test_callbacks_only_wire():
    computing = re.compile(r"\.(groupby|merge|pivot|pivot_table|agg|sum|mean)\(|\bselect\(")
    assert not [sources.name(path) for path in sources.python("callbacks") if computing.search(sources.text(path))]


def test_one_wrapper_of_charts():
    users = {sources.name(path) for path in sources.python("layouts", "callbacks") if re.search(r"\bGraph\(", sources.text(path))}
    assert users == {"layouts/components/graph.py"}


def test_no_path_of_a_machine():
    outside = re.compile(r"/work/|/tmp/v\b|/root/")
    suffixes = (".py", ".md", ".css", ".js", ".html", ".yaml", ".yml", ".toml", ".txt", ".sh")
    ignored = {".venv", ".git", ".state"}
    files = [
        p for p in sources.ROOT.rglob("*") if p.suffix in suffixes and not ignored & set(p.parts) and p.name != "test_style.py"
    ]
    assert len(files) > 80
    wrong = [sources.name(path) for path in files if outside.search(path.read_text(encoding="utf-8"))]
    assert not wrong, f"write a path from the project's folder, or of a temporary one (tmp_path): {wrong}"


def test_only_the_clock_asks_for_today():
    """Anything else would take the day of the machine's zone: on a server in UTC that of yesterday until 08:00."""
    local = re.compile(r"\bdate\.today\(|\bdatetime\.(now|today)\(\)|\.fromtimestamp\([^,)]*\)|\b(localtime|utcnow)\(")
    assert [sources.name(path) for path in sources.python() if local.search(sources.text(path))] == []
    assert all(local.search(use) for use in ("date.today()", "datetime.now()", "datetime.fromtimestamp(0)"))

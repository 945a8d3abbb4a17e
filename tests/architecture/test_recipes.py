"""The recipes of CONTRIBUTING.md, followed as they stand in a copy of the project."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.architecture import sources

_RECIPES = re.compile(
    r"(?:[Ii]n `(?P<file>[^`]+)`,\s)?"
    r"(?:into (?:the )?`?(?P<name>\w+)`?|behind each\sline `(?P<line>[^`]+)`|`(?P<path>[^`\n]+)`)"
    r"(?:\s\([^\n]*\))?:\n\n"
    r"```(?P<language>python|html|css|yaml|toml)\n(?P<code>.*?)```",
    re.DOTALL,
)
_COPIED = (
    *("app.py", "cli.py", "callbacks", "cockpit", "commands", "data", "layouts", "server", "assets", "docs"),
    *("bench", "tests", "vendor", "pyproject.toml", "CONTRIBUTING.md", "README.md"),
)


def insert(source, name, code):
    """Put the code behind the line that opens ``name``, an import before the first one of the product that sorts after it."""
    if name == "imports":
        lines = re.finditer(r"^from layouts\.[^\n]*\n", source, re.MULTILINE)
        position = next(line.start() for line in lines if line[0] > code)
    else:
        match = re.search(rf"^{name}\b[^\n]*[({{]\n", source, re.MULTILINE)
        assert match, f"{name} is not found"
        position = match.end()
    return source[:position] + code + source[position:]


def insert_behind(source, line, code):
    """Put the code behind each line that says only ``line``."""
    result, times = re.subn(rf"^\s*{re.escape(line)}\n", rf"\g<0>{code}", source, flags=re.MULTILINE)
    assert times, f"{line} is not found"
    return result


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the product with all recipes followed."""
    copy = tmp_path_factory.mktemp("project")
    for name in _COPIED:
        source = sources.ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, copy / name)
    text = (sources.ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    steps = list(_RECIPES.finditer(text))
    assert len(steps) == len(re.findall(r"^```(?!sh)\w", text, re.MULTILINE))
    file = ""
    for step in steps:
        if step["path"]:
            path = copy / step["path"]
            assert not path.exists(), path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step["code"], encoding="utf-8")
        else:
            file = step["file"] or file
            path = copy / file
            put, where = (insert, step["name"]) if step["name"] else (insert_behind, step["line"])
            path.write_text(put(path.read_text(encoding="utf-8"), where, step["code"]), encoding="utf-8")
    run(copy, "import runpy; runpy.run_module('docs.generate', run_name='__main__')")
    return copy


def run(project, script, status=0, **settings):
    """What a script prints in the copy."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COCKPIT_")} | settings
    command = [sys.executable, "-c", script]
    result = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == status, result.stderr
    return result.stdout


def cli(*args):
    """A script that runs the command line."""
    return f"import runpy, sys; sys.argv = ['cli.py', *{args!r}]; runpy.run_path('cli.py', run_name='__main__')"


@pytest.mark.parametrize("tool", [["check"], ["format", "--check"]], ids=" ".join)
def test_ruff_has_nothing_to_say(project, tool):
    steps = _RECIPES.finditer((project / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    files = {name for step in steps if (name := step["path"] or step["file"] or "").endswith(".py")}
    assert len(files) > 10
    command = [sys.executable, "-m", "ruff", *tool, "--no-cache", *files]
    result = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_imports_go_one_way(project):
    run(project, "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))")


def test_the_tests_of_what_was_added_pass(project):
    unit = ("aggregations/test_oracle.py", "catalogue", "pages/power")
    rules = ("test_docs.py", "test_plotly.py", "test_style.py")
    tests = [*(f"tests/unit/{name}" for name in unit), *(f"tests/architecture/{name}" for name in rules)]
    only = ["-k", "power or catalogue or architecture"]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests, *only]
    result = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_the_metric_and_the_page_are_there(project, sample_url):
    script = """
import app
client = app.create_server().test_client()
layout = client.get("/_dash-layout", headers={"X-Cockpit-Address": "/power?town=tangqi"}).get_data(as_text=True)
assert "2个指标有数据" in layout
assert "各月用电量" in layout
assert "没能显示" not in layout
glossary = client.get("/_dash-layout", headers={"X-Cockpit-Address": "/glossary"}).get_data(as_text=True)
assert "power_per_mu" in glossary
"""
    run(project, script, COCKPIT_DATABASE_URL=sample_url, COCKPIT_ACCESS="open")


def test_the_metric_has_a_value_on_the_command_line(project, sample_url):
    output = run(project, cli("figures", "亩均用电", "--period", "2022", "--json"), COCKPIT_DATABASE_URL=sample_url)
    [row] = json.loads(output)
    assert row["value"] > 0


def test_the_check_finds_what_it_is_for(project, tmp_path):
    from tests import workbooks

    sheets = {
        "企业名录": [workbooks.firm(1)],
        "月度经营": [workbooks.month(1, "2024-03", **{"研发费用（万元）": 90, "工业增加值（万元）": 25})],
    }
    workbooks.write(tmp_path / "book.xlsx", sheets)
    url = f"sqlite:///{tmp_path}/empty.sqlite3"
    output = run(project, cli("check", str(tmp_path / "book.xlsx"), "--json"), status=1, COCKPIT_DATABASE_URL=url)
    assert "研发费用大于工业增加值" in output


def test_the_district_opens(project, tmp_path):
    script = """
import app
client = app.create_server().test_client()
page = client.get("/_dash-layout", headers={"X-Cockpit-Address": "/"})
assert page.status_code == 200
assert "西湖制造数字驾驶舱" in client.get("/").get_data(as_text=True)
"""
    run(project, script, COCKPIT_DISTRICT="xihu", COCKPIT_DATABASE_URL=f"sqlite:///{tmp_path}/xihu.sqlite3")

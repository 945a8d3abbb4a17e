"""Style sheets, scripts and component ids: colours come from the tokens, ids from one file, nothing from elsewhere."""

from __future__ import annotations

import ast
import re

from layouts.ui.theme import FONT, TOKENS
from tests.architecture import sources

_TOKENS = next(path for path in sources.assets(".css") if path.name.endswith("tokens.css"))


def test_no_colours_outside_the_tokens():
    literal = re.compile(r"#[0-9A-Fa-f]{6}\b|rgba?\(\s*\d")
    files = [*sources.python("layouts", "callbacks"), *sources.templates(), *sources.assets(".css", ".js")]
    assert [
        f"{sources.name(path)}: {match[0]}"
        for path in files
        if path != _TOKENS and path.name != "theme.py"
        for match in literal.finditer(sources.text(path))
    ] == []


def test_the_style_sheet_has_the_tokens_of_the_theme():
    blocks = dict(zip(("dark", "light"), re.findall(r"\{([^}]*)\}", sources.text(_TOKENS)), strict=True))
    for theme, tokens in TOKENS.items():
        assert dict(re.findall(r"--([a-z0-9-]+): (#[0-9A-F]{6});", blocks[theme])) == dict(tokens)
    sheets = "".join(sources.text(path) for path in sources.assets(".css"))
    assert FONT.split(",")[0].strip('"') in sheets


def test_ids_live_in_one_file():
    """No text as an id, plain or pieced together, in a component or in a callback's wiring."""
    wrong = []
    for path in sources.python("layouts", "callbacks", "app.py"):
        if path.name == "ids.py":
            continue
        for node in ast.walk(sources.parsed(path)):
            if isinstance(node, ast.Call):
                named = [k.value for k in node.keywords if k.arg == "id"]
                wired = node.args[:1] if ast.unparse(node.func) in ("Input", "Output", "State", "set_props") else []
                texts = [v for v in (*named, *wired) if isinstance(v, ast.Constant | ast.JoinedStr | ast.Dict)]
                wrong += [f"{sources.name(path)}:{node.lineno} {ast.unparse(v)}" for v in texts]
    assert wrong == []


def test_ids_in_scripts_exist():
    ids = set(re.findall(r'= "([a-z-]+)"', (sources.ROOT / "layouts/ui/ids.py").read_text(encoding="utf-8")))
    scripts = "".join(sources.text(path) for path in sources.assets(".js"))
    named = set(re.findall(r'_ID = "([a-z-]+)"', scripts))
    assert {"viewport", "firm-grid", "scenario-changes"} <= named <= ids
    assert not re.findall(r'"filter-[a-z]+"', scripts)  # those come with the URL's contract


def test_nothing_points_outside():
    # Names of namespaces (W3C, Office) look like addresses; nothing is fetched from them.
    outside = re.compile(r"https?://(?!127\.0\.0\.1|www\.w3\.org|schemas\.openxmlformats\.org|\{)[a-z0-9.-]+", re.IGNORECASE)
    files = [*sources.python(), *sources.templates(), *sources.assets(".css", ".js")]
    links = [f"{sources.name(path)}: {match[0]}" for path in files for match in outside.finditer(sources.text(path))]
    assert links == []

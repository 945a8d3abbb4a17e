"""Class names: each that a style sheet selects is written somewhere, and each that is written has a rule."""

from __future__ import annotations

import ast
import re

import pytest

from cockpit.evaluation.policy.policy import GRADES
from cockpit.views.innovation.state import LADDER_KINDS, LEVELS
from layouts import pages
from layouts.chain import firm_list
from layouts.components.panel import PanelSpec
from layouts.page import Filters, Page
from tests.architecture import sources

#: Classes of elements that others make: Dash, AG Grid, Plotly, Bootstrap.
FOREIGN = re.compile(r"(_?dash|ag|js-plotly|btn|toast)-|(plot-container|nsewdrag|cursor-pointer|show)$")
PAGES: list[Page] = [page for views in pages._PAGES.values() for page in views.values()]
PANELS: list[PanelSpec] = [panel for page in PAGES for panel in page.panels]
#: Beginning of the names that a template or module pieces together -> what follows it.
BUILT = {
    "panel-": {panel.key for panel in PANELS},
    "span-": {panel.span for panel in PANELS},
    "order-": {panel.order for panel in PANELS if panel.order},
    "grid-": {page.key for page in PAGES},
    "cells-": {4, 5, 6},  # how many key values a page has
    "col-": set(range(len(firm_list._WIDTHS))),
    "grade-": {grade.lower() for grade in GRADES},
    "icon-": {"link", "theme"},  # layouts/shell/templates/actions.html
    "level-": set(range(len(LEVELS) + 1)),  # the last: unknown
    "pill-": {"town", "industry", "period", "month", "compare"},
    "without-": set(Filters),  # parts of the filter row that a page hides
    "rise-": set(range(len(LADDER_KINDS))),
    "by-": {"towns", "chains"},
}
#: Names without a rule: those of every panel and page, so that a style sheet can select one; and a hook of the browser tests.
WITHOUT_RULE = ("panel-", "grid-", "col-", "by-")

_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*-?")
_EXPRESSION = re.compile(r"\{\{(.*?)\}\}|\{%(.*?)%\}")
#: The last: the class of a wall's body, layouts/wall/templates/document.html.
_CLASSES = re.compile(r'\bclass="([^"]*)"|\bclass_attribute\((.*?)\) ?\}\}|\{% block kind %\}([\w-]+)')
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")


def names(text: str) -> set[str]:
    """Class names of a text; a last hyphen marks a beginning that an expression completes."""
    return {name for name in text.split() if _NAME.fullmatch(name)}


def quoted(expression: str) -> str:
    return " ".join(a or b for a, b in _QUOTED.findall(expression))


def selected(css: str) -> set[str]:
    """Classes of the selectors of a style sheet."""
    without = re.sub(r"/\*.*?\*/|url\([^)]*\)", "", css, flags=re.DOTALL)
    preludes = (prelude for prelude in re.findall(r"([^{};]+)\{", without) if not prelude.strip().startswith("@"))
    return {name for prelude in preludes for name in re.findall(r"\.([A-Za-z_][\w-]*)", prelude)}


def in_attributes(template: str) -> set[str]:
    """Classes in the attributes of a template, and in the expressions of those."""
    result: set[str] = set()
    for attribute, call, block in _CLASSES.findall(template):
        texts = [quoted(a or b) for a, b in _EXPRESSION.findall(attribute)]
        result |= names(" ".join([_EXPRESSION.sub("\0", attribute).replace("\0", " "), *texts, quoted(call), block]))
    return result


def class_arguments(tree: ast.AST) -> set[str]:
    """Classes that a module hands on as ``className`` or ``class_name``."""
    keywords = [
        k.value for n in ast.walk(tree) if isinstance(n, ast.Call) for k in n.keywords if k.arg in ("className", "class_name")
    ]
    return {name for value in keywords for name in constants(value)}


def constants(tree: ast.AST) -> set[str]:
    """Words of the texts of a module, pieces of f-strings too; docstrings are words of no program."""
    texts = (n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str))
    return {name for text in texts for name in names(text)}


def with_rule() -> set[str]:
    return {name for sheet in sources.assets(".css") for name in selected(sources.text(sheet)) if not FOREIGN.match(name)}


def built() -> set[str]:
    return {f"{beginning}{end}" for beginning, ends in BUILT.items() for end in ends}


def test_every_selected_class_is_written():
    written = built()
    for path in sources.templates():
        text = sources.text(path)
        written |= in_attributes(text) | names(quoted(" ".join(a or b for a, b in _EXPRESSION.findall(text))))
    for path in sources.python("layouts", "callbacks", "server", "app.py"):
        written |= constants(sources.parsed(path))
    for path in sources.assets(".js"):
        lines = sources.text(path).splitlines()
        written |= names(" ".join(map(quoted, lines)).replace(".", " "))
    assert sorted(with_rule() - written) == []


def test_every_written_class_has_a_rule():
    written = built()
    for path in sources.templates():
        written |= in_attributes(sources.text(path))
    for path in sources.python("layouts", "callbacks"):
        written |= class_arguments(sources.parsed(path))
    known = with_rule() | BUILT.keys()
    assert sorted(n for n in written - known if not n.startswith(WITHOUT_RULE) and not FOREIGN.match(n)) == []


def test_no_class_attribute_may_be_empty():
    """`class_attribute` leaves it out where there is no name."""
    maybe_empty = re.compile(r"""class="\s*"|class="\{\{ [^"]*? if [^"]*\}\}"|class="[^"]*\{\{ ' [^"]* if """)
    assert [f"{sources.name(p)}: {m[0]}" for p in sources.templates() for m in maybe_empty.finditer(sources.text(p))] == []


def test_every_beginning_is_pieced_together_somewhere():
    texts = "".join(sources.text(path) for path in (*sources.templates(), *sources.python("layouts")))
    assert [beginning for beginning in BUILT if f"{beginning}{{" not in texts] == []


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('<b class="one two{{ 3 }}">', {"one", "two"}),
        ("""<b{{ class_attribute('one', 'on' if "x" else '') }}>""", {"one", "on", "x"}),
        ('<b class="level-{{ rank }} one">', {"level-", "one"}),
        ('<a title="one">', set()),
    ],
)
def test_classes_of_a_template(template, expected):
    assert in_attributes(template) == expected


def test_classes_of_a_style_sheet():
    css = "/* .no { } */ @media (x) { .a > b:has(.b, .c) { mask: url(d.e) } }\n.f:is(.g)::after { content: '.'; width: 0.5rem }"
    assert selected(css) == {"a", "b", "c", "f", "g"}

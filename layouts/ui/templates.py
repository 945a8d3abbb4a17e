"""Contents of the page as HTML: Jinja2 templates, one folder ``templates`` in each package of `layouts/`.

Autoescaping is on, so that names from a workbook stay text; an undefined name is an error. A template is named by its
package and file: ``render("land/grades.html", rows=rows)`` reads `layouts/land/templates/grades.html`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup, escape

from cockpit import formatting
from layouts.ui.theme import css_color, grade_token

#: Empty HTML.
NOTHING = Markup("")

#: Combinations of class names that are kept as attributes: a page asks for some sixty, the same each time.
_CACHED_CLASSES = 1024
_LAYOUTS = Path(__file__).parent.parent
#: What lines don't break: up to a comma, or to a dot, whose blank stays outside.
_PHRASE = re.compile(r"(?=\S)(?:(?! · )[^，；])+(?:[，；]| ·)?")
_LINE_BREAK = re.compile(r"(\S)[ \t]*\n\s*(?=(\S))")


class JoinLines(Extension):
    """Join the lines of a template: beside a tag without white space, else with a blank.

    White space between inline elements would be seen on the page.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return the source on one line."""

        def join(match: re.Match[str]) -> str:
            before, after = match[1], match[2]
            return before if before in ">}" or after in "<{" else f"{before} "

        return _LINE_BREAK.sub(join, source.strip())


@lru_cache(_CACHED_CLASSES)
def class_attribute(*names: str | None) -> Markup:
    """Return the HTML attribute of those class names that aren't empty, with a blank before it; nothing where all are."""
    present = " ".join(filter(None, names))
    return Markup(' class="{}"').format(present) if present else NOTHING


def phrases(text: str) -> Markup:
    """Return a text that breaks its lines behind a dot or a comma, and inside a phrase only where it must."""
    return Markup(_PHRASE.sub(lambda phrase: f'<span class="phrase">{phrase[0]}</span>', str(escape(str(text)))))


def _environment() -> Environment:
    folders = {folder.parent.name: FileSystemLoader(folder) for folder in sorted(_LAYOUTS.glob("*/templates"))}
    environment = Environment(
        loader=PrefixLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=[JoinLines],
        auto_reload=False,
        cache_size=-1,
    )
    environment.filters |= {
        "number": formatting.format_number,
        "percent": formatting.format_percent,
        "points": formatting.format_points,
        "signed": formatting.format_signed,
        "phrases": phrases,
        "css": css_color,
        "grade_token": grade_token,
    }
    environment.globals["class_attribute"] = class_attribute
    return environment


_TEMPLATES = _environment()


def render(template: str, /, **values: Any) -> Markup:
    """Render a template to safe HTML.

    Raises ``jinja2.TemplateNotFound`` and ``jinja2.UndefinedError``: both are errors of the program.
    """
    return Markup(_TEMPLATES.get_template(template).render(values))


def macro(template: str, name: str) -> Any:
    """Return a macro of a template as a function that renders safe HTML, for components that Python code calls often."""
    return getattr(_TEMPLATES.get_template(template).module, name)

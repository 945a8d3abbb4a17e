"""Which of Dash's scripts the index page names: those of large libraries wait until a page shows their components."""

from __future__ import annotations

import re
from collections.abc import Mapping

#: Library -> its components that `layouts/` uses; `assets/late.js` stands in for them.
LATE: Mapping[str, tuple[str, ...]] = {"dash_ag_grid": ("AgGrid",)}
#: What Dash's scripts ask for by themselves, without a fingerprint, on the pages that use it.
PARTS = tuple(
    f"/_dash-component-suites/{path}"
    for path in (
        "dash/dcc/async-graph.js",
        "dash/dcc/async-dropdown.js",
        "dash/dcc/async-slider.js",
        "dash_ag_grid/async-community.js",
    )
)
#: Scripts of Dash that no page needs.
_UNUSED = re.compile(r'<script src="[^"]*/dash/dash_table/[^"]*"></script>\n?')
_SCRIPT = '<script src="([^"]*/_dash-component-suites/{library}/[^"]*)"></script>'
_PLACE = r'<template data-late="{library}" data-components="{components}" data-src="\1"></template>'


def at_first(scripts: str) -> str:
    """The script tags of the index page without the unused ones, and with places of those that come later."""
    scripts = _UNUSED.sub("", scripts)
    for library, components in LATE.items():
        place = _PLACE.format(library=library, components=" ".join(components))
        scripts = re.sub(_SCRIPT.format(library=library), place, scripts)
    return scripts

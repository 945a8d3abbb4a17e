"""Script tags of the index page: which of Dash's scripts load at once, and which with the first page that needs them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from layouts.components.graph import GRAPH_CHUNK, PLOTLY

#: Library -> its components that `layouts/` uses; `assets/base/lazy_libraries.js` stands in for them.
LAZY_LIBRARIES: Mapping[str, tuple[str, ...]] = {"dash_ag_grid": ("AgGrid",), "dash_bootstrap_components": ("Input",)}
#: Files that Dash's scripts load by themselves, without a fingerprint, on the pages that use them.
CHUNKS = tuple(
    f"/_dash-component-suites/{path}"
    for path in (
        "dash/dcc/async-graph.js",
        "dash/dcc/async-slider.js",
        "dash_ag_grid/async-community.js",
    )
)
#: Scripts of Dash that no page needs. Of the polyfills (a tenth of a second, and slower than what browsers have) Dash's own
#: scripts need one, `assets/vendor/regenerator-runtime.js`.
_UNUSED = re.compile(r'<script src="[^"]*/dash/(?:dash_table/|deps/polyfill@)[^"]*"></script>\n?')
_CORE_COMPONENTS = re.compile(r'<script src="([^"]*/dash/dcc/)dash_core_components(\.v[^"]*)"></script>')
_RENDERER = re.compile(r'<script src="[^"]*/dash-renderer/[^"]*"></script>')
_LIBRARY = '<script src="([^"]*/_dash-component-suites/{library}/[^"]*)"></script>'


def rewrite_script_tags(tags: str, own: str, plotly: str) -> str:
    """Rewrite the script tags of the index page: without the unused ones, the lazy ones as templates, and with ``own``.

    ``own`` is the address of our scripts. They use React and the templates, and Dash uses them. ``plotly``: our plotly.js, which
    comes with the first chart. Raises ``RuntimeError`` when Dash writes no such tags.
    """
    core = _find(_CORE_COMPONENTS, tags)
    dropdown, graph = (f"{core[1]}{chunk}{core[2]}" for chunk in ("async-dropdown", GRAPH_CHUNK))
    # Every page has dropdowns: Dash would load them when it meets the first, from an address without a fingerprint.
    tags = _UNUSED.sub("", tags).replace(core[0], f'{core[0]}\n<script src="{dropdown}"></script>')
    for library, components in LAZY_LIBRARIES.items():
        tag = _find(re.compile(_LIBRARY.format(library=library)), tags)
        tags = tags.replace(tag[0], _template(library, tag[1], f' data-components="{" ".join(components)}"'))
    charts = {PLOTLY: plotly, GRAPH_CHUNK: graph}
    templates = [_template(name, address) for name, address in charts.items()]
    renderer = _find(_RENDERER, tags)[0]
    return tags.replace(renderer, "\n".join([*templates, f'<script src="{own}"></script>', renderer]))


def _template(library: str, address: str, more: str = "") -> str:
    return f'<template data-library="{library}"{more} data-src="{address}"></template>'


def _find(pattern: re.Pattern[str], tags: str) -> re.Match[str]:
    match = pattern.search(tags)
    if match is None:
        raise RuntimeError(f"Dash's index page has no tag like {pattern.pattern}")
    return match

"""Which of Dash's scripts the index page names, and which wait until a page shows their components."""

from __future__ import annotations

import re
from collections.abc import Mapping

#: Library -> its components that `layouts/` uses; `assets/late.js` stands in for them.
LAZY_LIBRARIES: Mapping[str, tuple[str, ...]] = {"dash_ag_grid": ("AgGrid",), "dash_bootstrap_components": ("Input",)}
#: What Dash's scripts ask for by themselves, without a fingerprint, on the pages that use it.
CHUNKS = tuple(
    f"/_dash-component-suites/{path}"
    for path in (
        "dash/dcc/async-slider.js",
        "dash_ag_grid/async-community.js",
    )
)
#: Scripts of Dash that no page needs. Of the polyfills (a tenth of a second, and slower than what browsers have) Dash's own
#: scripts need one, `assets/vendor/regenerator-runtime.js`.
_UNUSED = re.compile(r'<script src="[^"]*/dash/(?:dash_table/|deps/polyfill@)[^"]*"></script>\n?')
#: Every page has dropdowns: what Dash would ask for when it meets the first, by an address that isn't kept.
_DROPDOWN = re.compile(r'(<script src="[^"]*/dash/dcc/)dash_core_components(\.v[^"]*"></script>)')
_RENDERER = re.compile(r'<script src="[^"]*/dash-renderer/[^"]*"></script>')
_SCRIPT = '<script src="([^"]*/_dash-component-suites/{library}/[^"]*)"></script>'
_PLACE = r'<template data-late="{library}" data-components="{components}" data-src="\1"></template>'


def rewrite_script_tags(scripts: str, own: str, charts: str, *, with_charts: bool) -> str:
    """The script tags of the index page: without the unused ones, with places of those that come later, and with ``own``.

    ``own`` is the address of our scripts. They use React and what is said of the late libraries, and Dash uses them.
    ``charts``: the plotting library's; it comes with the first chart, asked for early where the page begins with one.
    """
    scripts = _DROPDOWN.sub(r"\g<0>\n\1async-dropdown\2", _UNUSED.sub("", scripts))
    for library, components in LAZY_LIBRARIES.items():
        place = _PLACE.format(library=library, components=" ".join(components))
        scripts = re.sub(_SCRIPT.format(library=library), place, scripts)
    early = f'<link rel="preload" as="script" href="{charts}">' if with_charts else ""
    place = f'{early}<template data-late="Plotly" data-src="{charts}"></template>'
    return _RENDERER.sub(rf'{place}\n<script src="{own}"></script>\n\g<0>', scripts)

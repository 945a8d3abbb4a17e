"""Every chart of every page is a figure that plotly.py accepts, on a desk, a wall and a phone."""

from __future__ import annotations

import pytest

from callbacks.render import respond
from callbacks.request import PageRequest
from cockpit.selection import View
from layouts.components.panel import PanelKind
from layouts.pages import _PAGES
from layouts.ui import ids
from layouts.ui.theme import Viewport
from tests.app.land.test_land import CODE
from tests.app.test_pages import walk
from tests.unit.pages.validate import validate

VIEWPORTS = (Viewport(), Viewport(theme="light", narrow=True), Viewport(scale=2.0))
VIEWS = {View.RESULT: "", View.WHAT_IF: "sim=0w0:50", View.LISTS: "", View.PLATFORM: "", View.GREEN: "", View.REMEDIATION: ""}


def addresses():
    """Path, query and page of every page; a page of a chain's own under that chain."""
    for prefix, views in _PAGES.items():
        for view, page in views.items():
            chain = "green-energy" if view is View.GREEN else "fashion"
            path = prefix + {"/chain/": chain, "/enterprise/": CODE}.get(prefix, "")
            yield path, f"?view={view}&{VIEWS[view]}", page


def test_every_chart_is_a_figure_of_plotly(graded_repository, shape):
    charts, valid = set(), set()
    for path, query, page in addresses():
        charts |= {ids.graph(spec.key) for spec in page.panels if spec.kind is PanelKind.CHART}
        for viewport in VIEWPORTS:
            response = respond(graded_repository, shape, PageRequest(path, query, viewport, ""))
            for component in walk(response.body):
                if getattr(component, "figure", None):
                    validate(component.figure)
                    valid.add(component.id)
    assert len(charts) > 10
    assert charts == valid


@pytest.mark.parametrize("figure", [{"data": [{"type": "bars"}]}, {"layout": {"xaxis": {"tickfonts": {}}}}])
def test_plotly_refuses_what_it_does_not_know(figure):
    with pytest.raises(ValueError, match=r"Invalid|invalid"):
        validate(figure)

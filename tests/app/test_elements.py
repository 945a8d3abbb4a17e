"""The elements are Dash's own, and every property that a page gives one is a property that Dash knows."""

from __future__ import annotations

import dash
import pytest
from dash.development.base_component import Component, ComponentRegistry

from callbacks.render import respond
from callbacks.request import PageRequest
from layouts.ui import html, ids
from layouts.ui.theme import Viewport

PATHS = (
    *("/", "/chain/fashion", "/chain/green-energy?view=green", "/chain/fashion?view=platform", "/chain/fashion?view=lists"),
    *("/land", "/land?view=what-if", "/land?view=remediation", "/projects", "/space", "/innovation", "/glossary", "/none"),
)


def elements(node):
    if isinstance(node, list | tuple):
        for child in node:
            yield from elements(child)
    elif isinstance(node, Component):
        yield node
        yield from elements(getattr(node, "children", None))


@pytest.mark.parametrize("address", PATHS)
def test_every_property_of_a_page_is_one_that_dash_knows(graded_repository, shape, address):
    path, _, query = address.partition("?")
    answer = respond(graded_repository, shape, PageRequest(path, f"?{query}", Viewport(), ""))
    result = [*elements(answer.body), *(e for value in answer.props.values() for e in elements(value))]
    assert result
    for element in result:
        for name, value in vars(element).items():
            known = name in element._prop_names or name.startswith(("_", "data-", "aria-", "available_"))
            assert known, (element, name)
            assert name == "children" or not isinstance(value, Component), (element, name)


def test_elements_are_dashs_own_and_travel_alike():
    props = {"className": "x", "title": "<b>", "data-target": "town:tangqi", "hidden": True}
    light, usual = html.Span("说", **props), dash.html.Span("说", **props)
    assert isinstance(light, dash.html.Span)
    assert light.to_plotly_json() == usual.to_plotly_json()
    assert html.Div().to_plotly_json() == dash.html.Div().to_plotly_json()
    named = html.Div(id=ids.PAGE)
    assert html.Div([named])[ids.PAGE] is named, "Dash finds what is named"


def test_dash_takes_them_for_its_own_library():
    assert ComponentRegistry.namespace_to_package["dash_html_components"] == "dash"

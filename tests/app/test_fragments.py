"""What is sent as HTML text and what stays a component; the first page comes with the layout."""

from __future__ import annotations

import json

import pytest
from dash import dcc
from markupsafe import Markup
from plotly.utils import PlotlyJSONEncoder

from app import create_app
from layouts.components.client import Fragment, build_patch
from layouts.ui import ids
from server.headers import ADDRESS
from tests.app.requests import change
from tests.app.test_pages import NoCommands, ask


def sent(value):
    """Return the value as the browser gets it: as JSON."""
    return json.loads(json.dumps(value, cls=PlotlyJSONEncoder))


def test_html_stays_and_text_is_escaped():
    fragment = sent(Fragment(Markup('<b title="x">y</b>'), "p", id="p", **{"aria-label": "<"}))
    assert fragment["type"] == "Fragment"
    assert fragment["props"] == {"html": '<b title="x">y</b>', "tag": "p", "id": "p", "aria-label": "<"}
    assert Fragment("<script> & co").html == "&lt;script&gt; &amp; co"


@pytest.mark.parametrize("component", [dcc.Input(), dcc.Store(id=ids.SCENARIO_BASE), Fragment("y")])
def test_a_component_of_dash_is_no_html(component):
    with pytest.raises(TypeError):
        Fragment(component)


def test_a_patch_has_each_component_once():
    patch = build_patch({("a", "html"): "<b>1</b>", ("a", "title"): "t", ("b", "figure"): {}})
    assert patch == {"a": {"html": "<b>1</b>", "title": "t"}, "b": {"figure": {}}}


@pytest.mark.parametrize(
    ("path", "max_components"), [("/", 50), ("/chain/fashion", 60), ("/land", 50), ("/projects", 40), ("/glossary", 1)]
)
def test_a_page_is_few_components(sample_repository, shape, path, max_components):
    """Dash visits every component at every change: some five hundred before, each a microsecond or two, thirty times."""
    text = json.dumps(ask(sample_repository, shape, path).body, cls=PlotlyJSONEncoder)
    assert 0 < text.count('"namespace"') <= max_components


@pytest.fixture(scope="module")
def client(sample_repository, district, shape):
    return create_app(sample_repository, NoCommands(), district, shape).server.test_client()


def props(layout, identity):
    """Return the properties of a component in a layout that is JSON."""
    if isinstance(layout, list):
        return next((match for child in layout if (match := props(child, identity)) is not None), None)
    if not isinstance(layout, dict):
        return None
    mine = layout.get("props", {})
    return mine if mine.get("id") == identity else props(mine.get("children"), identity)


def test_the_layout_holds_the_page_of_the_address(client, sample_repository, shape):
    layout = client.get("/_dash-layout", headers={ADDRESS: "/?town=tangqi&metric=tax"}).get_json()
    page = ask(sample_repository, shape, "/", "?town=tangqi&metric=tax")
    assert props(layout, ids.PAGE)["children"] == sent(page.body)
    assert props(layout, ids.CURRENT_PAGE)["data"] == "overview"
    assert props(layout, ids.URL)["pathname"] == "/"
    assert props(layout, ids.URL)["search"] == "?town=tangqi&metric=tax"
    assert props(layout, ids.FILTER_TOWN)["value"] == ["tangqi"]
    assert props(layout, ids.SERVER_FILTERS)["data"] == page.props[(ids.SERVER_FILTERS, "data")]
    assert "town=tangqi" in props(layout, ids.NAVIGATION)["html"]
    assert props(layout, ids.FILTER_MONTH)["options"]


def test_without_an_address_the_layout_is_the_frame(client):
    layout = client.get("/_dash-layout").get_json()
    assert "pathname" not in props(layout, ids.URL)
    assert "data" not in props(layout, ids.CURRENT_PAGE)
    assert props(layout, ids.PAGE)["children"]["props"]["className"] == "loading"


def test_the_layout_is_rendered_for_the_viewport_of_the_request(client):
    def figure(cookie):
        client.set_cookie("screen", cookie)
        return props(client.get("/_dash-layout", headers={ADDRESS: "/projects"}).get_json(), "timeline-graph")["figure"]

    assert figure("dark.16.1920")["layout"]["font"] != figure("light.16.1920")["layout"]["font"]
    assert figure("dark.32.3840")["layout"]["font"]["size"] == 24
    client.delete_cookie("screen")


@pytest.mark.parametrize(
    "address", ["/none", "/land?view=none", "/?town=%3Cscript%3E", "/?", "?", "x", "/?a=1?b=2", "/" + "a" * 3000]
)
def test_any_address_has_a_response(client, address):
    response = client.get("/_dash-layout", headers={ADDRESS: address})
    assert response.status_code == 200
    assert "<script>" not in response.get_data(as_text=True)
    assert "暂时无法" not in response.get_data(as_text=True)


def test_a_change_of_filter_is_one_patch(client, sample_repository, shape):
    """What isn't part of one output could be applied out of order by a browser that has sent another request meanwhile."""
    response = client.post("/_dash-update-component", json=change()).get_json()
    assert set(response["response"]) == {"patcher"}
    assert "sideUpdate" not in response
    patch = response["response"]["patcher"]["patch"]
    page = ask(sample_repository, shape, "/", "?town=tangqi", current="overview")
    assert patch == sent(build_patch(page.props))
    assert "trend-line now" in patch["trend"]["html"]

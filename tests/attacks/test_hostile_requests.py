"""Requests that no page sends: answered in words with 4xx, never with a traceback; sizes, hosts and origins are bounded."""

from __future__ import annotations

import json
import logging
import random
from urllib.parse import quote

import pytest

from app import create_server
from callbacks.inputs import PROPERTY_TYPES
from cockpit.settings import Settings
from server.checks.limits import MAX_ADDRESS_BYTES, MAX_BODY_BYTES
from tests.app.requests import change

UPDATE = "/_dash-update-component"
#: Values of every kind that JSON has, to be put where others belong.
VALUES = (
    None,
    True,
    -1,
    0,
    3,
    10**30,
    1.5,
    "",
    "x",
    "\x00",
    "\u202e",
    [],
    [1],
    [[]],
    {},
    {"a": 1},
    {"name": 5},
    "9" * 9000,
    [0] * 50,
)
ROWS = {
    "output": "..firm-grid.getRowsResponse...firm-search-status.children..",
    "outputs": [
        {"id": "firm-grid", "property": "getRowsResponse"},
        {"id": "firm-search-status", "property": "children"},
    ],
    "inputs": [
        {
            "id": "firm-grid",
            "property": "getRowsRequest",
            "value": {"startRow": 0, "endRow": 100, "sortModel": [{"colId": "score", "sort": "asc"}], "filterModel": {}},
        }
    ],
    "state": [{"id": "url", "property": "search", "value": ""}],
    "changedPropIds": ["firm-grid.getRowsRequest"],
}
SEARCH = {
    "output": "search-results.html",
    "outputs": {"id": "search-results", "property": "html"},
    "inputs": [{"id": "search", "property": "value", "value": "锦"}],
    "state": [{"id": "url", "property": "search", "value": ""}],
    "changedPropIds": ["search.value"],
}


@pytest.fixture(scope="module")
def server(graded_url):
    return create_server(Settings(database_url=graded_url, access="open"))


@pytest.fixture
def client(server):
    return server.test_client()


def mutations(request, rng):
    """Yield the request with one thing wrong: a value of another kind, a key less or more, at any depth."""
    paths = list(walk(request))
    while True:
        copy = json.loads(json.dumps(request))
        path = rng.choice(paths)
        holder = copy
        for key in path[:-1]:
            holder = holder[key]
        kind = rng.random()
        if kind < 0.25:
            del holder[path[-1]]
        elif kind < 0.35 and isinstance(holder, dict):
            holder[rng.choice(("x", "longCallback", "cacheKey"))] = rng.choice(VALUES)
        else:
            holder[path[-1]] = rng.choice(VALUES)
        yield copy


def walk(value, path=()):
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from walk(inner, (*path, key))


@pytest.mark.parametrize("request_", [change(), ROWS, SEARCH], ids=["page", "rows", "search"])
def test_malformed_callbacks_are_refused_in_words(client, caplog, request_):
    assert client.post(UPDATE, json=request_).status_code == 200
    generator = mutations(request_, random.Random(20))
    with caplog.at_level(logging.ERROR):
        for body in (next(generator) for _ in range(150)):
            response = client.post(UPDATE, json=body)
            assert response.status_code in (200, 204, 400), (response.status_code, body)
            if response.status_code == 400:
                assert "请" in response.text
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"x"',
        b"NaN",
        b"\xff\xfe",
        b"[" * 5000 + b"]" * 5000,
        b'{"output": ' + b"[" * 900 + b"]" * 900 + b"}",
    ],
    ids=lambda body: body[:12].decode("latin-1"),
)
def test_what_is_no_request_is_refused(client, caplog, body):
    response = client.post(UPDATE, data=body, content_type="application/json")
    assert response.status_code == 400
    assert "请刷新页面后再试" in response.text
    assert "Traceback" not in caplog.text


def test_every_property_that_a_page_may_send_has_a_type(client):
    callbacks = [one for one in client.get("/_dash-dependencies").json if one["clientside_function"] is None]
    sent = {(one["id"], one["property"]) for callback in callbacks for one in callback["inputs"] + callback["state"]}
    assert sent == PROPERTY_TYPES.keys()


def test_other_types_and_unknown_callbacks_are_refused(client):
    assert client.post(UPDATE, data=json.dumps(change()), content_type="text/plain").status_code == 400
    assert client.post(f"{UPDATE}?endId=as-the-renderer-sends", json=change()).status_code == 200
    assert client.post(f"{UPDATE}?cacheKey=1&job=2", json=change()).status_code == 400
    assert client.post(UPDATE, json=change() | {"output": "nothing.children"}).status_code == 400
    assert client.post(UPDATE, json=change() | {"outputs": []}).status_code == 400


@pytest.mark.parametrize("model", ["sortModel", "filterModel"])
def test_lists_of_the_grid_are_bounded_by_its_columns(client, model):
    value = [{"colId": "score", "sort": "asc"}] * 200 if model == "sortModel" else {f"c{i}": {} for i in range(200)}
    body = json.loads(json.dumps(ROWS))
    body["inputs"][0]["value"][model] = value
    assert client.post(UPDATE, json=body).status_code == 400
    body = json.loads(json.dumps(ROWS))
    body["inputs"][0]["value"]["endRow"] = 1_000_000
    assert client.post(UPDATE, json=body).status_code == 400


def test_bodies_and_addresses_are_bounded(client):
    too_much = client.post(UPDATE, data=b" " * (MAX_BODY_BYTES + 1), content_type="application/json")
    assert too_much.status_code == 413
    assert "至多 1 MB" in too_much.text
    for path in (f"/?q={'a' * MAX_ADDRESS_BYTES}", "/" + "a" * (MAX_ADDRESS_BYTES + 1)):
        assert client.get(path).status_code == 414
    assert client.get("/_dash-layout", headers={"X-Cockpit-Address": "/?q=" + "a" * MAX_ADDRESS_BYTES}).status_code == 414
    assert client.get(f"/?q={'a' * 1000}").status_code == 200


@pytest.mark.parametrize(
    "path", ["/_dash-component-suites/nothing/x.js", "/_dash-component-suites/dash/../../app.py", "/assets/none.js"]
)
def test_unknown_files_are_missing(client, caplog, path):
    response = client.get(path)
    assert response.status_code == 404
    assert "Traceback" not in caplog.text


def test_a_method_that_is_not_there_is_refused_in_words(client):
    response = client.put("/wall/walls/x")
    assert response.status_code == 405
    assert "不接受" in response.text


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8050", "127.0.0.1.evil.example", "", "localhost@evil.example", "[::1"]
)
def test_other_hosts_are_refused(client, host):
    assert client.get("/", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8050", "[::1]:8050", "LOCALHOST"])
def test_loopback_is_served(client, host):
    assert client.get("/health", headers={"Host": host}).status_code == 200


def test_configured_hosts_are_served(graded_url):
    named = create_server(Settings(database_url=graded_url, hosts="cockpit.example.gov.cn, other", access="open")).test_client()
    for host, status in (("cockpit.example.gov.cn", 200), ("other:8050", 200), ("evil.example", 400), ("192.168.0.7", 400)):
        assert named.get("/health", headers={"Host": host}).status_code == status, host
    everywhere = create_server(Settings(database_url=graded_url, host="0.0.0.0")).test_client()
    for host, status in (("192.168.0.7:8050", 200), ("[fe80::1]", 200), ("evil.example", 400)):
        assert everywhere.get("/health", headers={"Host": host}).status_code == status, host


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://localhost.evil.example", "x"])
def test_posts_of_other_origins_are_refused(client, origin):
    for path in (UPDATE, "/wall/walls/x"):
        response = client.post(path, json=change(), headers={"Origin": origin, "X-Cockpit": "remote"})
        assert response.status_code == 403
        assert "别的网站" in response.text
    assert client.post(UPDATE, json=change(), headers={"Origin": "http://localhost:8050"}).status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/_dash-layout", "/_dash-dependencies", "/wall", "/wall/live", "/wall/walls", "/health", "/none"]
)
def test_no_one_keeps_what_was_built_for_a_request(client, path):
    response = client.get(path)
    assert response.headers["Cache-Control"] in ("no-store", "private, no-cache")
    assert {"Cookie", "X-Cockpit-Address"} <= {name.strip() for name in response.headers["Vary"].split(",")}


def test_callbacks_are_not_kept_either(client):
    response = client.post(UPDATE, json=change())
    assert "no-cache" in response.headers["Cache-Control"]
    assert "Cookie" in response.headers["Vary"]


def test_a_wall_whose_name_has_a_slash_is_commanded_too(client):
    name = "一楼/二楼"
    assert client.get("/wall/live", query_string={"name": name}).status_code == 200
    press = {"json": {"action": "next"}, "headers": {"X-Cockpit": "remote"}}
    assert client.post(f"/wall/walls/{quote(name, safe='')}", **press).status_code == 200

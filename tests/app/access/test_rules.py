"""Default deny: every endpoint and every callback declares what it asks for, and nothing is served to nobody."""

from __future__ import annotations

import pytest

from app import create_app, create_application
from cockpit.access.permissions import Permission
from cockpit.settings import Settings
from data.district_pack import load_map
from server.access.current import own_client
from server.access.guard import relative_address
from server.access.rules import RULES, Anyone, rule_of


@pytest.fixture(scope="module")
def application(tmp_path_factory):
    folder = tmp_path_factory.mktemp("access")
    return create_application(Settings(database_url=f"sqlite:///{folder / 'x.db'}", access="login"))


@pytest.fixture(scope="module")
def rules(application):
    """Each rule of the address map: (endpoint, an address for it, methods)."""
    values = {
        "path": "chain/fashion",
        "filename": "x",
        "package_name": "dash",
        "fingerprinted_path": "x.js",
        "index": 0,
        "name": "x",
    }
    adapter = application.server.url_map.bind("localhost")
    return [
        (
            rule.endpoint,
            adapter.build(rule.endpoint, {k: values[k] for k in rule.arguments}),
            sorted(rule.methods - {"HEAD", "OPTIONS"}),
        )
        for rule in application.server.url_map.iter_rules()
    ]


def test_every_endpoint_has_a_rule_and_every_rule_an_endpoint(rules):
    endpoints = {endpoint for endpoint, _, _ in rules}
    assert [endpoint for endpoint in sorted(endpoints) if rule_of(endpoint) is None] == []
    assert sorted(set(RULES) - endpoints) == []


def test_nobody_gets_anything_but_what_is_public(application, rules):
    requested = 0
    for endpoint, address, methods in rules:
        for method in methods:
            if rule_of(endpoint) is Anyone.PUBLIC:
                continue
            response = application.server.test_client().open(address, method=method)
            leads_to_login = response.status_code == 302 and response.headers["Location"].startswith("/login?next=")
            assert response.status_code == 401 or (leads_to_login and method == "GET"), f"{method} {address}: {response.status}"
            assert "no-store" in response.headers["Cache-Control"], address
            requested += 1
    assert requested > 10


def test_an_endpoint_without_a_rule_is_not_served_even_to_who_may_do_all(application):
    server = application.server
    server.view_functions.setdefault("unruled", lambda: "secret")
    if not any(rule.endpoint == "unruled" for rule in server.url_map.iter_rules()):
        server._got_first_request = False
        server.add_url_rule("/unruled", "unruled")
    response = own_client(server).get("/unruled")
    assert response.status_code == 403
    assert "secret" not in response.text


def test_every_callback_on_the_server_declares_a_permission(demo_app):
    entries = {key: entry["callback"] for key, entry in demo_app.callback_map.items() if "callback" in entry}
    assert len(entries) > 8
    undeclared = [key for key, callback in entries.items() if getattr(callback, "permission", None) not in set(Permission)]
    assert undeclared == []


@pytest.fixture(scope="module")
def demo_app(district):
    return create_app(object(), object(), district, load_map(district))


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "",
        "x",
        "/a\nb",
        "http:/x",
    ],
)
def test_after_login_nobody_is_led_to_another_site(address):
    assert relative_address(address) == "/"


@pytest.mark.parametrize("address", ["/", "/land?town=tangqi", "/chain/fashion?period=2022-03..2022-05&industry=38"])
def test_after_login_the_requested_page_follows(address):
    assert relative_address(address) == address

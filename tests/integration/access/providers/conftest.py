"""An OpenID Connect provider and a directory, each a process of its own on a free port of 127.0.0.1."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from data.access.providers.oidc import OidcClient, OidcProvider
from tests.conftest import ROOT, free_port
from tests.integration.access.providers.slapd import Slapd

SUB = "sub-001"
BACK = "http://127.0.0.1:8050/login/with/oidc/return"


class OidcServer:
    """The provider; ``forge`` makes it lie until the next test."""

    def __init__(self):
        port = free_port()
        self.issuer = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-W", "ignore", "-m", "tests.integration.access.providers.oidc_server", str(port)]
        environment = os.environ | {"AUTHLIB_INSECURE_TRANSPORT": "1"}
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(300):
            try:
                self.set_user(SUB, preferred_username="zhangsan", groups=["经信领导"])
                return
            except requests.ConnectionError:
                assert self.process.poll() is None, "the provider has ended"
                time.sleep(0.1)
        raise AssertionError("the provider didn't start")

    def set_user(self, subject, **claims):
        requests.put(f"{self.issuer}/users/{subject}", json=claims, timeout=5).raise_for_status()

    def forge(self, **how):
        requests.post(f"{self.issuer}/test/forge", json=how, timeout=5).raise_for_status()

    def requested(self):
        """Return the paths that were requested since ``forge``."""
        return requests.get(f"{self.issuer}/test/requests", timeout=5).json()

    def log_in(self, address, subject=SUB, *, deny=False):
        """Log in as a browser that was sent to ``address`` does; returns the query that it comes back with."""
        data = {"action": "deny"} if deny else {"sub": subject}
        response = requests.post(address, data=data, allow_redirects=False, timeout=5)
        assert response.status_code == 302, response.text
        return dict(parse_qsl(urlsplit(response.headers["Location"]).query))

    def client(self, **changes):
        values = {
            "issuer": self.issuer,
            "client_id": "cockpit",
            "secret": "s3cret",
            "label": "统一身份认证",
            "scopes": "openid profile",
            "account": "preferred_username",
            "groups": "groups",
            "ca": "",
        }
        return OidcClient(**values | changes)

    def provider(self, **changes):
        return OidcProvider(self.client(**changes))

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


@pytest.fixture(scope="session")
def oidc_process():
    server = OidcServer()
    yield server
    server.stop()


@pytest.fixture
def oidc(oidc_process):
    oidc_process.forge()
    oidc_process.set_user(SUB, preferred_username="zhangsan", groups=["经信领导"])
    return oidc_process


@pytest.fixture(scope="session")
def slapd(tmp_path_factory):
    server = Slapd(tmp_path_factory.mktemp("slapd"))
    yield server
    server.stop()

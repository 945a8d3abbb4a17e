"""OpenID Connect against a real provider that enforces PKCE: what it verified is who it is, and nothing else is believed."""

from __future__ import annotations

import logging
from urllib.parse import parse_qs, urlsplit

import pytest

from cockpit.errors import LoginError, ProviderError
from tests.conftest import free_port
from tests.integration.access.providers.conftest import BACK, SUB


def come_back(server, provider, *, subject=SUB, changes=(), secrets=(), back=BACK):
    """Go to the provider and come back; ``changes`` to the response, ``secrets`` to what the browser remembered."""
    departure = provider.begin(BACK)
    response = server.log_in(departure.address, subject) | dict(changes)
    return provider.finish(back, dict(departure.secrets) | dict(secrets), {k: v for k, v in response.items() if v is not None})


@pytest.mark.parametrize("secret", ["s3cret", ""])
def test_a_login(oidc, secret):
    identity = come_back(oidc, oidc.provider(secret=secret))
    assert (identity.issuer, identity.subject) == (oidc.issuer, SUB)
    assert (identity.name, identity.groups) == ("zhangsan", ("经信领导",))
    assert "/userinfo" not in oidc.requested(), "the ID token says it all"


def test_the_request_is_of_the_code_flow_with_pkce(oidc):
    departures = [oidc.provider().begin(BACK) for _ in range(2)]
    query = {name: values[0] for name, values in parse_qs(urlsplit(departures[0].address).query).items()}
    assert query["response_type"] == "code"
    assert query["code_challenge_method"] == "S256"
    assert query["redirect_uri"] == BACK
    assert set(query["scope"].split()) == {"openid", "profile"}
    assert query["state"] == departures[0].secrets["state"]
    assert query["nonce"] == departures[0].secrets["nonce"]
    assert departures[0].secrets["verifier"] not in departures[0].address
    assert not set(departures[0].secrets.values()) & set(departures[1].secrets.values())
    assert all(len(value) >= 43 for value in departures[0].secrets.values())


def test_name_and_groups_may_come_from_userinfo(oidc):
    oidc.forge(claims={"groups": None, "preferred_username": None})
    identity = come_back(oidc, oidc.provider())
    assert (identity.name, identity.groups) == ("zhangsan", ("经信领导",))
    assert "/userinfo" in oidc.requested()


def test_somebody_else_s_userinfo_is_not_believed(oidc):
    oidc.forge(claims={"groups": None}, userinfo={"sub": "sub-002"})
    with pytest.raises(ProviderError):
        come_back(oidc, oidc.provider())


@pytest.mark.parametrize(
    ("claim", "value", "expected"),
    [
        ("groups", "甲", ("甲",)),
        ("groups", ["甲", 5, None, "乙"], ("甲", "乙")),
        ("groups", {"甲": 1}, ()),
        ("realm_access.roles", ["甲"], ("甲",)),
        ("https://id.example/groups", ["甲"], ("甲",)),
        ("没有", ["甲"], ()),
    ],
)
def test_groups_in_the_forms_that_providers_have(oidc, claim, value, expected):
    own = {"realm_access": {"roles": value}} if claim.startswith("realm") else {} if claim == "没有" else {claim: value}
    oidc.set_user(SUB, preferred_username="zhangsan", **own)
    assert come_back(oidc, oidc.provider(groups=claim)).groups == expected


ANOTHER_LOGIN = {
    "another state": {"changes": {"state": "x" * 64}},
    "no state": {"changes": {"state": None}},
    "another browser's secrets": {"secrets": {"state": "y" * 64}},
    "no verifier of this code": {"secrets": {"verifier": "z" * 64}},
    "another redirect": {"back": "http://127.0.0.1:8050/login/with/oidc/elsewhere"},
    "an unknown code": {"changes": {"code": "unknown"}},
    "no code": {"changes": {"code": None}},
    "another provider's response": {"changes": {"iss": "https://evil.example"}},
    "a refusal": {"changes": {"error": "access_denied"}},
}


@pytest.mark.parametrize("how", ANOTHER_LOGIN)
def test_a_response_to_another_login_is_refused(oidc, how):
    with pytest.raises(LoginError, match="重新登录"):
        come_back(oidc, oidc.provider(), **ANOTHER_LOGIN[how])


def test_a_code_counts_once(oidc):
    provider = oidc.provider()
    departure = provider.begin(BACK)
    response = oidc.log_in(departure.address)
    assert provider.finish(BACK, departure.secrets, response).subject == SUB
    with pytest.raises(LoginError):
        provider.finish(BACK, departure.secrets, response)


def test_who_says_no_to_the_provider_is_not_logged_in(oidc):
    provider = oidc.provider()
    departure = provider.begin(BACK)
    response = oidc.log_in(departure.address, deny=True)
    with pytest.raises(LoginError):
        provider.finish(BACK, departure.secrets, response | {"state": departure.secrets["state"]})


FORGED = {
    "another nonce": {"claims": {"nonce": "x" * 64}},
    "no nonce": {"claims": {"nonce": None}},
    "another issuer": {"claims": {"iss": "https://evil.example"}},
    "no issuer": {"claims": {"iss": None}},
    "another audience": {"claims": {"aud": "another-client"}},
    "no audience": {"claims": {"aud": None}},
    "several audiences, made for another": {"claims": {"aud": ["cockpit", "other"], "azp": "other"}},
    "expired": {"claims": {"exp": 1_700_000_000}},
    "no end": {"claims": {"exp": None}},
    "made in the future": {"claims": {"iat": 4_000_000_000}},
    "no subject": {"claims": {"sub": None}},
    "an empty subject": {"claims": {"sub": ""}},
    "a number as subject": {"claims": {"sub": 7}},
    "a long subject": {"claims": {"sub": "x" * 256}},
    "another access token's hash": {"claims": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}},
    "no signature": {"alg": "none"},
    "signed with the public key": {"alg": "HS256"},
    "signed with an unknown key": {"key": True},
    "claims changed under the signature": {"claims": {"sub": "sub-002"}, "claims_only": True},
}


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_id_token_is_not_believed(oidc, how):
    oidc.forge(**FORGED[how])
    with pytest.raises(ProviderError, match="不能用"):
        come_back(oidc, oidc.provider())


METADATA = {
    "another issuer": {"issuer": "https://evil.example"},
    "no issuer": {"issuer": None},
    "a token endpoint without TLS": {"token_endpoint": "http://id.example/token"},
    "keys without TLS": {"jwks_uri": "http://id.example/jwks"},
    "a script as login": {"authorization_endpoint": "javascript:alert(1)"},
    "no endpoint": {"authorization_endpoint": None},
}


@pytest.mark.parametrize("how", METADATA)
def test_metadata_that_would_lead_elsewhere_are_not_used(oidc, how):
    oidc.forge(metadata=METADATA[how])
    with pytest.raises(ProviderError, match="不能用"):
        oidc.provider().begin(BACK)


def test_a_provider_that_names_itself_has_to(oidc):
    oidc.forge(metadata={"authorization_response_iss_parameter_supported": True})
    provider = oidc.provider()
    with pytest.raises(LoginError):
        come_back(oidc, provider)
    assert come_back(oidc, provider, changes={"iss": oidc.issuer}).subject == SUB


def test_the_secret_is_sent_as_the_provider_has_it(oidc):
    oidc.forge(metadata={"token_endpoint_auth_methods_supported": ["client_secret_post"]})
    assert come_back(oidc, oidc.provider()).subject == SUB


def test_a_provider_that_is_down_has_a_sentence(oidc):
    oidc.forge(status=503)
    with pytest.raises(ProviderError, match=r"统一身份认证现在连不上.*本地账号"):
        oidc.provider().begin(BACK)
    with pytest.raises(ProviderError, match="连不上"):
        oidc.provider(issuer=f"http://127.0.0.1:{free_port()}").begin(BACK)


def test_a_provider_that_goes_down_meanwhile_has_a_sentence(oidc):
    provider = oidc.provider()
    departure = provider.begin(BACK)
    response = oidc.log_in(departure.address)
    oidc.forge(status=500)
    with pytest.raises(ProviderError):
        provider.finish(BACK, departure.secrets, response)
    oidc.forge()
    assert come_back(oidc, provider).subject == SUB, "and back again"


def test_metadata_and_keys_are_read_once(oidc):
    provider = oidc.provider()
    oidc.forge()
    for _ in range(3):
        come_back(oidc, provider)
    requested = oidc.requested()
    assert [requested.count(path) for path in ("/.well-known/openid-configuration", "/jwks", "/oauth2/token")] == [1, 1, 3]


def test_no_secret_is_in_the_log(oidc, caplog):
    caplog.set_level(logging.DEBUG)
    oidc.forge(claims={"nonce": "x"})
    provider = oidc.provider()
    departure = provider.begin(BACK)
    response = oidc.log_in(departure.address)
    with pytest.raises(ProviderError):
        provider.finish(BACK, departure.secrets, response)
    own = "\n".join(record.getMessage() for record in caplog.records if "/oauth2/authorize" not in record.getMessage())
    assert "ID token" in own
    for secret in ("s3cret", response["code"], *departure.secrets.values()):
        assert secret not in own

"""Log in by OpenID Connect: the authorization code flow with PKCE (OpenID Connect Core 1.0, 3.1; RFC 7636; RFC 9207).

The identity is issuer and ``sub`` of a signed ID token that was made for this login: its nonce, audience and times are checked.
"""

from __future__ import annotations

import hmac
import secrets as random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from cockpit.access.groups import ProviderIdentity
from cockpit.errors import LoginError
from data.access.providers.provider import (
    CONNECT_SECONDS,
    RESPONSE_SECONDS,
    Departure,
    is_safe,
    provider_slot,
    unreachable,
    unusable,
)

#: Only signatures that nobody can make who can verify them.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
_KEY_TYPES = ("RSA", "EC")
#: Seconds that the clocks of both may differ by, that metadata and keys are used for, and that pass before keys are read again.
_LEEWAY, _FRESH, _PAUSE = 60, 3600, 60
_MAX_SUBJECT = 255
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_FAILED = "登录没有完成，或已过期。请重新登录。"
_TIMEOUT = (CONNECT_SECONDS, RESPONSE_SECONDS)
_OK = 200


@dataclass(frozen=True, slots=True)
class OidcClient:
    """How the cockpit is registered with the provider of ``issuer``; ``account``, ``groups``: names of claims; ``ca``: a file."""

    issuer: str
    client_id: str
    secret: str
    label: str
    scopes: str
    account: str
    groups: str
    ca: str


@dataclass(slots=True)
class _Fetched:
    """The provider's metadata and keys, and when they were read (``time.monotonic``)."""

    metadata: Mapping[str, Any] = field(default_factory=dict)
    keys: KeySet | None = None
    at: float = -_FRESH


@dataclass(frozen=True)
class OidcProvider:
    """The provider of ``client``. Its metadata and keys are read when they are first needed: the cockpit starts without it."""

    client: OidcClient
    _fetched: _Fetched = field(default_factory=_Fetched)
    key: str = "oidc"

    @property
    def label(self) -> str:
        """See ``RedirectProvider``."""
        return self.client.label

    def begin(self, return_address: str) -> Departure:
        """See ``RedirectProvider``."""
        secrets = {name: random.token_urlsafe(48) for name in ("state", "nonce", "verifier")}
        with provider_slot(self.label), self._session(return_address) as session:
            endpoint = self._metadata(session)["authorization_endpoint"]
            state, nonce, verifier = secrets["state"], secrets["nonce"], secrets["verifier"]
            address, _ = session.create_authorization_url(endpoint, state=state, nonce=nonce, code_verifier=verifier)
        return Departure(address, secrets)

    def finish(self, return_address: str, secrets: Mapping[str, str], response: Mapping[str, str]) -> ProviderIdentity:
        """See ``RedirectProvider``."""
        if not hmac.compare_digest(response.get("state", "").encode("utf-8", "replace"), secrets["state"].encode()):
            raise LoginError(_FAILED)
        with provider_slot(self.label), self._session(return_address) as session:
            self._check_issuer(self._metadata(session), response)
            if "error" in response or not response.get("code"):
                raise LoginError(_FAILED)
            token = self._fetch_token(session, response["code"], secrets["verifier"])
            claims = self._claims(session, token, secrets["nonce"])
            return self._identity(session, claims)

    def _session(self, return_address: str) -> OAuth2Session:
        session = OAuth2Session(
            self.client.client_id,
            self.client.secret or None,
            scope=self.client.scopes,
            redirect_uri=return_address,
            code_challenge_method="S256",
            default_timeout=_TIMEOUT,
        )
        session.verify, session.trust_env = self.client.ca or True, False
        return session

    def _metadata(self, session: OAuth2Session) -> Mapping[str, Any]:
        """Return the provider's metadata (OpenID Connect Discovery 1.0). Raises ``ProviderError``."""
        if time.monotonic() - self._fetched.at >= _FRESH:
            metadata = self._get(session, f"{self.client.issuer.rstrip('/')}/.well-known/openid-configuration")
            if metadata.get("issuer") != self.client.issuer:
                raise unusable(self.label, f"its metadata names the issuer {metadata.get('issuer')!r}")
            wrong = [name for name in _ENDPOINTS if not is_safe(str(metadata.get(name, "")))]
            if wrong:
                raise unusable(self.label, f"its metadata has no safe {', '.join(wrong)}")
            self._fetched.metadata, self._fetched.keys, self._fetched.at = metadata, None, time.monotonic()
        methods = self._fetched.metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if self.client.secret and "client_secret_basic" not in methods and "client_secret_post" in methods:
            session.token_endpoint_auth_method = "client_secret_post"
        return self._fetched.metadata

    def _check_issuer(self, metadata: Mapping[str, Any], response: Mapping[str, str]) -> None:
        """Refuse a response of another provider (RFC 9207)."""
        is_announced = metadata.get("authorization_response_iss_parameter_supported") is True
        if response.get("iss", None if is_announced else self.client.issuer) != self.client.issuer:
            raise LoginError(_FAILED)

    def _fetch_token(self, session: OAuth2Session, code: str, verifier: str) -> Mapping[str, Any]:
        endpoint = self._fetched.metadata["token_endpoint"]
        try:
            token: Mapping[str, Any] = session.fetch_token(
                endpoint, grant_type="authorization_code", code=code, code_verifier=verifier, allow_redirects=False
            )
        except requests.RequestException as error:
            raise unreachable(self.label, error) from error
        except AuthlibBaseError as error:
            if error.error == "invalid_grant":  # an old code, or one of another login
                raise LoginError(_FAILED) from error
            raise unusable(self.label, f"the token endpoint: {error.error}") from error
        if not isinstance(token.get("id_token"), str):
            raise unusable(self.label, "there is no ID token")
        return token

    def _claims(self, session: OAuth2Session, token: Mapping[str, Any], nonce: str) -> CodeIDToken:
        """Return the claims of the ID token once its signature and they are right."""
        try:
            decoded = self._decoded(session, token["id_token"])
            required = {"essential": True}
            options = {"iss": required | {"value": self.client.issuer}, "aud": required | {"value": self.client.client_id}}
            params = {"nonce": nonce, "client_id": self.client.client_id, "access_token": token.get("access_token")}
            claims = CodeIDToken(decoded.claims, decoded.header, options, params)
            claims.validate(leeway=_LEEWAY)
        except (JoseError, ValueError) as error:
            raise unusable(self.label, f"the ID token: {error}") from error
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= _MAX_SUBJECT:
            raise unusable(self.label, "the ID token's sub can't be used")
        return claims

    def _decoded(self, session: OAuth2Session, id_token: str) -> jwt.Token:
        """Verify the signature; a key that isn't known yet has the keys read again, but not at every request."""
        registry = JWSRegistry(algorithms=_ALGORITHMS, strict_check_header=False)
        try:
            return jwt.decode(id_token, self._keys(session), registry=registry)
        except InvalidKeyIdError:
            if time.monotonic() - self._fetched.at < _PAUSE:
                raise
            self._fetched.keys, self._fetched.at = None, time.monotonic()
            return jwt.decode(id_token, self._keys(session), registry=registry)

    def _keys(self, session: OAuth2Session) -> KeySet:
        if self._fetched.keys is None:
            content = self._get(session, self._fetched.metadata["jwks_uri"])
            keys = [one for one in content.get("keys", ()) if isinstance(one, dict) and one.get("kty") in _KEY_TYPES]
            self._fetched.keys = KeySet.import_key_set({"keys": keys})
        return self._fetched.keys

    def _identity(self, session: OAuth2Session, claims: CodeIDToken) -> ProviderIdentity:
        """Build the identity; name and groups come from the ID token, else from the userinfo endpoint."""
        known: dict[str, Any] = dict(claims)
        endpoint = str(self._fetched.metadata.get("userinfo_endpoint", ""))
        if is_safe(endpoint) and None in (_claim(known, self.client.account), _claim(known, self.client.groups)):
            more = self._get(session, endpoint, is_authorized=True)
            if more.get("sub") != claims["sub"]:
                raise unusable(self.label, "userinfo is somebody else's")
            known = more | known
        groups = _claim(known, self.client.groups)
        names = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
        name = _claim(known, self.client.account)
        return ProviderIdentity(
            self.client.issuer,
            claims["sub"],
            name if isinstance(name, str) else "",
            tuple(one for one in names if isinstance(one, str)),
        )

    def _get(self, session: OAuth2Session, address: str, *, is_authorized: bool = False) -> dict[str, Any]:
        """Read a JSON object. Raises ``ProviderError``."""
        try:
            response = session.get(address, withhold_token=not is_authorized, allow_redirects=False)
            if response.status_code != _OK:
                raise unreachable(self.label, f"{address} responds {response.status_code}")
            content = response.json()
        except requests.JSONDecodeError as error:
            raise unusable(self.label, f"{address} is no JSON") from error
        except requests.RequestException as error:
            raise unreachable(self.label, error) from error
        if not isinstance(content, dict):
            raise unusable(self.label, f"{address} is no JSON object")
        return content


def _claim(claims: Mapping[str, Any], name: str) -> Any:
    """Return a claim by its name, or one within another by its path; ``None`` where there is none."""
    if name in claims:
        return claims[name]
    value: Any = claims
    for step in name.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value

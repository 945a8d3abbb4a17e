"""An OpenID Connect provider as a process: `oidc-provider-mock`, in front of which PKCE is enforced and, on request, lies made.

Run as ``python -m tests.integration.access.providers.oidc_server PORT``. ``POST /test/forge`` with a JSON object makes the next
responses wrong: ``claims`` of the ID token are replaced (``null`` removes one), ``alg`` none or HS256 signs otherwise, ``key``
true signs with a key that nobody knows, ``metadata`` and ``userinfo`` are replaced, ``status`` answers all with an error.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import sys
from urllib.parse import parse_qs

import flask
import oidc_provider_mock
from joserfc import jws
from joserfc.jwk import RSAKey
from oidc_provider_mock._app import AuthorizationCodeGrant
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

# Clients without a secret, which prove themselves by PKCE alone.
AuthorizationCodeGrant.TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]
_UNKNOWN_KEY = RSAKey.generate_key(2048, {"kid": "unknown"}, private=True)


class Provider:
    """The WSGI application."""

    def __init__(self):
        self.app = oidc_provider_mock.app(require_nonce=True)
        self.app.debug = False
        self.forged, self.challenges, self.requests, self.storage = {}, {}, [], None
        self.app.before_request(self._remember_storage)

    def __call__(self, environ, start):
        request = Request(environ)
        if request.path == "/test/forge":
            self.forged, self.requests = request.get_json(), []
            return Response("ok")(environ, start)
        if request.path == "/test/requests":
            return Response(json.dumps(self.requests))(environ, start)
        self.requests.append(request.path)
        response = self.respond(request)
        return response(environ, start)

    def respond(self, request):
        if "status" in self.forged:
            return Response("out of order", self.forged["status"])
        body = request.get_data()
        request.environ["wsgi.input"] = io.BytesIO(body)  # for the application to read again
        if request.path == "/oauth2/token" and not self._is_proven(body):
            return Response('{"error": "invalid_grant"}', 400, mimetype="application/json")
        response = Response.from_app(self._app(), request.environ)
        if request.path == "/oauth2/authorize" and request.method == "POST":
            self._remember(request, response)
        if request.path == "/.well-known/openid-configuration":
            self._replace(response, self.forged.get("metadata", {}))
        if request.path == "/userinfo":
            self._replace(response, self.forged.get("userinfo", {}))
        if request.path == "/oauth2/token" and response.status_code == 200:
            token = response.get_json()
            self._replace(response, {"id_token": self._forged_token(token["id_token"])} if self.forged else {})
        return response

    def _remember_storage(self):
        self.storage = flask.g.oidc_provider_mock_storage

    def _app(self):
        return self.app.wsgi_app.app if hasattr(self.app.wsgi_app, "app") else self.app.wsgi_app

    def _remember(self, request, response):
        """Keep the challenge of the code that was issued."""
        codes = parse_qs(response.headers.get("Location", "").partition("?")[2]).get("code", [])
        if codes and request.args.get("code_challenge_method") == "S256":
            self.challenges[codes[0]] = request.args["code_challenge"]

    def _is_proven(self, body):
        """Whether the verifier is that of the code's challenge (RFC 7636, 4.6)."""
        form = parse_qs(body.decode())
        digest = hashlib.sha256(form.get("code_verifier", [""])[0].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        return self.challenges.pop(form.get("code", [""])[0], None) == challenge

    def _forged_token(self, id_token):
        head, body, signature = id_token.split(".")
        header, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in (head, body))
        if not self.forged.keys() & {"claims", "alg", "key"}:
            return id_token
        claims |= self.forged.get("claims", {})
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.forged.get("claims_only"):  # the old signature over other claims
            return f"{head}.{_encoded(claims)}.{signature}"
        if self.forged.get("alg") == "none":
            return f"{_encoded(header | {'alg': 'none'})}.{_encoded(claims)}."
        if self.forged.get("alg") == "HS256":  # signed with what everybody can read: the public key
            signed = f"{_encoded(header | {'alg': 'HS256'})}.{_encoded(claims)}"
            digest = hmac.digest(self._key().as_pem(private=False), signed.encode(), "sha256")
            return f"{signed}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"
        key = _UNKNOWN_KEY if self.forged.get("key") else self._key()
        header = header | ({"kid": "unknown"} if self.forged.get("key") else {})
        return jws.serialize_compact(header, json.dumps(claims).encode(), key, algorithms=["RS256"])

    def _key(self):
        return RSAKey.import_key(self.storage.jwk.as_dict(is_private=True))

    @staticmethod
    def _replace(response, values):
        content = response.get_json() | values
        response.set_data(json.dumps({name: value for name, value in content.items() if value is not None}))


def _encoded(values):
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


if __name__ == "__main__":
    make_server("127.0.0.1", int(sys.argv[1]), Provider(), threaded=True).serve_forever()

"""A small, true OpenID Connect provider on a real socket; ``wrong`` makes one thing wrong."""

from __future__ import annotations

import base64
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from flask import Flask, redirect, request
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "interlock", "s3cret-of-the-client"


@dataclass
class Provider:
    """Its state: who is at the browser, and what was handed out."""

    issuer: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    wrong: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def id_token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.person,
        }
        claims |= {
            "nonce": {"nonce": "another"},
            "audience": {"aud": "somebody-else"},
            "issuer": {"iss": "https://evil.example"},
            "expired": {"iat": now - 900, "exp": now - 600},
            "party": {"azp": "somebody-else"},
        }.get(self.wrong, {})
        if self.wrong == "no-nonce":
            del claims["nonce"]
        key = RSAKey.generate_key(2048) if self.wrong == "key" else self.key
        if self.wrong == "unsigned":
            parts = [b'{"alg":"none"}', __import__("json").dumps(claims).encode()]
            return ".".join(base64.urlsafe_b64encode(p).decode().rstrip("=") for p in parts) + "."
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)


@contextmanager
def running() -> Iterator[Provider]:
    provider = Provider()
    app = Flask("provider")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"

    @app.get("/.well-known/openid-configuration")
    def configuration() -> Any:
        return {
            "issuer": provider.issuer,
            "authorization_endpoint": f"{provider.issuer}/authorize",
            "token_endpoint": f"{provider.issuer}/token",
            "jwks_uri": f"{provider.issuer}/jwks",
        }

    @app.get("/jwks")
    def jwks() -> Any:
        return KeySet([provider.key]).as_dict(private=False)

    @app.get("/authorize")
    def authorize() -> Any:
        asked = request.args.to_dict()
        assert asked["client_id"] == CLIENT
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        provider.codes[code] = asked
        return redirect(f"{asked['redirect_uri']}?code={code}&state={asked['state']}")

    @app.post("/token")
    def token() -> Any:
        asked = provider.codes.pop(request.form["code"], None)
        given = request.authorization
        good = (
            asked is not None
            and given is not None
            and (given.username, given.password) == (CLIENT, SECRET)
            and asked["redirect_uri"] == request.form["redirect_uri"]
            and create_s256_code_challenge(request.form["code_verifier"]) == asked["code_challenge"]
        )
        if not good or asked is None:
            return {"error": "invalid_grant"}, 400
        return {
            "access_token": secrets.token_urlsafe(16),
            "token_type": "Bearer",
            "id_token": provider.id_token(asked),
        }

    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()

"""OpenID Connect (Core 1.0): authorization code with PKCE (RFC 7636), state and nonce."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from registry.domain import Role
from registry.errors import Unauthenticated, Unavailable
from registry.services.sign_in_federated import Identity
from registry.settings import Settings, is_loopback

ALGORITHMS = ["RS256", "PS256", "ES256"]
TIMEOUT = 10
LEEWAY = 60
"""Seconds that two clocks may differ."""


@dataclass(frozen=True, slots=True)
class Pending:
    """What the browser's session keeps between leaving and coming back."""

    state: str
    nonce: str
    verifier: str
    target: str

    def as_dict(self) -> dict[str, str]:
        """For a session."""
        return asdict(self)


def begin(settings: Settings, callback: str, target: str) -> tuple[str, Pending]:
    """The address to send the browser to, and what to remember.

    Raises:
        Unavailable: the provider does not answer as one.
    """
    found = _discover(settings)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    pending = Pending(state, nonce, verifier, target)
    url, _ = _client(settings, callback).create_authorization_url(
        found["authorization_endpoint"],
        state=pending.state,
        nonce=pending.nonce,
        code_verifier=pending.verifier,
    )
    return str(url), pending


def finish(
    settings: Settings, callback: str, given: Mapping[str, str], pending: Pending
) -> Identity:
    """Who came back: code exchanged, ID token verified (Core 1.0 §3.1.3.7).

    Raises:
        Unauthenticated: state, nonce, issuer, audience, signature or time is wrong.
        Unavailable: the provider does not answer as one.
    """
    if not secrets.compare_digest(given.get("state", "").encode(), pending.state.encode()):
        raise Unauthenticated("this sign-in was not begun here; begin again")
    if "code" not in given:
        raise Unauthenticated("the identity provider did not let you in")
    found = _discover(settings)
    try:
        token = _client(settings, callback).fetch_token(
            found["token_endpoint"],
            code=given["code"],
            code_verifier=pending.verifier,
            timeout=TIMEOUT,
        )
        keys = KeySet.import_key_set(_get(found["jwks_uri"]))
        decoded = jwt.decode(str(token["id_token"]), keys, algorithms=ALGORITHMS)
        claims = decoded.claims
        jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": settings.oidc_issuer},
            aud={"essential": True, "value": settings.oidc_client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": pending.nonce},
        ).validate(claims)
    except requests.RequestException:
        raise Unavailable("the identity provider does not answer; try again") from None
    except (JoseError, AuthlibBaseError, KeyError, ValueError, TypeError) as error:
        raise Unauthenticated(
            f"the identity provider's answer is not good ({type(error).__name__}); begin again"
        ) from None
    if claims.get("azp", settings.oidc_client_id) != settings.oidc_client_id:
        raise Unauthenticated("the identity provider's answer is meant for somebody else")
    return _identity(settings, claims)


def _identity(settings: Settings, claims: Mapping[str, Any]) -> Identity:
    listed = claims.get(settings.oidc_groups_claim)
    groups = [str(g) for g in listed] if isinstance(listed, list) else []
    roles, teams = settings.oidc_rights(groups)
    login = claims.get("preferred_username") or claims.get("email") or claims["sub"]
    return Identity(
        f"{settings.oidc_issuer}|{claims['sub']}",
        str(login),
        str(claims.get("name", "")),
        frozenset(Role(role) for role in roles),
        frozenset(teams),
    )


def _client(settings: Settings, callback: str) -> Any:
    return OAuth2Session(
        settings.oidc_client_id,
        settings.oidc_client_secret.get_secret_value() or None,
        scope=settings.oidc_scopes,
        redirect_uri=callback,
        code_challenge_method="S256",
    )


def _discover(settings: Settings) -> dict[str, str]:
    issuer = settings.oidc_issuer
    found = _get(issuer.rstrip("/") + "/.well-known/openid-configuration")
    wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    secure = all(_secure(str(found.get(name, ""))) for name in wanted)
    if found.get("issuer") != issuer or not secure:
        raise Unavailable("the identity provider describes itself as another, or without https")
    return {name: str(found[name]) for name in wanted}


def _secure(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" or is_loopback(parts.hostname or "")


def _get(address: str) -> Any:
    try:
        answer = requests.get(address, timeout=TIMEOUT, allow_redirects=False)
        answer.raise_for_status()
        value = answer.json()
    except (requests.RequestException, ValueError):
        raise Unavailable("the identity provider does not answer; try again") from None
    if not isinstance(value, dict):
        raise Unavailable("the identity provider does not answer as one")
    return cast("dict[str, Any]", value)

"""Credentials by reference: a plan names where a secret is, never the secret."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from contracts.errors import ContractError
from contracts.verdict import Json

KINDS = ("none", "bearer", "basic", "api-key", "oauth2")
CLIENT_AUTH = ("basic", "body")


class SecretMissing(ContractError):
    """A secret that a plan refers to is not there."""

    code = "secret-missing"


@dataclass(frozen=True, slots=True)
class Auth:
    """How a suite signs in.

    ``secret`` is ``env:NAME`` or ``file:/path``; ``name`` is the header, query parameter or cookie
    of an API key (default: as the contract declares it) and the user of basic authentication. With
    ``oauth2`` (client credentials, RFC 6749 §4.4) ``name`` is the client id and ``secret`` the
    client's; ``client_auth`` says whether they go in a ``basic`` header or the ``body``.
    """

    kind: str = "none"
    secret: str | None = None
    name: str | None = None
    token_url: str | None = None
    scope: str | None = None
    audience: str | None = None
    client_auth: str = "basic"

    def to_json(self) -> dict[str, Json]:
        """A plain JSON object; the secret stays a reference."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Tls:
    """Certificates as PEM by reference: the client's own with its key, and who is trusted beside
    the public authorities."""

    certificate: str | None = None
    key: str | None = None
    authority: str | None = None

    def to_json(self) -> dict[str, Json]:
        """A plain JSON object of references."""
        return asdict(self)

    def texts(self, environ: Mapping[str, str] | None = None) -> dict[str, str]:
        """The PEM texts by role.

        Raises:
            SecretMissing: a reference points to nothing, or a certificate has no key.
        """
        if (self.key is None) != (self.certificate is None) and self.key is not None:
            raise SecretMissing("A client key needs its certificate; give both")
        found = {
            role: resolve_secret(reference, environ)
            for role, reference in self.to_json().items()
            if reference
        }
        own = found.get("certificate", "")
        if own and "PRIVATE KEY" not in own and "key" not in found:
            raise SecretMissing(
                "The client certificate holds no private key; give the key's reference too"
            )
        if "ENCRYPTED" in found.get("key", own).partition("PRIVATE KEY")[0].rpartition("BEGIN")[2]:
            raise SecretMissing("The client key is encrypted; give it without a passphrase")
        return found


@dataclass(frozen=True, slots=True)
class Credential:
    """An :class:`Auth` whose secrets are at hand; it exists only in memory and in a pipe."""

    headers: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    """API keys in the query or a cookie, by the name of their security scheme."""
    grant: Mapping[str, str] | None = None
    """What a token is asked with."""

    def to_json(self) -> dict[str, Json]:
        """For the pipe to the process of the run."""
        return {"headers": dict(self.headers), "keys": dict(self.keys), "grant": self.grant}


def credential(auth: Auth, document: Json, environ: Mapping[str, str] | None = None) -> Credential:
    """The credential of a suite for a contract.

    Raises:
        SecretMissing: the reference points to nothing, or something else is missing; it says what.
    """
    if auth.kind == "none":
        return Credential()
    if auth.secret is None:
        raise SecretMissing(f"auth of kind {auth.kind} needs a secret: env:NAME or file:/path")
    value = resolve_secret(auth.secret, environ)
    if auth.kind == "bearer":
        return Credential({"Authorization": f"Bearer {value}"})
    if auth.kind == "basic":
        pair = f"{auth.name or ''}:{value}".encode()
        return Credential({"Authorization": "Basic " + base64.b64encode(pair).decode()})
    if auth.kind == "oauth2":
        return Credential(grant=_grant(auth, value))
    return _api_key(auth, value, document)


def _grant(auth: Auth, secret: str) -> dict[str, str]:
    if not auth.token_url or not auth.token_url.startswith(("http://", "https://")):
        raise SecretMissing("auth of kind oauth2 needs token_url, where tokens are asked for")
    if not auth.name:
        raise SecretMissing("auth of kind oauth2 needs name, the client id")
    given = {
        "token_url": auth.token_url,
        "client_id": auth.name,
        "client_secret": secret,
        "scope": auth.scope,
        "audience": auth.audience,
        "client_auth": auth.client_auth,
    }
    return {name: text for name, text in given.items() if text}


def _api_key(auth: Auth, value: str, document: Json) -> Credential:
    for name, scheme in _schemes(document).items():
        if scheme.get("type") != "apiKey":
            continue
        parameter = str(scheme.get("name"))
        if auth.name not in {None, parameter, name} and str(auth.name).lower() != parameter.lower():
            continue
        if scheme.get("in") in {"query", "cookie"}:
            return Credential(keys={name: value})
        return Credential({parameter: value})
    return Credential({auth.name or "X-API-Key": value})


def _schemes(document: Json) -> dict[str, Any]:
    components = document.get("components") if isinstance(document, Mapping) else None
    schemes = components.get("securitySchemes") if isinstance(components, Mapping) else None
    found = schemes.items() if isinstance(schemes, Mapping) else ()
    return {str(name): scheme for name, scheme in found if isinstance(scheme, Mapping)}


def resolve_secret(reference: str, environ: Mapping[str, str] | None = None) -> str:
    """The value behind ``env:NAME`` or ``file:/path``, without its final line break.

    Raises:
        SecretMissing: nothing is there, or the reference has another form.
    """
    scheme, _, rest = reference.partition(":")
    if scheme == "env" and rest:
        value = (os.environ if environ is None else environ).get(rest)
        if not value:
            raise SecretMissing(f"The environment variable {rest} is empty; set it to the secret")
        return value
    if scheme == "file" and rest:
        try:
            return Path(rest).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise SecretMissing(f"The secret file {rest} cannot be read: {error}") from error
    raise SecretMissing(
        "A secret is given by reference, as env:NAME or file:/path; "
        "this plan holds something else (not shown)"
    )

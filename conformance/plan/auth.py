"""Credentials by reference: a plan names where a secret is, never the secret."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from contracts.errors import ContractError

KINDS = ("none", "bearer", "basic", "api-key")


class SecretMissing(ContractError):
    """A secret that a plan refers to is not there."""

    code = "secret-missing"


@dataclass(frozen=True, slots=True)
class Auth:
    """How a suite signs in.

    ``secret`` is ``env:NAME`` or ``file:/path``; ``name`` is the header of an API key and the user
    of basic authentication.
    """

    kind: str = "none"
    secret: str | None = None
    name: str | None = None

    def headers(self, environ: Mapping[str, str] | None = None) -> dict[str, str]:
        """The request headers that carry the credential.

        Raises:
            SecretMissing: the reference points to nothing.
        """
        if self.kind == "none" or self.secret is None:
            return {}
        value = resolve_secret(self.secret, environ)
        if self.kind == "bearer":
            return {"Authorization": f"Bearer {value}"}
        if self.kind == "basic":
            pair = f"{self.name or ''}:{value}".encode()
            return {"Authorization": "Basic " + base64.b64encode(pair).decode()}
        return {self.name or "X-API-Key": value}


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

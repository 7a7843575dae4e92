"""Secrets are taken out before anything leaves the runner."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from contracts.verdict import Json

REDACTED = "[redacted]"

_SECRET_HEADER = re.compile(
    r"^(authorization|proxy-authorization|cookie|set-cookie|x-csrf-?token|x-amz-security-token"
    r"|.*(api[-_]?key|secret|passw(or)?d|credential|session|auth[-_]?token|access[-_]?token).*)$",
    re.IGNORECASE,
)
_SECRET_FIELD = re.compile(
    r"^(.*(passw(or)?d|secret|api_?key|access_?token|refresh_?token|private_?key|credential).*|iban)$",
    re.IGNORECASE,
)
_BEARER = re.compile(r"\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{4,}")
_JSON_FIELD = re.compile(r'"(?P<name>[^"\\]{1,80})"\s*:\s*"(?P<value>(?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Redactor:
    """Takes out declared secrets, credential headers and restricted fields.

    ``secrets`` are the very values the run used; ``fields`` are further JSON property names, such
    as those a sidecar classifies as restricted.
    """

    secrets: tuple[str, ...] = ()
    fields: frozenset[str] = field(default_factory=frozenset)

    def text(self, text: str) -> str:
        """The text without any secret of this run and without bearer or basic credentials."""
        for secret in self.secrets:
            if len(secret) >= 4:
                text = text.replace(secret, REDACTED)
        return _BEARER.sub(rf"\1 {REDACTED}", text)

    def headers(self, headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """Headers with the values of credential headers taken out."""
        return tuple(
            (name, _credential(value) if _SECRET_HEADER.match(name) else self.text(value))
            for name, value in headers
        )

    def body(self, body: str) -> str:
        """A body with restricted JSON string fields taken out, whatever its syntax errors."""

        def hide(match: re.Match[str]) -> str:
            name = match["name"]
            if name in self.fields or _SECRET_FIELD.match(name):
                return f'"{name}": "{REDACTED}"'
            return match[0]

        return self.text(_JSON_FIELD.sub(hide, body))

    def value(self, value: Json) -> Json:
        """A parsed JSON value with restricted fields taken out."""
        if isinstance(value, Mapping):
            return {
                name: REDACTED
                if isinstance(item, str) and (name in self.fields or _SECRET_FIELD.match(name))
                else self.value(item)
                for name, item in value.items()
            }
        if isinstance(value, list):
            return [self.value(item) for item in value]
        return self.text(value) if isinstance(value, str) else value


def _credential(value: str) -> str:
    scheme, space, _ = value.partition(" ")
    known = space and scheme.lower() in {"bearer", "basic", "digest"}
    return f"{scheme} {REDACTED}" if known else REDACTED

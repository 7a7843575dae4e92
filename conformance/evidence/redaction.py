"""Secrets are taken out before anything leaves the runner."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import unquote_plus

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
_JSON_FIELD = re.compile(
    r'"(?P<name>[^"\\]{1,80})"\s*:\s*(?:"(?P<value>(?:[^"\\]|\\.)*)"|(?P<plain>-?\d[\d.eE+-]*|true|false))'
)
_SHORTEST = 4
"""Shorter values are too common in text to be looked for."""


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
            if len(secret) >= _SHORTEST:
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
            return f'"{name}": "{REDACTED}"' if self._hidden(name) else match[0]

        return self.text(_JSON_FIELD.sub(hide, self._without_containers(body)))

    def url(self, url: str) -> str:
        """An address without the values of restricted query parameters."""
        head, question, query = url.partition("?")
        pairs = [pair.partition("=") for pair in query.split("&")] if question else []
        kept = [
            f"{name}={REDACTED}"
            if equals and self._hidden(unquote_plus(name))
            else name + equals + v
            for name, equals, v in pairs
        ]
        return self.text(head + question + "&".join(kept))

    def knowing(self, *bodies: str | None) -> Redactor:
        """One that also finds, in any text, what these bodies say in restricted fields."""
        found: dict[str, None] = {}
        for body in bodies:
            if body and any(f'"{name}"' in body for name in self.fields):
                _values(_parsed(body), self.fields, found, inside=False)
        longest = sorted(found, key=len, reverse=True)
        return replace(self, secrets=(*self.secrets, *longest)) if longest else self

    def _hidden(self, name: str) -> bool:
        return name in self.fields or _SECRET_FIELD.match(name) is not None

    def _without_containers(self, body: str) -> str:
        """Restricted objects and lists go as a whole; other bodies stay as they are written."""
        if not any(re.search(rf'"{re.escape(name)}"\s*:\s*[\[{{]', body) for name in self.fields):
            return body
        value = _parsed(body)
        return body if value is None else json.dumps(self.value(value), ensure_ascii=False)

    def value(self, value: Json) -> Json:
        """A parsed JSON value with restricted fields taken out."""
        if isinstance(value, Mapping):
            return {
                name: REDACTED if item is not None and self._hidden(name) else self.value(item)
                for name, item in value.items()
            }
        if isinstance(value, list):
            return [self.value(item) for item in value]
        return self.text(value) if isinstance(value, str) else value


def _parsed(body: str) -> Json:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _values(value: Json, fields: frozenset[str], found: dict[str, None], *, inside: bool) -> None:
    if isinstance(value, Mapping):
        for name, item in value.items():
            _values(item, fields, found, inside=inside or name in fields)
    elif isinstance(value, list):
        for item in value:
            _values(item, fields, found, inside=inside)
    elif inside and not isinstance(value, bool) and len(str(value)) >= _SHORTEST:
        found[str(value)] = None


def _credential(value: str) -> str:
    scheme, space, _ = value.partition(" ")
    known = space and scheme.lower() in {"bearer", "basic", "digest"}
    return f"{scheme} {REDACTED}" if known else REDACTED

"""Formats: which are known, examples of each, and whether a text has one."""

from __future__ import annotations

EXAMPLES: dict[str, tuple[str, ...]] = {
    "date": ("2024-05-17",),
    "date-time": ("2024-05-17T09:30:00Z",),
    "time": ("09:30:00Z",),
    "duration": ("P3D",),
    "email": ("buyer@example.com",),
    "idn-email": ("buyer@example.com",),
    "hostname": ("example.com",),
    "idn-hostname": ("example.com",),
    "ipv4": ("192.0.2.1",),
    "ipv6": ("2001:db8::1",),
    "uri": ("https://example.com/orders/1",),
    "uri-reference": ("/orders/1", "https://example.com/orders/1"),
    "iri": ("https://example.com/orders/1",),
    "iri-reference": ("/orders/1", "https://example.com/orders/1"),
    "uri-template": ("/orders/{id}",),
    "uuid": ("3fa85f64-5717-4562-b3fc-2c963f66afa6",),
    "json-pointer": ("/lines/0",),
    "relative-json-pointer": ("1/lines",),
    "regex": ("^[A-Z]+$",),
    "byte": ("T3JkZXI=",),
    "base64url": ("T3JkZXI",),
}
"""Readable texts of each known format."""


_WEB = frozenset({"uri", "uri-reference", "iri", "iri-reference"})
_LABEL = 50


_LONGEST = 100_000


def stretched(name: str, length: int) -> str | None:
    """A readable text of a format with so many characters, for formats people give a length."""
    if length > _LONGEST:
        return None
    if name in _WEB:
        start = "https://example.com/orders/"
        return start + "1" * (length - len(start)) if length > len(start) else None
    if name in {"email", "idn-email"}:
        local = "buyer" if length <= 240 else "b" * 64
        host = _host(length - len(local) - 1)
        return f"{local}@{host}" if host else None
    return _host(length) if name in {"hostname", "idn-hostname"} else None


def _host(length: int) -> str | None:
    """A host name of so many characters below example.com."""
    host = "example.com"
    while (rest := length - len(host)) > 0:
        label = min(rest - 1, _LABEL)
        label -= 2 if rest - 1 - label == 1 else 0
        if label < 1:
            return None
        host = "a" * label + "." + host
    return host if len(host) == length else None


def check(name: str, text: str) -> bool | None:
    """Whether a text has a format; None for an unknown format, or where validators differ."""
    from contracts.schema.regular import formats

    return formats.has(name, text)

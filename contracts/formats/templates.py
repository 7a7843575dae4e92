"""Path templates, media types and status codes: when two spellings mean the same."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from contracts.late_patterns import late

_TEMPLATE = late(r"\{([^{}]*)\}")
_STATUS = late(r"[1-5](?:\d\d|XX)", re.ASCII)

ANY_ITEM = "item"
"""Names what `itemEncoding` says of all parts; the first of `prefixEncoding` is `item 1`."""


def template_key(path: str) -> str:
    """The path with nameless parameters: ``/users/{id}`` and ``/users/{name}`` are one path."""
    return _TEMPLATE.sub("{}", path)


def template_names(path: str) -> tuple[str, ...]:
    """Names of the path's parameters, from left to right."""
    return tuple(_TEMPLATE.findall(path))


@lru_cache(maxsize=4096)
def media_type_key(text: str) -> str:
    """A media type in lower case, parameters sorted, the charset left out (RFC 9110 8.3)."""
    essence, *parameters = (piece.strip() for piece in text.split(";"))
    kept = sorted(
        f"{name.strip().lower()}={value.strip()}"
        for name, _, value in (piece.partition("=") for piece in parameters if piece)
        if name.strip().lower() not in {"charset", "q"}
    )
    return "; ".join([essence.lower(), *kept])


_SEQUENTIAL = frozenset(
    {
        *("application/jsonl", "application/x-ndjson", "application/ndjson"),
        *("application/json-seq", "application/geo+json-seq", "text/event-stream"),
        "multipart/mixed",
    }
)


def is_sequential(media_type: str) -> bool:
    """Whether a body is items one after the other (OpenAPI 3.2.0 section 4.14.3)."""
    essence = media_type_key(media_type).partition(";")[0]
    return essence in _SEQUENTIAL or essence.endswith(("+json-seq", "+jsonl"))


def media_type_covers(wide: str, narrow: str) -> bool:
    """Whether every media type that ``narrow`` names is one that ``wide`` names (both keys)."""
    if wide == narrow:
        return True
    (w, _, w_parameters), (n, _, n_parameters) = wide.partition("; "), narrow.partition("; ")
    if w_parameters and not set(w_parameters.split("; ")) <= set(n_parameters.split("; ")):
        return False
    w_type, _, w_subtype = w.partition("/")
    n_type, _, n_subtype = n.partition("/")
    return w in {n, "*/*", "*"} or (w_type == n_type and w_subtype == "*" and bool(n_subtype))


@lru_cache(maxsize=4096)
def status_key(text: str) -> str:
    """A status code, range (``2XX``) or ``default`` in one spelling."""
    upper = text.strip().upper()
    return upper if _STATUS.fullmatch(upper) else text.strip().lower()


def status_covers(wide: str, narrow: str) -> bool:
    """Whether a response key also speaks for another: ``2XX`` for ``200``, ``default`` for all."""
    if wide in {narrow, "default"}:
        return True
    return wide.endswith("XX") and wide[0] == narrow[:1]


def is_success(status: str) -> bool:
    """Whether a response key promises success."""
    return status[:1] in {"1", "2", "3"}


def without_content(status: str) -> bool:
    """Whether answers with a status have no content, whatever is declared (RFC 9110 §6.4.1)."""
    return status[:1] == "1" or status in {"204", "205", "304"}


def media_types_cover(read: Iterable[str], written: Iterable[str]) -> bool:
    """Whether every media type that may be written is one that is read (all keys)."""
    ranges = tuple(read)
    return all(any(media_type_covers(wide, narrow) for wide in ranges) for narrow in written)

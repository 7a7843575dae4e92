"""JSON text that loses nothing: numbers digit for digit, hostile characters escaped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from json.encoder import JSONEncoder, encode_basestring
from math import isfinite

from contracts.late_patterns import late
from contracts.verdict import Json

_UNSAFE = late(
    "[\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)


def dumps(value: Json, *, indent: int | None = None, limit: int | None = None) -> str | None:
    """The value as JSON (RFC 8259), or None once it would exceed ``limit`` characters.

    Members keep their order. Characters that a terminal or page may act on (C1 controls,
    bidirectional overrides, lone surrogates) are written as ``\\uXXXX``. A number JSON cannot
    hold (NaN, infinities) becomes a string.
    """
    if indent is None:
        quick = _in_one_go(value, limit)
        if quick is not None:
            return quick if limit is None or len(quick) <= limit else None
    parts: list[str] = []
    size = 0
    for part in _write(value, indent):
        size += len(part)
        if limit is not None and size > limit:
            return None
        parts.append(part)
    return "".join(parts)


def beginning(value: Json, limit: int) -> str:
    """The value as JSON, cut off with an ellipsis after ``limit`` characters."""
    found = ""
    for part in _write(value, None):
        found += part[: limit + 1]
        if len(found) > limit:
            return found[: limit - 1] + "…"
    return found


def text(value: Json, *, indent: int | None = None) -> str:
    """The whole value as JSON; see :func:`dumps`."""
    return dumps(value, indent=indent) or ""


_LARGE = 4_000
"""Containers of more members are written piece by piece, until there is too much."""


def _in_one_go(value: Json, limit: int | None) -> str | None:
    """What the standard encoder writes, where that is the same; None where it may not be."""
    kind = type(value)
    if limit is not None and kind in (dict, list) and len(value) > _LARGE:
        return None
    try:
        written = _ENCODER.encode(value)
    except (TypeError, ValueError, RecursionError):  # Decimal; NaN, 4,300 digits, cycle; deep
        return None
    return written if written.isascii() and written.isprintable() else _safe(written)


_ENCODER = JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _safe(written: str) -> str:
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def _write(value: Json, indent: int | None) -> Iterator[str]:
    """Pieces of JSON text; a stack instead of recursion, so no depth is too deep."""
    stack: list[tuple[Iterator[tuple[str, Json]], str]] = [(iter([("", value)]), "")]
    while stack:
        members, closing = stack[-1]
        label, member = next(members, (None, None))
        if label is None:
            stack.pop()
            yield closing
        elif isinstance(member, (Mapping, list, tuple)) and member:
            opening, end = ("{", "}") if isinstance(member, Mapping) else ("[", "]")
            yield label + opening
            inner, outer = (_space(indent, len(stack) - outdent) for outdent in (0, 1))
            stack.append((_members(member, inner, indent), outer + end))
        else:
            yield label + _scalar(member)


def _members(
    value: Mapping[str, Json] | Sequence[Json], space: str, indent: int | None
) -> Iterator[tuple[str, Json]]:
    """Each member with what is written before it: comma, white space, name."""
    comma = ""
    if isinstance(value, Mapping):
        colon = ":" if indent is None else ": "
        for name, member in value.items():
            yield f"{comma}{space}{string(str(name))}{colon}", member
            comma = ","
        return
    for member in value:
        yield comma + space, member
        comma = ","


def _space(indent: int | None, depth: int) -> str:
    return "" if indent is None else "\n" + " " * (indent * depth)


def _scalar(value: Json) -> str:
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, str):
        return string(value)
    if isinstance(value, (int, float, Decimal)):
        return number(value)
    if isinstance(value, Mapping):
        return "{}"
    return "[]" if isinstance(value, (list, tuple)) else string(str(value))


def string(value: str) -> str:
    """One JSON string, quotes included, safe to show anywhere that shows text."""
    written = encode_basestring(value)
    if written.isprintable():
        return written
    return _safe(written)


def number(value: float | Decimal) -> str:
    """A JSON number of exactly this value, however many digits it takes."""
    if isinstance(value, int):
        return str(Decimal(value))  # str(int) refuses more than 4300 digits
    finite = value.is_finite() if isinstance(value, Decimal) else isfinite(value)
    return str(value) if finite else string(str(value))

"""JSON pointers as strings (RFC 6901): the one notation for "where" in Interlock."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote, unquote

from contracts.errors import ReferenceUnresolved
from contracts.verdict import Json

_INDEX = re.compile(r"(?:0|[1-9][0-9]{0,17})\Z")


def escape(token: str) -> str:
    """One reference token as it stands in a pointer (RFC 6901 section 3)."""
    if "/" in token or "~" in token:
        return token.replace("~", "~0").replace("/", "~1")
    return token


def unescape(token: str) -> str:
    """The member name that a token of a pointer means (RFC 6901 section 4)."""
    return token.replace("~1", "/").replace("~0", "~")


def join(base: str, *tokens: str | int) -> str:
    """``base`` extended by member names or array indices, which are escaped here."""
    for token in tokens:
        base = f"{base}/{escape(token) if isinstance(token, str) else token}"
    return base


def split(pointer: str) -> tuple[str, ...]:
    """The unescaped tokens of a pointer; the whole document is ``()``.

    Raises:
        ReferenceUnresolved: the text does not begin with ``/`` and is not empty.
    """
    if not pointer:
        return ()
    if pointer[0] != "/":
        raise ReferenceUnresolved(
            f"{pointer!r} is not a JSON pointer; it must be empty or begin with '/'"
        )
    tokens = pointer[1:].split("/")
    if "~" in pointer:
        return tuple([unescape(token) if "~" in token else token for token in tokens])
    return tuple(tokens)


def parent(pointer: str) -> str:
    """The pointer of the enclosing value; the root is its own parent."""
    return pointer.rpartition("/")[0]


def last(pointer: str) -> str:
    """The member name or index that the pointer ends in; empty for the root."""
    return unescape(pointer.rpartition("/")[2])


def below(pointer: str, ancestor: str) -> bool:
    """Whether ``pointer`` is ``ancestor`` or stands inside it."""
    return pointer == ancestor or pointer.startswith(ancestor + "/")


def from_fragment(fragment: str) -> str:
    """The pointer in a URI fragment without its ``#`` (RFC 6901 section 6)."""
    return unquote(fragment) if "%" in fragment else fragment


def to_fragment(pointer: str) -> str:
    """The pointer as a URI fragment, with its ``#``."""
    return "#" + quote(pointer, safe="/~!$&'()*+,;=:@-._?")


def step(value: Json, token: str) -> Json:
    """The child that a token names.

    Raises:
        LookupError: there is no such child.
    """
    if isinstance(value, dict):
        return value[token]
    if isinstance(value, list) and _INDEX.match(token):
        return value[int(token)]
    raise LookupError(token)


def resolve(value: Json, tokens: Sequence[str]) -> Json:
    """The value that ``tokens`` lead to.

    Raises:
        LookupError: a token names nothing.
    """
    for token in tokens:
        value = value[token] if type(value) is dict else step(value, token)
    return value

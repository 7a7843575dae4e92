r"""The characters of ``\p{…}``: Script, Script_Extensions, general categories, binary properties.

Python's ``unicodedata`` knows only categories. The regular expressions of ``jsonschema-rs`` know
every property of ECMA-262 (table 67), so the characters are found by asking them: a stretch of
characters in which nothing, or everything, has the property is not looked into.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable
from functools import lru_cache

from contracts.schema.regular.charset import LAST, CharSet, Range
from contracts.schema.regular.errors import Unsupported

_STRETCH = 0x800
_SURROGATES = 0xD800
"""They fill exactly one stretch, and are no characters."""
_BYTES = f"utf-32-{sys.byteorder[0]}e"


@lru_cache(maxsize=256)
def characters(name: str) -> CharSet:
    r"""The characters of ``\p{name}``, in the Unicode version of ``jsonschema-rs``.

    Raises:
        Unsupported: there is no such property.
    """
    import jsonschema_rs

    try:
        some = jsonschema_rs.Draft202012Validator({"pattern": rf"\p{{{name}}}"}).is_valid
        others = jsonschema_rs.Draft202012Validator({"pattern": rf"\P{{{name}}}"}).is_valid
    except (ValueError, jsonschema_rs.ReferencingError):
        raise Unsupported(f"there is no Unicode property \\p{{{name}}} in ECMA-262") from None
    found: list[Range] = []
    for low in range(0, LAST + 1, _STRETCH):
        if low != _SURROGATES:
            text = array("I", range(low, low + _STRETCH)).tobytes().decode(_BYTES)
            _collect(text, low, some, others, found)
    return CharSet.of(*found)


def _collect(
    text: str,
    low: int,
    some: Callable[[str], bool],
    others: Callable[[str], bool],
    found: list[Range],
) -> None:
    """Add the ranges of a stretch of characters that begins at ``low``."""
    if not some(text):
        return
    if not others(text):
        found.append((low, low + len(text) - 1))
        return
    half = len(text) // 2
    _collect(text[:half], low, some, others, found)
    _collect(text[half:], low + half, some, others, found)

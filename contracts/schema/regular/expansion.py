r"""Patterns for Python's ``re``: ``\p{…}`` said with ranges, groups without names."""

from __future__ import annotations

import re
from functools import lru_cache

from contracts.schema.regular.charset import CharSet
from contracts.schema.regular.classes import unicode_property
from contracts.schema.regular.errors import Unsupported

_TOKEN = re.compile(r"\\([pP])\{([^}]*)\}|\\.|[\[\]]|[^\\\[\]]+", re.DOTALL)


_GROUP = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\(\?<[^=!>][^>]*>", re.DOTALL)


def for_python(pattern: str) -> str:
    """The pattern as ``re`` takes it: no properties, and no names of groups if nothing uses them.

    ECMA-262 writes ``(?<name>…)`` where ``re`` wants ``(?P<name>…)``.
    """
    if "(?<" in pattern and r"\k<" not in pattern:
        pattern = _GROUP.sub(lambda found: "(" if found[0][0] == "(" else found[0], pattern)
    return without_properties(pattern)


@lru_cache(maxsize=1024)
def without_properties(pattern: str) -> str:
    r"""The pattern with every ``\p{…}`` and ``\P{…}`` (ECMA-262 §22.2.1) as ranges of characters.

    A pattern with a property that is not known here comes back as it is.
    """
    if r"\p{" not in pattern and r"\P{" not in pattern:
        return pattern
    out: list[str] = []
    inside = False
    for found in _TOKEN.finditer(pattern):
        text = found[0]
        if found[2] is None:
            inside = text == "[" or (inside and text != "]")
            out.append(text)
            continue
        try:
            chars = unicode_property(found[2])
        except Unsupported:
            return pattern
        ranges = _ranges(~chars if found[1] == "P" else chars)
        out.append(ranges if inside else f"[{ranges}]")
    return "".join(out)


def _ranges(chars: CharSet) -> str:
    return "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in chars.ranges)

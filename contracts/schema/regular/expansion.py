r"""Patterns for Python's ``re``: ``\p{…}`` said with ranges, groups by number."""

from __future__ import annotations

import re
from functools import lru_cache

from contracts.late_patterns import late
from contracts.schema.regular.charset import CharSet
from contracts.schema.regular.errors import Unsupported
from contracts.schema.regular.unicode_properties import characters

_TOKEN = late(r"\\([pP])(?:\{([^}]*)\}|([A-Z]))|\\.|[\[\]]|[^\\\[\]]+", re.DOTALL)

_GROUP = late(r"\\k<([^>]*)>|\\.|\[(?:\\.|[^\]\\])*\]|\(\?<([^=!>][^>]*)>|\((?!\?)", re.DOTALL)


def for_python(pattern: str) -> str:
    """The pattern as ``re`` takes it: neither properties nor names of groups.

    ECMA-262 writes ``(?<name>…)`` where ``re`` wants ``(?P<name>…)``.
    """
    return without_properties(without_names(pattern))


def without_names(pattern: str) -> str:
    r"""The pattern with ``(…)`` for ``(?<name>…)`` and ``\1`` for ``\k<name>``."""
    if "(?<" not in pattern:
        return pattern
    names: list[str] = []

    def nameless(found: re.Match[str]) -> str:
        referred, named = found[1], found[2]
        if referred is not None:
            return rf"(?:\{names.index(referred) + 1})" if referred in names else found[0]
        if found[0][0] == "(":
            names.append(named or "")
            return "("
        return found[0]

    return _GROUP.sub(nameless, pattern)


@lru_cache(maxsize=1024)
def without_properties(pattern: str) -> str:
    r"""The pattern with every ``\p{…}`` and ``\P{…}`` (ECMA-262 §22.2.1) as ranges of characters.

    A pattern with a property that is not known here comes back as it is.
    """
    if r"\p" not in pattern and r"\P" not in pattern:
        return pattern
    out: list[str] = []
    inside = False
    for found in _TOKEN.finditer(pattern):
        text = found[0]
        name = found[2] or found[3]
        if name is None:
            inside = text == "[" or (inside and text != "]")
            out.append(text)
            continue
        try:
            chars = characters(name)
        except Unsupported:
            return pattern
        ranges = _ranges(~chars if found[1] == "P" else chars)
        out.append(ranges if inside else f"[{ranges}]")
    return "".join(out)


def _ranges(chars: CharSet) -> str:
    return "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in chars.ranges)

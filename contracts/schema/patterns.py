"""Whether one text matches a pattern: certain, or not known."""

from __future__ import annotations

import re
from functools import lru_cache

from contracts.late_patterns import late

_PLAIN = late(r"\^?(?:[A-Za-z0-9_\-/:@ ]|\\[.\-/]|\[[A-Za-z0-9_\-. ]+\]|[+*?]|\{\d{1,3}\})*\$?")
"""Patterns that mean the same in ECMA-262 and in Python, and cannot backtrack badly."""


@lru_cache(maxsize=4096)
def _plain(pattern: str) -> re.Pattern[str] | None:
    if len(pattern) > 200 or not _PLAIN.fullmatch(pattern):
        return None
    if sum(pattern.count(sign) for sign in "+*?{") > 1:
        return None
    text = pattern[:-1] + r"\Z" if pattern.endswith("$") else pattern
    try:
        return re.compile(text)
    except re.error:
        return None


def is_plain(pattern: str) -> bool:
    """Whether one look tells what a text does to it."""
    return _plain(pattern) is not None


def matches(pattern: str, text: str) -> bool | None:
    """Whether the pattern is found in the text (ECMA-262); None where that is not known."""
    plain = _plain(pattern)
    if plain is not None:
        return plain.search(text) is not None
    from contracts.schema.languages import enclosing
    from contracts.schema.regular import Unsupported, found_in

    try:
        certain, possible = enclosing(pattern)
    except Unsupported:
        return None
    if certain is possible or not possible.contains(text):
        return possible.contains(text)
    return certain.contains(text) or found_in(pattern, text)


def may_refer_back(pattern: str) -> bool:
    r"""Whether a pattern seems to hold ``\1`` or ``\k<name>``."""
    return _BACK_REFERENCE.search(pattern) is not None


_BACK_REFERENCE = late(r"\\(?:[1-9]|k<)")


_ENDS = {"\\A": "^", "\\Z": "$", "\\z": "$"}
_OUTSIDE = late(r"\[(?:\\.|[^\]\\])*\]|\\.", re.DOTALL)
_CASED = late(r"(?<!\\)((?:\\\\)*\\[pP]\{)L&\}")


def in_ecma(pattern: str) -> str:
    r"""The pattern with ``\A`` as ``^``, ``\Z`` and ``\z`` as ``$``, and ``\p{L&}`` as ``\p{LC}``.

    ECMA-262 with Unicode has no such escapes (§22.2.1); whoever writes them means the ends of
    the text, and cased letters, as in Python, Ruby and PCRE.
    """
    if "L&" in pattern:
        pattern = _CASED.sub(r"\g<1>LC}", pattern)
    if any(sign in pattern for sign in _ENDS):
        pattern = _OUTSIDE.sub(lambda found: _ENDS.get(found[0], found[0]), pattern)
    return pattern

"""Patterns and formats as predicates on strings: what is certain, and what is not."""

from __future__ import annotations

import re
from functools import lru_cache

_PLAIN = re.compile(
    r"\^?(?:[A-Za-z0-9_\-/:@ ]|\\[.\-/d]|\[[A-Za-z0-9_\-. ]+\]|[.*+?()|]|\{\d+(?:,\d*)?\})*\$?"
)
"""Patterns that mean the same in ECMA-262 and in Python."""


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    if len(pattern) > 500 or not _PLAIN.fullmatch(pattern):
        return None
    if re.search(r"[+*}]\)?[+*{]", pattern):
        return None
    text = pattern.replace(r"\d", "[0-9]")
    if text.endswith("$") and not text.endswith(r"\$"):
        text = text[:-1] + r"\Z"
    try:
        return re.compile(text)
    except re.error:
        return None


def matches(pattern: str, text: str) -> bool | None:
    """Whether the pattern is found in the text; None where that is not certain."""
    compiled = _compiled(pattern)
    return None if compiled is None else compiled.search(text) is not None


def format_holds(name: str, draft: int, text: str) -> bool | None:
    """Whether a text has a format; None for a format that is not known."""
    from contracts.schema.formats import check

    return check(name, draft, text)

r"""Where the validators that judge witnesses read a pattern differently from ECMA-262.

Two independent validators are asked: one uses Python's ``re.search``, the other Rust's regular
expressions after translating ``\d \w \s``. They differ from ECMA-262 with Unicode semantics so:

- ``$``: Python also matches before a line feed that ends the text.
- ``\d \w \b``: ASCII in ECMA-262, Unicode in Python. ``\s``: U+001C–001F and U+0085 only in
  Python, U+FEFF only in ECMA-262.
- ``.``: leaves out U+000D, U+2028 and U+2029 only in ECMA-262.
- ``\p{…}``, ``\u{…}``, ``\cX``, surrogate pairs, ``(?<name>…)``, ``[]`` and ``[^]``: no such
  thing in Python's ``re``, or something else.
- ``[[``, ``&&``, ``--``, ``~~``, ``||`` in a class: set operations in Rust, warned about by Python.
- ``(?i)`` and possessive quantifiers: not ECMA-262 of 2024, but both validators take them.

On texts of printable ASCII the first three do not differ: see :func:`undisputed`.
"""

from __future__ import annotations

import re
from functools import cache

from contracts.late_patterns import late
from contracts.schema.regular.language import Language

_SYNTAX = (
    (r"\\[pP]\{?", r"\p{…} is not known to Python's re"),
    (r"\\u\{", r"\u{…} is not known to Python's re"),
    (r"\\c[A-Za-z]", r"\cX is not known to Python's re"),
    (r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD]", "surrogate pairs are two characters to Python's re"),
    (r"\(\?<(?![=!])", "named groups are written otherwise for Python's re"),
    (r"\(\?[a-zA-Z-]+[:)]", "inline flags are not ECMA-262 of 2024"),
    (r"\[\^?\]", "an empty class is another thing to Python's re"),
    (r"\\B", r"\B does not match the empty text in Python's re"),
)
_IN_CLASS = (
    (r"\[", "a bracket inside a class begins another class in Rust"),
    (r"&&|--|~~|\|\|", "a doubled sign inside a class is a set operation in Rust"),
)
_TEXTS = (
    (r"\$", "$ also matches before a final line feed in Python's re"),
    (r"\\[dDwWbB]", r"\d, \w and \b follow Unicode in Python's re"),
    (r"\\[sS]", r"\s differs in a few control characters"),
    (r"\.", "the dot differs in line separators"),
)
_CLASS = late(r"(?<!\\)(?:\\\\)*\[\^?((?:\\.|[^\]\\])*)\]", re.DOTALL)
_ESCAPED = late(r"\\([^pPucBdDwWbsS])", re.DOTALL)


def divergent(pattern: str) -> str | None:
    r"""The first construct that a validator may read differently from ECMA-262, or None.

    Differences in syntax come first (no text is safe from them), then those that
    only matter for texts beyond :func:`undisputed`.
    """
    return syntax_divergence(pattern) or _first(_TEXTS, _bare(_CLASS.sub("", pattern), pattern))


def syntax_divergence(pattern: str) -> str | None:
    """A construct that a validator may refuse or misread as a whole, or None."""
    for inside in _CLASS.findall(pattern):
        found = _first(_IN_CLASS, _ESCAPED.sub("", inside))
        if found:
            return found
    return _first(_SYNTAX, _ESCAPED.sub("", pattern))


@cache
def undisputed() -> Language:
    """Texts of printable ASCII, on which the anchors and classes of all dialects agree."""
    return Language.from_regex("^[ -~]*$")


def _bare(outside: str, pattern: str) -> str:
    """Assertions and dots count outside of classes only, escapes of classes everywhere."""
    escapes = "".join(re.findall(r"\\[dDwWsS]", _ESCAPED.sub("", pattern)))
    return _ESCAPED.sub("", outside) + escapes


def _first(table: tuple[tuple[str, str], ...], text: str) -> str | None:
    return next((reason for sign, reason in table if re.search(sign, text)), None)

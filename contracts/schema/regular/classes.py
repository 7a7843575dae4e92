r"""The character classes of patterns: ``\d \w \s .`` and ``\p{…}``, for ECMA-262 and Python."""

from __future__ import annotations

import sys
from functools import lru_cache

from contracts.schema.regular.charset import CharSet

DIGIT = CharSet.of((0x30, 0x39))
WORD = CharSet.of((0x30, 0x39), (0x41, 0x5A), "_", (0x61, 0x7A))
SPACE = CharSet.of(
    (0x09, 0x0D),
    " ",
    0xA0,
    0x1680,
    (0x2000, 0x200A),
    0x2028,
    0x2029,
    0x202F,
    0x205F,
    0x3000,
    0xFEFF,
)
"""WhiteSpace and LineTerminator of ECMA-262 (CharacterClassEscape ``s``)."""
DOT = ~CharSet.of("\n\r", 0x2028, 0x2029)
PYTHON_DOT = ~CharSet.of("\n")


@lru_cache(maxsize=1)
def python_classes() -> dict[str, CharSet]:
    r"""``\d \w \s`` of Python's ``re`` for strings."""
    words: list[tuple[int, int]] = []
    spaces: list[int] = []
    digits: list[int] = []
    start = -1
    for code in range(sys.maxunicode + 2):
        char = chr(code) if code <= sys.maxunicode else ""
        if char.isspace():
            spaces.append(code)
        if char.isdecimal():
            digits.append(code)
        if char.isalnum() or char == "_":
            start = code if start < 0 else start
        elif start >= 0:
            words.append((start, code - 1))
            start = -1
    return {"d": CharSet.of(*digits), "w": CharSet.of(*words), "s": CharSet.of(*spaces)}


@lru_cache(maxsize=1)
def _case_variants() -> dict[int, tuple[int, ...]]:
    variants: dict[str, set[int]] = {}
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        folded = char.lower().casefold()
        if len(folded) == 1 and (folded != char or char.upper() != char):
            variants.setdefault(folded, set()).update((code, ord(folded)))
    return {c: tuple(group) for group in variants.values() if len(group) > 1 for c in group}


def ignoring_case(chars: CharSet) -> CharSet:
    """The set with every simple case variant of its members."""
    extra = [v for c, group in _case_variants().items() if c in chars for v in group]
    return chars | CharSet.of(*extra) if extra else chars

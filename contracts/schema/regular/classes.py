r"""The character classes of patterns: ``\d \w \s .`` and ``\p{…}``, for ECMA-262 and Python."""

from __future__ import annotations

import sys
import unicodedata
from functools import lru_cache

from contracts.schema.regular.charset import ANY, CharSet
from contracts.schema.regular.errors import Unsupported

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

_CATEGORIES = {
    "Cased_Letter": "LC", "Close_Punctuation": "Pe", "Connector_Punctuation": "Pc",
    "Control": "Cc", "cntrl": "Cc", "Currency_Symbol": "Sc", "Dash_Punctuation": "Pd",
    "Decimal_Number": "Nd", "digit": "Nd", "Enclosing_Mark": "Me", "Final_Punctuation": "Pf",
    "Format": "Cf", "Initial_Punctuation": "Pi", "Letter": "L", "Letter_Number": "Nl",
    "Line_Separator": "Zl", "Lowercase_Letter": "Ll", "Mark": "M", "Combining_Mark": "M",
    "Math_Symbol": "Sm", "Modifier_Letter": "Lm", "Modifier_Symbol": "Sk",
    "Nonspacing_Mark": "Mn", "Number": "N", "Open_Punctuation": "Ps", "Other": "C",
    "Other_Letter": "Lo", "Other_Number": "No", "Other_Punctuation": "Po", "Other_Symbol": "So",
    "Paragraph_Separator": "Zp", "Private_Use": "Co", "Punctuation": "P", "punct": "P",
    "Separator": "Z", "Space_Separator": "Zs", "Spacing_Mark": "Mc", "Symbol": "S",
    "Titlecase_Letter": "Lt", "Unassigned": "Cn", "Uppercase_Letter": "Lu",
}  # fmt: skip
_SPECIAL = {
    "Any": ANY,
    "ASCII": CharSet.of((0, 0x7F)),
    "ASCII_Hex_Digit": CharSet.of((0x30, 0x39), (0x41, 0x46), (0x61, 0x66)),
    "AHex": CharSet.of((0x30, 0x39), (0x41, 0x46), (0x61, 0x66)),
    "White_Space": CharSet.of(
        (0x09, 0x0D),
        " ",
        0x85,
        0xA0,
        0x1680,
        (0x2000, 0x200A),
        0x2028,
        0x2029,
        0x202F,
        0x205F,
        0x3000,
    ),
}
_SPECIAL["space"] = _SPECIAL["White_Space"]


@lru_cache(maxsize=1)
def _by_category() -> dict[str, CharSet]:
    ranges: dict[str, list[tuple[int, int]]] = {}
    category = unicodedata.category
    start, kind = 0, category("\0")
    for code in range(1, sys.maxunicode + 2):
        here = category(chr(code)) if code <= sys.maxunicode else ""
        if here != kind:
            ranges.setdefault(kind, []).append((start, code - 1))
            start, kind = code, here
    return {kind: CharSet.of(*found) for kind, found in ranges.items()}


@lru_cache(maxsize=256)
def unicode_property(name: str) -> CharSet:
    r"""The characters of ``\p{name}``: general categories and a few binary properties.

    They follow the Unicode version of this Python; validators may have another one.

    Raises:
        Unsupported: the property is not known here.
    """
    if name in _SPECIAL:
        return _SPECIAL[name]
    value = name
    for prefix in ("General_Category=", "gc="):
        value = value.removeprefix(prefix)
    short = _CATEGORIES.get(value, value)
    groups = ("Lu", "Ll", "Lt") if short == "LC" else (short,)
    found = [chars for kind, chars in _by_category().items() if kind.startswith(groups)]
    if short == "Assigned":
        return ~unicode_property("Cn")
    if not found or len(short) > 2:
        raise Unsupported(f"the Unicode property \\p{{{name}}} is not supported")
    union = CharSet(())
    for chars in found:
        union |= chars
    return union


@lru_cache(maxsize=1)
def python_classes() -> dict[str, CharSet]:
    r"""``\d \w \s`` of Python's ``re`` for strings."""
    words: list[tuple[int, int]] = []
    spaces: list[int] = []
    start = -1
    for code in range(sys.maxunicode + 2):
        char = chr(code) if code <= sys.maxunicode else ""
        if char.isspace():
            spaces.append(code)
        if char.isalnum() or char == "_":
            start = code if start < 0 else start
        elif start >= 0:
            words.append((start, code - 1))
            start = -1
    return {"d": unicode_property("Nd"), "w": CharSet.of(*words), "s": CharSet.of(*spaces)}


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

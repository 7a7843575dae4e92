"""What a plain scalar of YAML means in the core schema (YAML 1.2.2 section 10.3)."""

from __future__ import annotations

from contracts.documents.numbers import exact_float, exact_int
from contracts.late_patterns import late
from contracts.verdict import Json

_CORE: dict[str, Json] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_INT = late(r"[-+]?[0-9]+\Z")
_OCTAL = late(r"0o[0-7]+\Z")
_HEX = late(r"0x[0-9a-fA-F]+\Z")
_FLOAT = late(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_NOT_FINITE = late(r"[-+]?\.(?:inf|Inf|INF)\Z|\.(?:nan|NaN|NAN)\Z")


class NotFinite(ValueError):
    """A number that JSON cannot say."""


def core_value(text: str) -> Json:
    """The value of a plain scalar; what is no null, boolean or number is a string.

    Raises:
        NotFinite: infinity, or not a number.
        NumberTooLarge: a number that cannot be kept exactly within the bounds.
    """
    if text in _CORE:
        return _CORE[text]
    if text[0] not in "0123456789-+.":
        return text
    if _INT.match(text):
        return exact_int(text)
    if _FLOAT.match(text):
        return exact_float(text)
    if _OCTAL.match(text):
        return exact_int(text[2:], base=8)
    if _HEX.match(text):
        return exact_int(text[2:], base=16)
    if _NOT_FINITE.match(text):
        raise NotFinite(f"{text} is not a JSON number; quote it or give a finite number")
    return text

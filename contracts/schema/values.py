"""JSON values as JSON Schema compares them: 1 = 1.0, 1 ≠ true, objects without order."""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal, localcontext
from enum import IntFlag
from typing import TYPE_CHECKING

from contracts.verdict import Json

if TYPE_CHECKING:
    from fractions import Fraction

LARGEST_EXPONENT = 5_000
"""Powers of ten beyond this are not computed with."""


class Kind(IntFlag):
    """The six JSON types (RFC 8259 §3); ``integer`` is a constraint on numbers."""

    NULL = 1
    BOOLEAN = 2
    NUMBER = 4
    STRING = 8
    ARRAY = 16
    OBJECT = 32
    ALL = 63


NAMES = {
    "null": Kind.NULL,
    "boolean": Kind.BOOLEAN,
    "number": Kind.NUMBER,
    "string": Kind.STRING,
    "array": Kind.ARRAY,
    "object": Kind.OBJECT,
}


class NumberOutOfRange(ValueError):
    """A number too large or small to compute with exactly, or not a number at all."""


def kind_of(value: Json) -> Kind:
    """The JSON type of a value."""
    if value is None:
        return Kind.NULL
    if isinstance(value, bool):
        return Kind.BOOLEAN
    if isinstance(value, str):
        return Kind.STRING
    if isinstance(value, dict):
        return Kind.OBJECT
    if isinstance(value, list):
        return Kind.ARRAY
    return Kind.NUMBER


def is_number(value: Json) -> bool:
    """Whether the value is a JSON number (and not a boolean)."""
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def exact(number: float | Decimal) -> int | Fraction:
    """The number as it was written in decimal: 0.1 is one tenth, whole numbers are ints.

    Raises:
        NumberOutOfRange: infinite, not a number, or beyond ten to the ±5,000.
    """
    if isinstance(number, int):
        return number
    decimal = number if isinstance(number, Decimal) else Decimal(repr(number))
    if not decimal.is_finite() or abs(decimal.adjusted()) > LARGEST_EXPONENT:
        raise NumberOutOfRange(str(number))
    top, bottom = decimal.as_integer_ratio()
    if bottom == 1:
        return top
    from fractions import Fraction  # takes as long to import as a small schema to compare

    return Fraction(top, bottom)


def plain(number: int | Fraction) -> Json:
    """An exact number as a JSON value: int, float where it says the same, else Decimal."""
    if isinstance(number, int):
        return number
    if number.denominator == 1:
        return number.numerator
    try:
        approximate = float(number)
        if exact(approximate) == number:
            return approximate
    except (OverflowError, NumberOutOfRange):
        pass
    digits = _decimal_places(number)
    if digits is None:
        raise NumberOutOfRange(str(number))
    with localcontext(prec=2 * LARGEST_EXPONENT):
        return Decimal(number.numerator * 10**digits // number.denominator).scaleb(-digits)


def _decimal_places(number: Fraction) -> int | None:
    rest, twos, fives = number.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def key(value: Json) -> Hashable:
    """Equal for values that JSON Schema calls equal (draft 2020-12 core §4.2.2), else different."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return ("b", value)
    if isinstance(value, int):
        return value
    if isinstance(value, dict):
        return ("o", frozenset((name, key(item)) for name, item in value.items()))
    if isinstance(value, list):
        return ("a", tuple(key(item) for item in value))
    try:
        return exact(value)
    except NumberOutOfRange:
        return ("n", str(value))


def equal(one: Json, other: Json) -> bool:
    """JSON Schema equality."""
    return key(one) == key(other)

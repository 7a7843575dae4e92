"""Numbers as they were written: a float only where it says the same as its text."""

from __future__ import annotations

from decimal import Decimal

LONGEST_NUMBER = 1_000
"""Digits of a number; longer ones are refused (they cost quadratic time to convert)."""
LARGEST_EXPONENT = 9_999
"""Power of ten of a number; beyond it even an exact integer would not fit into memory."""


class NumberTooLarge(ValueError):
    """A number that cannot be kept exactly within the bounds."""


def exact_int(text: str, *, base: int = 10) -> int:
    """An integer of any size within the bounds; ``text`` is sign and digits.

    Raises:
        NumberTooLarge: more than :data:`LONGEST_NUMBER` digits.
    """
    if len(text) > LONGEST_NUMBER:
        raise NumberTooLarge(
            f"a number of {len(text)} digits; at most {LONGEST_NUMBER} are read, "
            "write it as a string"
        )
    return int(text, base)


def exact_float(text: str) -> float | Decimal:
    """A float when it stands for exactly the decimal written, otherwise a Decimal.

    "Exactly" is RFC 8785's sense: the shortest decimal of the float has the same value.

    Raises:
        NumberTooLarge: too many digits or too large an exponent.
    """
    if len(text) > LONGEST_NUMBER:
        raise NumberTooLarge(
            f"a number of {len(text)} digits; at most {LONGEST_NUMBER} are read, "
            "write it as a string"
        )
    digits, _, exponent = text.lower().partition("e")
    if len(text) < 16 and not exponent:
        return float(text)
    if exponent and abs(int(exponent)) > LARGEST_EXPONENT:
        raise NumberTooLarge(
            f"the number {digits}e{exponent} is out of range; "
            f"exponents go from -{LARGEST_EXPONENT} to {LARGEST_EXPONENT}"
        )
    value = float(text)
    decimal = Decimal(text)
    if value - value == 0 and Decimal(repr(value)) == decimal:
        return value
    return decimal

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.governance import canonical

DIGITS = st.text("0123456789", min_size=1, max_size=17)


@pytest.mark.parametrize(
    ("kind", "text", "valid"),
    [
        ("gtin", "08904000210037", True),
        ("gtin", "09506000134352", True),
        ("gtin", "9506000134352", False),
        ("gtin", "0950600013435２", False),
        ("gln", "5412345000013", True),
        ("gln", "", False),
        ("sscc", "006141411234567890", True),
        ("iban", "DE89370400440532013000", True),
        ("iban", "GB82WEST12345698765432", True),
        ("iban", "DE89 3704 0044 0532 0130 00", False),
        ("iban", "DE00370400440532013000", False),
        ("currency", "EUR", True),
        ("currency", "KWD", True),
        ("currency", "DEM", False),
        ("currency", "eur", False),
        ("uom", "EA", True),
        ("uom", "H87", True),
        ("uom", "PIECE", False),
        ("uom", "E", False),
    ],
)
def test_sample_values(kind: str, text: str, valid: bool) -> None:
    assert canonical.CHECKS[kind](text) is valid


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("gtin", "08904000210037"),
        ("gtin", "09506000134352"),
        ("gln", "5412345000013"),
        ("sscc", "006141411234567890"),
        ("iban", "DE89370400440532013000"),
    ],
)
def test_any_other_last_digit_is_refused(kind: str, text: str) -> None:
    others = [text[:-1] + digit for digit in "0123456789" if digit != text[-1]]
    assert not any(canonical.CHECKS[kind](other) for other in others)


@given(DIGITS, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_seen(digits: str, at: int, off: int) -> None:
    right = digits + canonical.gs1_check_digit(digits)
    at %= len(right)
    wrong = right[:at] + str((int(right[at]) + off) % 10) + right[at + 1 :]
    assert canonical.gs1_check_digit(wrong[:-1]) != wrong[-1]


@pytest.mark.parametrize(
    ("text", "padded"),
    [
        ("9506000134352", "09506000134352"),
        ("96385074", "00000096385074"),
        ("08904000210037", "08904000210037"),
        ("123", None),
        ("96385075", None),
    ],
)
def test_shorter_gtins_are_padded(text: str, padded: str | None) -> None:
    assert canonical.to_gtin14(text) == padded

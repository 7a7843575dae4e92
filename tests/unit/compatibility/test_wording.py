"""Values in sentences: whatever their size, a sentence is written."""

from __future__ import annotations

from decimal import Decimal

import pytest

from contracts.compatibility.wording import LONGEST_VALUE, quoted
from contracts.verdict import Json


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("3.0"), "3"),
        (Decimal("0.5"), "0.5"),
        (Decimal("100000000000000000000.001"), "100000000000000000000.001"),
        (Decimal("1e9000"), "1E+9000"),
        ([Decimal("-1e9000"), 1], "[-1E+9000, 1]"),
    ],
)
def test_numbers_are_quoted_whatever_their_size(value: Json, text: str) -> None:
    assert quoted(value) == text


def test_long_values_are_cut() -> None:
    assert len(quoted("x" * 500)) == LONGEST_VALUE

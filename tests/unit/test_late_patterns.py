"""A pattern compiled late finds what the pattern finds."""

from __future__ import annotations

import re

import pytest

from contracts.late_patterns import late


def test_it_is_the_pattern_when_it_is_asked() -> None:
    pattern = late(r"(?P<word>[a-z]+)", re.IGNORECASE)
    found = pattern.fullmatch("Order")
    assert found is not None
    assert found["word"] == "Order"
    assert pattern.sub("x", "a1B") == "x1x"
    assert pattern.groupindex == {"word": 1}


def test_what_is_no_pattern_is_said_at_first_use() -> None:
    pattern = late("(")
    with pytest.raises(re.error):
        pattern.search("(")

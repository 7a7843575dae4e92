"""What validators complain about, in the words of a report."""

from __future__ import annotations

import pytest

from contracts.schema.messages import in_short


@pytest.mark.parametrize(
    ("complaint", "shown"),
    [
        ("None is not of type 'string'", "null is not of type 'string'"),
        ("True was expected", "true was expected"),
        ("False schema does not allow 1", "False schema does not allow 1"),
        ("'None' is too long", "'None' is too long"),
    ],
)
def test_values_as_json_writes_them(complaint: str, shown: str) -> None:
    assert in_short(complaint) == shown


def test_the_reason_behind_a_long_value_is_kept() -> None:
    short = in_short(f"[{'1, ' * 5_000}1] is too long")
    assert len(short) < 520
    assert short.endswith("is too long")


def test_no_alternative_is_called_false() -> None:
    short = in_short("False schema does not allow {'kind': 'c'}", "oneOf")
    assert short == "{'kind': 'c'} is not valid under any of the given schemas"

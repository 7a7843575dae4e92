"""What the validators said of a small schema and value is kept, and is what they would say again."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from contracts.schema import verify
from contracts.schema.dialects import Dialect
from contracts.schema.verify import Judge, judged


def judge(schema: Any, *, formats: bool = False) -> Judge:
    one = Judge(schema, Dialect.DRAFT202012, formats=formats)
    one._text = b""  # as one that was made for a value
    return one


def test_an_answer_is_given_again_for_the_same_question_alone() -> None:
    asked = [
        ({"maxLength": 1}, "ab", False),
        ({"maxLength": 2}, "ab", True),
        ({"type": "integer"}, 1, True),
        ({"type": "integer"}, 1.5, False),
        ({"type": "boolean"}, 1, False),
        ({"type": "boolean"}, True, True),
        ({"enum": [None]}, None, True),
        ({"enum": ["null"]}, None, False),
    ]
    for _ in range(2):
        assert [judged(judge(schema), value) for schema, value, _ in asked] == [
            wanted for *_, wanted in asked
        ]
    assert judged(judge({"format": "date"}, formats=True), "x") is False
    assert judged(judge({"format": "date"}), "x") is True


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"const": "x" * 2_000}, "x" * 2_000),
        ({"type": "string"}, "x" * 2_000),
        ({"minimum": Decimal("0.1")}, 1),
        ({"type": "number"}, Decimal("0.1")),
        ({"type": "integer"}, 10**30),
    ],
)
def test_large_values_and_what_is_no_plain_json_are_not_kept(schema: Any, value: Any) -> None:
    before = len(verify._ANSWERS)
    assert judged(judge(schema), value) is True
    assert len(verify._ANSWERS) == before


def test_a_schema_that_stands_as_it_is_is_not_written_to_be_looked_up() -> None:
    assert Judge({"type": "string"}, Dialect.DRAFT202012, formats=False).question("x") is None

"""Values in sentences: whatever their size, a sentence is written."""

from __future__ import annotations

from decimal import Decimal

import pytest

from contracts import compare
from contracts.compatibility.sentences import LONGEST_VALUE, quoted
from contracts.verdict import Json, Mode


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


def held(**members: Json) -> Json:
    return {"type": "object", "properties": members}


TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
IF = {"if": {"required": ["kind"], "properties": {"kind": {"const": "a"}}}}
SENTENCES = [
    (
        {"patternProperties": {"^x-": {"enum": ["a", "b"]}}},
        {"patternProperties": {"^x-": {"enum": ["a"]}}},
        'a member named like `^x-` may not be "b" any more',
        'a member named like `^x-` may be "b" now',
    ),
    (
        held(note={"not": {"not": TEXT}}),
        held(note={"not": {"not": {**TEXT, "maxLength": 5}}}),
        '`note` may not be "PO-1001" any more: `not` excludes it',
        '`note` may be "PO-1001" now, which readers exclude (`not`)',
    ),
    (
        held(qty={"minimum": 0}),
        held(qty={"exclusiveMinimum": 0}),
        "`minimum` 0 of `qty` became `exclusiveMinimum` 0",
        "`exclusiveMinimum` 0 of `qty` became `minimum` 0",
    ),
    (
        held(p={"oneOf": [TEXT, NUMBER]}),
        held(p={"oneOf": [TEXT, NUMBER, {**NUMBER, "minimum": 5}]}),
        "`p` as 5 fits several alternatives now, and only one may fit",
        "`p` may be 5 now, which fits several alternatives of the readers",
    ),
    (
        held(p={"anyOf": [TEXT, NUMBER]}),
        held(p=TEXT),
        "`p` may not be of type integer any more; 0 is refused",
        "`p` may be of type integer now, which readers do not know",
    ),
    (
        held(a=TEXT),
        {**held(a=TEXT), "additionalProperties": False},
        "the value may hold declared members only now; `note`, for one, is refused",
        "the value may hold other members now, such as `note`, which readers refuse",
    ),
    (
        {"patternProperties": {"^x-": TEXT}},
        {"patternProperties": {"^x-": {**TEXT, "maxLength": 2}}},
        "`maxLength` of a member named like `^x-` is new: 2",
        "`maxLength` of a member named like `^x-` is gone, it was 2",
    ),
    (
        {**held(), **IF, "then": {"required": ["x"]}},
        {**held(), **IF, "then": {"required": ["x", "y"]}},
        "where `if` holds, `y` became required",
        "where `if` holds, `y` may be missing now; it was always there",
    ),
    (
        {**held(), **IF, "else": {}},
        {**held(), **IF, "else": {"maxProperties": 1}},
        "where `if` does not hold, `maxProperties` of the value is new: 1",
        "where `if` does not hold, `maxProperties` of the value is gone, it was 1",
    ),
    (
        {"type": "object"},
        {"type": "object", "propertyNames": {"maxLength": 3}},
        "`maxLength` of the names of members is new: 3",
        "`maxLength` of the names of members is gone, it was 3",
    ),
    (
        held(m={"type": "object"}),
        held(m={"type": "object", "propertyNames": False}),
        "the names of the members of `m` may not be",
        "the names of the members of `m` may not be",
    ),
]


@pytest.mark.parametrize(("old", "new", "backward", "forward"), SENTENCES)
def test_a_break_in_one_sentence(old: Json, new: Json, backward: str, forward: str) -> None:
    for mode, said in (("backward", backward), ("forward", forward)):
        if mode == "backward":
            (found,) = compare(old, new, format="jsonschema", mode=Mode.BACKWARD).findings
        else:
            (found,) = compare(new, old, format="jsonschema", mode=Mode.FORWARD).findings
        assert said in found.message


OPEN = [
    (
        held(a={"$ref": "#/$defs/no"}),
        held(a={"$ref": "#/$defs/no", "maxLength": 3}),
        "the old version's schema cannot be read there: '#/$defs/no' points to nothing",
        "Correct",
    ),
    (held(a={"maxLength": "x"}), held(a={"maxLength": 3}), "no validator can use", "Correct"),
    (
        held(a={"pattern": r"^(.+)\1$"}),
        held(a={"pattern": "^(..)+$"}),
        r"`pattern`: `^(.+)\1$`: a back-reference",
        "Simplify",
    ),
]


@pytest.mark.parametrize(("old", "new", "said", "advice"), OPEN)
def test_an_open_question_in_one_sentence(old: Json, new: Json, said: str, advice: str) -> None:
    (found,) = compare(old, new, format="jsonschema", mode=Mode.BACKWARD).findings
    assert said in found.message
    assert str(found.advice).startswith(advice)


def test_a_type_that_there_is_not_is_named() -> None:
    old, new = held(a={"type": "strng"}), held(a=TEXT)
    (found,) = compare(old, new, format="jsonschema", mode=Mode.BACKWARD).findings
    assert "there is no type 'strng'" in found.message


def test_types_that_are_no_names_end_no_comparison() -> None:
    old = {"oneOf": [{"type": [[]]}, TEXT]}
    new = {"oneOf": [{"type": [[]]}, {**TEXT, "maxLength": 5}]}
    assert compare(old, new, format="jsonschema", mode=Mode.BACKWARD).findings

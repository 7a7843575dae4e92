from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.documents.hashes import Subtrees

VALUES = st.recursive(
    st.none() | st.booleans() | st.sampled_from([0, 1, -1, -2, 0.0, 1.0, 0.5]) | st.text("ab01"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=1), inner),
    max_leaves=12,
)


def equal_as_json(left: Any, right: Any) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal_as_json(left[k], right[k]) for k in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal_as_json, left, right))
    return bool(left == right)


@settings(derandomize=True, max_examples=500)
@given(VALUES, VALUES)
def test_same_means_equal_as_json(left: Any, right: Any) -> None:
    subtrees = Subtrees()
    assert subtrees.same(left, right) is equal_as_json(left, right)
    assert (subtrees.of(left) is subtrees.of(right)) is equal_as_json(left, right)


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        ({"a": 1, "b": [2]}, {"b": [2], "a": 1}, True),
        ({"a": [1, {"x": 1.0}]}, {"a": [1.0, {"x": 1}]}, True),
        ([True], [1], False),
        ([{"a": False}], [{"a": 0}], False),
        ([[]], [{}], False),
        (["["], [["["]], False),
        ([], {}, False),
        ({"minimum": -1}, {"minimum": -2}, False),
        ([0.1], [Decimal("0.1000000000000000055511151231257827021181583404541015625")], False),
        ([Decimal("1e400")], [10**400], True),
        ([Decimal("1.50e400")], [Decimal("1.5e400")], True),
        (None, False, False),
        ("1", 1, False),
    ],
)
def test_equal(left: Any, right: Any, equal: bool) -> None:
    subtrees = Subtrees()
    assert (subtrees.of(left) is subtrees.of(right)) is equal
    if Decimal not in {
        type(v) for value in (left, right) if isinstance(value, list) for v in value
    }:
        assert subtrees.same(left, right) is equal


def test_deep_values() -> None:
    left: list[Any] = []
    right: list[Any] = []
    for _ in range(5000):
        left, right = [left], [right]
    assert Subtrees().same(left, right)

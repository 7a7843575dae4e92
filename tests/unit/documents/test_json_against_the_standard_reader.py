"""No duplicate name and no digit is lost, whatever the layout and the escapes."""

import json
from decimal import Decimal
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from contracts.documents import load
from contracts.errors import DocumentUnreadable

STRINGS = st.lists(
    st.sampled_from(['"', ":", '":', '" :', "\\", "a", "b", " ", "{", "}", "[", "]", ",", "é", "1e400", "12345678901234567"]),
    max_size=4,
).map("".join)  # fmt: skip
NUMBERS = st.sampled_from(
    ["0", "-0", "1", "1.0", "1e5", "-1.5e-7", "1E400", "1e-400", "0.1", "0.10000000000000000001", "9007199254740993",
     "123456789012345678901234567890", "1.7976931348623157e308", "5e-324", "4.9e-324", "1e22", "1e23", "0.30000000000000004"]
)  # fmt: skip
SPACES = st.sampled_from(["", " ", "\n", "\t", "  ", " \n "])


@st.composite
def texts(draw: st.DrawFn, depth: int = 3) -> str:
    """JSON text with arbitrary layout, escapes and now and then a duplicate name."""
    kind = draw(st.integers(0, 5 if depth else 2))
    if kind == 0:
        return draw(NUMBERS)
    if kind == 1:
        return draw(st.sampled_from(["true", "false", "null"]))
    if kind == 2:
        return string(draw)
    count = draw(st.integers(0, 3))
    parts = []
    for _ in range(count):
        value = draw(SPACES) + draw(texts(depth=depth - 1)) + draw(SPACES)
        if kind > 3:
            value = draw(SPACES) + string(draw) + draw(SPACES) + ":" + value
        parts.append(value)
    opening, closing = ("[", "]") if kind == 3 else ("{", "}")
    return opening + (",".join(parts) or draw(SPACES)) + closing


def string(draw: st.DrawFn) -> str:
    text = draw(STRINGS)
    how = draw(st.integers(0, 2))
    if how == 2:
        return '"' + "".join(f"\\u{ord(c):04x}" for c in text) + '"'
    return json.dumps(text, ensure_ascii=how == 1)


class Duplicate(Exception):
    pass


def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(items)
    if len(found) != len(items):
        raise Duplicate
    return found


def standard(text: str) -> Any:
    return json.loads(text, object_pairs_hook=pairs, parse_float=Decimal)


def exact(value: Any) -> Any:
    if isinstance(value, float):
        return "number", Decimal(repr(value))
    if isinstance(value, dict):
        return {key: exact(item) for key, item in value.items()}
    if isinstance(value, list):
        return [exact(item) for item in value]
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return "number", Decimal(value)
    return value


@settings(derandomize=True, max_examples=1500, deadline=None)
@example('{"a" : "\\u0022:", "a"\t: 1}')
@example('{"\\u0022:": 1, "a": {"a": 1, "\\u0061": 2}}')
@given(texts())
def test_any_json(text: str) -> None:
    try:
        data = load(text.encode(), name="a.json").data
    except DocumentUnreadable as error:
        refused = error.message
    else:
        assert exact(data) == exact(standard(text))
        return
    assert "is already used on line" in refused
    try:
        standard(text)
    except Duplicate:
        return
    raise AssertionError(f"not a duplicate: {text}")

"""The fast ways of reading and locating agree with the event reader, on any text."""

import itertools
import random
from typing import Any

import pytest
import yaml
import yaml_rs
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contracts.documents import Limits, load, pointer
from contracts.documents.document import Document
from contracts.documents.yaml_events import compose
from contracts.documents.yaml_positions import YamlPositions, _line_in
from contracts.errors import DocumentUnreadable

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8)
    | st.sampled_from(
        ["200", "on", "1_0", "0x1", "1e3", "- a", "a: b", "#", "~", "a\nb\n", " x", "&a"]
    )
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text(max_size=4) | st.sampled_from(["200", "a b", "<<", "-", "?"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
FRAGMENTS = st.lists(
    st.sampled_from(
        [
            "a", "b", ":", ": ", " ", "  ", "\n", "\n  ", "\n    ", "- ", "\n- ", "\n  - ", "[", "]", "{", "}",
            ", ", "'", '"', "#", " # ", "|\n", ">-\n", "1", "0", "1_0", "0b1", "0x1f", "1.5", "1e999", ".inf",
            ".nan", "+1", "-0", "~", "null", "true", "No", "on", "2024-01-01", "12:30", "&x ", "*x", "!!str ",
            "! ", "!x ", "<<: ", "? ", "---\n", "\n---\n", "...\n", "%YAML 1.2\n", "\t", "\r\n", "\\", "é", "@",
            "200: ", "a: ", "b: ", "12345678901234567890", "0.1234567890123456789", "\u2028", "\x85",
        ]
    ),
    max_size=14,
).map("".join)  # fmt: skip
checked = settings(derandomize=True, max_examples=600, deadline=None)


def exact(text: str) -> Any:
    return compose(text, "a.yaml", Limits())


def typed(value: Any) -> Any:
    """Equal only for values that are the same in type, too."""
    if isinstance(value, dict):
        return {key: typed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [typed(item) for item in value]
    return type(value), value


def pointers(value: Any, at: str = "") -> list[str]:
    found = [at]
    if isinstance(value, dict):
        for key, item in value.items():
            found += pointers(item, pointer.join(at, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found += pointers(item, pointer.join(at, index))
    return found


def same_places(raw: bytes, data: Any) -> None:
    _, spots = exact(raw.decode())
    found = YamlPositions(raw, data)
    for at in pointers(data):
        tokens = pointer.split(at)
        assert found.line(tokens) == _line_in(spots, tokens), at


@checked
@given(
    VALUES, st.sampled_from([None, True, False]), st.sampled_from([2, 4]), st.sampled_from([20, 80])
)
def test_written_documents(value: Any, flow: bool | None, indent: int, width: int) -> None:
    text = yaml.safe_dump(
        value,
        default_flow_style=flow,
        indent=indent,
        width=width,
        allow_unicode=True,
        sort_keys=False,
    )
    try:
        data, _ = exact(text)
    except DocumentUnreadable:
        return
    assert typed(load(text.encode(), name="a.yaml").data) == typed(data)
    if isinstance(data, (dict, list)):
        same_places(text.encode(), data)


@checked
@given(VALUES)
def test_documents_written_by_another_program(value: Any) -> None:
    if not isinstance(value, (dict, list)):
        value = [value]
    text = yaml_rs.dumps(value)
    try:
        data, _ = exact(text)
    except DocumentUnreadable:
        return
    assert typed(load(text.encode(), name="a.yaml").data) == typed(data)
    same_places(text.encode(), data)


@checked
@example("a: 1\n ? b\n")
@given(FRAGMENTS)
def test_any_text(text: str) -> None:
    raw = text.encode()
    document: Document | None = None
    data: Any = None
    refused = ""
    try:
        document = load(raw, name="a.yaml")
    except DocumentUnreadable as error:
        refused = str(error)
    try:
        data, _ = exact(text)
        understood = True
    except DocumentUnreadable:
        understood = False
    if document is not None and understood and document.syntax == "yaml":
        assert typed(document.data) == typed(data)
        if isinstance(data, (dict, list)):
            same_places(raw, data)
    if document is None:
        assert refused.startswith("a.yaml")
        assert not understood or "empty" in refused


NUMERALS = ["".join(t) for n in (1, 2, 3) for t in itertools.product("01_.e+-xob~:", repeat=n)]


@pytest.mark.parametrize("frame", ["a: {}\n", "- {}\n", "{}: a\n", "a: [1, {}]\n", "a:\n  {}\n"])
def test_whatever_looks_like_a_number(frame: str) -> None:
    for numeral in NUMERALS:
        text = frame.format(numeral)
        try:
            data, _ = exact(text)
        except DocumentUnreadable:
            continue
        assert typed(load(text.encode(), name="a.yaml").data) == typed(data), text


@pytest.mark.parametrize("seed", range(20))
def test_lines_exist(seed: int) -> None:
    """Whatever is asked, a line of the document is answered."""
    chance = random.Random(seed)
    text = "".join(
        chance.choice(["a: ", "b:\n", "  - x\n", "- y\n", "# c\n", "c: {d: 1,\n e: 2}\n"])
        for _ in range(6)
    )
    try:
        document = load(text.encode())
    except DocumentUnreadable:
        return
    for at in ("", "/a", "/b/0", "/c/e", "/nothing/here"):
        line = document.line(at)
        assert line is not None
        assert 1 <= line <= text.count("\n") + 1

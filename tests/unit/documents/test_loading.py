import hashlib
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from contracts.documents import Limits, from_data, load
from contracts.documents.canonical import canonical_json
from contracts.errors import DocumentUnreadable, ReferenceUnresolved


@pytest.mark.parametrize("syntax", ["json", "yaml"])
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12345678901234567890123", 12345678901234567890123),
        ("-9007199254740993", -9007199254740993),
        ("0.1234567890123456789", Decimal("0.1234567890123456789")),
        ("1e400", Decimal("1e400")),
        ("1e-400", Decimal("1e-400")),
        ("1.23456e-320", Decimal("1.23456e-320")),
        ("9999999999.999", 9999999999.999),
        ("1.10", 1.1),
        ("123456789012345678e-3", Decimal("123456789012345.678")),
        ("0.1000000000000000000", 0.1),
    ],
)
def test_numbers_are_kept_exactly(text: str, value: Any, syntax: str) -> None:
    source = f'{{"a": [{text}]}}' if syntax == "json" else f"a:\n  - {text}\n"
    found = load(source.encode(), name=f"a.{syntax}").data["a"][0]
    assert (type(found), found) == (type(value), value)


def test_digits_in_strings_cost_nothing_and_change_nothing() -> None:
    text = b'{"id": "12345678901234567890", "x": " 12345678901234567890 ", "n": 0.5}'
    assert load(text).data["n"] == 0.5


def test_a_number_too_long_to_convert_is_refused() -> None:
    for text in (b"[" + b"1" * 5000 + b"]", b"- " + b"1" * 5000, b"- 0x" + b"f" * 5000):
        with pytest.raises(DocumentUnreadable, match="a number of"):
            load(text)


DEEP = 100_000


@pytest.mark.parametrize(
    "text",
    [
        "[" * DEEP + "]" * DEEP,
        '{"a":' * DEEP + "1" + "}" * DEEP,
        "- " * DEEP + "x",
        "? " * DEEP + "x",
        "- ? " * DEEP + "x",
        "\n".join(" " * i + "a:" for i in range(2000)),
        "{a: " * DEEP + "1" + "}" * DEEP,
        "[" * DEEP,
        "a: " + "[" * DEEP,
    ],
    ids=["lists", "objects", "dashes", "keys", "both", "indents", "flow", "open", "open flow"],
)
@pytest.mark.parametrize("name", ["a.json", "a.yaml", "stdin"])
def test_depth_is_bounded(text: str, name: str) -> None:
    with pytest.raises(DocumentUnreadable):
        load(text.encode(), name=name)


@pytest.mark.parametrize("depth", [200, 300, 499])
def test_depth_within_the_limit_is_read(depth: int) -> None:
    nested = "[" * depth + "1" + "]" * depth
    for name in ("a.json", "a.yaml"):
        document = load(nested.encode(), name=name)
        assert document.line("/0" * depth) == 1
        assert len(canonical_json(document.data)) == 2 * depth + 1
    block = "- " * depth + "1"
    assert load(block.encode()).get("/0" * depth) == 1


def test_the_recursion_limit_does_not_matter() -> None:
    text = b'{"a":' * 490 + b"12345678901234567890" + b"}" * 490

    def at_depth(frames: int) -> object:
        return at_depth(frames - 1) if frames else load(text).find("/a")

    assert at_depth(sys.getrecursionlimit() // 2) is not None


def test_a_billion_laughs_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    with pytest.raises(DocumentUnreadable, match="aliases expand") as caught:
        load("\n".join(lines).encode())
    assert caught.value.line == 6


def test_a_billion_merges_are_refused() -> None:
    lines = ["m0: &m0 {a: x, b: x}"]
    lines += [
        f"m{i}: &m{i} {{<<: [*m{i - 1}, *m{i - 1}], k{i}: {{<<: *m{i - 1}}}}}" for i in range(1, 40)
    ]
    with pytest.raises(DocumentUnreadable, match="aliases expand"):
        load("\n".join(lines).encode())


def test_aliases_do_not_hide_depth() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{i}: &a{i} [*a{i - 1}]" for i in range(1, 600)]
    with pytest.raises(DocumentUnreadable, match="nested deeper"):
        load("\n".join(lines).encode())


@pytest.mark.parametrize("name", ["a.json", "a.yaml"])
def test_the_number_of_values_is_bounded(name: str) -> None:
    limits = Limits(nodes=100)
    assert load(b"[" + b"1," * 98 + b"1]", name=name, limits=limits).data
    with pytest.raises(DocumentUnreadable, match="more than 100 values"):
        load(b"[" + b"1," * 100 + b"1]", name=name, limits=limits)


def test_commas_in_strings_are_not_values() -> None:
    assert load(b'["' + b"," * 200 + b'"]', limits=Limits(nodes=100)).data


def test_the_size_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: 123456789\n", encoding="utf-8")
    with pytest.raises(DocumentUnreadable, match="larger than 10 bytes"):
        load(path, limits=Limits(bytes=10))


@pytest.mark.parametrize(
    ("raw", "says", "line"),
    [
        ("a: 1\n".encode("utf-16"), "UTF-16", None),
        ("a: 1\n".encode("utf-16-le"), "UTF-16", None),
        ("a: 1\n".encode("utf-32"), "UTF-16 or UTF-32", None),
        (b"a: 1\nb: \xff\n", "0xff is not UTF-8", 2),
        ("a: é\n".encode("latin-1"), "0xe9 is not UTF-8", 1),
    ],
)
def test_other_encodings_are_refused(raw: bytes, says: str, line: int | None) -> None:
    with pytest.raises(DocumentUnreadable, match=says) as caught:
        load(raw)
    assert caught.value.line == line


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for path, says in (
        (tmp_path / "none.yaml", "no such file"),
        (tmp_path, "directory"),
        (tmp_path / "a\0b", "cannot be read"),
    ):
        with pytest.raises(DocumentUnreadable, match=says) as caught:
            load(path)
        assert caught.value.source == str(path)


def test_a_document_knows_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a:\n  b: [x,\n    y]\n")
    document = load(str(path))
    assert (document.name, document.path, document.syntax) == (str(path), str(path), "yaml")
    assert document.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert document.size == 19
    assert document.get("/a/b/1") == "y"
    assert document.find("/a/c", 5) == 5
    assert document.place("/a/b/1").line == 3
    assert document.place("/a/b/1").value == "y"
    assert load(path, name="new").place("").source == "new"
    with pytest.raises(ReferenceUnresolved, match="nothing stands there"):
        document.get("/a/b/2")


def test_parsed_values() -> None:
    document = load({"b": [1, 2.5, None], "a": True}, name="given")
    assert (document.syntax, document.line("/a")) == ("data", None)
    assert document.sha256 == from_data({"a": True, "b": [1, 2.5, None]}).sha256
    assert load(True).data is True
    exact = {"a": [Decimal("1e400"), 10**30, {"b": 'é"', "c": []}], "": {}}
    assert canonical_json(exact) == (
        b'{"":{},"a":[1E+400,1000000000000000000000000000000,{"b":"\\u00e9\\"","c":[]}]}'
    )


CYCLE: list[Any] = []
CYCLE.append(CYCLE)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"a": {1: 2}}, "at /a: the key 1 is not a string"),
        ({"a": [float("nan")]}, "at /a/0: nan is not a JSON number"),
        ([Decimal("inf")], "at /0: Infinity"),
        ({"a": {1, 2}}, "at /a: set is not a JSON type"),
        (CYCLE, "nested deeper than 500"),
    ],
)
def test_values_that_are_not_json(data: Any, says: str) -> None:
    with pytest.raises(DocumentUnreadable) as caught:
        load(data)
    assert says in str(caught.value)

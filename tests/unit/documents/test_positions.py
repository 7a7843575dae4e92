import json
import random
from typing import Any

import pytest

from contracts.documents import load, pointer

YAML = """\
# a comment
openapi: 3.1.0
info:
    title: |
      title: not a key
      - nor an item
    "version": "1"
paths:
  /orders/{id}:
    get: {operationId: x,
      tags: [a,
        b]}
    parameters:
    - name: id
      in: path
    -
      name: late
    - - nested
      - list
  ? /long
  : post: "several
      lines: here"
"""
LINES = {
    "": 2,
    "/openapi": 2,
    "/info": 3,
    "/info/title": 4,
    "/info/version": 7,
    "/paths": 8,
    "/paths/~1orders~1{id}": 9,
    "/paths/~1orders~1{id}/get": 10,
    "/paths/~1orders~1{id}/get/operationId": 10,
    "/paths/~1orders~1{id}/get/tags": 11,
    "/paths/~1orders~1{id}/get/tags/1": 12,
    "/paths/~1orders~1{id}/parameters": 13,
    "/paths/~1orders~1{id}/parameters/0": 14,
    "/paths/~1orders~1{id}/parameters/0/in": 15,
    "/paths/~1orders~1{id}/parameters/1/name": 17,
    "/paths/~1orders~1{id}/parameters/2/1": 19,
    "/paths/~1long": 20,
    "/paths/~1long/post": 21,
    "/paths/~1long/get": 20,
    "/nowhere/at/all": 2,
}


@pytest.mark.parametrize(("at", "line"), LINES.items())
def test_lines_of_yaml(at: str, line: int) -> None:
    assert load(YAML.encode()).line(at) == line


def test_lines_behind_aliases_and_merges() -> None:
    document = load(b"a: &a\n  x: 1\nb: *a\nc:\n  <<: *a\n  y: 2\n")
    assert [document.line(at) for at in ("/a/x", "/b", "/b/x", "/c", "/c/x", "/c/y")] == [
        2, 3, 2, 4, 2, 6,
    ]  # fmt: skip


def everything(data: Any, at: str = "") -> list[str]:
    found = [at]
    if isinstance(data, dict):
        for key, value in data.items():
            found += everything(value, pointer.join(at, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            found += everything(value, pointer.join(at, index))
    return found


def one_token_per_line(data: Any, indents: random.Random) -> tuple[str, dict[str, int]]:
    """JSON text in an arbitrary layout, and the line of every value in it."""
    out: list[str] = []
    lines: dict[str, int] = {}

    def space() -> None:
        out.append(indents.choice(["", " ", "\n", "\n  ", "\r\n\t", "\n    ", "\n"]))

    def here() -> int:
        return "".join(out).count("\n") + 1

    def write(value: Any, at: str) -> None:
        lines.setdefault(at, here())
        if isinstance(value, dict):
            out.append("{")
            space()
            for index, (key, child) in enumerate(value.items()):
                if index:
                    out.append(",")
                    space()
                lines[pointer.join(at, key)] = here()
                out.append(json.dumps(key))
                space()
                out.append(":")
                space()
                write(child, pointer.join(at, key))
                space()
            out.append("}")
        elif isinstance(value, list):
            out.append("[")
            space()
            for index, child in enumerate(value):
                if index:
                    out.append(",")
                    space()
                write(child, pointer.join(at, index))
                space()
            out.append("]")
        else:
            out.append(json.dumps(value))

    space()
    write(data, "")
    return "".join(out), lines


DATA: dict[str, Any] = {
    "a": {"b": [1, {"c": "}"}, [], {}], 'q"]': "\\", "": None},
    "l": [[1, [2, [3]]], [[]], [{"x": {"y": [True]}}, "{["]],
    "ünï": {"a": "\n", "b": {"a": 1, "b": 2}},
}


@pytest.mark.parametrize("seed", range(200))
def test_lines_of_json_in_any_layout(seed: int) -> None:
    text, lines = one_token_per_line(DATA, random.Random(seed))
    document = load(text.encode(), name="a.json")
    assert {at: document.line(at) for at in lines} == lines


@pytest.mark.parametrize("indent", [None, 0, 1, 2, 4, "\t"])
def test_lines_of_json_as_programs_write_it(indent: int | str | None) -> None:
    text = json.dumps(DATA, indent=indent)
    document = load(text.encode())
    found = {at: document.line(at) for at in everything(DATA)}
    for at in everything(DATA)[1:]:
        line = text.split("\n")[(found[at] or 0) - 1]
        if isinstance(DATA, dict) and not pointer.last(at).isdigit():
            assert json.dumps(pointer.last(at)) + ":" in line


def test_a_byte_order_mark_stands_before_the_first_line() -> None:
    document = load(b'\xef\xbb\xbf{\n  "a": {"b":\n [1,\n 2]}}', name="marked.json")
    assert [document.line(at) for at in ("", "/a", "/a/b/1")] == [1, 2, 4]

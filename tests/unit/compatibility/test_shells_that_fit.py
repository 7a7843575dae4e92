"""Shells that fit at one look: the engine says the same, with the same policies."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from contracts.compatibility.shells import MARK, fitting
from contracts.documents import from_data
from contracts.schema import Dialect, Options, Prover, SchemaAt
from contracts.verdict import Direction, Verdict

NAMES = ("a", "b", "c")
LEAVES: list[Any] = [
    {"type": "string"},
    {"type": "string", "maxLength": 3},
    {"type": ["string", "null"]},
    {"enum": ["x"]},
    {"description": "anything"},
    {},
    True,
    {"type": "string", "readOnly": True},
    {"format": "nobody-knows"},
]


def shell(r: Random) -> dict[str, Any]:
    names = [name for name in NAMES if r.random() < 0.6]
    members = {
        name: {"enum": [MARK + name]} if r.random() < 0.7 else r.choice(LEAVES) for name in names
    }
    found: dict[str, Any] = {"type": "object"}
    if members or r.random() < 0.5:
        found["properties"] = members
    if r.random() < 0.6:
        found["required"] = [name for name in NAMES if r.random() < 0.3]
    if r.random() < 0.4:
        found["additionalProperties"] = r.choice((False, False, True, {"type": "string"}))
    if r.random() < 0.15:
        found["nullable"] = r.choice((True, False))
    if r.random() < 0.2:
        found[r.choice(("minProperties", "maxProperties"))] = 1
    return found


@pytest.mark.parametrize("dialect", [Dialect.OPENAPI30, Dialect.OPENAPI31])
@pytest.mark.parametrize("declared", [True, False])
def test_the_engine_says_the_same(dialect: Dialect, declared: bool) -> None:
    r, fits = Random(7), 0
    options = Options.for_api() if declared else Options()
    for _ in range(6_000):
        writer, reader = shell(r), shell(r)
        plainly = fitting(writer, reader, declared_only=declared)
        if plainly is None:
            continue
        fits += 1
        sides = [SchemaAt(from_data(one, name="shell"), "", dialect) for one in (writer, reader)]
        direction = r.choice((Direction.REQUEST, Direction.RESPONSE, None))
        answer = Prover(options).contains(*sides, direction=direction)
        assert answer.verdict is Verdict.COMPATIBLE, (writer, reader)
        assert answer.assumptions == plainly, (writer, reader)
    assert fits > 60

"""What a prover drops to stay small changes none of its answers."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.documents import Resolver, from_data
from contracts.schema import Dialect, Prover, SchemaAt, prove
from contracts.schema.reading import Reading

Json = Any
TREE = {
    "definitions": {
        "tree": {
            "type": "object",
            "properties": {
                "name": {"type": "string", "maxLength": 5},
                "below": {"type": "array", "items": {"$ref": "#/definitions/tree"}},
            },
        }
    }
}


def members(definition: Json) -> list[SchemaAt]:
    document = from_data(definition)
    resolver = Resolver(document)
    places = ("", "/properties/name", "/properties/below")
    return [SchemaAt(document, f"/definitions/tree{at}", Dialect.DRAFT7, resolver) for at in places]


def answers(most: int, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Any], int]:
    """Answers to the same questions in turn, and how often everything was dropped."""
    closed: list[Reading] = []
    close = Reading.close
    monkeypatch.setattr(prove, "MOST_NODES", most)
    monkeypatch.setattr(Reading, "close", lambda self: (closed.append(self), close(self)))
    narrowed = {
        "definitions": {
            "tree": {
                **TREE["definitions"]["tree"],
                "properties": {
                    **TREE["definitions"]["tree"]["properties"],
                    "name": {"type": "string", "maxLength": 4},
                },
                "required": ["name"],
            }
        }
    }
    prover = Prover()
    sides = members(TREE), members(narrowed)
    found: list[Any] = []
    for one, other in (sides, sides[::-1], sides):
        for writer, reader in zip(one, other, strict=True):
            answer = prover.contains(writer, reader)
            found.append((answer.verdict, [(b.keyword, b.witness) for b in answer.breaks]))
            found.append(prover.example(writer))
            found.append(prover.takes(reader, {"name": "abcde"}))
    return [repr(one) for one in found], len(closed)


def test_answers_are_the_same_whenever_everything_is_dropped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept, never = answers(1_000_000, monkeypatch)
    dropped, times = answers(1, monkeypatch)
    assert never == 0
    assert times > 1
    assert dropped == kept

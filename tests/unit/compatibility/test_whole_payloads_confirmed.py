"""A payload put together around a break is confirmed as a whole, too, by both validators."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from contracts import compare
from contracts.compatibility.meeting import Meeting
from contracts.compatibility.payloads import Payloads
from contracts.compatibility.questions import ONE_WAY
from contracts.compatibility.schema_tree import Reached
from contracts.compatibility.whole_messages import WholeMessages
from contracts.schema import Break

LIBRARY = Path(__file__).parents[3] / "contracts" / "library" / "erp" / "purchase-order"


def order(**added: Any) -> Any:
    """An API whose orders have lines, which have an item and whatever is added to it."""
    item: dict[str, Any] = {
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": {"type": "string", "maxLength": 20},
            "note": {"type": "string", "maxLength": 20},
            "unit": {"type": "string", "pattern": "^[A-Z]{3}$"},
        },
    }
    item |= added
    lines = {"type": "array", "minItems": 2, "items": {"$ref": "#/components/schemas/Item"}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Orders", "version": "1"},
        "paths": {
            "/orders": {
                "post": {
                    "requestBody": {
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Order"}}
                        }
                    },
                    "responses": {"204": {"description": "done"}},
                }
            }
        },
        "components": {
            "schemas": {
                "Item": item,
                "Order": {
                    "type": "object",
                    "required": ["number", "lines"],
                    "properties": {"number": {"type": "string"}, "lines": lines},
                },
            }
        },
    }


def shorter(*names: str) -> Any:
    new = order(required=["id", "unit"])
    for name in names:
        new["components"]["schemas"]["Item"]["properties"][name]["maxLength"] = 3
    return new


PAIRS: list[tuple[Any, Any, int]] = [
    (order(), shorter("note"), 2),
    (order(), shorter("id", "note"), 3),
    (order(additionalProperties=False), shorter("id"), 2),
    (str(LIBRARY / "1.0.0.openapi.yaml"), str(LIBRARY / "2.0.0.openapi.yaml"), 2),
]


@pytest.mark.parametrize(("old", "new", "least"), PAIRS)
def test_it_is_confirmed(old: Any, new: Any, least: int, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[bool | None, bool | None]] = []
    built = Payloads._in_message

    def watched(self: Payloads, found: Break, meeting: Meeting, reached: Reached) -> Break | None:
        whole = built(self, found, meeting, reached)
        writer, reader = meeting.writer.schema, meeting.reader.schema
        if whole is not None and whole is not found and writer and reader:
            towards = reached.new.direction if reached.new.direction in ONE_WAY else None
            takes = partial(self._prover.takes, value=whole.witness, direction=towards)
            seen.append((takes(writer, declared=True), takes(reader)))
        return whole

    monkeypatch.setattr(Payloads, "_in_message", watched)
    compare(old, new)
    assert len(seen) >= least
    assert set(seen) == {(True, False)}


def without_number(value: Any, *_: Any, **__: Any) -> tuple[Any, str]:
    return {"lines": [{"id": "text", "note": value}] * 2}, "/lines/0/note"


def with_a_short_note(value: Any, *_: Any, **__: Any) -> tuple[Any, str]:
    return {"number": "A-1", "lines": [{"id": "text", "note": value[:1]}] * 2}, "/lines/0/note"


@pytest.mark.parametrize("wrongly", [without_number, with_a_short_note])
def test_one_that_is_put_together_wrongly_is_not_shown(
    wrongly: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither what the writer may not send nor what the reader takes; the engine finds another."""
    new = order()
    new["components"]["schemas"]["Item"]["properties"]["note"]["maxLength"] = 3
    monkeypatch.setattr(
        WholeMessages, "around", lambda _, *given, **named: wrongly(*given, **named)
    )
    (finding,) = compare(order(), new).findings
    assert finding.rule == "max-length-lowered"
    assert finding.witness is not None
    lines = finding.witness.value["lines"]
    assert finding.witness.value["number"]
    assert len(lines) == 2
    assert any(len(line.get("note", "")) > 3 for line in lines)

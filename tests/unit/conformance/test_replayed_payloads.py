"""What a replay sends: the whole of a payload that reports show in short, unless it is too much."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.replay.building import MOST_SENT, NothingToSend, Place, Requests, witness_request
from contracts.documents import Document, from_data
from contracts.elision import shown
from contracts.verdict import Direction, Finding, Level, Witness


def document(most: int) -> Document:
    schema = {"type": "object", "properties": {"text": {"type": "string", "maxLength": most}}}
    operation = {
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        "responses": {"204": {"description": "-"}},
    }
    info = {"title": "Notes", "version": "1"}
    return from_data(
        {"openapi": "3.1.0", "info": info, "paths": {"/notes": {"post": operation}}},
        name="notes",
    )


def finding(length: int) -> Finding:
    label = "POST /notes request body application/json"
    witness = Witness({"text": "ab" * (length // 2)}, "old", "new", "too long", "/text")
    told = Finding(
        "max-length-lowered", Level.ERROR, "", Direction.REQUEST, witness=witness, where=(label,)
    )
    return shown(told)


def sent(length: int) -> Any:
    sides = Requests(document(length), {}), Requests(document(length - 1), {})
    return witness_request(finding(length), Place("POST /notes", "application/json"), *sides)


def test_the_whole_is_sent() -> None:
    request = sent(20_000).request
    assert "ab" * 10_000 in str(request.body)


def test_megabytes_are_not_sent() -> None:
    with pytest.raises(NothingToSend, match="no more than 200,000 are sent"):
        sent(2 * MOST_SENT)

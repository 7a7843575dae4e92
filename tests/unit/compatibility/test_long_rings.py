"""Components that reach each other in long rings: nothing is asked about a ring as a whole."""

from __future__ import annotations

import time
from typing import Any

import pytest

from contracts import compare
from contracts.verdict import Verdict


def ring(length: int) -> dict[str, Any]:
    """An OpenAPI document whose one response reaches every component, each through the last."""

    def component(index: int) -> dict[str, Any]:
        following = {"$ref": f"#/components/schemas/S{(index + 1) % length}"}
        return {
            "type": "object",
            "properties": {"id": {"type": "string", "maxLength": 20}, "next": following},
        }

    content = {"application/json": {"schema": {"$ref": "#/components/schemas/S0"}}}
    response = {"200": {"description": "done", "content": content}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "ring", "version": "1.0.0"},
        "paths": {"/first": {"get": {"responses": response}}},
        "components": {"schemas": {f"S{index}": component(index) for index in range(length)}},
    }


def test_a_change_beyond_the_deepest_level_is_found_at_its_component() -> None:
    old, new = ring(900), ring(900)
    new["components"]["schemas"]["S700"]["properties"]["id"]["maxLength"] = 30
    report = compare(old, new)
    assert [finding.rule for finding in report.findings] == ["max-length-raised"]
    assert report.verdict is Verdict.BREAKING
    assert report.findings[0].new is not None
    assert report.findings[0].new.pointer.startswith("/components/schemas/S700/properties/id")


@pytest.mark.long  # the engine uses up its eight seconds
def test_rings_of_different_lengths_do_not_multiply() -> None:
    begin = time.process_time()
    report = compare(ring(400), ring(401))
    assert report.verdict in set(Verdict)
    assert time.process_time() - begin < 30

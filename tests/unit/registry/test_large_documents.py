"""Documents too large for the thorough validator are still held against the specification."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contracts.documents import load
from registry.services.validity import INVALID, LARGE, validity_problems


def large(**changes: Any) -> bytes:
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Large", "version": "1.0.0", "description": "x" * LARGE},
        "paths": {},
    }
    return json.dumps(document | changes).encode()


def test_a_large_document_says_how_it_was_checked() -> None:
    (told,) = validity_problems(load(large(), name="large.json"), "openapi")
    assert (told.rule, told.level) == ("validity-not-checked", "info")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"paths": {"/a": {"get": {"responses": []}}}}, "/paths/~1a/get/responses"),
        ({"servers": [{"description": "no url"}]}, "/servers/0"),
        ({"info": {"title": "x" * (LARGE + 1)}}, "/info"),
    ],
)
def test_a_large_document_that_is_none_is_refused(changes: Any, pointer: str) -> None:
    found = validity_problems(load(large(**changes) + b" " * LARGE, name="large.json"), "openapi")
    assert [(p.rule, p.level, p.pointer) for p in found] == [(INVALID, "error", pointer)]

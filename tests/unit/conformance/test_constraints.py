"""Constraints of requests: which were met, which were broken, each counted once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conformance.evidence import RecordedRequest
from conformance.http.conformity import RequestRules
from conformance.http.constraints import Constraints
from conformance.http.operations import operations

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "paths": {
        "/moves": {
            "post": {
                "parameters": [
                    {"name": "site", "in": "query", "required": True, "schema": {"maxLength": 3}}
                ],
                "requestBody": {
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Moves"}}
                    }
                },
                "responses": {"200": {}},
            }
        }
    },
    "components": {
        "schemas": {
            "Moves": {
                "required": ["first"],
                "properties": {
                    "first": {"$ref": "#/components/schemas/Move"},
                    "more": {"type": "array", "items": {"$ref": "#/components/schemas/Move"}},
                },
            },
            "Move": {"properties": {"delta": {"type": "integer", "maximum": 9}}},
        }
    },
}
(OPERATION,) = operations(DOCUMENT)
MOVES, DELTA = "/components/schemas/Moves", "/components/schemas/Move/properties/delta"
SITE = "/paths/~1moves/post/parameters/0"


def request(body: Any, query: str = "site=A") -> RecordedRequest:
    headers = (("Content-Type", "application/json"),)
    return RecordedRequest("POST", f"http://h/moves?{query}", headers, json.dumps(body))


@pytest.mark.parametrize(
    ("asked", "broken"),
    [
        (request({"first": {"delta": 1}}), set()),
        (request({"first": {"delta": 10}}), {f"{DELTA}/maximum"}),
        (request({"first": {}, "more": [{"delta": "x"}]}), {f"{DELTA}/type"}),
        (request({}), {f"{MOVES}/required"}),
        (request({"first": {}}, "site=ABCD"), {f"{SITE}/schema/maxLength"}),
        (request({"first": {}}, ""), {f"{SITE}/required"}),
    ],
)
def test_what_a_request_breaks(asked: RecordedRequest, broken: set[str]) -> None:
    assert set(RequestRules(OPERATION, DOCUMENT).violations(asked)) == broken


def test_every_constraint_is_counted_once() -> None:
    seen, rules = Constraints(DOCUMENT), RequestRules(OPERATION, DOCUMENT)
    assert seen.counts(OPERATION) == (6, 0, 0)
    seen.saw(rules, request({"first": {"delta": 1}}), positive=True)
    assert seen.counts(OPERATION) == (6, 5, 0), "the list was not given"
    seen.saw(rules, request({"first": {"delta": 1}, "more": []}), positive=True)
    for delta in (10, 11, "x"):
        seen.saw(rules, request({"first": {"delta": delta}}), positive=False)
    assert seen.counts(OPERATION) == (6, 6, 2)

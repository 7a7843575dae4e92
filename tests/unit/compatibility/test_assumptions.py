"""A verdict that hangs on a policy names it, and the other policy gives the other verdict."""

from __future__ import annotations

from typing import Any

import pytest

from contracts import compare
from contracts.compatibility.policies import Policies

Json = Any
INFO = {"title": "Cases", "version": "1"}


def request(schema: Json) -> Json:
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    return _document({"post": {"requestBody": body, "responses": {"204": {"description": "-"}}}})


def response(schema: Json) -> Json:
    content = {"application/json": {"schema": schema}}
    return _document({"get": {"responses": {"200": {"description": "-", "content": content}}}})


def _document(item: Json) -> Json:
    return {"openapi": "3.1.0", "info": INFO, "paths": {"/things": item}}


def holding(**properties: Json) -> Json:
    return {"type": "object", "properties": properties}


TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
CLOSED = {"additionalProperties": False}
LENIENT, STRICT, USUAL = Policies.lenient(), Policies.strict(), Policies()

CASES = [
    ("declared-members-only", USUAL, STRICT, request({"type": "object"}), request(holding(a=TEXT))),
    (
        "tolerant-reader",
        LENIENT,
        USUAL,
        response({**holding(a=TEXT), **CLOSED}),
        response({**holding(a=TEXT, b=TEXT), **CLOSED}),
    ),
    (
        "format-annotation",
        LENIENT,
        USUAL,
        request(TEXT),
        request({**TEXT, "format": "date"}),
    ),
]


@pytest.mark.parametrize(
    ("name", "assumed", "other", "old", "new"), CASES, ids=lambda v: str(v)[:24]
)
def test_what_decided_is_named(
    name: str, assumed: Policies, other: Policies, old: Json, new: Json
) -> None:
    report = compare(old, new, policies=assumed)
    assert report.verdict.value == "compatible"
    assert name in report.assumptions
    against = compare(old, new, policies=other)
    assert against.verdict.value == "breaking"
    assert name not in against.assumptions


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (holding(a={**TEXT, "readOnly": True}), holding(a={**NUMBER, "readOnly": True})),
        (
            holding(a={**TEXT, "readOnly": True}),
            {**holding(a={**TEXT, "readOnly": True}), "required": ["a"]},
        ),
    ],
)
def test_members_that_do_not_travel_are_named(old: Json, new: Json) -> None:
    report = compare(request(old), request(new))
    assert (report.verdict.value, report.assumptions) == ("compatible", ("read-write-only",))


@pytest.mark.parametrize("policies", [USUAL, LENIENT, STRICT])
def test_what_decided_nothing_is_not_named(policies: Policies) -> None:
    old = holding(a={**TEXT, "format": "date"}, b={**TEXT, "readOnly": True})
    new = {**old, "description": "-", "properties": {**old["properties"], "c": TEXT}}
    report = compare(request({**old, **CLOSED}), request({**new, **CLOSED}), policies=policies)
    assert report.verdict.value == "compatible"
    assert report.assumptions == ()

"""Our own checks, each against answers that keep the promise and answers that break it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conformance.evidence import RecordedRequest, RecordedResponse
from conformance.http.answer import Answer
from conformance.http.checks import ANSWER_CHECKS
from conformance.http.operations import Operation, operations

PROBLEM = "application/problem+json"
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "paths": {
        "/things": {
            "get": {
                "deprecated": False,
                "parameters": [
                    {
                        "name": "X-Correlation-Id",
                        "in": "header",
                        "schema": {"type": "string", "pattern": "^[a-z0-9-]{1,10}$"},
                    }
                ],
                "responses": {
                    "200": {
                        "description": "ok",
                        "headers": {"X-Correlation-Id": {"schema": {"type": "string"}}},
                        "content": {"application/json": {"schema": {}}},
                    },
                    "4XX": {"description": "no", "content": {PROBLEM: {"schema": {}}}},
                },
            },
            "post": {"deprecated": True, "responses": {"200": {"description": "ok"}}},
        }
    },
}


def operation(method: str) -> Operation:
    return next(o for o in operations(DOCUMENT) if o.method == method)


def answer(
    status: int,
    *,
    method: str = "GET",
    sent: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    body: object = None,
) -> Answer:
    return Answer(
        operation(method),
        RecordedRequest(method, "http://h/things", tuple((sent or {}).items())),
        RecordedResponse(
            status, tuple((headers or {}).items()), None if body is None else json.dumps(body)
        ),
    )


def problem(code: int, **members: object) -> Answer:
    return answer(code, headers={"Content-Type": PROBLEM}, body=members)


CASES: list[tuple[str, str, Answer, bool]] = [
    ("problem_details", "complete", problem(404, type="/p", title="t", status=404), False),
    ("problem_details", "title alone", problem(404, title="t"), False),
    ("problem_details", "status differs", problem(404, title="t", status=400), True),
    ("problem_details", "title is a number", problem(404, title=4), True),
    ("problem_details", "status is true", problem(404, title="t", status=True), True),
    ("problem_details", "says nothing", problem(404, detail="d"), True),
    (
        "problem_details",
        "not an object",
        answer(404, headers={"Content-Type": PROBLEM}, body=["a"]),
        True,
    ),
    (
        "problem_details",
        "another media type",
        answer(404, headers={"Content-Type": "text/html"}, body="x"),
        True,
    ),
    ("problem_details", "a success", answer(200, body={}), False),
    ("problem_details", "a status it does not promise", problem(500, title=4), False),
    (
        "correlation_id_echoed",
        "echoed",
        answer(200, sent={"X-Correlation-Id": "a1"}, headers={"x-correlation-id": "a1"}),
        False,
    ),
    ("correlation_id_echoed", "lost", answer(200, sent={"X-Correlation-Id": "a1"}), True),
    (
        "correlation_id_echoed",
        "another",
        answer(200, sent={"X-Correlation-Id": "a1"}, headers={"X-Correlation-Id": "b2"}),
        True,
    ),
    ("correlation_id_echoed", "malformed", answer(200, sent={"X-Correlation-Id": "A B"}), False),
    ("correlation_id_echoed", "not sent", answer(200), False),
    (
        "correlation_id_echoed",
        "not promised for this status",
        answer(404, sent={"X-Correlation-Id": "a1"}),
        False,
    ),
    ("deprecation_announced", "not deprecated", answer(200), False),
    ("deprecation_announced", "silent", answer(200, method="POST"), True),
    (
        "deprecation_announced",
        "announced",
        answer(200, method="POST", headers={"Deprecation": "@1735689600"}),
        False,
    ),
    (
        "deprecation_announced",
        "the draft's form",
        answer(200, method="POST", headers={"Deprecation": "true"}),
        True,
    ),
    (
        "deprecation_announced",
        "sunset before deprecation",
        answer(
            200,
            method="POST",
            headers={"Deprecation": "@1735689600", "Sunset": "Sun, 31 Dec 2023 23:59:59 GMT"},
        ),
        True,
    ),
    (
        "deprecation_announced",
        "sunset later",
        answer(
            200,
            method="POST",
            headers={"Deprecation": "@1735689600", "Sunset": "Thu, 31 Dec 2026 23:59:59 GMT"},
        ),
        False,
    ),
    (
        "deprecation_announced",
        "sunset is no date",
        answer(200, method="POST", headers={"Deprecation": "@1", "Sunset": "soon"}),
        True,
    ),
    ("retry_after_on_throttling", "tells", answer(429, headers={"Retry-After": "3"}), False),
    ("retry_after_on_throttling", "does not tell", answer(429), True),
    ("retry_after_on_throttling", "not throttled", answer(503), False),
]


@pytest.mark.parametrize(
    ("check", "given", "fails"),
    [(c[0], c[2], c[3]) for c in CASES],
    ids=[f"{c[0]}: {c[1]}" for c in CASES],
)
def test_checks(check: str, given: Answer, fails: bool) -> None:
    found = list(ANSWER_CHECKS[check](given))
    assert bool(found) is fails, found
    assert all(f.check == check and f.place is not None for f in found)


@pytest.mark.parametrize("check", sorted(ANSWER_CHECKS))
def test_every_check_has_a_kept_and_a_broken_promise(check: str) -> None:
    assert {case[3] for case in CASES if case[0] == check} == {True, False}

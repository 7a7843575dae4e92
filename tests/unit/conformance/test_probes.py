"""Probes, each against a system that keeps the promise and one that does not."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from conformance.evidence import RecordedRequest, RecordedResponse
from conformance.http.answer import Answer
from conformance.http.checks.states import StateWatch
from conformance.http.operations import Operation, operations
from conformance.http.probes import PROBES, Seeds
from conformance.http.probes.states import ForbiddenSteps
from contracts.governance.states import machine

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "paths": {
        "/things": {
            "get": {
                "parameters": [
                    {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 50}},
                    {"name": "cursor", "in": "query", "schema": {"type": "string"}},
                ],
                "responses": {"200": {}},
            },
            "post": {
                "parameters": [{"name": "Idempotency-Key", "in": "header", "required": True}],
                "responses": {"201": {}},
            },
        },
        "/things/{id}": {
            "patch": {
                "parameters": [{"name": "If-Match", "in": "header", "required": True}],
                "requestBody": {
                    "content": {
                        "application/merge-patch+json": {
                            "schema": {"properties": {"status": {"$ref": "#/components/schemas/S"}}}
                        }
                    }
                },
                "responses": {"200": {}},
            }
        },
    },
    "components": {
        "schemas": {
            "S": {"enum": ["prospective", "underReview", "approved", "active", "inactive"]},
            "Thing": {
                "required": ["id", "status"],
                "properties": {"id": {}, "status": {"$ref": "#/components/schemas/S"}},
            },
        }
    },
}
LIST, CREATE, CHANGE = operations(DOCUMENT)
ITEMS = [{"n": n} for n in range(8)]
Reply = Callable[[RecordedRequest], tuple[int, Any, dict[str, str]]]


@dataclass
class System:
    """Answers by a function and remembers what it was asked."""

    reply: Reply
    asked: list[RecordedRequest] = field(default_factory=list)

    def __call__(self, request: RecordedRequest) -> RecordedResponse:
        self.asked.append(request)
        status, body, headers = self.reply(request)
        return RecordedResponse(status, tuple(headers.items()), json.dumps(body))


def accepted(operation: Operation, *bodies: str, method: str = "POST") -> Seeds:
    answers = [
        Answer(
            operation,
            RecordedRequest(
                method,
                "http://h/things",
                (("Idempotency-Key", f"key-{n}"), ("If-Match", '"1"')),
                body,
            ),
            RecordedResponse(201, (("Location", "/things/1"),), '{"n": 1}'),
        )
        for n, body in enumerate(bodies)
    ]
    return Seeds(answers, 1)


def always(status: int, body: Any = None, **headers: str) -> Reply:
    return lambda _: (status, {"n": 1} if body is None else body, headers)


def at_once(others: int) -> Reply:
    """The first is worked on; the others, meanwhile, are answered so."""
    count = itertools.count()

    def reply(_: RecordedRequest) -> tuple[int, Any, dict[str, str]]:
        number = next(count)
        return (201 if number == 0 else others), {"n": number}, {}

    return reply


def pages(mend: Callable[[list[Any], bool], list[Any]]) -> Reply:
    def reply(request: RecordedRequest) -> tuple[int, Any, dict[str, str]]:
        query = dict(part.split("=") for part in request.url.partition("?")[2].split("&") if part)
        start, size = int(query.get("cursor", 0)), int(query.get("limit", 50))
        body: dict[str, Any] = {"items": mend(ITEMS[start : start + size], "cursor" in query)}
        if start + size < len(ITEMS):
            body["nextCursor"] = str(start + size)
        return 200, body, {}

    return reply


CASES: list[tuple[str, str, Operation, Seeds, Reply, bool]] = [
    ("idempotency_key_required", "400", CREATE, accepted(CREATE, "a"), always(400), False),
    ("idempotency_key_required", "taken", CREATE, accepted(CREATE, "a"), always(201), True),
    ("idempotency_key_required", "409", CREATE, accepted(CREATE, "a"), always(409), True),
    ("idempotency_key_required", "nothing known", CREATE, Seeds((), 1), always(201), False),
    ("idempotency_key_replay", "the same", CREATE, accepted(CREATE, "a"), always(201), False),
    ("idempotency_key_replay", "a conflict", CREATE, accepted(CREATE, "a"), always(409), True),
    (
        "idempotency_key_replay",
        "another body",
        CREATE,
        accepted(CREATE, "a"),
        always(201, {"n": 2}),
        True,
    ),
    ("idempotency_key_reuse", "422", CREATE, accepted(CREATE, "a", "b"), always(422), False),
    ("idempotency_key_reuse", "taken", CREATE, accepted(CREATE, "a", "b"), always(201), True),
    ("idempotency_key_reuse", "one seed", CREATE, accepted(CREATE, "a"), always(201), False),
    ("idempotency_key_concurrent", "409", CREATE, accepted(CREATE, "a"), at_once(409), False),
    ("idempotency_key_concurrent", "its answer", CREATE, accepted(CREATE, "a"), always(201), False),
    ("idempotency_key_concurrent", "twice", CREATE, accepted(CREATE, "a"), at_once(201), True),
    ("idempotency_key_concurrent", "crash", CREATE, accepted(CREATE, "a"), at_once(500), True),
    ("optimistic_locking", "412", CHANGE, accepted(CHANGE, "{}"), always(412), False),
    ("optimistic_locking", "overwritten", CHANGE, accepted(CHANGE, "{}"), always(200), True),
    ("created_is_readable", "there", CREATE, accepted(CREATE, "a"), always(200), False),
    ("created_is_readable", "not there", CREATE, accepted(CREATE, "a"), always(404), True),
    (
        "pagination_complete",
        "whole",
        LIST,
        accepted(LIST, "", method="GET"),
        pages(lambda page, _: page),
        False,
    ),
    (
        "pagination_complete",
        "repeats",
        LIST,
        accepted(LIST, "", method="GET"),
        pages(lambda page, later: [*page, page[0]] if later else page),
        True,
    ),
    (
        "pagination_complete",
        "loses",
        LIST,
        accepted(LIST, "", method="GET"),
        pages(lambda page, later: page[1:] if later else page),
        True,
    ),
]


@pytest.mark.parametrize(
    ("probe", "operation", "seeds", "reply", "fails"),
    [(c[0], *c[2:]) for c in CASES],
    ids=[f"{c[0]}: {c[1]}" for c in CASES],
)
def test_probes(probe: str, operation: Operation, seeds: Seeds, reply: Reply, fails: bool) -> None:
    found = list(PROBES[probe](operation, seeds, System(reply)))
    assert bool(found) is fails
    assert all(f.failure.place and f.failure.place.pointer for f in found)


def test_every_probe_has_a_kept_and_a_broken_promise() -> None:
    for name in PROBES:
        assert {c[5] for c in CASES if c[0] == name} == {True, False}, name


def test_an_endless_list_ends() -> None:
    endless = always(200, {"items": [{"n": 1}] * 4, "nextCursor": "x"})
    system = System(endless)
    list(PROBES["pagination_complete"](LIST, accepted(LIST, "", method="GET"), system))
    assert len(system.asked) < 70


@pytest.mark.parametrize(("strict", "fails"), [(True, False), (False, True)])
def test_forbidden_steps_are_asked_for(strict: bool, fails: bool) -> None:
    supplier = machine("supplier")
    assert supplier is not None
    state = {"now": "active"}

    def reply(request: RecordedRequest) -> tuple[int, Any, dict[str, str]]:
        if request.method == "PATCH":
            assert request.header("If-Match") == '"7"', "the version that was read"
            wanted = json.loads(request.body or "{}")["status"]
            if strict and not supplier.allowed(state["now"], wanted):
                return 409, {}, {}
            state["now"] = wanted
        return 200, {"id": "1", "status": state["now"]}, {"ETag": '"7"'}

    system = System(reply)
    probe = ForbiddenSteps(DOCUMENT, (supplier,), StateWatch(DOCUMENT, (supplier,)))
    found = list(probe(CHANGE, accepted(CHANGE, "{}", method="PATCH"), system))
    assert bool(found) is fails
    assert any(request.method == "PATCH" for request in system.asked)


WISHES: dict[str, Any] = {
    "openapi": "3.1.0",
    "paths": {
        "/wishes/{wishId}": {"get": {"responses": {"200": {}}}},
        "/wishes/{wishId}/submit": {
            "post": {
                "parameters": [{"name": "Idempotency-Key", "in": "header", "required": True}],
                "responses": {"200": {}},
            }
        },
    },
    "components": {
        "schemas": {
            "Wish": {
                "required": ["wishId", "status"],
                "properties": {
                    "wishId": {},
                    "status": {"enum": ["draft", "submitted", "rejected", "ordered"]},
                },
            }
        }
    },
}


@pytest.mark.parametrize(("strict", "expected"), [(True, 0), (False, 2)])
def test_forbidden_actions_are_asked_for(strict: bool, expected: int) -> None:
    requisition = machine("requisition")
    assert requisition is not None
    states = {"W-1": "submitted", "W-2": "rejected", "W-3": "ordered", "W-4": "draft"}

    def reply(request: RecordedRequest) -> tuple[int, Any, dict[str, str]]:
        name = request.url.split("/")[4]
        if request.method == "GET":
            return 200, {"wishId": name, "status": states[name]}, {}
        assert request.header("Idempotency-Key") != "key-0", "a key of its own"
        return (409, {}, {}) if strict else (200, {"wishId": name, "status": "submitted"}, {})

    read, submit = operations(WISHES)
    watch = StateWatch(WISHES, (requisition,))
    for name, status in states.items():
        body = json.dumps({"wishId": name, "status": status})
        seen = RecordedRequest("GET", f"http://h/wishes/{name}")
        assert list(watch(Answer(read, seen, RecordedResponse(200, (), body)))) == []
    accepted_once = Answer(
        submit,
        RecordedRequest("POST", "http://h/wishes/W-1/submit", (("Idempotency-Key", "key-0"),)),
        RecordedResponse(200, (), json.dumps({"wishId": "W-1", "status": "submitted"})),
    )
    system = System(reply)
    probe = ForbiddenSteps(WISHES, (requisition,), watch)
    found = list(probe(submit, Seeds((accepted_once,), 1), system))
    asked = [r.url for r in system.asked if r.method == "POST"]
    assert asked == ["http://h/wishes/W-2/submit", "http://h/wishes/W-3/submit"]
    assert len(found) == expected


def paged(kind: str, fault: str = "", count: int = 50) -> System:
    """A list of ``count`` entries, walked by offset or page; the server gives 20 at most."""

    def reply(request: RecordedRequest) -> tuple[int, Any, dict[str, str]]:
        query = dict(parse_qsl(urlsplit(request.url).query))
        if query.get("company") != "1000":
            return 400, {}, {}
        size = min(int(query.get("limit", 20)), 20)
        first = int(query.get("offset", 0))
        if kind == "page":
            first = (int(query.get("page", 1)) - 1) * size
        if fault == "lost" and first:
            first += 1
        if fault == "twice" and first:
            first -= 1
        return 200, [{"n": n} for n in range(count)[first : first + size]], {}

    return System(reply)


def by(kind: str) -> tuple[Operation, Seeds]:
    parameters: list[dict[str, Any]] = [
        {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 50}},
        {"name": kind, "in": "query", "schema": {"minimum": int(kind == "page")}},
        {"name": "company", "in": "query", "required": True, "schema": {"type": "string"}},
    ]
    item = {"get": {"parameters": parameters, "responses": {"200": {}}}}
    (operation,) = operations({"paths": {"/things": item}})
    request = RecordedRequest("GET", "http://h/things?limit=7&company=1000")
    answer = Answer(operation, request, RecordedResponse(200, (), "[]"))
    return operation, Seeds([answer], 1)


@pytest.mark.parametrize("kind", ["offset", "page"])
@pytest.mark.parametrize(
    ("fault", "said"), [("", None), ("lost", "never came"), ("twice", "more than once")]
)
def test_pages_by_offset_and_number(kind: str, fault: str, said: str | None) -> None:
    operation, seeds = by(kind)
    found = list(PROBES["pagination_complete"](operation, seeds, paged(kind, fault)))
    assert len(found) == (said is not None)
    assert not said or said in found[0].failure.message


def test_a_list_longer_than_the_largest_page_is_walked_as_well() -> None:
    def reply(request: RecordedRequest) -> tuple[int, Any, dict[str, str]]:
        query = dict(parse_qsl(urlsplit(request.url).query))
        first, size = int(query.get("cursor", 0)), int(query["limit"])
        body: dict[str, Any] = {"items": [{"n": n} for n in range(500)[first : first + size]]}
        if first + size < 500:
            body["nextCursor"] = str(first + size + skipped)
        return 200, body, {}

    for skipped in (0, 1):
        found = list(
            PROBES["pagination_complete"](LIST, accepted(LIST, "", method="GET"), System(reply))
        )
        assert len(found) == skipped

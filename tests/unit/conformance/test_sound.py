"""Documents with faults: what is broken is told and left out, and the rest can be tested."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from conformance.http.operations import operations
from conformance.http.sound import sound

OK = {"responses": {"200": {"description": "ok"}}}
FINE: dict[str, Any] = {
    "openapi": "3.1.0",
    "paths": {"/things/{id}": {"get": {"parameters": [{"name": "id", "in": "path"}], **OK}}},
    "components": {"schemas": {"A": {"properties": {"a": {"$ref": "#/components/schemas/A"}}}}},
}

FAULTS: list[tuple[str, dict[str, Any], str, set[str], bool]] = [
    ("a path parameter", {"/b/{x}/{y}": {"get": OK}}, "x, y", {"GET /b/{x}/{y}"}, False),
    ("no operation", {"/b": {"get": None, "post": OK}}, "GET /b is not", {"POST /b"}, True),
    ("no item", {"/b": 3}, "has no operations", set(), True),
    ("no slash", {"b": {"get": OK}}, "does not begin", set(), True),
    ("no answers", {"/b": {"get": {}}}, "declares no answers", {"GET /b"}, True),
    (
        "a parameter without name",
        {"/b": {"get": {"parameters": [{"in": "query"}, 7], **OK}}},
        "without name or place",
        {"GET /b"},
        True,
    ),
    (
        "a parameter that is nowhere",
        {"/b": {"get": {"parameters": [{"$ref": "#/components/parameters/X"}], **OK}}},
        "the parameter was left out",
        {"GET /b"},
        True,
    ),
    (
        "a schema that is nowhere",
        {"/b": {"get": {"responses": {"200": {"content": {"a/b": {"schema": {"$ref": "#/n"}}}}}}}},
        "the schema is open",
        {"GET /b"},
        True,
    ),
    ("an answer that is nowhere", {"/b": {"get": {"responses": {"200": {"$ref": "#/n"}}}}},
     "the answer is open", {"GET /b"}, True),
]  # fmt: skip


def test_a_sound_document_stays_as_it_is() -> None:
    before = copy.deepcopy(FINE)
    assert sound(FINE) == (FINE, ())
    assert before == FINE


@pytest.mark.parametrize(
    ("paths", "said", "labels", "unchecked"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS]
)
def test_one_fault_costs_nothing_else(
    paths: dict[str, Any], said: str, labels: set[str], unchecked: bool
) -> None:
    document = {**FINE, "paths": {**FINE["paths"], **paths}}
    before = copy.deepcopy(document)
    mended, problems = sound(document)
    assert document == before
    assert {o.label for o in operations(mended)} == {"GET /things/{id}", *labels}
    assert len(problems) == 1, problems
    assert said in problems[0].message
    assert problems[0].unchecked is unchecked
    assert sound(mended) == (mended, ())


def test_components_that_are_none() -> None:
    mended, problems = sound({**FINE, "components": {"schemas": None, "x-own": 3}})
    assert mended["components"] == {"x-own": 3}
    assert [p.pointer for p in problems] == ["/components/schemas"]
    assert "components" not in sound({**FINE, "components": None})[0]


def test_a_reference_to_itself_is_no_hang() -> None:
    loop = {"$ref": "#/components/schemas/L"}
    answers = {"200": {"content": {"application/json": {"schema": loop}}}}
    data = {
        "paths": {"/a": {"get": {"responses": answers}}},
        "components": {"schemas": {"L": loop}},
    }
    mended, problems = sound(data)
    assert len(problems) == 2
    assert mended["components"]["schemas"]["L"] == {}

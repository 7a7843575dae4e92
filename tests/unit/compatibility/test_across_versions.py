"""One contract written for several versions of OpenAPI: the same contract, so nothing is found."""

from __future__ import annotations

import json
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import compare
from contracts.compatibility.payloads import Payloads
from contracts.verdict import Verdict

Json = Any
INFO = {"title": "Orders", "version": "1"}
ANSWERS = {"200": {"description": "-"}}
FIELDS = {
    "name": {"type": "string", "maxLength": 40},
    "count": {"type": "integer"},
    "tags": {"type": "array", "items": {"type": "string"}},
}


def swagger(parameters: list[Json], consumes: list[str]) -> Json:
    call = {"parameters": parameters, "responses": ANSWERS}
    if consumes:
        call["consumes"] = consumes
    return {"swagger": "2.0", "info": INFO, "paths": {"/orders": {"post": call}}}


def openapi(version: str, media_type: str, schema: Json, *, required: bool, **more: Json) -> Json:
    body = {"required": required, "content": {media_type: {"schema": schema, **more}}}
    call = {"requestBody": body, "responses": ANSWERS}
    return {"openapi": version, "info": INFO, "paths": {"/orders": {"post": call}}}


def form_fields(*required: str) -> list[Json]:
    return [
        {
            **({"collectionFormat": "multi"} if name == "tags" else {}),
            **schema,
            "name": name,
            "in": "formData",
            "required": name in required,
        }
        for name, schema in FIELDS.items()
    ]


URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
FORM = {"type": "object", "required": ["name"], "properties": FIELDS}
OPTIONAL = {"type": "object", "properties": FIELDS}
SAME = {
    "a form": (
        swagger(form_fields("name"), [URLENCODED]),
        openapi("3.0.3", URLENCODED, FORM, required=True),
        openapi("3.1.0", URLENCODED, FORM, required=True),
    ),
    "a form that may be left out, its media type not said": (
        swagger(form_fields(), []),
        openapi("3.0.3", URLENCODED, OPTIONAL, required=False),
    ),
    "a list with commas": (
        swagger(
            [{"name": "t", "in": "formData", "type": "array", "items": {"type": "string"}}], []
        ),
        openapi(
            "3.0.3",
            URLENCODED,
            {"properties": {"t": {"type": "array", "items": {"type": "string"}}}, "type": "object"},
            required=False,
            encoding={"t": {"style": "form", "explode": False}},
        ),
    ),
    "a file": (
        swagger([{"name": "f", "in": "formData", "type": "file", "required": True}], []),
        openapi(
            "3.0.3",
            MULTIPART,
            {
                "type": "object",
                "required": ["f"],
                "properties": {"f": {"type": "string", "format": "binary"}},
            },
            required=True,
        ),
    ),
    "a JSON body": (
        swagger(
            [{"name": "b", "in": "body", "required": True, "schema": FORM}], ["application/json"]
        ),
        openapi("3.0.3", "application/json", FORM, required=True),
        openapi("3.1.0", "application/json", FORM, required=True),
        openapi("3.2.0", "application/json", FORM, required=True),
    ),
}
PAIRS = [
    pytest.param(old, new, id=f"{name}: {number}")
    for name, versions in SAME.items()
    for number, (old, new) in enumerate(permutations(versions, 2))
]


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_the_same_contract_in_another_version_gives_nothing(old: Json, new: Json) -> None:
    report = compare(old, new)
    assert [finding.message for finding in report.findings] == []
    assert report.verdict.value == "compatible"


def test_a_form_field_that_becomes_required_is_shown_as_a_form() -> None:
    old, new = swagger(form_fields(), []), swagger(form_fields("count"), [])
    report = compare(old, new)
    finding = next(f for f in report.findings if f.rule == "property-became-required")
    assert finding.witness is not None
    assert "POST /orders\nContent-Type: application/x-www-form-urlencoded" in str(
        finding.witness.as_message
    )


def test_a_form_field_that_changes_its_type_points_at_the_parameter() -> None:
    old = swagger([{"name": "n", "in": "formData", "type": "string"}], [])
    new = swagger([{"name": "n", "in": "formData", "type": "integer"}], [])
    (finding,) = compare(old, new).findings
    assert finding.rule == "type-narrowed"
    assert finding.new is not None
    assert finding.new.pointer == "/paths/~1orders/post/parameters/0/type"


def test_the_same_words_that_mean_something_else_are_compared() -> None:
    """`nullable` is a keyword of 3.0 and says nothing in 3.1, whose schemas are JSON Schema."""
    schema = {"type": "object", "properties": {"note": {"type": "string", "nullable": True}}}
    old, new = (
        openapi(version, "application/json", schema, required=True)
        for version in ("3.0.3", "3.1.0")
    )
    report = compare(old, new)
    assert [f.rule for f in report.findings] == ["null-refused"]
    assert compare(new, old).verdict is Verdict.COMPATIBLE
    assert not compare(new, {**new, "openapi": "3.1.1"}).findings


def described(version: str, components: dict[str, Json]) -> Json:
    """An operation that sends and answers with the component ``Order``."""
    text = json.dumps({"schema": {"$ref": "#/definitions/Order"}})
    if version == "2.0":
        body = {"name": "b", "in": "body", "required": True, **json.loads(text)}
        call = {
            "parameters": [body],
            "responses": {"200": {"description": "-", **json.loads(text)}},
        }
        more = {"consumes": ["application/json"], "produces": ["application/json"]}
        paths = {"/orders": {"post": call}}
        return {"swagger": "2.0", "info": INFO, **more, "paths": paths, "definitions": components}
    media = {"application/json": json.loads(text)}
    call = {
        "requestBody": {"required": True, "content": media},
        "responses": {"200": {"description": "-", "content": media}},
    }
    whole = {
        "openapi": version,
        "info": INFO,
        "paths": {"/orders": {"post": call}},
        "components": {"schemas": components},
    }
    return json.loads(json.dumps(whole).replace("#/definitions/", "#/components/schemas/"))


PARTS = st.sampled_from(
    [
        {"type": "string"},
        {"type": "string", "maxLength": 5},
        {"type": "string", "enum": ["a", "b"]},
        {"type": "integer", "minimum": 1, "exclusiveMinimum": True},
        {"type": "array", "items": {"$ref": "#/definitions/Line"}},
        {"type": "array", "items": {"type": "string"}, "maxItems": 3},
        {"$ref": "#/definitions/Line"},
        {"type": "string", "readOnly": True},
        {"allOf": [{"$ref": "#/definitions/Line"}]},
        {"type": "object", "additionalProperties": {"$ref": "#/definitions/Line"}},
    ]
)
OBJECTS = st.fixed_dictionaries(
    {"type": st.just("object")},
    optional={
        "properties": st.dictionaries(st.sampled_from(["a", "b", "c"]), PARTS, max_size=3),
        "required": st.lists(st.sampled_from(["a", "b"]), unique=True, max_size=2),
        "additionalProperties": st.booleans(),
    },
)
COMPONENTS = st.fixed_dictionaries({"Order": OBJECTS, "Line": OBJECTS})


@settings(max_examples=150, deadline=None)
@given(COMPONENTS, COMPONENTS)
def test_a_document_of_2_0_is_told_the_same_as_one_of_3_0_that_says_it(
    before: dict[str, Json], after: dict[str, Json]
) -> None:
    new = described("3.0.3", after)
    told = [
        sorted({(f.rule, f.level.value) for f in compare(described(version, before), new).findings})
        for version in ("3.0.3", "2.0")
    ]
    assert told[0] == told[1]


NULLABLE = {"type": "string", "nullable": True}


@pytest.mark.parametrize(
    ("before", "after", "rules"),
    [
        ({"type": "string"}, NULLABLE, ["null-possible"]),
        (NULLABLE, NULLABLE, ["null-possible"]),  # it says nothing in 2.0
        (NULLABLE, {"type": "string"}, []),
    ],
)
def test_null_is_known_since_3_0(before: Json, after: Json, rules: list[str]) -> None:
    old, new = (
        described(version, {"Order": {"type": "object", "properties": {"note": note}}})
        for version, note in (("2.0", before), ("3.0.3", after))
    )
    assert [finding.rule for finding in compare(old, new).breaking] == rules


def test_components_are_compared_one_by_one_across_2_0_and_3_0(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is asked of the engine is the member that changed, not the order around it."""
    asked: list[str] = []
    ask = Payloads.of_twin

    def noted(self: Payloads, twin: Any, *, swapped: bool) -> Any:
        asked.append(twin.new.pointer)
        return ask(self, twin, swapped=swapped)

    monkeypatch.setattr(Payloads, "of_twin", noted)
    names = [f"Line{number}" for number in range(20)]
    old, new = (
        described(
            version,
            {
                "Order": {
                    "type": "object",
                    "properties": {name: {"$ref": f"#/definitions/{name}"} for name in names},
                },
                **{name: {"type": "object", "properties": {"n": note}} for name in names},
            },
        )
        for version, note in (("2.0", {"type": "string"}), ("3.0.3", NULLABLE))
    )
    report = compare(old, new)
    assert len([f for f in report.breaking if f.rule == "null-possible"]) == 20
    assert set(asked) == {f"/components/schemas/{name}/properties/n" for name in names}

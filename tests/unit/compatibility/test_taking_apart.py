"""Taking schemas apart is an economy: the answer is the one for the whole schema."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contracts import compare
from contracts.documents import Resolver, from_data
from contracts.schema import Dialect, Options, Prover, SchemaAt
from contracts.verdict import Direction, Level, Verdict

Json = Any
NAMES = st.sampled_from(["a", "b", "c"])
REFERENCES = st.sampled_from(["A", "B", "C"]).map(lambda n: {"$ref": f"#/components/schemas/{n}"})

leaves = st.sampled_from(
    [
        {"type": "string"},
        {"type": "string", "maxLength": 3},
        {"type": "string", "maxLength": 5},
        {"type": "integer"},
        {"type": "integer", "minimum": 2},
        {"type": ["string", "null"]},
        {"enum": ["x", "y"]},
        {"enum": ["x", "y", "z"]},
        {"type": "string", "readOnly": True},
    ]
)


def among_others(schema: Json, kinds: list[str]) -> Json:
    """The same schema, for values of further types too."""
    return {**schema, "type": [schema["type"], *kinds], "maxLength": 4}


flat = st.fixed_dictionaries(
    {"type": st.just("object"), "properties": st.dictionaries(NAMES, leaves, max_size=2)}
)
branches = st.one_of(leaves, st.just({"$ref": "#/components/schemas/A"}))
"""`A` refers to nothing, so that no schema is an alternative of itself."""


def composed(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    def an_object(properties: Json, required: list[str], more: Json) -> Json:
        schema = {"type": "object", "properties": properties, "required": sorted(required)}
        return schema if more is None else {**schema, "additionalProperties": more}

    objects = st.builds(
        an_object,
        st.dictionaries(NAMES, inner, max_size=3),
        st.lists(NAMES, unique=True, max_size=2),
        st.sampled_from([None, None, False, True, {"type": "string"}]),
    )
    arrays = st.fixed_dictionaries(
        {"type": st.just("array"), "items": inner},
        optional={"minItems": st.integers(0, 2), "maxItems": st.integers(0, 2)},
    )
    several = st.sampled_from([["null"], ["string"], ["integer", "null"], []])
    return st.one_of(
        objects,
        objects,
        arrays,
        st.builds(among_others, st.one_of(objects, arrays), several),
        st.fixed_dictionaries({"anyOf": st.lists(branches, min_size=1, max_size=2)}),
        st.fixed_dictionaries({"allOf": st.lists(branches | flat, min_size=1, max_size=2)}),
    )


schemas = st.recursive(st.one_of(leaves, REFERENCES), composed, max_leaves=5)
components = st.fixed_dictionaries({"A": leaves | flat, "B": composed(REFERENCES), "C": schemas})


def document(body: Json, shared: Json, keyword: str) -> Json:
    content = {"content": {"application/json": {"schema": body}}}
    answers = {"200": {"description": "-", **content}}
    operation = {"requestBody": content, "responses": {}} if keyword == "requestBody" else {
        "responses": answers
    }  # fmt: skip
    return {
        "openapi": "3.1.0",
        "info": {"title": "Apart", "version": "1"},
        "paths": {"/a": {"post": operation}},
        "components": {"schemas": shared},
    }


PLACES = {
    "requestBody": "/paths/~1a/post/requestBody/content/application~1json/schema",
    "responses": "/paths/~1a/post/responses/200/content/application~1json/schema",
}


def directly(old: Json, new: Json, keyword: str) -> Verdict:
    sides = []
    for data in (old, new) if keyword == "requestBody" else (new, old):
        document = from_data(data)
        sides.append(SchemaAt(document, PLACES[keyword], Dialect.OPENAPI31, Resolver(document)))
    direction = Direction.REQUEST if keyword == "requestBody" else Direction.RESPONSE
    return Prover(Options.for_api(direction)).contains(*sides, direction=direction).verdict


@given(schemas, components, schemas, components, st.sampled_from(sorted(PLACES)))
def test_the_answer_is_that_for_the_whole(
    body: Json, shared: Json, new_body: Json, new_shared: Json, keyword: str
) -> None:
    old, new = document(body, shared, keyword), document(new_body, new_shared, keyword)
    whole = directly(old, new, keyword)
    report = compare(old, new)
    if Verdict.UNKNOWN not in {whole, report.verdict}:
        assert report.verdict is whole


@given(schemas, components, components, st.sampled_from(sorted(PLACES)))
def test_witnesses_are_whole_messages_that_the_sides_judge_as_said(
    body: Json, shared: Json, new_shared: Json, keyword: str
) -> None:
    old, new = document(body, shared, keyword), document(body, new_shared, keyword)
    for finding in compare(old, new).findings:
        witness = finding.witness
        if finding.level is not Level.ERROR or witness is None:
            continue
        assert "as the value of" not in (witness.as_message or "")
        for side, accepted in ((witness.written_by, True), (witness.rejected_by, False)):
            value = from_data({"const": witness.value}, name="witness")
            data = from_data(old if side == "old" else new)
            reader = SchemaAt(data, PLACES[keyword], Dialect.OPENAPI31, Resolver(data))
            direction = Direction.REQUEST if keyword == "requestBody" else Direction.RESPONSE
            writer = SchemaAt(value, "", Dialect.DRAFT202012)
            answer = Prover().contains(writer, reader, direction=direction)
            opposite = Verdict.BREAKING if accepted else Verdict.COMPATIBLE
            assert answer.verdict is not opposite


def test_a_required_member_that_nobody_declares_holds_anything_in_a_witness() -> None:
    """It was shown with a text, which the reader takes."""
    text = {"type": "string"}
    shared = {"A": {"type": "object", "properties": {"a": text}}, "B": text, "C": text}
    new = {**shared, "A": {"type": "object", "properties": {}, "required": ["a"]}}
    body = {"$ref": "#/components/schemas/A"}
    (found,) = compare(
        document(body, shared, "responses"), document(body, new, "responses")
    ).breaking
    assert found.witness is not None
    assert not isinstance(found.witness.value["a"], str)
    assert "is not of type 'string'" in found.witness.error

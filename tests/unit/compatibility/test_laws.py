"""Laws that hold for every pair of documents, on generated ones."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contracts import compare
from contracts.verdict import Mode, Verdict

Json = Any
NAMES = st.sampled_from(["id", "code", "note", "lines", "price"])

scalars = st.one_of(
    st.fixed_dictionaries({"type": st.just("string"), "maxLength": st.integers(1, 9)}),
    st.fixed_dictionaries({"type": st.just("integer"), "minimum": st.integers(0, 5)}),
    st.fixed_dictionaries(
        {"enum": st.lists(st.sampled_from("abcd"), min_size=1, unique=True).map(sorted)}
    ),
    st.sampled_from([{"type": ["string", "null"]}, {"type": "boolean"}, {"const": "a"}]),
)


def objects(children: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    def build(properties: dict[str, Json], required: list[str], closed: bool) -> Json:
        schema: dict[str, Json] = {"type": "object", "properties": properties}
        schema["required"] = [name for name in required if name in properties]
        return {**schema, "additionalProperties": False} if closed else schema

    return st.builds(
        build,
        st.dictionaries(NAMES, children, min_size=1, max_size=3),
        st.lists(NAMES, unique=True, max_size=2),
        st.booleans(),
    )


schemas = st.recursive(
    scalars,
    lambda inner: st.one_of(
        objects(inner), st.fixed_dictionaries({"type": st.just("array"), "items": inner})
    ),
    max_leaves=5,
)


def document(schema: Json, *, status: str = "200", parameter: Json | None = None) -> Json:
    body = {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
    limit = {"name": "limit", "in": "query", "schema": parameter or {"type": "integer"}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Laws", "version": "1"},
        "paths": {
            "/things/{id}": {
                "post": {
                    "parameters": [limit],
                    "requestBody": {"required": True, "content": body},
                    "responses": {status: {"description": "-", "content": body}},
                }
            }
        },
        "components": {"schemas": {"Thing": schema}},
    }


documents = st.builds(
    document, schemas, status=st.sampled_from(["200", "201"]), parameter=st.none() | scalars
)


def reversed_keys(value: Json) -> Json:
    """The same document with the members of every object in the opposite order."""
    if isinstance(value, dict):
        return {key: reversed_keys(value[key]) for key in reversed(value)}
    return [reversed_keys(item) for item in value] if isinstance(value, list) else value


def inlined(value: Json) -> Json:
    """The same document with the shared schema written out at every place."""
    thing = value["components"]["schemas"]["Thing"]

    def walk(node: Json) -> Json:
        if isinstance(node, dict):
            if "$ref" in node:
                return copy.deepcopy(thing)
            return {key: walk(child) for key, child in node.items()}
        return [walk(item) for item in node] if isinstance(node, list) else node

    return {key: walk(child) for key, child in value.items() if key != "components"}


def renamed(value: Json) -> Json:
    """The same document with the shared schema under another name."""
    new = copy.deepcopy(value)
    new["components"]["schemas"] = {"Item": new["components"]["schemas"]["Thing"]}
    operation = new["paths"]["/things/{id}"]["post"]
    for content in (operation["requestBody"], *operation["responses"].values()):
        content["content"]["application/json"]["schema"]["$ref"] = "#/components/schemas/Item"
    return new


def split(value: Json) -> Json:
    """The same document with the shared schema behind an `allOf`."""
    new = copy.deepcopy(value)
    thing = new["components"]["schemas"]["Thing"]
    new["components"]["schemas"] = {
        "Base": thing,
        "Thing": {"allOf": [{"$ref": "#/components/schemas/Base"}]},
    }
    return new


def described(value: Json) -> Json:
    """The same document with more words."""
    new = copy.deepcopy(value)
    new["info"]["description"] = "words"
    operation = new["paths"]["/things/{id}"]["post"]
    operation["summary"] = "more words"
    thing = new["components"]["schemas"]["Thing"]
    thing |= {"title": "Thing", "description": "words", "examples": ["x"]}
    return new


def renamed_path_parameter(value: Json) -> Json:
    """The same document with another name for the parameter of its path."""
    return {**value, "paths": {"/things/{key}": value["paths"]["/things/{id}"]}}


REFACTORINGS = (reversed_keys, inlined, renamed, split, described, renamed_path_parameter)


@given(documents, st.sampled_from(list(Mode)))
def test_nothing_breaks_itself(value: Json, mode: Mode) -> None:
    report = compare(value, copy.deepcopy(value), mode=mode)
    assert report.verdict is Verdict.COMPATIBLE
    assert report.findings == ()
    assert report.recommended_bump == "none"


@given(documents, st.sampled_from(REFACTORINGS))
def test_a_refactoring_breaks_nobody(value: Json, refactor: Any) -> None:
    for old, new in ((value, refactor(value)), (refactor(value), value)):
        report = compare(old, new, mode=Mode.FULL)
        assert report.verdict is Verdict.COMPATIBLE
        assert report.findings == ()
        assert report.recommended_bump in {"none", "patch"}


@given(documents, documents, st.sampled_from(REFACTORINGS))
def test_a_refactoring_changes_no_verdict(old: Json, new: Json, refactor: Any) -> None:
    plain = compare(old, new)
    for other in (compare(old, refactor(new)), compare(refactor(old), new)):
        assert other.verdict is plain.verdict


@given(documents, documents)
def test_full_is_backward_and_forward(old: Json, new: Json) -> None:
    verdicts = {
        mode: compare(old, new, mode=mode).verdict
        for mode in (Mode.BACKWARD, Mode.FORWARD, Mode.FULL)
    }
    both = (verdicts[Mode.BACKWARD], verdicts[Mode.FORWARD])
    heaviest = max(both, key=[Verdict.COMPATIBLE, Verdict.UNKNOWN, Verdict.BREAKING].index)
    assert verdicts[Mode.FULL] is heaviest


@given(documents, documents)
def test_forward_is_backward_the_other_way_round(old: Json, new: Json) -> None:
    forward = compare(old, new, mode=Mode.FORWARD)
    backward = compare(new, old, mode=Mode.BACKWARD)
    assert forward.verdict is backward.verdict


@given(documents, documents)
def test_every_break_of_a_schema_has_a_witness_and_both_places(old: Json, new: Json) -> None:
    from contracts.compatibility.rules import load_rules

    schemas_rules = {rule.id for rule in load_rules().values() if rule.area == "schemas"}
    for finding in compare(old, new).breaking:
        if finding.rule in schemas_rules:
            assert finding.witness is not None
            assert finding.witness.error
            assert finding.old
            assert finding.new

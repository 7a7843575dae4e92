"""What restricts no value is no question to the engine, wherever it changed."""

from __future__ import annotations

from typing import Any

import pytest

from contracts import compare
from contracts.compatibility.meaning import SameMeaning
from contracts.compatibility.questions import Questions
from contracts.documents import from_data
from contracts.verdict import Verdict


def search(bound: dict[str, Any]) -> Any:
    """A request of conditions that nobody tells apart, so that the engine is asked about it."""
    condition = {
        "anyOf": [{"$ref": "#/components/schemas/Range"}, {"$ref": "#/components/schemas/Match"}]
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": "Points", "version": "1"},
        "paths": {
            "/points": {
                "post": {
                    "requestBody": {"content": {"application/json": {"schema": condition}}},
                    "responses": {"204": {"description": "-"}},
                }
            }
        },
        "components": {
            "schemas": {
                "Range": {"type": "object", "properties": {"key": {"type": "string"}, "lt": bound}},
                "Match": {
                    "type": "object",
                    "properties": {"key": {"type": "string"}, "not": {"$ref": "#/components/schemas/Range"}},
                    "maxProperties": 3,
                },
            }
        },
    }  # fmt: skip


@pytest.mark.parametrize(("more", "asked", "told"), [
    ({"x-owner": "team"}, False, []),
    ({"default": 5}, False, ["default-changed"]),
    ({"example": 5, "externalDocs": {"url": "https://example.org"}}, False, []),
    ({"deprecated": True}, False, ["property-deprecated"]),
    ({"maximum": 5}, True, ["any-of-tightened"]),
])  # fmt: skip
def test_a_mark_inside_alternatives_is_told_and_not_asked_about(
    more: dict[str, Any], asked: bool, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    questions: list[Any] = []
    contains = Questions.contains

    def counting(self: Questions, *arguments: Any, **others: Any) -> Any:
        questions.append(arguments)
        return contains(self, *arguments, **others)

    monkeypatch.setattr(Questions, "contains", counting)
    bound = {"type": "integer"}
    report = compare(search(bound), search({**bound, **more}))
    assert bool(questions) is asked
    assert report.verdict is (Verdict.BREAKING if asked else Verdict.COMPATIBLE)
    if not asked:
        assert [finding.rule for finding in report.findings] == told


TEXT = {"type": "string"}


@pytest.mark.parametrize(("before", "after", "same"), [
    (TEXT, {**TEXT, "title": "Name", "x-go-name": "Name"}, True),
    ({"properties": {"x-id": TEXT}}, {"properties": {}}, False),
    ({"properties": {"default": TEXT}}, {"properties": {"default": {**TEXT, "maxLength": 3}}}, False),
    ({"properties": {"title": TEXT}}, {"properties": {"title": {**TEXT, "example": "a"}}}, True),
    ({"enum": [{"title": "a"}]}, {"enum": [{"title": "b"}]}, False),
    ({"const": 1}, {"const": True}, False),
    ({"const": 1}, {"const": 1.0}, False),
    ({"items": [TEXT]}, {"items": [{**TEXT, "title": "a"}]}, False),
    ({"items": TEXT}, {"items": {**TEXT, "title": "a"}}, True),
    ({"not": TEXT}, {"not": {**TEXT, "default": "a"}}, True),
    ({"allOf": [TEXT, {}]}, {"allOf": [{}, TEXT]}, False),
    ({"$id": "a", "title": "a"}, {"$id": "a", "title": "b"}, False),
    ({"$ref": "other.yaml"}, {"$ref": "other.yaml", "title": "b"}, False),
    ({"$ref": "#/$defs/a", "$defs": {"a": TEXT}}, {"$ref": "#/$defs/a", "$defs": {"a": {**TEXT, "title": "b"}}}, True),
    ({"$ref": "#/$defs/a", "$defs": {"a": {"items": {"$ref": "#/$defs/a"}}}}, {"$ref": "#/$defs/a", "$defs": {"a": {"items": {"$ref": "#/$defs/a"}, "title": "b"}}}, True),
    ({"$ref": "#/$defs/a", "$defs": {"a": {"items": {"$ref": "#/$defs/a"}}}}, {"$ref": "#/$defs/a", "$defs": {"a": {"items": {"$ref": "#/$defs/a"}, "minItems": 1}}}, False),
    ({"readOnly": True}, {"title": "a"}, False),
    (True, {}, False),
])  # fmt: skip
def test_the_same_meaning(before: Any, after: Any, same: bool) -> None:
    old, new = from_data(before, name="old"), from_data(after, name="new")
    assert SameMeaning(old, new).same(old, "", new, "") is same
    assert SameMeaning(new, old).same(new, "", old, "") is same

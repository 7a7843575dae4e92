"""What is recognised as unchanged is never asked about, whatever its examples hold."""

from __future__ import annotations

from typing import Any

import pytest

from contracts import compare
from contracts.compatibility.questions import Questions
from contracts.compatibility.sameness import Sameness
from contracts.documents import from_data
from contracts.verdict import Verdict

ITEM = {
    "type": "object",
    "properties": {"id": {"type": "string"}, "more": {"$recursiveRef": "#"}},
    "example": {"id": "item-1", "name": "first"},
}


def orders(dialect: str | None = None, **changed: Any) -> Any:
    kinds = [{"$ref": "#/components/schemas/Item"}, {"$ref": "#/components/schemas/Note"}]
    content = {"application/json": {"schema": {"oneOf": kinds}}}
    answer = {"description": "-", "content": content, **changed}
    note = {"type": "object", "properties": {"text": {"type": "string"}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Orders", "version": "1"},
        **({"jsonSchemaDialect": dialect} if dialect else {}),
        "paths": {"/orders": {"get": {"responses": {"200": answer}}}},
        "components": {"schemas": {"Item": ITEM, "Note": note}},
    }


@pytest.mark.parametrize(("dialect", "asked"), [
    (None, False),
    ("https://json-schema.org/draft/2020-12/schema", False),
    ("http://json-schema.org/draft-04/schema#", True),  # there `id` would be a scope
    ("https://json-schema.org/draft/2019-09/schema", True),  # and here `$recursiveRef` a reference
])  # fmt: skip
def test_an_example_with_an_id_is_no_scope_of_references(
    dialect: str | None, asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions: list[Any] = []
    contains = Questions.contains

    def counting(self: Questions, *arguments: Any, **more: Any) -> Any:
        questions.append(arguments)
        return contains(self, *arguments, **more)

    monkeypatch.setattr(Questions, "contains", counting)
    header = {"X-Page": {"schema": {"type": "integer"}}}
    report = compare(orders(dialect), orders(dialect, headers=header))
    assert report.verdict in {Verdict.COMPATIBLE, Verdict.UNKNOWN}
    assert bool(questions) is asked


@pytest.mark.parametrize(("identified", "same"), [(True, False), (False, True)])
def test_a_schema_that_may_be_identified_is_looked_at(identified: bool, same: bool) -> None:
    old, new = (from_data(orders(), name=name) for name in ("old", "new"))
    judged = Sameness(old, new, identified=identified)
    item = "/components/schemas/Item"
    assert judged.same(old, item, new, item) is same


@pytest.mark.parametrize(("before", "after", "same"), [
    ({"type": "string", "description": "a"}, {"type": "string", "description": "b"}, True),
    ({"type": "string"}, {"type": "string", "title": "b", "$comment": "c"}, True),
    ({"properties": {"a": {"description": "x"}}}, {"properties": {"a": {}}}, True),
    ({"properties": {"description": {"type": "string"}}}, {"properties": {}}, False),
    ({"const": {"title": "a"}}, {"const": {"title": "b"}}, False),
    ({"enum": [{"title": "a"}]}, {"enum": [{"title": "b"}]}, False),
    ({"default": {"title": "a"}}, {"default": {"title": "b"}}, False),
    ({"discriminator": {"propertyName": "t", "mapping": {"title": "#/a"}}},
     {"discriminator": {"propertyName": "t", "mapping": {"title": "#/b"}}}, False),
    ({"enum": [1], "title": "a"}, {"enum": [True], "title": "b"}, False),
    ({"type": "string", "title": "a"}, {"type": "integer", "title": "b"}, False),
])  # fmt: skip
def test_words_about_a_schema_change_nothing(before: Any, after: Any, same: bool) -> None:
    old, new = (from_data({"schema": one}, name="-") for one in (before, after))
    judged = Sameness(old, new, identified=False)
    assert judged.same(old, "/schema", new, "/schema") is same
    assert not Sameness(old, new).same(old, "/schema", new, "/schema")

"""Failures inside alternatives that look alike are reported where they are, all of them."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from tests.unit.schema.pairs import ask

_PLACE = {"type": "object", "required": ["site"], "properties": {"site": {"type": "string"}}}
_LINE = {
    "type": "object",
    "required": ["sku"],
    "properties": {"sku": {"type": "string"}, "quantity": {"type": "number"}},
}
_NOTE = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}


def _either(keyword: str, *alternatives: Any) -> dict[str, Any]:
    names = {f"Kind{i}": deepcopy(one) for i, one in enumerate(alternatives)}
    return {
        keyword: [{"$ref": f"#/$defs/{name}"} for name in names],
        "$defs": names,
    }


def _causes(old: Any, new: Any) -> list[tuple[str, str]]:
    answer = ask(old, new)
    assert not answer.unknowns
    return sorted((found.keyword, found.reader.pointer) for found in answer.breaks)


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
def test_two_changed_alternatives_are_two_causes(keyword: str) -> None:
    old, new = (_either(keyword, _LINE, _PLACE, _NOTE) for _ in range(2))
    new["$defs"]["Kind0"]["properties"]["quantity"]["minimum"] = 0
    new["$defs"]["Kind2"]["properties"]["text"]["maxLength"] = 80
    assert {
        ("maxLength", "/$defs/Kind2/properties/text/maxLength"),
        ("minimum", "/$defs/Kind0/properties/quantity/minimum"),
    } <= set(_causes(old, new))


def test_inside_alternatives_inside_alternatives() -> None:
    def order(text: dict[str, Any]) -> dict[str, Any]:
        inner = _either("anyOf", _PLACE, {**_NOTE, "properties": {"text": text}})
        lines = {"type": "object", "required": ["of"], "properties": {"of": inner["anyOf"]}}
        lines["properties"] = {"of": {"anyOf": inner["anyOf"]}}
        return {"anyOf": [lines, _LINE], "$defs": inner["$defs"]}

    causes = _causes(order({"type": "string"}), order({"type": "string", "maxLength": 80}))
    assert causes == [("maxLength", "/$defs/Kind1/properties/text/maxLength")]


def test_a_refused_member_that_another_alternative_takes_is_no_break() -> None:
    wide = {"type": "object", "properties": {"text": {"type": "string"}}}
    old = _either("anyOf", {**wide, "required": ["text"]}, wide)
    new = deepcopy(old)
    new["$defs"]["Kind0"]["properties"]["text"]["maxLength"] = 80
    assert _causes(old, new) == []


def test_an_alternative_that_is_gone_is_reported_at_the_choice() -> None:
    old, new = _either("anyOf", _LINE, _PLACE, _NOTE), _either("anyOf", _LINE, _NOTE)
    closed = {"additionalProperties": False}
    for schema in (old, new):
        for one in schema["$defs"].values():
            one.update(closed)
    assert [keyword for keyword, _ in _causes(old, new)] == ["anyOf"]

"""The recommended version step, the counts, and the raw difference."""

from __future__ import annotations

from typing import Any

import pytest

from contracts import compare
from contracts.compatibility.document_diff import MOST_VALUES, raw_difference
from contracts.compatibility.policies import Policies
from contracts.documents import from_data

Json = Any


def api(schema: Json, **info: Json) -> Json:
    content = {"application/json": {"schema": schema}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1", **info},
        "paths": {"/a": {"post": {"requestBody": {"content": content}}}},
    }


TEXT = {"type": "string", "maxLength": 5}


@pytest.mark.parametrize(
    ("new", "bump"),
    [
        (api(TEXT), "none"),
        (api(TEXT, description="words"), "patch"),
        (api({**TEXT, "description": "words"}), "patch"),
        (api({"allOf": [TEXT]}), "patch"),
        (api({**TEXT, "maxLength": 6}), "minor"),
        (api({"anyOf": [TEXT, {"type": "integer"}]}), "minor"),
        (api({**TEXT, "maxLength": 4}), "major"),
        ({**api(TEXT), "paths": {}}, "major"),
        (api(TEXT) | {"webhooks": {"w": {"post": {}}}}, "minor"),
    ],
)
def test_the_step_follows_from_what_changed(new: Json, bump: str) -> None:
    assert compare(api(TEXT), new).recommended_bump.value == bump


def test_changes_are_counted() -> None:
    old = {"type": "object", "required": ["a"], "minLength": 1}
    new = {"type": "object", "required": ["a", "b"], "maxLength": True}
    assert dict(compare(old, new, format="jsonschema").changes) == {
        "added": 2,
        "removed": 1,
        "changed": 0,
    }


def test_true_is_not_one() -> None:
    report = compare({"const": 1}, {"const": True})
    assert report.verdict.value == "breaking"
    assert dict(report.changes)["changed"] == 1


def raw(old: Json, new: Json) -> list[tuple[str, str, Json, Json]]:
    found = raw_difference(from_data(old), from_data(new))
    return sorted((c.kind, c.pointer, c.old, c.new) for c in found)


def test_the_raw_difference_names_every_change() -> None:
    old = {"a": 1, "b": {"x/y": 1}, "c": [1, 2, 3], "d": 0}
    new = {"a": 2, "b": {}, "c": [1, 3], "e": None}
    assert raw(old, new) == [
        ("added", "/e", None, None),
        ("changed", "/a", 1, 2),
        ("removed", "/b/x~1y", 1, None),
        ("removed", "/c/1", 2, None),
        ("removed", "/d", 0, None),
    ]


def test_equal_documents_have_no_difference() -> None:
    assert raw({"a": [1, {"b": 2}]}, {"a": [1, {"b": 2}]}) == []


def test_a_large_array_is_compared_position_by_position() -> None:
    old = list(range(MOST_VALUES))
    new = [*old[:10], -1, *old[11:], 7]
    assert raw({"a": old}, {"a": new}) == [
        ("added", f"/a/{MOST_VALUES}", None, 7),
        ("changed", "/a/10", 10, -1),
    ]


def test_the_list_is_bounded() -> None:
    old, new = {str(n): n for n in range(50)}, {str(n): -n - 1 for n in range(50)}
    assert len(raw_difference(from_data(old), from_data(new), limit=10)) == 10


def test_the_report_says_what_a_verdict_stands_on() -> None:
    old = api({"type": "object", "properties": {"b": TEXT}})
    new = api({"type": "object", "properties": {"a": TEXT, "b": TEXT}})
    report = compare(old, new)
    assert report.verdict.value == "compatible"
    assert report.assumptions == ("declared-members-only",)
    assert compare(old, new, policies=Policies.strict()).verdict.value == "breaking"
    assert compare(api(TEXT), api({**TEXT, "maxLength": 9})).assumptions == ()


def test_what_is_odd_as_before_asks_for_no_step() -> None:
    odd = api(TEXT)
    odd["paths"]["/b"] = {"$ref": "#/nowhere"}
    report = compare(odd, odd)
    assert [f.rule for f in report.findings] == ["document-oddity"] * 2
    assert report.recommended_bump.value == "none"

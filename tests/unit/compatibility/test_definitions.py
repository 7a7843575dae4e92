"""A JSON Schema that only defines others: what it defines is what documents use of it."""

from __future__ import annotations

from typing import Any

import pytest

from contracts import compare
from contracts.verdict import Verdict

TEXT, NUMBER = {"type": "string"}, {"type": "number"}
AMOUNT: dict[str, Any] = {"type": "object", "required": ["a"], "properties": {"a": NUMBER}}
CHANGED: dict[str, Any] = {**AMOUNT, "properties": {"a": TEXT}}


def types(key: str = "$defs", **defined: Any) -> dict[str, Any]:
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "T", key: defined}


@pytest.mark.parametrize(
    ("old", "new", "rules", "verdict"),
    [
        (types(M=AMOUNT), types(M=AMOUNT), [], Verdict.COMPATIBLE),
        (types(M=AMOUNT), types(M=CHANGED), ["type-narrowed"], Verdict.BREAKING),
        (types("definitions", M=AMOUNT), types("definitions", M=CHANGED), ["type-narrowed"], Verdict.BREAKING),
        (types(M=AMOUNT), types(M=AMOUNT, N=TEXT), [], Verdict.COMPATIBLE),
        (types(M=AMOUNT, N=TEXT), types(M=AMOUNT), ["definition-removed"], Verdict.BREAKING),
        # a schema that says something itself is used as a whole: its definitions are its own
        ({**types(M=AMOUNT), "$ref": "#/$defs/M"}, {**types(N=AMOUNT), "$ref": "#/$defs/N"}, [], Verdict.COMPATIBLE),
        ({**types(M=AMOUNT), "type": "object"}, {**types(M=CHANGED), "type": "object"}, [], Verdict.COMPATIBLE),
        (types(M=AMOUNT), {**AMOUNT, **types(M=AMOUNT)}, ["type-narrowed", "required-property-added"], Verdict.BREAKING),
    ],
)  # fmt: skip
def test_what_a_collection_defines_is_compared(
    old: Any, new: Any, rules: list[str], verdict: Verdict
) -> None:
    report = compare(old, new, format="jsonschema", mode="backward")
    assert report.verdict is verdict, report.findings
    found = {finding.rule for finding in report.breaking}
    assert found <= set(rules)
    assert bool(found) is bool(rules)


@pytest.mark.parametrize("mode", ["backward", "full"])
def test_who_refers_to_a_removed_definition_is_broken(mode: str) -> None:
    old, new = types(M=AMOUNT, N=TEXT), types(M=AMOUNT)
    assert compare(old, new, format="jsonschema", mode=mode).verdict is Verdict.BREAKING

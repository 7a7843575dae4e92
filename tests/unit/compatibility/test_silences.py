"""What nobody can write breaks nobody, and a comparison says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts import compare
from contracts.verdict import Level, Verdict

CASES = Path(__file__).parents[2] / "cases" / "compatibility" / "silences.yaml"
RULE = "nothing-can-be-written"
REQUEST = "/paths/~1things/post/requestBody/content/application~1json/schema"
RESPONSE = "/paths/~1things/get/responses/200/content/application~1json/schema"


def document(shape: str, schema: Any, *paths: str) -> Any:
    content = {"content": {"application/json": {"schema": schema}}}
    done = {"responses": {"204": {"description": "-"}}}
    if shape == "request":
        item = {"post": {"requestBody": {"required": True, **content}, **done}}
    else:
        item = {"get": {"responses": {"200": {"description": "-", **content}}}}
    info = {"title": "Cases", "version": "1"}
    return {"openapi": "3.1.0", "info": info, "paths": dict.fromkeys(paths or ("/things",), item)}


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case["name"]) for case in yaml.safe_load(CASES.read_text())]
)
def test_silence_is_told(case: Any) -> None:
    report = compare(*(document(case["shape"], case[side]) for side in ("old", "new")))
    told = [finding for finding in report.findings if finding.rule == RULE]
    assert report.verdict.value == case.get("verdict", "compatible")
    if "told" not in case:
        assert not told
        return
    (finding,) = told
    expected = case["told"]
    place = finding.old if expected["side"] == "old" else finding.new
    assert finding.level is Level.WARNING
    assert f"{expected['field']}" in finding.message
    assert f"of the {expected['side']} version" in finding.message
    assert place is not None
    around = REQUEST if case["shape"] == "request" else RESPONSE
    assert place.pointer == around + expected["at"]


@pytest.mark.parametrize("mode", ["backward", "forward", "full"])
def test_bare_schemas_are_told_of_by_whoever_writes(mode: str) -> None:
    report = compare({"type": "string"}, {"type": "string", "enum": [1]}, mode=mode)
    rules = {finding.rule for finding in report.findings}
    assert (RULE in rules) == (mode != "backward")
    assert (report.verdict is Verdict.BREAKING) == (mode != "forward")


def test_a_break_is_told_where_it_can_be_sent_however_late_it_comes() -> None:
    """A shared schema that many exchanges cannot send, and one can."""

    def version(most: int) -> Any:
        shared = {"type": "string", "maxLength": most}
        blocked = {
            "type": "object",
            "required": ["id", "no"],
            "properties": {
                "id": {"$ref": "#/components/schemas/Id"},
                "no": {"const": 1, "enum": [2]},
            },
        }
        free = {
            "type": "object",
            "required": ["id"],
            "properties": {"id": {"$ref": "#/components/schemas/Id"}},
        }
        found = document("response", blocked, *(f"/blocked/{n}" for n in range(8)))
        found["paths"] |= document("response", free, "/free")["paths"]
        return {**found, "components": {"schemas": {"Id": shared}}}

    report = compare(version(5), version(9))
    assert report.verdict is Verdict.BREAKING
    rules = sorted(finding.rule for finding in report.findings)
    assert rules.count("max-length-raised") == 1
    assert rules.count(RULE) == 8

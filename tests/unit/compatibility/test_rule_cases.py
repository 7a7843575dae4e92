"""The case tables of ``tests/cases/compatibility``: what each rule says, and where it is silent."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts import compare
from contracts.compatibility.rules import load_rules

Json = Any
CASES = Path(__file__).parents[2] / "cases" / "compatibility"
AREAS = (
    "bodies",
    "lifecycle",
    "operations",
    "parameters",
    "properties",
    "responses",
    "security",
    "servers",
    "unions",
)
TABLES = {area: yaml.safe_load((CASES / f"{area}.yaml").read_text()) for area in AREAS}
TODAY = date(2026, 11, 21)


def document(paths: Json, **more: Json) -> Json:
    return {"openapi": "3.1.0", "info": {"title": "Cases", "version": "1"}, "paths": paths, **more}


def operation(value: Json) -> Json:
    return document({"/things": {"get": {"responses": {"204": {"description": "-"}}, **value}}})


def request(schema: Json) -> Json:
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    return operation({"requestBody": body})


def response(schema: Json) -> Json:
    content = {"application/json": {"schema": schema}}
    return operation({"responses": {"200": {"description": "-", "content": content}}})


def parameter(value: Json) -> Json:
    return operation({"parameters": [value]})


def header(value: Json) -> Json:
    headers = {"headers": {"X-Thing": value}} if value else {}
    return operation({"responses": {"200": {"description": "-", **headers}}})


def whole(value: Json) -> Json:
    return document(**{"paths": {"/things": {"get": {}}}, **value})


def swagger(value: Json) -> Json:
    paths: Json = {"/things": {"get": {"responses": {}}}}
    return {"swagger": "2.0", "info": {"title": "Cases", "version": "1"}, "paths": paths, **value}


SHAPES = {
    "operation": operation,
    "request": request,
    "response": response,
    "parameter": parameter,
    "header": header,
    "document": whole,
    "swagger": swagger,
}


@pytest.mark.parametrize(
    "case", [pytest.param(c, id=f"{area}: {c['name']}") for area in AREAS for c in TABLES[area]]
)
def test_a_change_is_called_by_its_rules(case: Json) -> None:
    shape = SHAPES[case["shape"]]
    report = compare(shape(case["old"]), shape(case["new"]), today=TODAY)
    assert sorted(f.rule for f in report.findings) == sorted(case["expect"])
    expected = case.get("verdict", "breaking" if case["expect"] else "compatible")
    assert report.verdict.value == expected
    assert case.get("says", "") in " ".join(f.message for f in report.findings)
    for finding in report.findings:
        assert finding.old or finding.new
        assert finding.message
        if "at" in case:
            assert [place and place.pointer for place in (finding.old, finding.new)] == case["at"]


@pytest.mark.parametrize("rule", sorted(r.id for r in load_rules().values() if r.area in TABLES))
def test_every_rule_has_a_case_where_it_speaks_and_one_where_it_is_silent(rule: str) -> None:
    known = load_rules()[rule]
    outcomes = {rule in case["expect"] for case in TABLES.get(known.area, ())}
    assert outcomes == {True, False}

"""Bare schemas: what holds under a condition, and what a document defines beside its root."""

from __future__ import annotations

import copy
import json
from random import Random
from typing import Any

import pytest

from contracts import compare
from contracts.documents import from_data, load
from contracts.schema import Prover, SchemaAt
from contracts.schema.dialects import Dialect
from contracts.verdict import Level, Mode, Verdict

Json = Any
DRAFT7 = "http://json-schema.org/draft-07/schema#"
KINDS = ("a", "b", "c")
LEAVES: list[Json] = [
    {"type": "string"},
    {"enum": ["x", "y"]},
    {"pattern": "^[xX]$|^[yY]$"},
    {"type": "string", "maxLength": 1},
    {"type": "integer"},
]


def conditions(r: Random, *, kept: bool) -> Json:
    """An object that holds other things for each kind, written as people write it."""
    cases: list[Json] = []
    for kind in KINDS:
        case: Json = {"if": {"properties": {"kind": {"const": kind}}}}
        case["then"] = {"properties": {"value": {"$ref": f"#/definitions/{kind}"}}}
        if r.random() < 0.3:
            case["else"] = {"properties": {"other": dict(r.choice(LEAVES))}}
        cases.append(case)
    schema: Json = {
        "$schema": DRAFT7,
        "type": "object",
        "properties": {"kind": {"enum": list(KINDS)}, "name": {"type": "string"}},
        "allOf": cases,
        "definitions": {kind: dict(r.choice(LEAVES)) for kind in KINDS},
    }
    if kept or r.random() < 0.5:
        schema["required"] = ["kind"]
    if r.random() < 0.3:
        schema["properties"]["kind"] = {"enum": ["a", "b"]}
    return schema


def changed(r: Random, schema: Json) -> Json:
    found = copy.deepcopy(schema)
    for _ in range(r.randint(1, 2)):
        found["definitions"][r.choice(KINDS)] = dict(r.choice(LEAVES))
    if r.random() < 0.2:
        r.choice(found["allOf"])["then"]["required"] = ["value"]
    if r.random() < 0.1:
        r.choice(found["allOf"])["if"]["required"] = ["kind"]
    if r.random() < 0.2:
        found["properties"]["more"] = {"type": "integer"}
    return found


@pytest.mark.parametrize("block", range(4))
def test_the_answer_is_that_for_the_whole(block: int) -> None:
    for seed in range(block * 50, block * 50 + 50):
        r = Random(seed)
        old = conditions(r, kept=seed % 2 == 0)
        new = changed(r, old)
        report = compare(load(json.dumps(old).encode()), new, mode=Mode.BACKWARD)
        sides = [SchemaAt(from_data(one), "", Dialect.DRAFT7) for one in (old, new)]
        whole = Prover().contains(*sides).verdict
        broken = [f for f in report.findings if f.level is Level.ERROR]
        assert bool(broken) is (whole is Verdict.BREAKING), seed
        assert all(f.witness is not None for f in broken), seed
        assert not [f for f in report.findings if f.level is Level.UNKNOWN], seed


def test_a_break_under_a_condition_is_told_where_it_is() -> None:
    old = conditions(Random(0), kept=True)
    old["definitions"]["b"] = {"enum": ["x", "y"]}
    new = copy.deepcopy(old)
    new["definitions"]["b"] = {"enum": ["x"]}
    report = compare(old, new, mode=Mode.BACKWARD)
    (found,) = [f for f in report.findings if f.level is Level.ERROR]
    assert found.new is not None
    assert found.new.pointer == "/definitions/b/enum"
    assert found.witness is not None
    assert found.witness.value == {"kind": "b", "value": "y"}


def test_what_a_document_defines_beside_its_root_leaves_members_apart() -> None:
    old = {
        "$schema": DRAFT7,
        "$id": "https://example.org/order.json",
        "type": "object",
        "properties": {"a": {"$ref": "#/definitions/A"}, "b": {"type": "string"}},
        "required": ["a"],
        "definitions": {"A": {"type": "object", "properties": {"n": {"type": "integer"}}}},
    }
    new = copy.deepcopy(old)
    new["definitions"]["A"]["properties"]["n"] = {"type": "string"}
    new["required"] = ["a", "b"]
    report = compare(old, new, mode=Mode.BACKWARD)
    shown = {f.rule: f.witness.value for f in report.findings if f.witness is not None}
    assert shown == {"property-became-required": {"a": {}}, "type-narrowed": {"a": {"n": 0}}}

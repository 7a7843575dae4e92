"""OpenAPI as it comes: versions, split files, oddities and hostility."""

from __future__ import annotations

import json
import time
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from contracts import compare
from contracts.documents import load
from contracts.errors import ContractError, UnsupportedFormat
from contracts.formats import detect, read
from contracts.verdict import Bump, Verdict

Json = Any
CASES = Path(__file__).parents[2] / "cases" / "openapi"
VERSIONS = sorted(CASES.glob("orders-*.yaml"))


@pytest.mark.parametrize(
    ("old", "new"), list(product(VERSIONS, repeat=2)), ids=lambda path: path.stem
)
def test_the_same_contract_in_another_version_of_openapi_is_the_same(old: Path, new: Path) -> None:
    report = compare(old, new)
    assert report.verdict is Verdict.COMPATIBLE
    assert report.findings == ()
    assert report.recommended_bump in {Bump.NONE, Bump.PATCH}


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_a_change_is_found_in_every_version(path: Path) -> None:
    text = path.read_text()
    changed = text.replace("maxLength: 20", "maxLength: 10").replace("maximum: 100", "maximum: 50")
    report = compare(text.encode(), changed.encode())
    rules = [finding.rule for finding in report.findings]
    assert sorted(rules) == ["max-length-lowered", "maximum-lowered"]


def test_a_change_in_another_file_is_found_where_it_stands() -> None:
    report = compare(CASES / "split" / "orders-1.yaml", CASES / "split" / "orders-2.yaml")
    (finding,) = report.findings
    assert finding.rule == "max-length-lowered"
    for place, pointer in ((finding.old, "/Id/maxLength"), (finding.new, "/Id2/maxLength")):
        assert place is not None
        assert place.pointer == pointer
        assert (place.source or "").endswith("parts/common.yaml")
        assert place.line is not None


def test_every_exchange_knows_who_writes_it() -> None:
    contract = read(load(VERSIONS[0]))
    labels = {exchange.label: exchange.writer.value for exchange in contract.exchanges}
    assert labels == {
        "GET /orders query parameter limit": "consumer",
        "GET /orders query parameter ids": "consumer",
        "GET /orders response 200 header X-Total": "provider",
        "GET /orders response 200 application/json": "provider",
        "POST /orders request body application/json": "consumer",
        "POST /orders response 201 application/json": "provider",
    }


def base(**more: Json) -> Json:
    return {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}, **more}


@pytest.mark.parametrize(
    "odd",
    [
        {"paths": None},
        {"paths": []},
        {"paths": {"/a": None}},
        {"paths": {"/a": {"get": "x", "post": {"parameters": {}, "responses": []}}}},
        {"paths": {"/a": {"get": {"parameters": [None, 5, {}, {"name": 1, "in": "query"}]}}}},
        {"paths": {"/a": {"get": {"responses": {"200": None, "201": {"content": []}}}}}},
        {"paths": {"/a": {"post": {"requestBody": {"content": {"application/json": 7}}}}}},
        {"paths": {"a": {"get": {"security": {}, "callbacks": {"x": {"y": {"post": []}}}}}}},
        {"paths": {"/a": {"$ref": "#/paths/~1a"}}},
        {"paths": {"/a": {"$ref": "https://example.com/x.yaml"}}},
        {"servers": [{}, {"url": 5}, {"url": "http://["}]},
        {"components": {"securitySchemes": {"a": {"type": []}}}, "security": [[], {"a": "x"}]},
        {"webhooks": {"w": {"post": {"requestBody": {"$ref": "#/nothing"}}}}},
        {"paths": {"/a": {"get": {"responses": {"200": {"headers": {"X": {"schema": 5}}}}}}}},
        {"paths": {"/a": {"get": {"x-sunset": "soon", "x-stability-level": ["x"]}}}},
    ],
)
def test_an_odd_document_is_compared_all_the_same(odd: Json) -> None:
    for old, new in ((base(), base(**odd)), (base(**odd), base()), (base(**odd), base(**odd))):
        assert compare(old, new).verdict in set(Verdict)


def nested(depth: int) -> Json:
    schema: Json = {"type": "string"}
    for _ in range(depth):
        schema = {"type": "object", "properties": {"a": schema}}
    return schema


def body(schema: Json, **components: Json) -> Json:
    content = {"application/json": {"schema": schema}}
    return base(
        paths={"/a": {"post": {"requestBody": {"content": content}}}},
        components={"schemas": components},
    )


RECURSIVE = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/A"}}}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (body(nested(150)), body({**nested(150), "minProperties": 1})),
        (
            body({"$ref": "#/components/schemas/A"}, A={"$ref": "#/components/schemas/A"}),
            body({"$ref": "#/components/schemas/A"}, A={"type": "string"}),
        ),
        (
            body({"$ref": "#/components/schemas/A"}, A=RECURSIVE),
            body({"$ref": "#/components/schemas/A"}, A={**RECURSIVE, "required": ["next"]}),
        ),
        (
            body(
                {"allOf": [{"$ref": "#/components/schemas/A"}]},
                A={"allOf": [{"$ref": "#/components/schemas/A"}]},
            ),
            body({"allOf": [{"$ref": "#/components/schemas/A"}]}, A={}),
        ),
        (
            body({"type": "string", "pattern": "^(a+)+$"}),
            body({"type": "string", "pattern": "^(a|a)*$", "maxLength": 40}),
        ),
        (
            body({"oneOf": [{"type": "integer", "multipleOf": n} for n in range(2, 40)]}),
            body({"oneOf": [{"type": "integer", "multipleOf": n} for n in range(3, 41)]}),
        ),
    ],
    ids=["deep", "cycle", "recursive", "allOf-cycle", "regex", "wide-oneOf"],
)
def test_a_hostile_document_ends_in_seconds(old: Json, new: Json) -> None:
    begin = time.monotonic()
    for one, other in ((old, new), (new, old)):
        assert compare(one, other).verdict in set(Verdict)
    assert time.monotonic() - begin < 20


@pytest.mark.parametrize(
    ("data", "format"),
    [
        ({"openapi": "3.1.0"}, "openapi"),
        ({"swagger": "2.0"}, "openapi"),
        ({"asyncapi": "3.0.0"}, "asyncapi"),
        ({"type": "object"}, "jsonschema"),
        ({}, "jsonschema"),
        (True, "jsonschema"),
    ],
)
def test_a_document_says_what_it_is(data: Json, format: str) -> None:
    assert detect(load(data)) == format


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(UnsupportedFormat, match=r"4\.0\.0"):
        compare({"openapi": "4.0.0", "paths": {}}, {"openapi": "4.0.0", "paths": {}})


def test_bytes_paths_and_values_are_the_same(tmp_path: Path) -> None:
    data = base()
    path = tmp_path / "x.json"
    path.write_text(json.dumps(data))
    for source in (data, json.dumps(data).encode(), path, str(path), load(path)):
        assert compare(source, data).verdict is Verdict.COMPATIBLE
    with pytest.raises(ContractError):
        compare(tmp_path / "missing.yaml", data)

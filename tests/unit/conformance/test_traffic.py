"""Recorded traffic shows drift: operations, codes, fields and values nobody declared."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from conformance.evidence import Outcome, RecordedRequest, RecordedResponse
from conformance.http.traffic import check_traffic, read_har
from contracts.documents import from_data
from contracts.errors import DocumentUnreadable

DOCUMENT = from_data(
    {
        "openapi": "3.1.0",
        "paths": {
            "/things/{id}": {
                "get": {
                    "parameters": [
                        {
                            "name": "id",
                            "in": "path",
                            "required": True,
                            "schema": {"pattern": "^[0-9]+$"},
                        }
                    ],
                    "responses": {
                        "200": {
                            "headers": {"ETag": {"required": True, "schema": {}}},
                            "content": {
                                "application/json": {"schema": {"$ref": "#/components/schemas/T"}}
                            },
                        },
                        "404": {},
                    },
                }
            },
            "/things/search": {"get": {"responses": {"200": {}}}},
        },
        "components": {
            "schemas": {
                "T": {
                    "type": "object",
                    "properties": {
                        "id": {"type": "integer"},
                        "colour": {"enum": ["red", "blue"]},
                        "parts": {"type": "array", "items": {"properties": {"n": {}}}},
                        "free": {"type": "object"},
                        "map": {"additionalProperties": {"type": "string"}},
                    },
                }
            }
        },
    },
    name="things.yaml",
)
GOOD = {"id": 1, "colour": "red", "parts": [{"n": 1}], "free": {"x": 1}, "map": {"k": "v"}}


def exchange(
    body: Any = None,
    *,
    path: str = "/things/1",
    method: str = "GET",
    status: int = 200,
    **headers: str,
) -> tuple[RecordedRequest, RecordedResponse]:
    came = {"ETag": '"1"', "Content-Type": "application/json", **headers}
    return (
        RecordedRequest(method, f"https://h/api{path}", (("Authorization", "Bearer s3cret"),)),
        RecordedResponse(
            status, tuple((n, v) for n, v in came.items() if v), json.dumps(body or GOOD)
        ),
    )


CASES: list[tuple[str, tuple[RecordedRequest, RecordedResponse], set[str]]] = [
    ("as declared", exchange(), set()),
    ("a path nobody declared", exchange(path="/other/1"), {"undocumented_operation"}),
    ("a method nobody declared", exchange(method="DELETE"), {"undocumented_operation"}),
    ("a code nobody declared", exchange(status=418), {"status_code_conformance"}),
    ("a field nobody declared", exchange({**GOOD, "new": 1}), {"undocumented_field"}),
    ("a field deep inside", exchange({"parts": [{"n": 1, "m": 2}]}), {"undocumented_field"}),
    ("a value nobody declared", exchange({"colour": "green"}), {"response_schema_conformance"}),
    ("another media type", exchange(**{"Content-Type": "text/html"}), {"content_type_conformance"}),
    ("a header that is missing", exchange(ETag=""), {"response_headers_conformance"}),
    ("a request that should fail", exchange(path="/things/abc"), {"undocumented_request"}),
    ("a concrete path wins", exchange(path="/things/search"), set()),
]


@pytest.mark.parametrize(
    ("given", "checks"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_drift(given: tuple[RecordedRequest, RecordedResponse], checks: set[str]) -> None:
    found = check_traffic(DOCUMENT, [given], base="/api")
    assert {f.check for f in found.failures} == checks
    assert found.outcome is (Outcome.FAILED if checks else Outcome.PASSED)
    assert "s3cret" not in json.dumps(found.to_json())


def test_the_same_drift_is_told_once() -> None:
    many = [exchange({**GOOD, "new": n}, path=f"/things/{n}") for n in range(50)]
    found = check_traffic(DOCUMENT, many, base="/api")
    assert [(f.check, f.count) for f in found.failures] == [("undocumented_field", 50)]


def test_nothing_seen_proves_nothing() -> None:
    assert check_traffic(DOCUMENT, []).outcome is Outcome.INCONCLUSIVE


def test_archives_are_read(tmp_path: Path) -> None:
    text = base64.b64encode(json.dumps(GOOD).encode()).decode()
    entry = {
        "time": 12,
        "request": {"method": "get", "url": "https://h/api/things/1", "headers": []},
        "response": {
            "status": 200,
            "headers": [
                {"name": "ETag", "value": "1"},
                {"name": "content-type", "value": "application/json"},
            ],
            "content": {"text": text, "encoding": "base64"},
        },
    }
    path = tmp_path / "a.har"
    path.write_text(json.dumps({"log": {"entries": [entry, {"broken": 1}, 7]}}))
    found = check_traffic(DOCUMENT, read_har(path), base="/api")
    assert (found.requests, found.failures) == (1, ())
    for content, sentence in (("{", "not an HTTP archive"), ("[]", "not an HTTP archive")):
        path.write_text(content)
        with pytest.raises(DocumentUnreadable, match=sentence):
            list(read_har(path))
    with pytest.raises(DocumentUnreadable, match="cannot be read"):
        list(read_har(tmp_path / "none.har"))

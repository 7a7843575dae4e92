"""Evidence goes to JSON and back, groups by cause and carries no secret."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.evidence import (
    REDACTED,
    Failure,
    OperationResult,
    Outcome,
    RecordedRequest,
    RecordedResponse,
    Redactor,
    Run,
    Severity,
    ToolError,
    cause_id,
    group,
)
from conformance.evidence.grouping import collapsed
from conformance.evidence.index import Part, parts
from conformance.evidence.reports import FORMATS, render
from conformance.http.curl import curl
from conformance.plan.classification import restricted_fields
from contracts.verdict import Place


def failure(cause: str = "c1", operation: str = "GET /a", **changes: object) -> Failure:
    values: dict[str, object] = {
        "check": "response_schema_conformance",
        "title": "Response violates schema",
        "message": "'x' is not of type 'integer'",
        "operation": operation,
        "severity": Severity.HIGH,
        "cause": cause,
        "request": RecordedRequest("GET", "http://h/a", (("Accept", "*/*"),), None),
        "response": RecordedResponse(200, (("Content-Type", "application/json"),), "{}", 0.01),
        "place": Place("/components/schemas/A", 7, "a.yaml"),
        "curl": "curl http://h/a",
    }
    return Failure(**{**values, **changes})


def run(*failures: Failure, outcome: Outcome = Outcome.FAILED) -> Run:
    return Run(
        id="r1",
        suite="smoke",
        contract="erp.item-master",
        sha256="0" * 64,
        environment="test",
        target="http://h",
        started_at="2026-01-01T00:00:00Z",
        finished_at="2026-01-01T00:00:09Z",
        outcome=outcome,
        reason="",
        seed=1,
        tools={"schemathesis": "4"},
        operations=(
            OperationResult("GET /a", 9, {"200": 7, "404": 2}, ("200", "404", "4XX"), 1, None, 0.1),
            OperationResult("POST /a", 0, {}, ("201",), 0, "not part of the suite"),
        ),
        failures=failures,
        errors=(ToolError("Odd schema", "cannot generate", "POST /a"),),
        warnings=("a note",),
        requests=9,
        checks={"not_a_server_error": 9},
        duration=1.5,
    )


def test_a_run_survives_json() -> None:
    first = run(failure(), failure("c2", known="known bug (team, until 2027-01-01)"))
    assert Run.from_json(json.loads(json.dumps(first.to_json()))) == first


def test_coverage_counts_operations_and_declared_statuses() -> None:
    assert run().coverage == {
        "operations": {"declared": 2, "exercised": 1},
        "statuses": {"declared": 4, "seen": 3},
    }


def test_the_index_shows_its_parts() -> None:
    whole = run(failure(), failure("c2", known="known bug"))
    shares = {
        part["name"]: (part["share"], part["counted"], part["of"])
        for part in whole.to_json()["index"]
    }
    assert shares == {
        "operations exercised": (1.0, 1, 1),
        "declared answers seen": (0.75, 3, 4),
        "operations without failure": (1.0, 1, 1),
        "without critical failure": (1.0, 1, 1),
        "without high failure": (1.0, 1, 1),
        "without medium failure": (1.0, 1, 1),
        "without low failure": (1.0, 1, 1),
        "known among the failures": (0.5, 1, 2),
    }
    broken = run(failure(operations=("GET /a",)))
    assert parts(broken)[2] == Part("operations without failure", 0.4, 0, 1)
    assert {p.name: p.counted for p in parts(broken) if p.name.startswith("without")} == {
        "without critical failure": 1,
        "without high failure": 0,
        "without medium failure": 1,
        "without low failure": 1,
    }


def test_the_index_of_generated_requests_counts_their_constraints() -> None:
    asked = OperationResult("GET /a", 9, {"200": 9}, ("200",), constraints=(8, 6, 2))
    left_out = OperationResult("GET /b", skipped="not part of the suite", constraints=(4, 0, 0))
    found = {p.name: p for p in parts(replace(run(), operations=(asked, left_out)))}
    assert found["constraints met by requests"].share == 0.75
    assert found["constraints broken on purpose"] == Part(
        "constraints broken on purpose", 0.25, 2, 8
    )


def test_fields_a_contract_restricts_are_known() -> None:
    document = {
        "Account": {"x-classification": "restricted", "properties": {"iban": {}, "bic": {}}},
        "Person": {"properties": {"name": {}, "taxId": {"x-classification": "restricted"}}},
    }
    assert restricted_fields(document) == {"iban", "bic", "taxId"}


def test_an_undeclared_status_is_named() -> None:
    result = OperationResult("GET /a", 3, {"200": 1, "418": 1, "503": 1}, ("200", "5XX"))
    assert result.undeclared == ("418",)


def test_one_cause_is_one_failure_with_its_count_and_operations() -> None:
    long = RecordedRequest("POST", "http://h/a", (), "x" * 50)
    short = RecordedRequest("POST", "http://h/a", (), "x")
    grouped = group(
        [
            failure("c1", "GET /a", request=long),
            failure("c1", "GET /b", request=short, check="status_code_conformance"),
            failure("c2", "GET /c", severity=Severity.CRITICAL),
        ]
    )
    assert [f.cause for f in grouped] == ["c2", "c1"], "the heaviest comes first"
    assert grouped[1].count == 2
    assert grouped[1].operations == ("GET /a", "GET /b")
    assert grouped[1].request == short, "the shortest example is kept"
    assert grouped[1].related == ("response_schema_conformance",)


def test_causes_have_stable_names() -> None:
    assert cause_id("check", "/a", "") == cause_id("check", "/a", "")
    assert cause_id("check", "/a", "b") != cause_id("check", "/ab", "")


@pytest.mark.parametrize("format", FORMATS)
def test_every_report_names_the_cause_and_the_place(format: str) -> None:
    text = render(run(failure()), format)
    assert "components/schemas/A" in text
    assert "GET /a" in text
    assert text.endswith("\n")


def test_sarif_points_to_the_line_and_keeps_what_is_owned() -> None:
    told = json.loads(render(run(failure(), failure("c2", known="known bug")), "sarif"))
    first, second = told["runs"][0]["results"]
    place = first["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]) == ("a.yaml", {"startLine": 7})
    assert first["level"] == "error"
    assert second["suppressions"][0]["justification"] == "known bug"


def test_html_shows_hostile_text_as_text() -> None:
    page = render(run(failure(message="<script>alert(1)</script>", operation="GET /<b>")), "html")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "GET /&lt;b&gt;" in page


@pytest.mark.parametrize("format", ["text", "junit", "markdown", "sarif", "html"])
def test_reports_disarm_control_characters(format: str) -> None:
    text = render(run(failure(message="a\x1b[2Jb\x00")), format)
    assert "\x1b" not in text
    assert "\x00" not in text


SECRETS = [
    (("Authorization", "Bearer abcdef123456"), f"Bearer {REDACTED}"),
    (("Authorization", "whatever"), REDACTED),
    (("X-API-Key", "k-12345"), REDACTED),
    (("Cookie", "session=1"), REDACTED),
    (("X-Trace", "uses s3cr3t-token inside"), f"uses {REDACTED} inside"),
    (("Idempotency-Key", "5e0c6a1e"), "5e0c6a1e"),
    (("If-Match", '"3"'), '"3"'),
]


@pytest.mark.parametrize(("header", "expected"), SECRETS, ids=lambda value: str(value)[:40])
def test_headers_are_redacted(header: tuple[str, str], expected: str) -> None:
    redactor = Redactor(secrets=("s3cr3t-token",))
    assert redactor.headers([header]) == ((header[0], expected),)


def test_bodies_are_redacted_by_field_even_when_broken() -> None:
    redactor = Redactor(fields=frozenset({"legalName"}))
    body = '{"iban": "DE89370400440532013000", "legalName": "A \\"B\\"", "city": "Ulm", "pa'
    clean = redactor.body(body)
    assert "DE89" not in clean
    assert '"B' not in clean
    assert "Ulm" in clean


def test_restricted_values_go_from_messages_addresses_numbers_and_objects() -> None:
    bare = Redactor(fields=frozenset({"taxId", "holder", "pin"}))
    body = '{"taxId": 47114711, "holder": {"name": "Erika Mustermann"}, "pin": "12", "city": "Ulm"}'
    redactor = bare.knowing(body, None, 'no JSON: "taxId"')
    for text in (
        redactor.body(body),
        redactor.text("47114711 is not of type string; Erika Mustermann too"),
        redactor.url("http://h/a?taxId=12345678&city=Ulm"),
    ):
        assert REDACTED in text
        for secret in ("47114711", "Erika", "12345678", '"12"'):
            assert secret not in text
    assert "Ulm" in redactor.body(body)
    assert redactor.url("http://h/a?city=Ulm").endswith("?city=Ulm")
    assert bare.knowing('{"city": "Ulm"}') is bare


@settings(derandomize=True, max_examples=60)
@given(st.text(min_size=6, alphabet=st.characters(codec="ascii", categories=("L", "N"))))
def test_a_secret_never_survives(secret: str) -> None:
    redactor = Redactor(secrets=(secret,))
    text = f"before {secret} after, again {secret}"
    assert secret not in redactor.text(text).replace(REDACTED, "")
    assert secret not in json.dumps(redactor.value({"a": [text]})).replace(REDACTED, "")


def test_curl_asks_for_the_token_and_quotes_the_rest() -> None:
    request = RecordedRequest(
        "POST",
        "http://h/a?b='c'",
        (
            ("Authorization", f"Bearer {REDACTED}"),
            ("Content-Length", "9"),
            ("X-Empty", ""),
        ),
        '{"it\'s": 1}',
    )
    command = curl(request)
    assert "-H 'Authorization: Bearer '\"$TOKEN\"" in command
    assert "Content-Length" not in command
    assert "-H 'X-Empty;'" in command
    import shlex

    words = shlex.split(command)
    assert words[words.index("--data-raw") + 1] == '{"it\'s": 1}'
    assert words[-1] == "http://h/a?b='c'"


def unchecked(pointer: str, operation: str = "POST /a") -> Failure:
    request = RecordedRequest("POST", "http://h/a", (), "{}")
    changes = {"check": "negative_data_rejection", "place": Place(pointer), "request": request}
    return failure(pointer + operation, operation, **changes)


@pytest.mark.parametrize(("broken", "causes"), [(3, 3), (4, 1), (20, 1)])
def test_a_body_nobody_looks_at_is_one_cause(broken: int, causes: int) -> None:
    found = [unchecked(f"/schema/{n}") for n in range(broken)]
    other = failure("other")
    kept = collapsed([*found, other, unchecked("/schema/1", "PUT /a")])
    assert len(kept) == causes + 2
    assert sum(f.count for f in kept) == broken + 2
    assert collapsed(kept) == kept

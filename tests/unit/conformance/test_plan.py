"""Suites say what they mean, and what is not allowed does not start."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from conformance.plan import (
    Auth,
    KnownFailure,
    Safety,
    SecretMissing,
    Suite,
    SuiteInvalid,
    Tls,
    refusals,
)
from conformance.plan.auth import credential

GET, POST = ("GET /a", "GET"), ("POST /a", "POST")

RULES: list[tuple[str, Suite, Safety, str, list[tuple[str, str]], set[str]]] = [
    ("anything locally", Suite(), Safety(), "http://127.0.0.1:1", [GET, POST], set()),
    (
        "production only reads",
        Suite(),
        Safety("production", production=True),
        "http://h",
        [GET, POST],
        {"production-safe-methods-only"},
    ),
    (
        "production, reads",
        Suite(),
        Safety("production", production=True),
        "http://h",
        [GET],
        set(),
    ),
    (
        "production does not widen by its own list",
        Suite(),
        Safety("production", production=True, methods=("GET", "DELETE")),
        "http://h",
        [("DELETE /a", "DELETE")],
        {"production-safe-methods-only"},
    ),
    (
        "a method the environment leaves out",
        Suite(),
        Safety("test", methods=("GET", "POST")),
        "http://h",
        [("PATCH /a", "PATCH")],
        {"method-allowed"},
    ),
    (
        "a host that is not listed",
        Suite(),
        Safety("test", hosts=("erp.test:8080",)),
        "http://erp.prod:8080",
        [GET],
        {"target-on-the-list"},
    ),
    (
        "the right host on another port",
        Suite(),
        Safety("test", hosts=("erp.test:8080",)),
        "http://erp.test:9090",
        [GET],
        {"target-on-the-list"},
    ),
    (
        "too fast",
        Suite(rate_limit=50),
        Safety("test", max_rate=10),
        "http://h",
        [GET],
        {"rate-within-ceiling"},
    ),
    ("no rate asked: capped, not refused", Suite(), Safety(max_rate=10), "http://h", [GET], set()),
    ("not http", Suite(), Safety(), "ftp://h", [GET], {"target-is-http"}),
    ("a port that is none", Suite(), Safety(), "http://h:99999", [GET], {"target-is-http"}),
    (
        "a password in the address",
        Suite(),
        Safety(),
        "http://me:secret@h",
        [GET],
        {"no-credentials-in-url"},
    ),
]


@pytest.mark.parametrize(
    ("suite", "safety", "target", "operations", "rules"),
    [case[1:] for case in RULES],
    ids=[case[0] for case in RULES],
)
def test_safety_rules(
    suite: Suite, safety: Safety, target: str, operations: list[tuple[str, str]], rules: set[str]
) -> None:
    assert {r.rule for r in refusals(suite, safety, target, operations)} == rules


BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"phases": ["fuzz"]}, "no phase 'fuzz'"),
    ({"phases": []}, "has no phase"),
    ({"checks": ["all"]}, "no check 'all'"),
    ({"max_examples": 0}, "max_examples"),
    ({"time_budget": 0}, "time_budget"),
    ({"rate_limit": 0}, "rate_limit"),
    ({"methods": ["FETCH"]}, "no method 'FETCH'"),
    ({"colour": "red"}, "no setting 'colour'"),
    ({"auth": "abc"}, "auth"),
    ({"known_failures": [{"check": "x"}]}, "known failure needs"),
    ({"max_examples": "many"}, "wrong kind"),
    ({"headers": ["a"]}, "headers"),
]


@pytest.mark.parametrize(("data", "sentence"), BROKEN, ids=[str(b[0]) for b in BROKEN])
def test_a_wrong_suite_is_refused_in_one_sentence(data: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SuiteInvalid) as refusal:
        Suite.from_mapping(data)
    assert sentence in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_suite_survives_json() -> None:
    suite = Suite(
        name="acceptance",
        methods=("GET",),
        headers={"X-Tenant": "t1"},
        auth=Auth("bearer", "env:T"),
        known_failures=(
            KnownFailure("unsupported_method", "*", "gateway", "ops", dt.date(2027, 1, 1)),
        ),
    )
    assert Suite.from_mapping(suite.to_json()) == suite


SELECTION = [
    (Suite(), True),
    (Suite(methods=("POST",)), False),
    (Suite(operations=("getThing",)), True),
    (Suite(operations=("GET /other*",)), False),
    (Suite(excluded_operations=("get*",)), False),
    (Suite(excluded_operations=("GET /things/*",)), False),
    (Suite(operations=("GET *",), excluded_operations=("getThing",)), False),
]


@pytest.mark.parametrize(("suite", "selected"), SELECTION, ids=range(len(SELECTION)))
def test_operations_are_selected_by_label_or_id(suite: Suite, selected: bool) -> None:
    assert suite.selects("GET /things/{id}", "getThing", "GET") is selected


def test_a_known_failure_expires() -> None:
    known = KnownFailure("c", "GET /a*", "r", "o", dt.date(2026, 6, 30))
    assert known.covers("c", "GET /a/{b}", dt.date(2026, 6, 30))
    assert not known.covers("c", "GET /a", dt.date(2026, 7, 1))
    assert not known.covers("d", "GET /a", dt.date(2026, 1, 1))


def test_secrets_come_by_reference(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("from-file\n")
    environ = {"TOKEN": "from-env"}
    bearer = credential(Auth("bearer", "env:TOKEN"), {}, environ).headers
    assert bearer == {"Authorization": "Bearer from-env"}
    assert credential(Auth("api-key", f"file:{tmp_path}/s", "X-Key"), {}).headers == {
        "X-Key": "from-file"
    }
    basic = credential(Auth("basic", "env:TOKEN", "me"), {}, environ).headers
    assert basic["Authorization"].startswith("Basic ")
    assert credential(Auth(), {}).headers == {}


@pytest.mark.parametrize(
    ("place", "headers", "keys"),
    [
        ("header", {"X-Stock-Key": "k"}, {}),
        ("query", {}, {"stock": "k"}),
        ("cookie", {}, {"stock": "k"}),
    ],
)
def test_an_api_key_goes_where_the_contract_declares_it(
    place: str, headers: dict[str, str], keys: dict[str, str]
) -> None:
    scheme = {"type": "apiKey", "in": place, "name": "X-Stock-Key"}
    document = {"components": {"securitySchemes": {"stock": scheme}}}
    found = credential(Auth("api-key", "env:K"), document, {"K": "k"})
    assert (found.headers, found.keys) == (headers, keys)


@pytest.mark.parametrize(
    ("auth", "missing"),
    [
        (Auth("oauth2", "env:S", "me"), "token_url"),
        (Auth("oauth2", "env:S", None, "https://login.example/token"), "client id"),
        (Auth("bearer"), "secret"),
    ],
)
def test_what_a_credential_lacks_is_named(auth: Auth, missing: str) -> None:
    with pytest.raises(SecretMissing, match=missing):
        credential(auth, {}, {"S": "s"})


@pytest.mark.parametrize(
    ("tls", "said"),
    [
        (Tls(key="env:KEY"), "certificate"),
        (Tls(certificate="env:CERT"), "no private key"),
        (Tls(certificate="env:CERT", key="env:LOCKED"), "encrypted"),
    ],
)
def test_half_a_client_certificate_is_none(tls: Tls, said: str) -> None:
    environ = {
        "CERT": "-----BEGIN CERTIFICATE-----",
        "KEY": "-----BEGIN PRIVATE KEY-----",
        "LOCKED": "-----BEGIN ENCRYPTED PRIVATE KEY-----",
    }
    with pytest.raises(SecretMissing, match=said):
        tls.texts(environ)
    assert Tls("env:CERT", "env:KEY").texts(environ).keys() == {"certificate", "key"}


@pytest.mark.parametrize("reference", ["env:NOT_SET", "file:/not/there", "hunter2", "env:"])
def test_a_missing_secret_is_one_sentence_that_does_not_show_it(reference: str) -> None:
    with pytest.raises(SecretMissing) as missing:
        credential(Auth("bearer", reference), {}, {})
    assert "hunter2" not in str(missing.value)

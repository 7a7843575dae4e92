"""A shared test ERP: only its tenant, only records with the prefix, and none left behind."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import replace
from typing import Any

import pytest

from conformance.evidence import Outcome, Run
from conformance.http import run
from conformance.plan import Safety, Sandbox, Suite, SuiteRefused
from conformance.plan.promises import promises
from contracts.documents import load
from contracts.governance.sidecar import load_sidecar
from tests.integration.conformance.conftest import TOKEN, Start, document_of

ORDERS = document_of("erp.purchase-order")
SHARED = Sandbox("companyCode", "DE99", "TST-", cleanup=True)
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PATCH")


def suite(**changes: Any) -> Suite:
    sidecar = load_sidecar(load(ORDERS.parent / "contract.yaml"))
    return Suite.from_mapping(
        promises(sidecar)
        | {"phases": ["examples", "coverage", "fuzzing", "stateful"], "methods": list(METHODS)}
        | {"max_examples": 6, "auth": {"kind": "bearer", "secret": "env:T"}}
        | {"excluded_operations": ["closePurchaseOrder"]}
        | changes
    )


def safety(sandbox: Sandbox) -> Safety:
    return Safety("shared-test", methods=METHODS, sandbox=sandbox)


def orders(url: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        request = urllib.request.Request(f"{url}/purchase-orders?limit=100{cursor}")
        request.add_header("Authorization", f"Bearer {TOKEN}")
        request.add_header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
        request.add_header("X-Correlation-Id", "test")
        with urllib.request.urlopen(request) as answer:
            page = json.loads(answer.read())
        found += page["items"]
        if not page.get("nextCursor"):
            return found
        cursor = f"&cursor={page['nextCursor']}"


def check(url: str, wanted: Suite, sandbox: Sandbox = SHARED) -> Run:
    return run(wanted, load(ORDERS), url, safety=safety(sandbox), environ={"T": TOKEN})


@pytest.mark.parametrize("workers", [1, 2])
def test_nothing_but_test_data_is_touched_and_none_is_left(start: Start, workers: int) -> None:
    service = start("erp")
    before = {o["poNumber"]: o for o in orders(service.url)}
    found = check(service.url, suite(workers=workers))
    after = {o["poNumber"]: o for o in orders(service.url)}
    assert {n: after[n] for n in before} == before, "what others have is as it was"
    made = [o for n, o in after.items() if n not in before]
    assert made, "the suite did create orders"
    assert {o["poNumber"][:4] for o in made} == {"TST-"}
    assert {o["companyCode"] for o in made} == {"DE99"}
    assert {o["status"] for o in made} == {"cancelled"}
    assert any("taken away again" in w for w in found.warnings)
    assert (found.failures, found.outcome) == ((), Outcome.PASSED), found.reason


def test_what_cannot_be_taken_away_is_told(start: Start) -> None:
    wanted = suite(phases=["examples", "stateful"], excluded_operations=["cancelPurchaseOrder"])
    found = check(start("erp").url, wanted)
    told = " ".join(found.warnings)
    closed = any(o.operation.endswith("/close") and "200" in o.statuses for o in found.operations)
    assert closed, "an order was closed, which nobody can cancel"
    assert "left behind" in told
    assert "answered 409" in told


REFUSALS = [
    ("sandbox-tenant", suite(parameters={"companyCode": "DE01"}), SHARED),
    ("sandbox-tenant", suite(), replace(SHARED, tenant="client")),
    ("sandbox-prefix", suite(identifiers=[]), SHARED),
    ("sandbox-prefix", suite(), replace(SHARED, prefix="test_")),
    ("sandbox-cleanup", suite(cleanup=[]), SHARED),
]


@pytest.mark.parametrize(("rule", "wanted", "sandbox"), REFUSALS)
def test_a_suite_that_cannot_keep_to_it_does_not_start(
    rule: str, wanted: Suite, sandbox: Sandbox
) -> None:
    with pytest.raises(SuiteRefused, match=rule):
        check("http://127.0.0.1:9", wanted, sandbox)


def test_a_suite_that_only_reads_needs_none_of_it() -> None:
    found = check("http://127.0.0.1:9", suite(methods=["GET"], identifiers=[], cleanup=[]))
    assert "not reachable" in found.reason

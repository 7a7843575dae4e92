"""The table of faults is the test: every one is found, and nothing is reported when all are off."""

from __future__ import annotations

import pytest

from conformance.evidence import Outcome, Run
from conformance.reference.faults import Fault
from conformance.reference.systems import SYSTEMS
from tests.integration.conformance.conftest import Start, check

HTTP = [
    fault for blueprint in SYSTEMS.values() for fault in blueprint.faults if fault.area != "events"
]
LONG = pytest.mark.long
SLOW = {"erp.sales-order", "erp.supplier-master", "procurement.supplier-onboarding"}
CONTRACTS = [
    pytest.param(contract, marks=[pytest.mark.long] if contract in SLOW else [])
    for contract in sorted({fault.contract for fault in HTTP})
]


def system_of(contract: str) -> str:
    return contract.partition(".")[0]


def finds(run: Run, fault: Fault) -> bool:
    """Whether one of the checks that should find the fault has."""
    return any({f.check, *f.related} & set(fault.found_by) for f in run.failures)


def test_there_are_enough_faults_and_each_is_described_once() -> None:
    every = [fault for blueprint in SYSTEMS.values() for fault in blueprint.faults]
    assert len(every) >= 30
    assert len({fault.id for fault in every}) == len(every)
    assert len({fault.description for fault in every}) == len(every)
    assert {fault.area for fault in every} == {"http", "state", "idempotency", "events"}
    assert all(fault.system == name for name, b in SYSTEMS.items() for fault in b.faults)


@pytest.mark.parametrize(
    "phases",
    [
        pytest.param(("examples", "coverage"), id="quick"),
        pytest.param(("examples", "coverage", "fuzzing", "stateful"), id="all", marks=LONG),
    ],
)
@pytest.mark.parametrize("contract", CONTRACTS)
def test_all_off_nothing_is_reported(contract: str, phases: tuple[str, ...], start: Start) -> None:
    service = start(system_of(contract))
    run = check(contract, service.url, phases=phases)
    assert run.failures == ()
    assert run.outcome is Outcome.PASSED, run.reason
    assert all(operation.exercised for operation in run.operations)
    assert run.requests > 50


@pytest.mark.parametrize("contract", CONTRACTS)
def test_all_on_each_is_found(contract: str, start: Start) -> None:
    faults = [fault for fault in HTTP if fault.contract == contract]
    service = start(system_of(contract), *(fault.id for fault in faults))
    run = check(contract, service.url)
    missed = [fault.id for fault in faults if not finds(run, fault)]
    assert missed == [], [(f.check, f.operation, f.message[:80]) for f in run.failures]
    assert run.outcome is Outcome.FAILED
    for failure in run.failures:
        assert failure.curl is not None
        assert failure.place is not None
        assert failure.place.line is not None, failure


@pytest.mark.long
@pytest.mark.parametrize("fault", HTTP, ids=lambda fault: fault.id)
def test_each_alone_is_found(fault: Fault, start: Start) -> None:
    service = start(fault.system, fault.id)
    run = check(fault.contract, service.url, max_examples=20)
    assert finds(run, fault), [(f.check, f.operation, f.message[:80]) for f in run.failures]


@pytest.mark.parametrize("contract", ["erp.purchase-order", "erp.goods-receipt"])
def test_the_next_release_keeps_the_next_contract(contract: str, start: Start) -> None:
    service = start("erp", release="2.0.0")
    run = check(contract, service.url, "2.0.0", phases=("examples", "coverage"))
    assert (run.failures, run.outcome) == ((), Outcome.PASSED)

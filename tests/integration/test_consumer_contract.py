"""A published Pact is a contract of its consumer, and what it expects of the provider's."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contracts.errors import InvalidContract
from contracts.verdict import Verdict
from registry.domain import ANONYMOUS, SYSTEM, Kind, Lifecycle, Principal, Role
from registry.errors import Forbidden, Invalid, PolicyDenied
from registry.services.change_lifecycle import ChangeLifecycle, change_lifecycle
from registry.services.check_compatibility import CheckCompatibility, check_compatibility
from registry.services.compare_versions import CompareVersions, compare_versions
from registry.services.get_contract import get_contract
from registry.services.publish_version import PublishOutcome, PublishVersion, publish_version
from registry.services.start_run import StartRun, start_run
from registry.store.unit_of_work import SqlUnitOfWork
from tests.integration.conftest import Clock
from tests.integration.story import openapi, principal, publish, tell

NAME = "depot.orders-pact"
DEPOT = principal("token:dee", Role.PUBLISHER, teams=("depot-team",))
OLGA = principal("token:olga", Role.PUBLISHER, teams=("orders-team",))


def pact(specification: str = "3.0.0", path: str = "/orders/10", **body: Any) -> bytes:
    interaction = {
        "description": "an order",
        "providerStates": [{"name": "order 10 exists"}],
        "request": {"method": "GET", "path": path},
        "response": {"status": 200, "body": body or {"total": 1}},
    }
    if specification == "4.0":
        interaction |= {"type": "Synchronous/HTTP"}
        interaction["response"] = {
            "status": 200,
            "body": {"content": body or {"total": 1}, "contentType": "application/json"},
        }
    return json.dumps(
        {
            "consumer": {"name": "Depot app"},
            "provider": {"name": "Orders"},
            "interactions": [interaction],
            "metadata": {"pactSpecification": {"version": specification}},
        }
    ).encode()


def send(
    uow: SqlUnitOfWork, document: bytes, number: str = "1.0.0", caller: Principal = DEPOT,
    **sidecar: Any,
) -> PublishOutcome:  # fmt: skip
    stated = {"id": NAME, "title": "What the depot expects", "provider": "depot"}
    stated |= {"owner": "depot-team", "expects": ["orders.order"], **sidecar}
    command = PublishVersion(
        document, "pact.json", json.dumps(stated).encode(), number=number, dry_run=False
    )
    return publish_version(command, uow, caller)


def depot(uow: SqlUnitOfWork) -> Verdict:
    """What another type of the total means to the depot, whose sidecar entry reads the id only."""
    question = CheckCompatibility(
        "orders.order", openapi("2.0.0", total="string"), consumer="depot"
    )
    return check_compatibility(question, uow, ANONYMOUS).verdict


@pytest.fixture(autouse=True)
def _published(uow: SqlUnitOfWork) -> None:
    tell(uow)
    publish(uow, openapi("1.0.0"))


@pytest.mark.parametrize("specification", ["2.0.0", "3.0.0", "4.0"])
def test_it_is_an_expectation_towards_its_provider(uow: SqlUnitOfWork, specification: str) -> None:
    assert depot(uow) is Verdict.COMPATIBLE
    found = send(uow, pact(specification))
    assert (found.contract.kind, found.version.format_version) == (Kind.CONSUMER, specification)
    assert not [p for p in found.problems if p.rule.startswith("interaction")]
    assert depot(uow) is Verdict.BREAKING
    [shown] = [
        c for c in get_contract("orders.order", uow, ANONYMOUS).consumers if c.system == "depot"
    ]
    assert shown.expectation is not None
    assert (shown.expectation.source, shown.expectation.body["contract"]) == (
        "pact",
        f"{NAME} 1.0.0",
    )
    send(uow, pact(specification, id="10"), "2.0.0")
    assert depot(uow) is Verdict.COMPATIBLE


def test_what_it_does_not_name_any_more_is_expected_no_longer(uow: SqlUnitOfWork) -> None:
    send(uow, pact())
    other = {"id": "orders.other", "provider": "orders", "owner": "orders-team"}
    publish(uow, openapi("1.0.0"), sidecar=json.dumps(other).encode())
    send(uow, pact(), "1.1.0", expects=["orders.other"])
    assert depot(uow) is Verdict.COMPATIBLE


def test_an_interaction_that_does_not_hold_is_told(uow: SqlUnitOfWork) -> None:
    found = send(uow, pact(path="/nowhere"))
    [told] = [p for p in found.problems if p.rule == "interaction-unmet"]
    assert "orders.order 1.0.0: GET /nowhere is no operation" in told.message
    assert told.pointer == "/interactions/0"


@pytest.mark.parametrize(
    ("expects", "said"),
    [([], "does not say which contracts"), (["orders.nothing"], "which is not published")],
)
def test_it_names_published_contracts(uow: SqlUnitOfWork, expects: list[str], said: str) -> None:
    with pytest.raises(PolicyDenied, match=said):
        send(uow, pact(), expects=expects)


def test_only_the_consumers_team_publishes_it(uow: SqlUnitOfWork) -> None:
    with pytest.raises(Forbidden):
        send(uow, pact(), caller=OLGA, owner="orders-team")


def test_it_is_not_compared_with_itself(uow: SqlUnitOfWork) -> None:
    send(uow, pact())
    send(uow, pact(id="1"), "1.1.0")
    with pytest.raises(Invalid, match="a consumer contract"):
        compare_versions(CompareVersions(NAME, "1.0.0", "1.1.0"), uow, ANONYMOUS)
    with pytest.raises(Invalid, match="a consumer contract"):
        check_compatibility(CheckCompatibility(NAME, pact()), uow, ANONYMOUS)


def test_a_pact_that_is_none_is_refused(uow: SqlUnitOfWork) -> None:
    broken = json.loads(pact()) | {"interactions": [{"request": 1}]}
    with pytest.raises(InvalidContract, match="needs a request and a response"):
        send(uow, json.dumps(broken).encode())
    assert depot(uow) is Verdict.COMPATIBLE
    publish_version(
        PublishVersion(pact(), "pact.json", json.dumps({"id": NAME, "provider": "depot", "owner": "depot-team", "expects": ["orders.order"]}).encode(), number="1.0.0", branch="try"),
        uow, SYSTEM,
    )  # fmt: skip
    assert depot(uow) is Verdict.COMPATIBLE, "a proposal expects nothing yet"


def test_no_system_is_run_against_it(uow: SqlUnitOfWork) -> None:
    send(uow, pact())
    with pytest.raises(Invalid, match="run the contracts that it is about"):
        start_run(StartRun(NAME, "test"), uow, SYSTEM)


def test_a_retired_one_expects_nothing_any_more(uow: SqlUnitOfWork, clock: Clock) -> None:
    send(uow, pact())
    for step in (Lifecycle.DEPRECATED, Lifecycle.RETIRED):
        assert depot(uow) is Verdict.BREAKING
        change_lifecycle(ChangeLifecycle(NAME, "1.0.0", step), uow, SYSTEM)
        clock.advance(days=100)
    assert depot(uow) is Verdict.COMPATIBLE

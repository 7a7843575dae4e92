"""A consumer's team speaks for itself: its own words, and its Pact before them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contracts.errors import InvalidContract
from contracts.verdict import Verdict
from registry.domain import ANONYMOUS, SYSTEM, Answer, Outcome, Role
from registry.errors import Forbidden, Invalid, NotFound, PolicyDenied, Unauthenticated
from registry.services.can_i_deploy import CanIDeploy, can_i_deploy
from registry.services.check_compatibility import CheckCompatibility, check_compatibility
from registry.services.declare_use import DeclareUse, WithdrawUse, declare_use, withdraw_use
from registry.services.get_contract import get_contract
from registry.services.read_audit import verify_audit
from registry.store.unit_of_work import SqlUnitOfWork
from tests.integration.story import openapi, principal, publish, tell

NAME = "orders.order"
DEPOT = principal("token:dee", Role.PUBLISHER, teams=("depot-team",))


def pact(**body: Any) -> bytes:
    """The depot was tested with these members of an order."""
    interaction = {
        "description": "an order",
        "request": {"method": "GET", "path": "/orders/10"},
        "response": {"status": 200, "body": body},
    }
    named = {"consumer": {"name": "Depot app"}, "provider": {"name": "Orders"}}
    return json.dumps(named | {"interactions": [interaction]}).encode()


@pytest.fixture(autouse=True)
def _published(uow: SqlUnitOfWork) -> None:
    tell(uow)
    publish(uow, openapi("1.0.0"))


def depot(uow: SqlUnitOfWork, document: bytes) -> Verdict:
    """What a document would mean to the depot, whom the sidecar lets read the id only."""
    found = check_compatibility(CheckCompatibility(NAME, document), uow, ANONYMOUS)
    [verdict] = [one.verdict for one in found.consumers if one.consumer == "depot"]
    return verdict


def test_what_it_says_itself_counts_before_the_sidecar(uow: SqlUnitOfWork) -> None:
    changed = openapi("2.0.0", total="string")
    assert depot(uow, changed) is Verdict.COMPATIBLE
    words = {"uses": [{"operation": "getOrder", "reads": ["total"]}]}
    declare_use(DeclareUse(NAME, "depot", uses=words), uow, DEPOT)
    assert depot(uow, changed) is Verdict.BREAKING
    declare_use(DeclareUse(NAME, "depot", pact=pact(id="10")), uow, DEPOT)
    assert depot(uow, changed) is Verdict.COMPATIBLE
    view = get_contract(NAME, uow, ANONYMOUS)
    assert {c.system: c.expectation and c.expectation.source for c in view.consumers} == {
        "depot": "pact",
        "shop": "sidecar",
    }
    assert len(withdraw_use(WithdrawUse(NAME, "depot"), uow, DEPOT)) == 2
    with pytest.raises(NotFound, match="declared no use"):
        withdraw_use(WithdrawUse(NAME, "depot"), uow, DEPOT)
    assert verify_audit(uow, SYSTEM).intact


def test_publish_and_gate_judge_it_by_its_pact(uow: SqlUnitOfWork) -> None:
    declare_use(DeclareUse(NAME, "depot", pact=pact(total=1.5)), uow, DEPOT)
    with pytest.raises(PolicyDenied) as refused:
        publish(uow, openapi("1.1.0", total="string"))
    outcome: Any = refused.value.detail
    assert outcome.report.consumers["depot"].verdict is Verdict.BREAKING
    publish(uow, openapi("2.0.0", total="string"))
    decision = can_i_deploy(CanIDeploy("orders", "2", "production"), uow, ANONYMOUS)
    assert decision.answer is Answer.NO
    [reason] = [r for r in decision.reasons if r.consumer == "depot"]
    assert reason.outcome is Outcome.BLOCKED
    assert [f.rule for f in reason.findings] == ["interaction-answer-unreadable"]


def test_another_sidecar_leaves_it_alone(uow: SqlUnitOfWork) -> None:
    declare_use(DeclareUse(NAME, "depot", pact=pact(total=1.5)), uow, DEPOT)
    publish(uow, openapi("1.1.0"))
    assert depot(uow, openapi("2.0.0", total="string")) is Verdict.BREAKING


def test_only_its_team_may(uow: SqlUnitOfWork) -> None:
    owner = principal("token:ola", Role.PUBLISHER, teams=("orders-team",))
    command = DeclareUse(NAME, "depot", pact=pact(id="10"))
    with pytest.raises(Forbidden):
        declare_use(command, uow, owner)
    with pytest.raises(Unauthenticated):
        declare_use(command, uow, ANONYMOUS)


def test_the_same_again_is_no_news(uow: SqlUnitOfWork) -> None:
    command = DeclareUse(NAME, "depot", pact=pact(id="10"))
    declare_use(command, uow, DEPOT)
    with uow.read() as store:
        _, before = store.audit.page(limit=1, offset=0)
    declare_use(command, uow, DEPOT)
    with uow.read() as store:
        assert store.audit.page(limit=1, offset=0)[1] == before


@pytest.mark.parametrize(
    ("given", "error", "says"),
    [
        ({}, Invalid, "either uses"),
        ({"uses": {"uses": [{}]}}, Invalid, "exactly one of"),
        ({"uses": {"purpose": "to know"}}, Invalid, "name what you use"),
        ({"pact": b"{}"}, InvalidContract, "not a Pact file"),
    ],
)
def test_what_says_nothing_is_refused(
    uow: SqlUnitOfWork, given: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        declare_use(DeclareUse(NAME, "depot", **given), uow, DEPOT)

"""What is inferred is proposed; it counts when the consumer's team has confirmed it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contracts.verdict import Verdict
from registry.domain import ANONYMOUS, Role
from registry.errors import Forbidden, Invalid, NotFound, Unauthenticated
from registry.services.check_compatibility import (
    CheckCompatibility,
    ConsumerVerdict,
    check_compatibility,
)
from registry.services.declare_use import (
    ConfirmUse,
    DeclareUse,
    confirm_use,
    declare_use,
    decline_use,
)
from registry.services.get_contract import get_contract
from registry.services.infer_use import InferUse, infer_use
from registry.services.read_audit import verify_audit
from registry.store.unit_of_work import SqlUnitOfWork
from tests.integration.story import SIDECAR, openapi, principal, publish, sidecar, tell

NAME = "orders.order"
OLGA = principal("token:olga", Role.PUBLISHER, teams=("orders-team",))
DEPOT = principal("token:dee", Role.PUBLISHER, teams=("depot-team",))
QUESTION = ConfirmUse(NAME, "depot")


def har(**body: Any) -> bytes:
    request = {"method": "GET", "url": "https://o.example/orders/1", "headers": []}
    response = {"status": 200, "headers": [], "content": {"text": json.dumps(body)}}
    return json.dumps({"log": {"entries": [{"request": request, "response": response}]}}).encode()


@pytest.fixture(autouse=True)
def _published(uow: SqlUnitOfWork) -> None:
    tell(uow)
    consumers = [one for one in SIDECAR["consumers"] if one["system"] != "depot"]
    publish(uow, openapi("1.0.0"), sidecar=sidecar(consumers=consumers))


def depot(uow: SqlUnitOfWork) -> ConsumerVerdict:
    """What another type of the total would mean to the depot."""
    question = CheckCompatibility(NAME, openapi("2.0.0", total="string"), consumer="depot")
    found = check_compatibility(question, uow, ANONYMOUS)
    [verdict] = found.consumers
    assert found.verdict is verdict.verdict
    return verdict


def test_a_proposal_counts_when_it_is_confirmed(uow: SqlUnitOfWork) -> None:
    assert (depot(uow).verdict, depot(uow).declared) == (Verdict.BREAKING, False)
    uses = infer_use(InferUse(NAME, har(id="1"), "shop.har"), uow, OLGA)
    told = declare_use(DeclareUse(NAME, "depot", uses, proposed=True), uow, OLGA)
    assert (told.source, told.confirmed) == ("inferred", False)
    assert (depot(uow).verdict, depot(uow).declared) == (Verdict.BREAKING, False)
    view = next(c for c in get_contract(NAME, uow, ANONYMOUS).consumers if c.system == "depot")
    assert (view.expectation, view.proposal) == (None, view.proposal)
    assert view.proposal is not None
    with pytest.raises(Forbidden):
        confirm_use(QUESTION, uow, OLGA)
    assert confirm_use(QUESTION, uow, DEPOT).source == "declared"
    assert (depot(uow).verdict, depot(uow).declared) == (Verdict.COMPATIBLE, True)
    with pytest.raises(NotFound):
        confirm_use(QUESTION, uow, DEPOT)
    assert verify_audit(uow, DEPOT).intact


def test_a_proposal_can_be_declined(uow: SqlUnitOfWork) -> None:
    uses = infer_use(InferUse(NAME, har(total=1), "shop.har"), uow, OLGA)
    declare_use(DeclareUse(NAME, "depot", uses, proposed=True), uow, OLGA)
    decline_use(QUESTION, uow, DEPOT)
    view = next(c for c in get_contract(NAME, uow, ANONYMOUS).consumers if c.system == "depot")
    assert view.proposal is None


def test_what_cannot_be_proposed(uow: SqlUnitOfWork) -> None:
    with pytest.raises(Invalid, match=r"no exchanges of orders\.order"):
        infer_use(InferUse(NAME, b'{"log": {"entries": []}}', "x.har"), uow, OLGA)
    with pytest.raises(Invalid, match="tested with"):
        declare_use(DeclareUse(NAME, "depot", pact=b"{}", proposed=True), uow, OLGA)
    uses = {"uses": [{"operation": "getOrder"}]}
    with pytest.raises(Unauthenticated):
        declare_use(DeclareUse(NAME, "depot", uses, proposed=True), uow, ANONYMOUS)

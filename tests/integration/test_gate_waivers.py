"""Waivers: who has to sign, for how long they count, and what no waiver can be."""

from __future__ import annotations

from datetime import timedelta

import pytest

from registry.domain import (
    SYSTEM,
    Answer,
    Outcome,
    Role,
)
from registry.errors import Conflict, Forbidden, Invalid, NotFound
from registry.services.approve_waiver import ApproveWaiver, approve_waiver
from registry.services.request_waiver import RequestWaiver, request_waiver
from registry.services.revoke_waiver import RevokeWaiver, revoke_waiver
from registry.store.unit_of_work import SqlUnitOfWork
from tests.integration.asking import ask, of_consumer
from tests.integration.conftest import Clock
from tests.integration.story import openapi, principal, publish, sidecar, tell


@pytest.fixture(autouse=True)
def _published(uow: SqlUnitOfWork) -> None:
    tell(uow)
    publish(uow, openapi("1.0.0"))
    publish(uow, openapi("2.0.0", total="string"))


def test_a_waiver_counts_once_the_consumer_signed_until_it_ends(
    uow: SqlUnitOfWork, clock: Clock
) -> None:
    asker = principal("token:ola", Role.PUBLISHER, Role.APPROVER, teams=("orders-team",))
    signer = principal("token:sam", Role.APPROVER, teams=("shop-team",))
    other = principal("token:dee", Role.APPROVER, teams=("depot-team",))
    command = RequestWaiver(
        "orders.order", "1.0.0", "2.0.0", "the shop is rewritten", clock.instant + timedelta(days=9)
    )
    waiver = request_waiver(command, uow, asker)
    assert waiver.consumers == {"shop"}
    assert ask(uow).answer is Answer.NO
    for wrong in (asker, other):
        with pytest.raises(Forbidden):
            approve_waiver(ApproveWaiver(waiver.id), uow, wrong)
    approve_waiver(ApproveWaiver(waiver.id), uow, signer)
    assert approve_waiver(ApproveWaiver(waiver.id), uow, signer).approvals[0].team == "shop-team"
    decision = ask(uow)
    assert decision.answer is Answer.YES
    shop = of_consumer(decision, "shop")
    assert (shop.outcome, shop.waivers) == (Outcome.WAIVED, (waiver.id,))
    clock.advance(days=10)
    lapsed = ask(uow)
    assert (lapsed.answer, lapsed.reasons[0].code) == (Answer.NO, "waiver-lapsed")
    assert waiver.id in lapsed.reasons[0].message
    with pytest.raises(Conflict, match="expired"):
        approve_waiver(ApproveWaiver(waiver.id), uow, signer)


def test_every_team_that_would_be_hurt_signs(uow: SqlUnitOfWork, clock: Clock) -> None:
    uses = [{"operation": "getOrder", "reads": ["id", "total"]}]
    both = [{"system": "shop", "uses": uses}, {"system": "depot", "uses": uses}]
    publish(uow, openapi("2.0.0", total="string"), sidecar=sidecar(consumers=both))
    until = clock.instant + timedelta(days=9)
    command = RequestWaiver("orders.order", "1.0.0", "2.0.0", "both are rewritten", until)
    waiver = request_waiver(command, uow, principal("ola", Role.PUBLISHER))
    assert waiver.teams == {"shop-team", "depot-team"}
    signer = principal("sam", Role.APPROVER, teams=("shop-team",))
    signed = approve_waiver(ApproveWaiver(waiver.id), uow, signer)
    assert signed.lacks(clock.instant) == ("the signature of depot-team",)
    assert ask(uow).answer is Answer.NO
    other = principal("dee", Role.APPROVER, teams=("depot-team",))
    signed = approve_waiver(ApproveWaiver(waiver.id), uow, other)
    assert signed.lacks(clock.instant) == ()
    assert ask(uow).answer is Answer.YES


def test_a_finance_event_takes_two_persons(uow: SqlUnitOfWork, clock: Clock) -> None:
    halting = sidecar(profile=["F"])
    publish(uow, openapi("2.0.0", total="string"), sidecar=halting)
    until = clock.instant + timedelta(days=9)
    command = RequestWaiver("orders.order", "1.0.0", "2.0.0", "the close is over", until)
    waiver = request_waiver(command, uow, principal("ola", Role.PUBLISHER))
    assert waiver.approvals_needed == 2
    for name, lacking in (("sam", ("1 more person",)), ("sam", ("1 more person",)), ("sue", ())):
        signer = principal(name, Role.APPROVER, teams=("shop-team",))
        signed = approve_waiver(ApproveWaiver(waiver.id), uow, signer)
        assert signed.lacks(clock.instant) == lacking
        assert (ask(uow).answer is Answer.YES) is not lacking


def test_a_revoked_waiver_does_not_count(uow: SqlUnitOfWork, clock: Clock) -> None:
    until = clock.instant + timedelta(days=9)
    command = RequestWaiver("orders.order", "1.0.0", "2.0.0", "why not", until)
    waiver = request_waiver(command, uow, SYSTEM)
    approve_waiver(ApproveWaiver(waiver.id), uow, SYSTEM)
    assert ask(uow).answer is Answer.YES
    revoke_waiver(RevokeWaiver(waiver.id), uow, SYSTEM)
    assert ask(uow).answer is Answer.NO


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"reason": " "}, Invalid),
        ({"expires_at": timedelta(days=-1)}, Invalid),
        ({"expires_at": timedelta(days=999)}, Invalid),
        ({"consumers": ("nobody",)}, NotFound),
        ({"fingerprints": ("abc",)}, Invalid),
        ({"to_version": "1.0.0"}, Invalid),
        ({"to_version": "7.0.0"}, NotFound),
        ({"environment": "moon"}, NotFound),
    ],
)
def test_a_waiver_request_that_makes_no_sense(
    uow: SqlUnitOfWork, clock: Clock, change: dict[str, object], error: type[Exception]
) -> None:
    given = {
        "contract": "orders.order",
        "from_version": "1.0.0",
        "to_version": "2.0.0",
        "reason": "because",
        "expires_at": timedelta(days=3),
    } | change
    given["expires_at"] = clock.instant + given["expires_at"]  # type: ignore[operator]
    with pytest.raises(error):
        request_waiver(RequestWaiver(**given), uow, SYSTEM)  # type: ignore[arg-type]

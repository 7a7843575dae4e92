"""What a sidecar promises is judged wherever its document is: publish, check, compare, gate."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.verdict import Verdict
from registry.domain import ANONYMOUS, SYSTEM, Answer, Outcome
from registry.errors import PolicyDenied
from registry.services.can_i_deploy import CanIDeploy, can_i_deploy
from registry.services.check_compatibility import CheckCompatibility, check_compatibility
from registry.services.compare_versions import CompareVersions, compare_versions
from registry.services.publish_version import PublishStatus
from registry.services.request_waiver import RequestWaiver, request_waiver
from registry.store.unit_of_work import SqlUnitOfWork
from tests.integration.conftest import Clock
from tests.integration.story import openapi, publish, sidecar, tell

USE = {"operation": "getOrder", "reads": ["id"]}
CONSUMERS = [
    {"system": "shop", "uses": [USE], "needs": {"latencyP95Ms": 500}},
    {"system": "depot", "uses": [USE]},
]


def promising(latency: int, **changes: Any) -> bytes:
    """The sidecar with a service level, and a shop that stands on it."""
    return sidecar(consumers=CONSUMERS, sla={"latencyP95Ms": latency}, **changes)


@pytest.fixture(autouse=True)
def _published(uow: SqlUnitOfWork) -> None:
    tell(uow)
    publish(uow, openapi("1.0.0"), sidecar=promising(300))


def test_a_promise_taken_back_needs_a_major_step(uow: SqlUnitOfWork) -> None:
    with pytest.raises(PolicyDenied, match=r"publish it as 2\.0\.0") as refused:
        publish(uow, openapi("1.1.0"), sidecar=promising(800))
    outcome: Any = refused.value.detail
    assert [f.rule for f in outcome.report.breaking] == ["latency-raised"]
    assert publish(uow, openapi("1.1.0"), sidecar=promising(400)).report is not None


def test_nor_may_it_be_taken_back_under_a_published_number(uow: SqlUnitOfWork) -> None:
    with pytest.raises(PolicyDenied, match=r"takes back a promise of 1\.0\.0"):
        publish(uow, openapi("1.0.0"), sidecar=promising(800))
    better = publish(uow, openapi("1.0.0"), sidecar=promising(200))
    assert better.status is PublishStatus.SIDECAR_UPDATED


def test_check_judges_the_sidecar_it_is_given(uow: SqlUnitOfWork) -> None:
    def checked(sidecar_: bytes | None) -> dict[str, Verdict]:
        command = CheckCompatibility("orders.order", openapi("1.1.0"), sidecar=sidecar_)
        found = check_compatibility(command, uow, ANONYMOUS)
        return {one.consumer: one.verdict for one in found.consumers}

    kept = {"shop": Verdict.COMPATIBLE, "depot": Verdict.COMPATIBLE}
    assert checked(None) == checked(promising(300)) == kept
    assert checked(promising(800)) == kept | {"shop": Verdict.BREAKING}


def test_the_gate_stands_by_what_was_promised(uow: SqlUnitOfWork, clock: Clock) -> None:
    publish(uow, openapi("2.0.0"), sidecar=promising(800))
    compared = compare_versions(CompareVersions("orders.order", "1.0.0", "2.0.0"), uow, ANONYMOUS)
    assert [f.rule for f in compared.report.breaking] == ["latency-raised"]
    decision = can_i_deploy(CanIDeploy("orders", "2", "production"), uow, ANONYMOUS)
    assert decision.answer is Answer.NO
    outcomes = {reason.consumer: reason.outcome for reason in decision.reasons}
    assert outcomes == {"shop": Outcome.BLOCKED, "depot": Outcome.OK}
    command = RequestWaiver("orders.order", "1.0.0", "2.0.0", "agreed on", clock.advance(days=9))
    clock.advance(days=-9)
    waiver = request_waiver(command, uow, SYSTEM)
    assert waiver.consumers == {"shop"}
    assert len(waiver.fingerprints) == 1

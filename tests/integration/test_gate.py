"""May it go there? Yes, no, or don't know; every pair with its reason."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event

from contracts.verdict import Verdict
from registry.domain import (
    ANONYMOUS,
    SYSTEM,
    Answer,
    Decision,
    Demand,
    GatePolicy,
    Outcome,
    RunFailure,
    RunStatus,
    Strictness,
)
from registry.errors import Conflict, Invalid, NotFound, PolicyDenied
from registry.services.can_i_deploy import CanIDeploy, can_i_deploy
from registry.services.can_i_merge import CanIMerge, can_i_merge
from registry.services.change_lifecycle import ChangeLifecycle, Lifecycle, change_lifecycle
from registry.services.record_deployment import RecordDeployment, record_deployment
from registry.services.record_run import FinishRun, claim_run, finish_run
from registry.services.record_undeployment import RecordUndeployment, record_undeployment
from registry.services.register_estate import RegisterEstate, register_estate
from registry.services.register_release import ContractUse, RegisterRelease, register_release
from registry.services.start_run import StartRun, start_run
from registry.services.view_matrix import ViewMatrix, view_matrix
from registry.store.engine import connect
from registry.store.unit_of_work import SqlUnitOfWork
from tests.integration.asking import ask, of_consumer
from tests.integration.conftest import Clock
from tests.integration.story import ESTATE, openapi, publish, sidecar, tell

URL = "http://127.0.0.1:4711/v1"


@pytest.fixture(autouse=True)
def _published(uow: SqlUnitOfWork) -> None:
    tell(uow)
    publish(uow, openapi("1.0.0"))
    publish(uow, openapi("2.0.0", total="string"))


def test_a_break_is_a_no_for_whom_it_breaks(uow: SqlUnitOfWork) -> None:
    decision = ask(uow)
    assert decision.answer is Answer.NO
    shop, depot = of_consumer(decision, "shop"), of_consumer(decision, "depot")
    assert (shop.outcome, shop.code) == (Outcome.BLOCKED, "breaks-consumer")
    assert shop.findings[0].witness is not None
    assert shop.owner == "orders-team"
    assert "shop-team" in shop.next_step
    assert (depot.outcome, depot.verdict) == (Outcome.OK, Verdict.COMPATIBLE)


def test_what_runs_there_may_stay(uow: SqlUnitOfWork) -> None:
    assert ask(uow, "1").answer is Answer.YES


def test_a_consumer_must_fit_the_provider_that_is_there(uow: SqlUnitOfWork) -> None:
    decision = ask(uow, system="shop")
    assert decision.answer is Answer.NO
    assert decision.reasons[0].provider_version == "1"


def test_both_together_fit(uow: SqlUnitOfWork) -> None:
    decision = ask(uow, together=(("shop", "2"),))
    assert decision.answer is Answer.YES, decision.reasons
    with pytest.raises(Invalid, match="twice"):
        ask(uow, together=(("orders", "1"),))


def test_once_the_consumer_is_gone_nobody_is_hurt(uow: SqlUnitOfWork) -> None:
    record_undeployment(RecordUndeployment("shop", "production"), uow, SYSTEM)
    assert ask(uow).answer is Answer.YES


def test_without_a_provider_a_consumer_stays_out(uow: SqlUnitOfWork) -> None:
    record_undeployment(RecordUndeployment("orders", "production"), uow, SYSTEM)
    decision = ask(uow, "1", "shop")
    assert decision.answer is Answer.NO
    assert decision.reasons[0].code == "provider-missing"


def test_several_versions_at_once_each_count(uow: SqlUnitOfWork) -> None:
    record_deployment(RecordDeployment("shop", "2", "production", beside=True), uow, SYSTEM)
    decision = ask(uow)
    found = {r.consumer_version: r.outcome for r in decision.reasons if r.consumer == "shop"}
    assert found == {"1": Outcome.BLOCKED, "2": Outcome.OK}


def test_the_answer_of_an_earlier_time(uow: SqlUnitOfWork, clock: Clock) -> None:
    then = clock.advance(hours=1)
    assert ask(uow).answer is Answer.NO
    clock.advance(hours=1)
    record_undeployment(RecordUndeployment("shop", "production"), uow, SYSTEM)
    assert ask(uow).answer is Answer.YES
    before = ask(uow, at=then)
    assert before.answer is Answer.NO
    assert before == ask(uow, at=then)
    with pytest.raises(Invalid, match="future"):
        ask(uow, at=clock.instant + timedelta(days=1))


def test_what_is_not_published_is_refused(uow: SqlUnitOfWork) -> None:
    publish(uow, openapi("3.0.0"), branch="next")
    use = ContractUse("orders.order", "3.0.0")
    register_release(RegisterRelease("orders", "3", (use,)), uow, SYSTEM)
    decision = ask(uow, "3")
    assert decision.reasons[0].code == "not-released"
    assert decision.answer is Answer.NO


@pytest.mark.parametrize(
    ("system", "version", "environment"),
    [("nobody", "1", "production"), ("orders", "9", "production"), ("orders", "1", "moon")],
)
def test_what_nobody_knows_cannot_be_asked(
    uow: SqlUnitOfWork, system: str, version: str, environment: str
) -> None:
    with pytest.raises(NotFound):
        can_i_deploy(CanIDeploy(system, version, environment), uow, ANONYMOUS)


def _policy(uow: SqlUnitOfWork, policy: GatePolicy) -> None:
    with uow.write() as store:
        environment = store.estate.get_environment("production")
        store.estate.put_environment(replace(environment, policy=policy), uow.now())


def _evidence(uow: SqlUnitOfWork, status: RunStatus, failures: tuple[RunFailure, ...] = ()) -> None:
    command = StartRun("orders.order", "test", url=URL, suite="acceptance", system_version="1")
    run = start_run(command, uow, SYSTEM)
    assert claim_run(run.id, "w1", uow) is not None
    finish_run(FinishRun(run.id, status, failures), uow, SYSTEM)


def test_evidence_must_be_there_fresh_and_passing(uow: SqlUnitOfWork, clock: Clock) -> None:
    week = timedelta(days=7)
    _policy(uow, GatePolicy(evidence_suites=("acceptance",), evidence_max_age=week))
    assert ask(uow, "1").reasons[0].code == "evidence-missing"
    assert ask(uow, "1").answer is Answer.UNKNOWN
    _evidence(uow, RunStatus.INCONCLUSIVE)
    assert ask(uow, "1").answer is Answer.UNKNOWN
    _evidence(uow, RunStatus.PASSED)
    assert ask(uow, "1").answer is Answer.YES
    clock.advance(days=8)
    stale = ask(uow, "1")
    assert (stale.answer, stale.reasons[0].code) == (Answer.UNKNOWN, "evidence-stale")
    _evidence(uow, RunStatus.FAILED, (RunFailure("status", "500", "it broke"),))
    failed = ask(uow, "1")
    assert (failed.answer, failed.reasons[0].code) == (Answer.NO, "evidence-failed")
    _policy(uow, GatePolicy(evidence_suites=("other",), evidence_missing=Strictness.WARN))
    assert ask(uow, "1").answer is Answer.YES


def test_a_life_with_notice(uow: SqlUnitOfWork, clock: Clock) -> None:
    def step(to: Lifecycle, **rest: object) -> object:
        command = ChangeLifecycle("orders.order", "1.0.0", to, **rest)  # type: ignore[arg-type]
        return change_lifecycle(command, uow, SYSTEM)

    with pytest.raises(PolicyDenied, match="cannot become"):
        step(Lifecycle.RETIRED)
    soon = clock.instant + timedelta(days=20)
    with pytest.raises(Invalid, match="criticality 1"):
        step(Lifecycle.DEPRECATED, sunset_at=soon)
    late = clock.instant + timedelta(days=200)
    step(Lifecycle.DEPRECATED, sunset_at=late)
    with pytest.raises(Invalid, match="never brought"):
        step(Lifecycle.DEPRECATED, sunset_at=late - timedelta(days=1))
    step(Lifecycle.DEPRECATED, sunset_at=late + timedelta(days=1))
    with pytest.raises(PolicyDenied, match="sunset"):
        step(Lifecycle.RETIRED)
    clock.advance(days=300)
    with pytest.raises(PolicyDenied, match="still used") as used:
        step(Lifecycle.RETIRED)
    assert "depot 1 in production" in used.value.reasons
    for system in ("shop", "depot", "orders"):
        record_undeployment(RecordUndeployment(system, "production"), uow, SYSTEM)
    record_undeployment(RecordUndeployment("orders", "test"), uow, SYSTEM)
    step(Lifecycle.RETIRED)
    assert ask(uow, "1").reasons[0].code == "version-retired"


def test_the_number_of_statements_does_not_grow_with_the_estate(uow: SqlUnitOfWork) -> None:
    def statements() -> int:
        ask(uow)
        count = 0

        def on(*_args: object) -> None:
            nonlocal count
            count += 1

        event.listen(uow.engine, "before_cursor_execute", on)
        ask(uow)
        event.remove(uow.engine, "before_cursor_execute", on)
        return count

    small = statements()
    for n in range(3, 30):
        use = ContractUse("orders.order", "1.0.0")
        register_release(RegisterRelease("shop", str(n), consumes=(use,)), uow, SYSTEM)
        record_deployment(RecordDeployment("shop", str(n), "production", beside=True), uow, SYSTEM)
    assert statements() == small
    assert small <= 16


def test_a_proposal_is_measured_against_the_newest_releases(uow: SqlUnitOfWork) -> None:
    publish(uow, openapi("3.0.0"), branch="next")  # a number again: what the shop left behind

    def merge() -> Decision:
        return can_i_merge(CanIMerge("orders.order", "3.0.0@next"), uow, ANONYMOUS)

    first = merge()
    assert first.answer is Answer.NO
    assert of_consumer(first, "shop").consumer_version == "2"
    assert of_consumer(first, "depot").outcome is Outcome.OK
    use = ContractUse("orders.order", "1.0.0")
    register_release(RegisterRelease("shop", "3", consumes=(use,)), uow, SYSTEM)
    assert merge().answer is Answer.YES
    with pytest.raises(NotFound):
        can_i_merge(CanIMerge("orders.order", "9.0.0"), uow, ANONYMOUS)
    publish(uow, openapi("1.0.0", total="integer"), branch="late")
    with pytest.raises(Conflict, match="another number"):
        can_i_merge(CanIMerge("orders.order", "1.0.0@late"), uow, ANONYMOUS)


def test_the_matrix_of_a_contract(uow: SqlUnitOfWork, clock: Clock) -> None:
    then = clock.advance(minutes=1)
    clock.advance(minutes=1)
    record_deployment(RecordDeployment("orders", "2", "production", beside=True), uow, SYSTEM)
    matrix = view_matrix(ViewMatrix("orders.order", "production"), uow, ANONYMOUS)
    cells = {(c.consumer, c.provider_version): c.outcome for c in matrix.cells}
    assert cells == {
        ("shop", "2"): Outcome.BLOCKED,
        ("shop", "1"): Outcome.OK,
        ("depot", "1"): Outcome.OK,
        ("depot", "2"): Outcome.OK,
    }
    before = view_matrix(ViewMatrix("orders.order", "production", then), uow, ANONYMOUS)
    assert len(before.cells) == 2


def test_the_answer_of_an_earlier_time_stays_what_it_was(uow: SqlUnitOfWork, clock: Clock) -> None:
    """Policy, owner, team, criticality, proposals and lifecycles change; the past does not."""
    publish(uow, openapi("3.0.0"), branch="next")
    use = ContractUse("orders.order", "3.0.0")
    register_release(RegisterRelease("orders", "3", (use,)), uow, SYSTEM)
    asked = [("orders", "1"), ("orders", "2"), ("orders", "3"), ("shop", "2")]

    def answers(at: datetime | None = None) -> list[Decision]:
        found = [ask(uow, version, system, at=at) for system, version in asked]
        return [replace(decision, at=start) for decision in found]

    start = clock.instant
    before, then = answers(), clock.advance(minutes=1)
    clock.advance(days=1)
    policy = GatePolicy(evidence_suites=("acceptance",), unknown=Strictness.ALLOW)
    _policy(uow, policy)
    middle, noon = answers(), clock.advance(minutes=1)
    assert middle != before
    clock.advance(days=1)
    _policy(uow, GatePolicy(evidence_suites=("other",)))
    publish(uow, openapi("3.0.0"))
    publish(uow, openapi("3.1.0"), sidecar=sidecar(owner="shop-team", criticality=3))
    estate = json.loads(json.dumps(ESTATE))
    estate["systems"][1]["team"] = "depot-team"
    register_estate(RegisterEstate(json.dumps(estate).encode(), "estate.json"), uow, SYSTEM)
    step = ChangeLifecycle("orders.order", "1.0.0", Lifecycle.DEPRECATED)
    change_lifecycle(step, uow, SYSTEM)
    for system in ("shop", "depot", "orders"):
        record_undeployment(RecordUndeployment(system, "production"), uow, SYSTEM)
    record_undeployment(RecordUndeployment("orders", "test"), uow, SYSTEM)
    clock.advance(days=300)
    change_lifecycle(ChangeLifecycle("orders.order", "1.0.0", Lifecycle.RETIRED), uow, SYSTEM)
    assert answers(then) == before
    assert answers(noon) == middle
    assert answers() not in (before, middle)
    with pytest.raises(NotFound, match="no environment was named"):
        ask(uow, "1", at=then - timedelta(days=3))


def test_a_policy_may_ask_more_of_what_stops_trade(uow: SqlUnitOfWork) -> None:
    demand = Demand(evidence_suites=("acceptance",), evidence_missing=Strictness.BLOCK)
    _policy(uow, GatePolicy(by_criticality={1: demand}))
    assert ask(uow, "1").reasons[0].code == "evidence-missing"  # orders.order is of criticality 1
    _policy(uow, GatePolicy(by_criticality={2: demand}))
    assert ask(uow, "1").answer is Answer.YES


def test_a_chain_of_systems_goes_together_or_not_at_all(uow: SqlUnitOfWork) -> None:
    """The hub consumes orders and provides a feed to the shop: each new one needs the others."""
    estate = json.loads(json.dumps(ESTATE))
    estate["systems"].append({"id": "hub", "name": "Hub", "team": "depot-team"})
    register_estate(RegisterEstate(json.dumps(estate).encode(), "estate.json"), uow, SYSTEM)
    uses = [{"operation": "getOrder", "reads": ["id", "total"]}]
    car = {"id": "hub.feed", "title": "Feed", "provider": "hub", "owner": "depot-team"}
    consumers = [{"system": "shop", "uses": uses}]
    for number, total in (("1.0.0", "number"), ("2.0.0", "string")):
        feed = sidecar(**car, consumers=consumers)
        publish(uow, openapi(number, total), sidecar=feed)
    order, hub = "orders.order", "hub.feed"
    for version in ("1", "2"):
        number = f"{version}.0.0"
        provides, consumes = ContractUse(hub, number), ContractUse(order, number)
        command = RegisterRelease("hub", version, (provides,), (consumes,))
        register_release(command, uow, SYSTEM)
        both = (ContractUse(order, number), ContractUse(hub, number))
        register_release(RegisterRelease("shop", f"{version}{version}", (), both), uow, SYSTEM)
    for system, version in (("hub", "1"), ("shop", "11")):
        record_deployment(RecordDeployment(system, version, "production"), uow, SYSTEM)

    chain = [("orders", "2"), ("hub", "2"), ("shop", "22")]
    for system, version in chain:
        assert ask(uow, version, system).answer is Answer.NO, system
    for left_out in chain:
        first, *rest = [one for one in chain if one != left_out]
        decision = ask(uow, first[1], first[0], together=tuple(rest))
        assert decision.answer is Answer.NO, f"without {left_out}"
    (system, version), *rest = chain
    whole = ask(uow, version, system, together=tuple(rest))
    assert whole.answer is Answer.YES
    pairs = {(r.provider, r.consumer) for r in whole.reasons if r.consumer}
    assert pairs == {("orders", "hub"), ("orders", "shop"), ("hub", "shop"), ("orders", "depot")}


def test_what_was_read_is_read_again_as_soon_as_anybody_writes(uow: SqlUnitOfWork) -> None:
    sent: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    for _ in range(2):
        first = ask(uow)
    event.listen(uow.engine, "before_cursor_execute", note)
    try:
        again = ask(uow)
    finally:
        event.remove(uow.engine, "before_cursor_execute", note)
    assert (again.answer, again.reasons) == (first.answer, first.reasons)
    assert again.at > first.at
    assert len(sent) == 1 if uow.engine.dialect.name == "postgresql" else len(sent) > 1
    elsewhere = SqlUnitOfWork(
        connect(uow.engine.url.render_as_string(hide_password=False)), uow.now
    )
    try:
        undeployed = RecordUndeployment("shop", "production")
        record_undeployment(undeployed, elsewhere, SYSTEM)
    finally:
        elsewhere.engine.dispose()
    assert any(reason.consumer == "shop" for reason in first.reasons)
    assert not any(reason.consumer == "shop" for reason in ask(uow).reasons)

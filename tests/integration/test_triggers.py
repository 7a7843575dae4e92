"""Runs that start by themselves: schedules, inbound webhooks, deployments."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from typing import Any

import pytest

from registry.domain import (
    ANONYMOUS,
    SYSTEM,
    ContractUse,
    GatePolicy,
    Principal,
    Release,
    Role,
    RunStatus,
    Trigger,
)
from registry.errors import Conflict, Invalid, NotFound, Unauthenticated
from registry.jobs.work import Work
from registry.security.sealing import FernetSealer
from registry.services.fire_triggers import Call, fire_due, fire_trigger
from registry.services.list_runs import ListRuns, list_runs
from registry.services.manage_triggers import (
    CreateTrigger,
    create_trigger,
    list_triggers,
    remove_trigger,
)
from registry.services.publish_version import PublishVersion, publish_version
from registry.services.record_deployment import RecordDeployment, record_deployment
from registry.services.record_run import cancel_run
from registry.services.register_release import remember_release
from registry.settings import Settings
from registry.store.unit_of_work import SqlUnitOfWork
from tests.integration.conftest import Clock
from tests.integration.story import openapi, publish, sidecar, tell

SEALER = FernetSealer("a key for the secrets of the tests, long enough")
BODY = b'{"ref": "refs/heads/main"}'


class Queue:
    def __init__(self) -> None:
        self.runs: list[str] = []

    def check(self) -> None:
        """It is there."""

    def enqueue_run(self, run_id: str) -> None:
        self.runs.append(run_id)


@pytest.fixture
def registry(uow: SqlUnitOfWork) -> SqlUnitOfWork:
    tell(uow)
    publish(uow, openapi("1.0.0"))
    return uow


def schedule(uow: SqlUnitOfWork, **rest: Any) -> Trigger:
    given = {"cron": "*/10 * * * *", "settings": {"phases": ["fuzzing"]}} | rest
    command = CreateTrigger("orders.order", "test", **given)
    return create_trigger(command, uow, SYSTEM, SEALER).trigger


def runs(uow: SqlUnitOfWork) -> list[str]:
    return [run.requested_by for run in list_runs(ListRuns(), uow, SYSTEM).runs]


def signed(secret: str, body: bytes = BODY) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def registered(uow: SqlUnitOfWork, url: str = "http://127.0.0.1:8731/v1") -> None:
    """An endpoint without a placeholder, so that nobody has to fill one in."""
    with uow.write() as store:
        for endpoint in store.estate.endpoints("test"):
            store.estate.put_endpoint(replace(endpoint, url=url))


def test_a_schedule_starts_when_its_time_has_come(registry: SqlUnitOfWork, clock: Clock) -> None:
    registered(registry)
    trigger = schedule(registry)
    assert trigger.next_at is not None
    assert trigger.next_at > registry.now()
    assert fire_due(registry) == ()
    clock.advance(minutes=10)
    (started,) = Work(Settings(), registry).fire()
    assert fire_due(registry) == (), "once, whoever looks"
    assert runs(registry) == [f"schedule {trigger.id} (*/10 * * * *)"]
    clock.advance(minutes=10)
    assert fire_due(registry) == (), "the run before has not ended"
    (told,) = list_triggers(registry, ANONYMOUS, contract="orders.order")
    assert started in told.last_error
    cancel_run(started, registry, SYSTEM)
    clock.advance(hours=5)
    assert len(fire_due(registry)) == 1, "made up for once"
    assert remove_trigger(trigger.id, registry, SYSTEM).id == trigger.id
    clock.advance(hours=5)
    assert fire_due(registry) == ()


def test_why_nothing_was_started_is_told(registry: SqlUnitOfWork, clock: Clock) -> None:
    trigger = schedule(registry)
    registered(registry, "http://127.0.0.1:{port}/v1")
    clock.advance(minutes=10)
    assert fire_due(registry) == ()
    (told,) = list_triggers(registry, SYSTEM)
    assert "fill in" in told.last_error
    assert told.next_at is not None
    assert told.next_at > registry.now()
    assert trigger.last_error == ""


@pytest.mark.parametrize(
    ("given", "said"),
    [({"cron": "every day"}, "five"), ({"cron": "0 0 31 2 *"}, "never")],
)
def test_a_schedule_that_is_none(registry: SqlUnitOfWork, given: Any, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        schedule(registry, **given)
    with pytest.raises(NotFound):
        create_trigger(CreateTrigger("orders.order", "moon", "@daily"), registry, SYSTEM, SEALER)


def test_a_webhook_starts_a_run_for_who_knows_its_secret(registry: SqlUnitOfWork) -> None:
    registered(registry)
    queue = Queue()
    made = create_trigger(CreateTrigger("orders.order", "test"), registry, SYSTEM, SEALER)
    name, secret = made.trigger.id, made.secret
    assert secret not in repr(list_triggers(registry, ANONYMOUS))

    def call(**rest: Any) -> Call:
        return Call(name, BODY, **rest)

    for wrong in (
        call(),
        call(signature=signed("another")),
        call(signature=signed(secret, b"another body")),
        call(token="trg_wrong"),
        Call("trg_nowhere", BODY, signature=signed(secret)),
    ):
        with pytest.raises(Unauthenticated):
            fire_trigger(wrong, registry, ANONYMOUS, SEALER, queue)
    assert queue.runs == []
    first = fire_trigger(call(signature=signed(secret)), registry, ANONYMOUS, SEALER, queue)
    again = fire_trigger(call(token=secret), registry, ANONYMOUS, SEALER, queue)
    assert (again.id, queue.runs) == (first.id, [first.id]), "it has not ended"
    cancel_run(first.id, registry, SYSTEM)
    second = fire_trigger(call(token=secret), registry, ANONYMOUS, SEALER, queue)
    assert queue.runs == [first.id, second.id]
    assert second.requested_by == f"webhook {name}"
    cancel_run(second.id, registry, SYSTEM)
    publisher = Principal("ci", frozenset({Role.PUBLISHER}))
    assert fire_trigger(Call(name), registry, publisher, SEALER, queue).status is RunStatus.QUEUED


def test_a_sidecar_declares_its_schedules(registry: SqlUnitOfWork) -> None:
    def declare(*suites: dict[str, Any]) -> None:
        kept = sidecar(conformance={"suites": list(suites)})
        publish_version(PublishVersion(openapi("1.0.0"), sidecar=kept), registry, SYSTEM)

    nightly = {"name": "nightly", "schedule": "0 2 * * *", "environments": ["test"]}
    declare(nightly)
    (first,) = list_triggers(registry, SYSTEM)
    assert (first.suite, first.cron, first.origin) == ("nightly", "0 2 * * *", "sidecar")
    declare(nightly, {"name": "hourly", "schedule": "@hourly", "environments": ["test"]})
    assert {t.suite for t in list_triggers(registry, SYSTEM)} == {"nightly", "hourly"}
    assert first.id in {t.id for t in list_triggers(registry, SYSTEM)}, "kept with its history"
    with pytest.raises(Conflict, match="sidecar"):
        remove_trigger(first.id, registry, SYSTEM)
    own = schedule(registry)
    declare({"name": "nightly"})
    assert [t.id for t in list_triggers(registry, SYSTEM)] == [own.id]


def test_a_deployment_is_followed_by_the_runs_its_environment_asks_for(
    registry: SqlUnitOfWork,
) -> None:
    registered(registry)
    queue = Queue()

    def deploy(version: str) -> None:
        uses = (ContractUse("orders.order", "1.0.0"), ContractUse("orders.unknown", "1.0.0"))
        with registry.write() as store:
            remember_release(store, Release("orders", version, uses), registry.now(), SYSTEM)
        command = RecordDeployment("orders", version, "test")
        record_deployment(command, registry, SYSTEM, queue)

    deploy("7")
    assert queue.runs == []
    with registry.write() as store:
        environment = store.estate.get_environment("test")
        policy = GatePolicy(evidence_suites=("contract", "load"), runs_after_deployment=True)
        store.estate.put_environment(replace(environment, policy=policy), registry.now())
    deploy("8")
    found = list_runs(ListRuns(), registry, SYSTEM).runs
    assert {(r.suite, r.system_version, r.number) for r in found} == {
        ("contract", "8", "1.0.0"),
        ("load", "8", "1.0.0"),
    }
    assert sorted(queue.runs) == sorted(r.id for r in found)
    assert {r.requested_by for r in found} == {"deployment of orders 8"}
    with registry.read() as store:
        entries, _ = store.audit.page(subject="deployment:orders@test", limit=1, offset=0)
    assert entries[0].details["notRun"] == {"orders.unknown": "nothing is published"}
    deploy("8")
    assert len(queue.runs) == 2, "recorded again is a no-op"

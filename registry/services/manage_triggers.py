"""Schedules and inbound webhooks of conformance runs: create (secret shown once), list, remove."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contracts.governance.cron import Cron
from contracts.governance.suites import Suite
from registry.domain import Principal, Trigger, TriggerKind
from registry.domain.identifiers import new_id
from registry.errors import Conflict, Invalid
from registry.services.authorization import Action, authorize
from registry.services.ports import Sealer, Store, UnitOfWork
from registry.services.recording import record
from registry.services.start_run import StartRun, refuse_unreadable

SHOWN = 500
FROM_SIDECAR = "sidecar"


@dataclass(frozen=True, slots=True)
class CreateTrigger:
    """With ``cron`` a schedule (five fields, UTC), without it an inbound webhook."""

    contract: str
    environment: str
    cron: str = ""
    suite: str = ""
    system: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CreatedTrigger:
    """The trigger, and of a webhook the secret, which is shown now and never again."""

    trigger: Trigger
    secret: str = field(default="", repr=False)


def create_trigger(
    command: CreateTrigger, uow: UnitOfWork, caller: Principal, sealer: Sealer
) -> CreatedTrigger:
    """Start runs by itself from now on.

    Raises:
        Invalid: the schedule is none, or a setting is.
        NotFound: no such contract or environment.
    """
    authorize(caller, Action.RUN_CONFORMANCE)
    now = uow.now()
    secret = "" if command.cron else "trg_" + secrets.token_urlsafe(32)
    with uow.write() as store:
        contract = store.contracts.get(command.contract)
        store.estate.get_environment(command.environment)
        refuse_unreadable(contract, command.settings)
        trigger = Trigger(
            id=new_id("trg"),
            kind=TriggerKind.SCHEDULE if command.cron else TriggerKind.WEBHOOK,
            contract=contract.name,
            environment=command.environment,
            created_at=now,
            created_by=caller.name,
            suite=command.suite,
            system=command.system,
            settings=dict(command.settings),
            cron=command.cron,
            next_at=_first(command.cron, now),
            sealed_secret=sealer.seal(secret) if secret else "",
        )
        store.triggers.put(trigger)
        _record(store, caller, now, "trigger.created", trigger)
    return CreatedTrigger(trigger, secret)


def list_triggers(
    uow: UnitOfWork, caller: Principal, *, contract: str = "", environment: str = ""
) -> Sequence[Trigger]:
    """At most five hundred, newest first, without secrets."""
    authorize(caller, Action.READ)
    with uow.read() as store:
        return store.triggers.search(contract, environment, SHOWN)


def remove_trigger(trigger: str, uow: UnitOfWork, caller: Principal) -> Trigger:
    """It starts nothing any more; runs it started stay.

    Raises:
        NotFound: no such trigger.
        Conflict: the contract's sidecar declares it.
    """
    authorize(caller, Action.RUN_CONFORMANCE)
    with uow.write() as store:
        found = store.triggers.get(trigger)
        if found.origin:
            raise Conflict(
                f"the {found.origin} of {found.contract} declares this schedule; "
                "publish one without it"
            )
        store.triggers.remove(trigger)
        _record(store, caller, uow.now(), "trigger.removed", found)
    return found


def declare_schedules(
    store: Store, contract: str, suites: Iterable[Suite], caller: Principal, now: datetime
) -> None:
    """The schedules of a sidecar in the place of those it declared before."""
    kept = {
        (t.environment, t.suite, t.cron): t
        for t in store.triggers.declared_by(contract, FROM_SIDECAR)
    }
    for suite in suites:
        if suite.schedule is None:
            continue
        for environment in suite.environments or ():
            if kept.pop((environment, suite.name, suite.schedule), None) is not None:
                continue
            trigger = Trigger(
                id=new_id("trg"),
                kind=TriggerKind.SCHEDULE,
                contract=contract,
                environment=environment,
                created_at=now,
                created_by=caller.name,
                suite=suite.name,
                cron=suite.schedule,
                next_at=_first(suite.schedule, now),
                origin=FROM_SIDECAR,
            )
            store.triggers.put(trigger)
            _record(store, caller, now, "trigger.created", trigger)
    for trigger in kept.values():
        store.triggers.remove(trigger.id)
        _record(store, caller, now, "trigger.removed", trigger)


def command_of(trigger: Trigger) -> StartRun:
    """The run it asks for."""
    return StartRun(
        contract=trigger.contract,
        environment=trigger.environment,
        suite=trigger.suite,
        settings=trigger.settings,
        system=trigger.system or None,
    )


def _first(cron: str, now: datetime) -> datetime | None:
    if not cron:
        return None
    try:
        return Cron.parse(cron).after(now)
    except ValueError as error:
        raise Invalid("cron", str(error)) from None


def _record(store: Store, caller: Principal, now: datetime, action: str, trigger: Trigger) -> None:
    record(
        store,
        caller,
        now,
        action,
        f"trigger:{trigger.id}",
        after=trigger,
        details={
            "contract": trigger.contract,
            "environment": trigger.environment,
            "kind": trigger.kind,
            "cron": trigger.cron,
        },
        announce=False,
    )

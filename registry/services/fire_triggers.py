"""Start the runs that triggers ask for: schedules whose time has come, webhooks that are called."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field, replace
from datetime import datetime

from contracts.errors import ContractError
from contracts.governance.cron import Cron
from registry.domain import Principal, PrincipalKind, Role, Run, Trigger, TriggerKind
from registry.errors import Conflict, NotFound, RegistryError, Unauthenticated
from registry.services.authorization import Action, authorize, may
from registry.services.manage_triggers import command_of
from registry.services.ports import JobQueue, Sealer, Store, UnitOfWork
from registry.services.start_run import request_run

AT_ONCE = 50
"""Schedules that are looked at in one go; the next minute takes the rest."""


@dataclass(frozen=True, slots=True)
class Call:
    """What an inbound webhook was sent: the raw body, and how its sender proves who it is."""

    trigger: str
    body: bytes = b""
    signature: str = field(default="", repr=False)
    """``sha256=<hex>``: HMAC-SHA256 of the body with the secret (``X-Hub-Signature-256``)."""
    token: str = field(default="", repr=False)
    """The secret itself (``X-Interlock-Token``, ``X-Gitlab-Token``)."""


def fire_due(uow: UnitOfWork) -> tuple[str, ...]:
    """Start what is due; gives the ids of the runs, for the queue.

    A schedule that was due while no worker was there is made up for once, not once per time.
    """
    started: list[str] = []
    with uow.write() as store:
        now = uow.now()
        for trigger in store.triggers.due(now, AT_ONCE):
            run = _start(trigger, store, now)
            if run is not None:
                started.append(run.id)
    return tuple(started)


def fire_trigger(
    call: Call, uow: UnitOfWork, caller: Principal, sealer: Sealer, queue: JobQueue | None
) -> Run:
    """Start the run of a trigger; while the one before has not ended, that one is the answer.

    Who may start runs may fire any trigger; everybody else proves that they know the secret of a
    webhook.

    Raises:
        NotFound: no such trigger, or the environment has no endpoint for it.
        Unauthenticated: neither signature nor token is good.
    """
    with uow.write() as store:
        now = uow.now()
        trigger = _proved(call, store, caller, sealer)
        before = store.runs.find(trigger.last_run) if trigger.last_run else None
        if before is not None and not before.status.final:
            return before
        run = request_run(command_of(trigger), store, now, _asking(trigger))
        store.triggers.put(replace(trigger, last_at=now, last_run=run.id, last_error=""))
    if queue is not None:
        queue.enqueue_run(run.id)
    return run


def _proved(call: Call, store: Store, caller: Principal, sealer: Sealer) -> Trigger:
    allowed = may(caller, Action.RUN_CONFORMANCE)
    try:
        trigger = store.triggers.get(call.trigger)
    except NotFound:
        if allowed:
            raise
    else:
        if allowed or _knows(call, trigger, sealer):
            return trigger
    if caller.known:
        authorize(caller, Action.RUN_CONFORMANCE)
    raise Unauthenticated(_UNPROVED)


_UNPROVED = (
    "there is no such webhook, or its secret is not proved; sign the body in X-Hub-Signature-256 "
    "or send the secret in X-Interlock-Token"
)


def _knows(call: Call, trigger: Trigger, sealer: Sealer) -> bool:
    if not trigger.sealed_secret:
        return False
    secret = sealer.unseal(trigger.sealed_secret).encode()
    expected = "sha256=" + hmac.new(secret, call.body, hashlib.sha256).hexdigest()
    signed = hmac.compare_digest(expected.encode(), call.signature.strip().lower().encode())
    return hmac.compare_digest(secret, call.token.strip().encode()) or signed


def _start(trigger: Trigger, store: Store, now: datetime) -> Run | None:
    """A run of a schedule, or the reason why none was started; its next time either way."""
    ahead = replace(trigger, last_at=now, next_at=Cron.parse(trigger.cron).after(now))
    before = store.runs.find(trigger.last_run) if trigger.last_run else None
    try:
        if before is not None and not before.status.final:
            raise Conflict(f"the run before, {before.id}, has not ended")
        run = request_run(command_of(trigger), store, now, _asking(trigger))
    except (RegistryError, ContractError) as error:
        store.triggers.put(replace(ahead, last_error=str(error)[:500]))
        return None
    store.triggers.put(replace(ahead, last_run=run.id, last_error=""))
    return run


def _asking(trigger: Trigger) -> Principal:
    """A schedule and a webhook may start runs and nothing else."""
    name = (
        trigger.name if trigger.kind is TriggerKind.WEBHOOK else f"{trigger.name} ({trigger.cron})"
    )
    return Principal(name, frozenset({Role.PUBLISHER}), kind=PrincipalKind.SYSTEM)

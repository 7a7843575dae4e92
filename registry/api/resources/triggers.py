"""Schedules and inbound webhooks that start conformance runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from pydantic import Field

from registry.api.routes import Input, route
from registry.domain import Run, Trigger
from registry.security.keys import signing_key
from registry.security.requests import caller, runtime
from registry.security.sealing import FernetSealer
from registry.services import manage_triggers as manage
from registry.services.authorization import Action
from registry.services.fire_triggers import Call
from registry.services.fire_triggers import fire_trigger as fire


class TriggerRequest(Input):
    """With `cron` (five fields, UTC) a schedule; without it an inbound webhook."""

    contract: str = Field(max_length=100)
    environment: str = Field(max_length=100)
    cron: str = Field("", max_length=200)
    suite: str = Field("", max_length=100)
    system: str = Field("", max_length=100)
    settings: dict[str, Any] = Field(default_factory=dict)


class TriggerQuery(Input):
    """Which triggers."""

    contract: str = Field("", max_length=100)
    environment: str = Field("", max_length=100)


@dataclass(frozen=True, slots=True)
class NewTrigger:
    """The trigger; of a webhook also the secret, shown now and never again."""

    trigger: Trigger
    secret: str


@dataclass(frozen=True, slots=True)
class Triggers:
    """Triggers, newest first."""

    triggers: Sequence[Trigger]


@route("GET", "/triggers", action=Action.READ, problems=(400,))
def list_triggers(query: TriggerQuery) -> Triggers:
    """At most five hundred, newest first, without secrets."""
    found = manage.list_triggers(
        runtime().uow, caller(), contract=query.contract, environment=query.environment
    )
    return Triggers(found)


@route("POST", "/triggers", action=Action.RUN_CONFORMANCE, status=201, problems=(400, 404))
def create_trigger(body: TriggerRequest) -> NewTrigger:
    """Start runs of a contract in an environment by itself from now on."""
    created = manage.create_trigger(
        manage.CreateTrigger(**body.model_dump()), runtime().uow, caller(), _sealer()
    )
    return NewTrigger(created.trigger, created.secret)


@route("DELETE", "/triggers/{trigger}", action=Action.RUN_CONFORMANCE, problems=(404, 409))
def remove_trigger(trigger: str) -> Trigger:
    """It starts nothing any more; what a sidecar declares goes with the sidecar."""
    return manage.remove_trigger(trigger, runtime().uow, caller())


@route(
    "POST", "/triggers/{trigger}/runs", action=Action.CALL_TRIGGER, status=202, problems=(400, 404)
)
def fire_trigger(trigger: str) -> Run:
    """Start the run of a trigger now.

    For callers who may start runs, and for everybody who knows the secret of a webhook: signed as
    `X-Hub-Signature-256: sha256=<hex>` (HMAC-SHA256 of the body), or sent in `X-Interlock-Token` or
    `X-Gitlab-Token`. The body is free. While the run before has not ended, it is the answer.
    """
    headers = request.headers
    call = Call(
        trigger,
        request.get_data(),
        headers.get("X-Hub-Signature-256", ""),
        headers.get("X-Interlock-Token", "") or headers.get("X-Gitlab-Token", ""),
    )
    return fire(call, runtime().uow, caller(), _sealer(), runtime().queue)


def _sealer() -> FernetSealer:
    return FernetSealer(signing_key(runtime().settings))

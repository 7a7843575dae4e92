"""Ask for a replay: what breaks between two versions, sent to both where they run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from registry.domain import Environment, Kind, Principal, Run
from registry.errors import Invalid
from registry.services.authorization import Action, authorize
from registry.services.ports import JobQueue, UnitOfWork
from registry.services.start_run import StartRun, instances, request_run, sign_in
from registry.services.targets import target

SUITE = "replay"
MOST_VALUES = 50


@dataclass(frozen=True, slots=True)
class StartReplay:
    """``findings``: rules or fingerprints, empty for all that have a payload; ``values``:
    parameters by name, such as the number of a document that exists."""

    contract: str
    old: str
    new: str
    old_environment: str
    new_environment: str
    old_url: str | None = None
    new_url: str | None = None
    findings: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)


def start_replay(
    command: StartReplay, uow: UnitOfWork, caller: Principal, queue: JobQueue | None = None
) -> Run:
    """Store a queued run of the suite ``replay`` at the new version's deployment.

    Each side obeys the rules of its own environment. A replay is no evidence: it is never counted
    as passed or failed.

    Raises:
        NotFound: no such contract, version, environment or endpoint.
        Invalid: it is no HTTP contract, or a URL is not one of the environment's endpoints.
    """
    authorize(caller, Action.RUN_CONFORMANCE)
    if len(command.values) > MOST_VALUES:
        raise Invalid("values", f"are more than {MOST_VALUES}")
    with uow.write() as store:
        contract = store.contracts.get(command.contract)
        if contract.kind in {Kind.EVENT, Kind.DATA_PRODUCT}:
            raise Invalid("contract", f"{contract.name} is not called over HTTP")
        old = store.versions.get(contract.name, command.old)
        new = store.versions.get(contract.name, command.new)
        environment = store.estate.get_environment(command.old_environment)
        systems = instances(contract, store)
        endpoints = store.estate.endpoints(environment.id)
        before = target(contract.kind, systems, environment, endpoints, command.old_url)
        asked = StartRun(
            contract.name,
            command.new_environment,
            number=new.label,
            url=command.new_url,
            suite=SUITE,
            system=before.system,
            replay={
                "old": {
                    "version": old.label,
                    "environment": environment.id,
                    "url": before.url,
                    **sign_in(environment, before),
                    **_rules(environment),
                },
                "findings": list(command.findings),
                "values": dict(command.values),
            },
        )
        run = request_run(asked, store, uow.now(), caller)
    if queue is not None:
        queue.enqueue_run(run.id)
    return run


def _rules(environment: Environment) -> dict[str, Any]:
    policy = environment.policy
    return {
        "allowed_methods": list(policy.allowed_methods),
        "max_requests_per_second": policy.max_requests_per_second,
        "production": policy.production,
    }

"""Ask for a conformance run."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from registry.domain import Endpoint, Environment, Principal, Run, RunStatus
from registry.domain.identifiers import new_id
from registry.errors import Invalid, NotFound
from registry.services.authorization import Action, authorize
from registry.services.ports import JobQueue, UnitOfWork
from registry.services.recording import record


@dataclass(frozen=True, slots=True)
class StartRun:
    """``number`` defaults to the version of the release deployed there, else the latest;
    ``url`` to the endpoint registered for the provider in the environment."""

    contract: str
    environment: str
    number: str | None = None
    url: str | None = None
    suite: str = "http"
    seed: int | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    system_version: str = ""


def start_run(
    command: StartRun, uow: UnitOfWork, caller: Principal, queue: JobQueue | None = None
) -> Run:
    """Store a queued run and hand it to the queue after the transaction.

    Without a queue the caller carries it out itself (``claim_run``, ``finish_run``).

    Raises:
        NotFound: no such contract, version, environment or endpoint.
        Invalid: the URL is not one of the environment's endpoints.
    """
    authorize(caller, Action.RUN_CONFORMANCE)
    now = uow.now()
    with uow.write() as store:
        contract = store.contracts.get(command.contract)
        environment = store.estate.get_environment(command.environment)
        running = [
            d for d in store.estate.deployments(environment.id) if d.system == contract.provider
        ]
        releases = store.estate.releases((d.system, d.version) for d in running)
        spoken = [
            (d, use.number)
            for d in running
            for use in releases[d.system, d.version].provides
            if use.contract == contract.name
        ]
        number = command.number or (spoken[0][1] if spoken else contract.latest)
        if number is None:
            raise NotFound(f"{contract.name} has no release to check against; publish one")
        # A release may speak a version that is still a proposal; then that is what is checked.
        found = store.versions.get_many([(contract.name, number)])
        version = found.get((contract.name, number)) or store.versions.get(contract.name, number)
        system_version = command.system_version or next(
            (d.version for d, spoken_number in spoken if spoken_number == number), ""
        )
        endpoints = store.estate.endpoints(environment.id, contract.provider)
        run = Run(
            id=new_id("run"),
            contract=contract.name,
            number=version.label,
            sha256=version.sha256,
            environment=environment.id,
            system=contract.provider,
            system_version=system_version,
            url=_target(command, environment, contract.provider, endpoints),
            suite=command.suite,
            status=RunStatus.QUEUED,
            requested_at=now,
            requested_by=caller.name,
            seed=command.seed,
            settings=_settings(command, environment, endpoints[0].auth),
        )
        store.runs.put(run)
        record(
            store,
            caller,
            now,
            "run.requested",
            f"run:{run.id}",
            after=run,
            details={"contract": run.contract, "environment": run.environment, "url": run.url},
        )
    if queue is not None:
        queue.enqueue_run(run.id)
    return run


def _target(
    command: StartRun, environment: Environment, provider: str, endpoints: Sequence[Endpoint]
) -> str:
    if not endpoints:
        raise NotFound(
            f"no endpoint of {provider} is registered in {environment.id}; add it to the estate"
        )
    endpoint = endpoints[0]
    if command.url is None:
        if "{" in endpoint.url:
            raise Invalid("url", f"fill in {endpoint.url}; its port or host is decided at start")
        return endpoint.url
    if not matches(endpoint.url, command.url):
        raise Invalid(
            "url",
            f"{command.url!r} is not the registered endpoint of {provider} in {environment.id} "
            f"({endpoint.url}); traffic may not leave the environment's list",
        )
    return command.url


def matches(pattern: str, url: str) -> bool:
    """Whether ``url`` is the endpoint ``pattern`` with its ``{placeholders}`` filled in."""
    parts = re.split(r"\{[A-Za-z_][A-Za-z0-9_]*\}", pattern.rstrip("/"))
    return re.fullmatch("[A-Za-z0-9.-]+".join(map(re.escape, parts)) + "/?", url) is not None


def _settings(command: StartRun, environment: Environment, auth: str) -> dict[str, Any]:
    if "auth" in command.settings:
        raise Invalid(
            "settings", "may not name a credential; the environment's endpoint does (estate: auth)"
        )
    policy = environment.policy
    return dict(command.settings) | {
        "allowed_methods": list(policy.allowed_methods),
        "max_requests_per_second": policy.max_requests_per_second,
        "production": policy.production,
        **({"auth": {"kind": "bearer", "secret": auth}} if auth else {}),
    }

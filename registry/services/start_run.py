"""Ask for a conformance run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contracts.documents import load
from contracts.governance.sidecar import load_sidecar
from registry.domain import Contract, Environment, Kind, Principal, Run, RunStatus, Version
from registry.domain.identifiers import new_id
from registry.errors import Invalid, NotFound
from registry.services.authorization import Action, authorize
from registry.services.ports import JobQueue, Store, UnitOfWork
from registry.services.recording import record
from registry.services.targets import Target, target

MOST_BESIDE = 20
"""Event contracts that one run reads beside its own."""
SUITES = {Kind.EVENT: "events", Kind.DATA_PRODUCT: "data"}
"""What a run is called where nobody names its suite."""


@dataclass(frozen=True, slots=True)
class StartRun:
    """``number`` defaults to the version of the release deployed there, else the latest;
    ``url`` to the endpoint registered for the provider in the environment, for events and data to
    its broker or database; ``suite`` to ``http``, ``events`` or ``data``."""

    contract: str
    environment: str
    number: str | None = None
    url: str | None = None
    suite: str = ""
    seed: int | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    system_version: str = ""
    replay: Mapping[str, Any] | None = None
    """Of a replay: the old deployment and what is to be shown; never what a caller says."""
    system: str | None = None
    """The provider or one of the contract's other instances; else the first of them that has an
    endpoint there, or the one whose endpoint ``url`` is."""


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
    with uow.write() as store:
        run = request_run(command, store, uow.now(), caller)
    if queue is not None:
        queue.enqueue_run(run.id)
    return run


def request_run(command: StartRun, store: Store, now: datetime, caller: Principal) -> Run:
    """Store a queued run inside a transaction; whoever commits it tells the queue.

    Raises:
        NotFound, Invalid: as :func:`start_run`; nothing was stored then.
    """
    contract = store.contracts.get(command.contract)
    if contract.kind is Kind.CONSUMER:
        raise Invalid(
            "contract",
            f"{contract.name} is a consumer contract; run the contracts that it is about",
        )
    environment = store.estate.get_environment(command.environment)
    systems = instances(contract, store)
    if command.system is not None and command.system not in systems:
        raise Invalid(
            "system",
            f"{command.system} does not provide {command.contract}; {', '.join(systems)} does",
        )
    wanted = systems if command.system is None else (command.system,)
    if command.number is not None:
        _version(contract.name, command.number, store)
    endpoints = store.estate.endpoints(environment.id)
    found = target(contract.kind, wanted, environment, endpoints, command.url)
    version, system_version = _spoken(command, contract, environment.id, found.system, store)
    run = Run(
        id=new_id("run"),
        contract=contract.name,
        number=version.label,
        sha256=version.content_sha256,
        environment=environment.id,
        system=found.system,
        system_version=command.system_version or system_version,
        url=found.url,
        suite=command.suite or SUITES.get(contract.kind, "http"),
        status=RunStatus.QUEUED,
        requested_at=now,
        requested_by=caller.name,
        seed=command.seed,
        settings=_settings(command, contract, environment, found, store),
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
    return run


def instances(contract: Contract, store: Store) -> tuple[str, ...]:
    """The provider, then the other systems that its latest sidecar says provide the contract."""
    latest = store.versions.latest([contract.name]).get(contract.name)
    if latest is None:
        return (contract.provider,)
    content = store.blobs.get(latest.sidecar_sha256)
    sidecar = load_sidecar(load(content, name="contract.yaml"))
    return tuple(dict.fromkeys((contract.provider, *sidecar.instances)))


def _spoken(
    command: StartRun, contract: Contract, environment: str, system: str, store: Store
) -> tuple[Version, str]:
    """The version to check against, and the system's version that speaks it there."""
    running = [d for d in store.estate.deployments(environment) if d.system == system]
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
    version = _version(contract.name, number, store)
    return version, next((d.version for d, told in spoken if told == number), "")


def _version(contract: str, number: str, store: Store) -> Version:
    """That version; a release may speak one that is still a proposal, then that is checked."""
    found = store.versions.get_many([(contract, number)])
    return found.get((contract, number)) or store.versions.get(contract, number)


def refuse_unreadable(contract: Contract, settings: Mapping[str, Any]) -> None:
    """Settings of messages and tables are numbers in bounds; others are the suite's matter.

    Raises:
        Invalid: one is not.
    """
    from conformance.events.plan import EventSuite, reading_of
    from conformance.plan import SuiteInvalid
    from conformance.plan.settings import number

    try:
        if contract.kind is Kind.EVENT:
            EventSuite.from_settings("", settings)
            reading_of(settings)
        elif contract.kind is Kind.DATA_PRODUCT and "seconds" in settings:
            number(settings, "seconds", None, 86_400)
    except SuiteInvalid as error:
        raise Invalid("settings", str(error)) from None


def sign_in(environment: Environment, found: Target) -> dict[str, Any]:
    """How one signs in at an endpoint, by reference, as a suite has it."""
    bearer = {"auth": {"kind": "bearer", "secret": found.auth}} if found.auth else {}
    return {**bearer, **environment.policy.sign_in.get(found.system, {})}


def _refuse_unknown(beside: Any, store: Store) -> None:
    if not isinstance(beside, list | tuple) or len(beside) > MOST_BESIDE:
        raise Invalid("settings", f"beside is a list of at most {MOST_BESIDE} contracts")
    for name in beside:
        if store.contracts.get(str(name)).kind is not Kind.EVENT:
            raise Invalid("settings", f"beside: {name} is no event contract")


def _settings(
    command: StartRun, contract: Contract, environment: Environment, found: Target, store: Store
) -> dict[str, Any]:
    if {"auth", "tls"} & command.settings.keys():
        raise Invalid(
            "settings", "may not name a credential; the environment's endpoint does (estate: auth)"
        )
    if "replay" in command.settings:
        raise Invalid("settings", "may not hold a replay; ask for one at /contracts/{name}/replays")
    refuse_unreadable(contract, command.settings)
    _refuse_unknown(command.settings.get("beside", ()), store)
    policy = environment.policy
    return dict(command.settings) | {
        "allowed_methods": list(policy.allowed_methods),
        "max_requests_per_second": policy.max_requests_per_second,
        "production": policy.production,
        "sandbox": dict(policy.sandbox),
        **sign_in(environment, found),
        **({"replay": dict(command.replay)} if command.replay is not None else {}),
    }

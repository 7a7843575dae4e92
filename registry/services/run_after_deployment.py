"""What an environment wants checked as soon as a release is deployed there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from contracts.errors import ContractError
from registry.domain import Deployment, Environment, Principal, PrincipalKind, Release, Role
from registry.errors import RegistryError
from registry.services.ports import Store
from registry.services.start_run import StartRun, request_run


@dataclass(frozen=True, slots=True)
class Queued:
    """The runs that were asked for, and why the others were not, by contract."""

    runs: tuple[str, ...] = ()
    not_run: Mapping[str, str] | None = None


def queue_runs(
    deployment: Deployment, release: Release, environment: Environment, store: Store, now: datetime
) -> Queued:
    """A run per contract that the release provides and suite that the environment asks for.

    What cannot be run (no endpoint, nothing published) does not stand in the way of recording
    what was really deployed; it is told.
    """
    policy = environment.policy
    if not policy.runs_after_deployment:
        return Queued()
    name = f"deployment of {deployment.system} {deployment.version}"
    caller = Principal(name, frozenset({Role.PUBLISHER}), kind=PrincipalKind.SYSTEM)
    known = store.contracts.get_many(use.contract for use in release.provides)
    runs: list[str] = []
    not_run: dict[str, str] = {}
    for use in release.provides:
        contract = known.get(use.contract)
        if contract is None:
            not_run[use.contract] = "nothing is published"
            continue
        asked = policy.of(contract.criticality)
        for suite in asked.evidence_suites or ("",):
            command = StartRun(
                use.contract,
                deployment.environment,
                number=use.number,
                suite=suite,
                system=deployment.system,
                system_version=deployment.version,
            )
            try:
                runs.append(request_run(command, store, now, caller).id)
            except (RegistryError, ContractError) as error:
                not_run[use.contract] = str(error)
    return Queued(tuple(runs), not_run)

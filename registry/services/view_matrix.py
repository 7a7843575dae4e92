"""Who speaks what with whom in an environment, and does it fit: the matrix of one contract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from registry.domain import Contract, Environment, Outcome, Principal, Reason, ReasonKind
from registry.services.authorization import Action, authorize
from registry.services.comparison import Comparer, keep
from registry.services.meetings import Meeting, compared, judge_meeting
from registry.services.ports import UnitOfWork
from registry.services.scene import Scene, there


@dataclass(frozen=True, slots=True)
class ViewMatrix:
    """``at``: as it was at that instant (None: now)."""

    contract: str
    environment: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Matrix:
    """Every running pair of a provider and a consumer of the contract, worst first."""

    contract: Contract
    environment: Environment
    at: datetime
    cells: tuple[Reason, ...]


def view_matrix(command: ViewMatrix, uow: UnitOfWork, caller: Principal) -> Matrix:
    """The matrix, in a constant number of queries.

    Raises:
        NotFound: no such contract or environment.
    """
    authorize(caller, Action.READ)
    at = command.at or uow.now()
    with uow.read() as store:
        contract = store.contracts.get(command.contract)
        environment = store.estate.get_environment(command.environment, at=command.at)
        running = store.estate.running_uses([contract.name], environment.id, at=command.at)
        releases = there(running, ())
        scene = Scene(
            environment=environment,
            at=at,
            candidates=(),
            before=(),
            around=tuple(releases),
            systems=store.estate.get_systems(
                {release.system for release in releases}, at=command.at
            ),
            contracts=store.contracts.get_many([contract.name], at=command.at),
            versions=store.versions.get_many(
                ((contract.name, r.use.number) for r in running), at=command.at
            ),
            expectations=store.expectations.of_contracts([contract.name], at=command.at),
            waivers=store.waivers.of_contracts([contract.name]),
            evidence={},
        )
        met = [
            Meeting(
                ReasonKind.PROVIDES,
                contract.name,
                provider.system,
                provider.version,
                consumer.system,
                consumer.version,
                used.number,
                spoken.number,
                scene.version(used),
                scene.version(spoken),
                scene.use(contract.name, consumer.system, used),
            )
            for provider in releases
            for spoken in provider.provides
            for consumer in releases
            for used in consumer.consumes
        ]
        comparer = Comparer(store)
        cells = [judge_meeting(m, report, scene) for m, report in compared(met, scene, comparer)]
    keep(comparer, uow)
    weight = list(Outcome)
    cells.sort(key=lambda cell: (-weight.index(cell.outcome), cell.consumer, cell.provider))
    return Matrix(contract, environment, at, tuple(cells))

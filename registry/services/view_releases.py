"""The recent releases of a system against every environment: the gate asked once for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry.domain import Decision, Environment, Principal
from registry.services.authorization import Action, authorize
from registry.services.can_i_deploy import decisions
from registry.services.comparison import Comparer, keep
from registry.services.ports import UnitOfWork
from registry.services.scene import set_scenes

MOST = 10
"""Releases shown, newest first."""


@dataclass(frozen=True, slots=True)
class ReleaseAnswer:
    """May this release go there, and does it run there already?"""

    decision: Decision
    running: bool


@dataclass(frozen=True, slots=True)
class ReleaseAnswers:
    """One release and its answers, in the order of the environments."""

    version: str
    cells: tuple[ReleaseAnswer, ...]


@dataclass(frozen=True, slots=True)
class ReleaseMatrix:
    """The last ten releases, newest first, against every environment, as of now."""

    environments: Sequence[Environment]
    rows: Sequence[ReleaseAnswers]


def view_releases(system: str, uow: UnitOfWork, caller: Principal) -> ReleaseMatrix:
    """The matrix of a system, in as many queries as one answer of the gate.

    Raises:
        NotFound: no such system.
    """
    authorize(caller, Action.READ)
    with uow.read() as store:
        store.estate.get_system(system)
        environments = store.estate.environments()
        releases = store.estate.releases_of(system)[:MOST]
        deployed = store.estate.deployments(systems={system})
        questions = [([(system, r.version)], e) for r in releases for e in environments]
        comparer = Comparer(store)
        answers = iter(decisions(set_scenes(store, questions, uow.now(), present=True), comparer))
    keep(comparer, uow)
    running = {(d.version, d.environment) for d in deployed}
    rows = [
        ReleaseAnswers(
            release.version,
            tuple(
                ReleaseAnswer(next(answers), (release.version, environment.id) in running)
                for environment in environments
            ),
        )
        for release in releases
    ]
    return ReleaseMatrix(environments, rows)

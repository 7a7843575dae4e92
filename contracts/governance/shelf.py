"""A folder of contracts: ``estate.yaml`` and ``<system>/<contract>/contract.yaml``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from contracts.documents import load
from contracts.errors import DocumentUnreadable, InvalidContract
from contracts.governance.estate import Estate, load_estate
from contracts.governance.sidecar import Sidecar, VersionFile, load_sidecar
from contracts.governance.vocabulary import LifecycleStatus
from contracts.governance.workflow import Workflow, load_workflows, workflow_problems
from contracts.lean_dataclasses import dataclass

SHIPPED = Path(__file__).parents[1] / "library"
"""The contracts that come with Interlock."""


SIDECAR = "contract.yaml"
PROPOSAL_BRANCH = "proposal"
"""The branch on which a version with the status ``proposed`` is published."""


@dataclass(frozen=True, slots=True)
class ShelvedVersion:
    """One version as it lies in the folder."""

    number: str
    path: Path
    status: LifecycleStatus
    representations: tuple[Path, ...] = ()
    note: str = ""

    @property
    def branch(self) -> str:
        """The branch it is published on; a release has none."""
        return PROPOSAL_BRANCH if self.status is LifecycleStatus.PROPOSED else ""


@dataclass(frozen=True, slots=True)
class ShelvedContract:
    """A sidecar with the versions it names, oldest first as it names them."""

    sidecar: Sidecar
    path: Path
    versions: tuple[ShelvedVersion, ...]

    @property
    def id(self) -> str:
        """The contract's name."""
        return self.sidecar.id

    @property
    def current(self) -> ShelvedVersion | None:
        """The newest version in force."""
        active = [item for item in self.versions if item.status is LifecycleStatus.ACTIVE]
        return active[-1] if active else None

    @property
    def proposals(self) -> tuple[ShelvedVersion, ...]:
        """Versions that are proposed and not in force."""
        return tuple(item for item in self.versions if item.status is LifecycleStatus.PROPOSED)


@dataclass(frozen=True, slots=True)
class Library:
    """An estate and its contracts, ordered by name."""

    folder: Path
    estate: Estate
    contracts: tuple[ShelvedContract, ...]
    workflows: tuple[Workflow, ...] = ()

    @property
    def estate_path(self) -> Path:
        """The file of the estate."""
        return self.folder / "estate.yaml"

    def contract(self, name: str) -> ShelvedContract | None:
        """The contract of that name."""
        return next((item for item in self.contracts if item.id == name), None)


def read_library(folder: Path = SHIPPED) -> Library:
    """Read the estate, every sidecar and the workflows; documents are only located.

    Raises:
        ContractError: a file is missing, unreadable or does not follow its model.
    """
    estate = load_estate(load(folder / "estate.yaml"))
    drawn = folder / "workflows.yaml"
    workflows = load_workflows(load(drawn)).workflows if drawn.is_file() else ()
    return Library(folder, estate, read_contracts(folder), workflows)


def read_contracts(folder: Path) -> tuple[ShelvedContract, ...]:
    """Every contract at or below a folder, by name.

    Raises:
        ContractError: there is none, or a file is missing, unreadable or against its model.
    """
    found = sorted((_contract(path) for path in folder.rglob(SIDECAR)), key=lambda item: item.id)
    if not found:
        message = f"there is no {SIDECAR} in it or below it; name a folder of contracts"
        raise DocumentUnreadable(message, source=str(folder))
    return tuple(found)


def loose_ends(library: Library) -> tuple[str, ...]:
    """What estate, sidecars and workflows say of each other and nobody defines."""
    sidecars = {item.id: item.sidecar for item in library.contracts}
    problems = workflow_problems(library.workflows, sidecars)
    workflows = [f"{item.workflow}: {item.message}" for item in problems]
    return (*_sidecar_ends(library), *_release_ends(library), *workflows)


def _contract(path: Path) -> ShelvedContract:
    sidecar = load_sidecar(load(path))
    versions = tuple(_version(path, item) for item in sidecar.versions)
    return ShelvedContract(sidecar=sidecar, path=path, versions=versions)


def _version(sidecar: Path, item: VersionFile) -> ShelvedVersion:
    paths = [sidecar.parent / name for name in (item.document, *item.representations)]
    for path in paths:
        if not path.is_file():
            message = f"version {item.version} names {path.name!r}, which is not beside it"
            raise InvalidContract(message, source=str(sidecar))
    return ShelvedVersion(item.version, paths[0], item.status, tuple(paths[1:]), item.note or "")


def _sidecar_ends(library: Library) -> Iterator[str]:
    systems = {system.id for system in library.estate.systems}
    teams = {team.id for team in library.estate.teams}
    for contract in library.contracts:
        sidecar = contract.sidecar
        named = [sidecar.provider, *sidecar.instances, *(c.system for c in sidecar.consumers)]
        named += [authority.owner for authority in sidecar.authority]
        named += [wrapped.system for wrapped in sidecar.wraps if wrapped.system]
        yield from (f"{sidecar.id}: no system {name!r}" for name in named if name not in systems)
        asked = [sidecar.owner, sidecar.business_owner, sidecar.support and sidecar.support.team]
        asked += [consumer.contact for consumer in sidecar.consumers]
        yield from (
            f"{sidecar.id}: no team {name!r}" for name in asked if name and name not in teams
        )


def _release_ends(library: Library) -> Iterator[str]:
    for system in library.estate.systems:
        for release in system.releases:
            for name, number in (*release.provides.items(), *release.consumes.items()):
                contract = library.contract(name)
                label = f"{system.id} {release.version}: {name} {number}"
                if contract is None or number not in {item.number for item in contract.versions}:
                    yield f"{label} is not in the library"
                    continue
                sidecar = contract.sidecar
                if name in release.provides:
                    if system.id not in {sidecar.provider, *sidecar.instances}:
                        yield f"{label} is provided by {sidecar.provider!r}"
                elif system.id not in {consumer.system for consumer in sidecar.consumers}:
                    yield f"{label}: the contract does not name it as a consumer"

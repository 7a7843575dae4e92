"""Teams, systems, environments, releases and deployments; who owns what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field

from registry.api.routes import Input, route
from registry.domain import ContractUse, Deployment, Release
from registry.security.requests import caller, runtime
from registry.services.authorization import Action
from registry.services.record_deployment import RecordDeployment, record_deployment
from registry.services.record_undeployment import RecordUndeployment, record_undeployment
from registry.services.register_estate import EstateOutcome, RegisterEstate, register_estate
from registry.services.register_release import RegisterRelease
from registry.services.register_release import register_release as remember
from registry.services.view_estate import EstateView, SystemView, view_estate, view_system
from registry.services.view_ownership import Orphan, OwnershipView, view_ownership
from registry.services.view_teams import view_teams


class EstateDocument(Input):
    """The text of an ``estate.yaml``."""

    document: str = Field(min_length=1)
    filename: str = Field("estate.yaml", max_length=300)


class ReleaseContracts(Input):
    """Contract versions by contract name."""

    provides: dict[str, str] = Field(default_factory=dict)
    consumes: dict[str, str] = Field(default_factory=dict)


class DeploymentRequest(Input):
    """``beside``: the releases already there keep running."""

    system: str = Field(max_length=100)
    version: str = Field(max_length=100)
    environment: str = Field(max_length=100)
    beside: bool = False
    location: str = Field("", max_length=120, description="instance or site, where several exist")
    reason: str = Field("", max_length=2000)


class UndeploymentRequest(Input):
    """``version`` left out: every running version of the system."""

    system: str = Field(max_length=100)
    environment: str = Field(max_length=100)
    version: str | None = Field(None, max_length=100)
    reason: str = Field("", max_length=2000)


@route("GET", "/estate", action=Action.READ)
def get_estate() -> EstateView:
    """Teams, systems, environments, endpoints and what runs where."""
    return view_estate(runtime().uow, caller())


@route("PUT", "/estate", action=Action.REGISTER_ESTATE, problems=(400, 404))
def put_estate(body: EstateDocument) -> EstateOutcome:
    """Take over an estate.yaml; what it does not name is left alone."""
    command = RegisterEstate(body.document.encode(), body.filename)
    return register_estate(command, runtime().uow, caller())


@route("GET", "/ownership", action=Action.READ)
def get_ownership() -> OwnershipView:
    """Teams, their systems, their contracts, the consumers of each; and the orphans."""
    return view_ownership(runtime().uow, caller())


@dataclass(frozen=True, slots=True)
class Orphans:
    """What has no living owner or no steward."""

    orphans: Sequence[Orphan]


@route("GET", "/orphans", action=Action.READ)
def list_orphans() -> Orphans:
    """At most a hundred of each kind: owner team gone or dissolved, steward missing."""
    return Orphans(view_teams(runtime().uow, caller()).orphans)


@route("GET", "/systems/{system}", action=Action.READ, problems=(404,))
def get_system(system: str) -> SystemView:
    """One system with its releases and where they run."""
    return view_system(system, runtime().uow, caller())


@route(
    "PUT", "/systems/{system}/releases/{version}", action=Action.DEPLOY, problems=(400, 404, 409)
)
def put_release(system: str, version: str, body: ReleaseContracts) -> Release:
    """Say which contract versions a release provides and consumes."""
    command = RegisterRelease(
        system,
        version,
        tuple(ContractUse(name, number) for name, number in body.provides.items()),
        tuple(ContractUse(name, number) for name, number in body.consumes.items()),
    )
    return remember(command, runtime().uow, caller())


@route("POST", "/deployments", action=Action.DEPLOY, status=201, problems=(400, 404))
def create_deployment(body: DeploymentRequest) -> Deployment:
    """Record that a release runs in an environment as of now.

    Where the environment's evidence says `afterDeployment`, its suites are queued for every
    contract that the release provides.
    """
    command = RecordDeployment(
        body.system, body.version, body.environment, body.beside, body.location, body.reason
    )
    return record_deployment(command, runtime().uow, caller(), runtime().queue)


@route("POST", "/undeployments", action=Action.DEPLOY, problems=(400, 404))
def create_undeployment(body: UndeploymentRequest) -> tuple[Deployment, ...]:
    """Record that releases of a system no longer run in an environment."""
    command = RecordUndeployment(body.system, body.environment, body.version, body.reason)
    return record_undeployment(command, runtime().uow, caller())

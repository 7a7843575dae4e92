"""The estate: teams, systems and their releases, environments, endpoints and deployments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Annotated, Any, ClassVar

from pydantic import Field

from contracts.documents import Document
from contracts.errors import InvalidContract
from contracts.governance.record import Record, problems_of, read_record, refusal
from contracts.governance.suites import REFERENCE, Credential
from contracts.governance.values import Identifier, VersionNumber

PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")


class Member(Record):
    """A person of a team, and the part they play in it."""

    name: str
    contact: str | None = None
    role: str | None = None


class Team(Record):
    """A group of people that can own a contract; owners are teams, never persons."""

    id: Identifier
    name: str
    role: str | None = None
    contact: str | None = None
    members: tuple[Member, ...] = ()


class VendorFacts(Record):
    """What the vendor of a system sets: product, release rhythm, interface limits."""

    name: str
    product: str | None = None
    edition: str | None = None
    release_cadence: str | None = None
    limits: tuple[str, ...] = ()
    field_lengths: dict[str, int] = Field(default_factory=dict)
    """Longest text the product takes, by ``object.field``."""
    responsibilities: str | None = None


class Release(Record):
    """One version of a system, with the contract versions it provides and consumes."""

    version: str = Field(min_length=1, max_length=120)
    provides: dict[Identifier, VersionNumber] = Field(default_factory=dict)
    consumes: dict[Identifier, VersionNumber] = Field(default_factory=dict)
    planned: date | None = None
    notes: str | None = None


class System(Record):
    """Something deployable that provides or consumes contracts."""

    id: Identifier
    name: str
    team: Identifier
    type: str | None = None
    role: str | None = None
    hosting: str | None = None
    region: str | None = None
    external: bool = False
    vendor: VendorFacts | None = None
    description: str | None = None
    releases: tuple[Release, ...] = ()

    def release(self, version: str) -> Release | None:
        """The release of that version, if the estate knows it."""
        return next((item for item in self.releases if item.version == version), None)


class Tenant(Record):
    """Whose data test data are: the parameter, header or body member, and its value."""

    name: str
    value: str


class Sandbox(Record):
    """How test data are told apart in an environment that others use as well."""

    tenant: Tenant | None = None
    prefix: str | None = Field(default=None, min_length=1, max_length=20)
    """What identifiers of created records begin with."""
    cleanup: bool = False
    """Whether what a run creates is taken away through the API, as sidecars say."""

    def settings(self) -> dict[str, Any]:
        """What it asks, by the names that ``conformance.plan.Sandbox`` has."""
        return {
            "tenant": self.tenant.name if self.tenant else "",
            "tenant_value": self.tenant.value if self.tenant else "",
            "prefix": self.prefix or "",
            "cleanup": self.cleanup,
        }


class Safety(Record):
    """What generated traffic may do in an environment."""

    production: bool = False
    allowed_methods: tuple[str, ...] = ("GET", "HEAD", "OPTIONS")
    max_requests_per_second: float = Field(default=10, gt=0)
    sandbox: Sandbox | None = None


STRICTNESS = "^(block|warn|allow)$"


class EvidenceDemand(Record):
    """What is asked otherwise for contracts of one criticality; what is left out stays."""

    suites: tuple[Identifier, ...] | None = None
    max_age: timedelta | None = None
    unknown: str | None = Field(default=None, pattern=STRICTNESS)
    missing: str | None = Field(default=None, pattern=STRICTNESS)


class Evidence(Record):
    """What the gate wants to see before something goes to an environment."""

    suites: tuple[Identifier, ...] = ()
    after_deployment: bool = False
    """Whether they are run on everything a release provides as soon as it is deployed there."""
    max_age: timedelta | None = None
    unknown: str = Field(default="block", pattern=STRICTNESS)
    """What a verdict that nobody could reach means."""
    missing: str = Field(default="block", pattern=STRICTNESS)
    by_criticality: dict[Annotated[int, Field(ge=1, le=3)], EvidenceDemand] = Field(
        default_factory=dict
    )
    """What is asked otherwise for contracts of criticality 1, 2 or 3."""


class SignIn(Credential):
    """How a run signs in where a bearer token by reference is not enough; all by reference."""

    kind: str = Field(default="none", pattern="^(none|bearer|basic|api-key|oauth2)$")
    certificate: str | None = Field(default=None, pattern=REFERENCE)
    key: str | None = Field(default=None, pattern=REFERENCE)
    authority: str | None = Field(default=None, pattern=REFERENCE)

    def settings(self) -> dict[str, Any]:
        """What it says, by the names that ``conformance.plan.Suite`` has."""
        stated = self.model_dump(mode="json", exclude_none=True, exclude={"extensions"})
        tls = {n: stated.pop(n) for n in ("certificate", "key", "authority") if n in stated}
        return {"auth": stated, "tls": tls}


class Endpoint(Record):
    """Where a system answers; ``{name}`` in the address is filled in when it is used."""

    system: Identifier
    url: str = Field(pattern=r"^[a-z][a-z0-9+.-]*://", max_length=500)
    auth: str | None = None
    """Name of the credential, never the credential itself."""
    sign_in: SignIn | None = None

    @property
    def placeholders(self) -> tuple[str, ...]:
        """Names that have to be filled in before the address can be called."""
        return tuple(PLACEHOLDER.findall(self.url))

    def at(self, values: Mapping[str, object]) -> str:
        """The address with every placeholder filled in.

        Raises:
            InvalidContract: a placeholder has no value.
        """
        missing = [name for name in self.placeholders if name not in values]
        if missing:
            message = f"endpoint of {self.system!r} needs a value for {', '.join(missing)}"
            raise InvalidContract(message)
        return PLACEHOLDER.sub(lambda match: str(values[match[1]]), self.url)


class Environment(Record):
    """A place where systems run, and what is allowed and asked for there."""

    id: Identifier
    name: str
    region: str | None = None
    order: int = Field(default=0, ge=0)
    """Place in the promotion path, first 0."""
    safety: Safety = Safety()
    evidence: Evidence = Evidence()
    endpoints: tuple[Endpoint, ...] = ()

    def endpoint(self, system: str) -> Endpoint | None:
        """Where that system answers in this environment."""
        return next((item for item in self.endpoints if item.system == system), None)


class Deployment(Record):
    """A release of a system that runs in an environment."""

    system: Identifier
    version: str
    environment: Identifier
    location: str | None = None
    """The instance or site, where an environment holds several."""


class Estate(Record):
    """Teams, systems, environments and what is deployed where."""

    kind_name: ClassVar[str] = "estate"

    name: str = ""
    description: str = ""
    teams: tuple[Team, ...] = ()
    systems: tuple[System, ...] = ()
    environments: tuple[Environment, ...] = ()
    deployments: tuple[Deployment, ...] = ()

    def team(self, team_id: str) -> Team | None:
        """The team of that id."""
        return next((team for team in self.teams if team.id == team_id), None)

    def system(self, system_id: str) -> System | None:
        """The system of that id."""
        return next((system for system in self.systems if system.id == system_id), None)

    def environment(self, environment_id: str) -> Environment | None:
        """The environment of that id."""
        return next((item for item in self.environments if item.id == environment_id), None)


def load_estate(document: Document) -> Estate:
    """Read ``estate.yaml`` and make sure that every name in it means something.

    Raises:
        InvalidContract: the first thing wrong, with pointer and line.
    """
    estate = read_record(Estate, document)
    for pointer, message in _dangling(estate):
        raise refusal(document, pointer, message)
    return estate


def estate_problems(document: Document) -> tuple[InvalidContract, ...]:
    """Everything wrong with an ``estate.yaml``; names are looked up once its shape is right."""
    shape = problems_of(Estate, document)
    if shape:
        return shape
    estate = read_record(Estate, document)
    return tuple(refusal(document, pointer, message) for pointer, message in _dangling(estate))


def _dangling(estate: Estate) -> Iterator[tuple[str, str]]:
    teams = {team.id for team in estate.teams}
    systems = {system.id for system in estate.systems}
    environments = {environment.id for environment in estate.environments}
    yield from _twice("teams", "team", [team.id for team in estate.teams])
    yield from _twice("systems", "system", [system.id for system in estate.systems])
    yield from _twice("environments", "environment", [item.id for item in estate.environments])
    for at, system in enumerate(estate.systems):
        if system.team not in teams:
            yield f"/systems/{at}/team", _unknown("team", system.team, teams)
        yield from _twice(
            f"systems/{at}/releases", "release", [item.version for item in system.releases]
        )
    for at, environment in enumerate(estate.environments):
        for index, endpoint in enumerate(environment.endpoints):
            if endpoint.system not in systems:
                pointer = f"/environments/{at}/endpoints/{index}/system"
                yield pointer, _unknown("system", endpoint.system, systems)
    for at, deployment in enumerate(estate.deployments):
        pointer = f"/deployments/{at}"
        if deployment.environment not in environments:
            yield (
                f"{pointer}/environment",
                _unknown("environment", deployment.environment, environments),
            )
        target = estate.system(deployment.system)
        if target is None:
            yield f"{pointer}/system", _unknown("system", deployment.system, systems)
        elif target.release(deployment.version) is None:
            releases = {item.version for item in target.releases}
            noun = f"release of {target.id!r}"
            yield f"{pointer}/version", _unknown(noun, deployment.version, releases)


def _twice(where: str, noun: str, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    key = "version" if noun == "release" else "id"
    seen: set[str] = set()
    for at, name in enumerate(names):
        if name in seen:
            yield f"/{where}/{at}/{key}", f"{noun} {name!r} is listed twice; keep one"
        seen.add(name)


def _unknown(noun: str, name: str, known: set[str]) -> str:
    import difflib

    close = difflib.get_close_matches(name, sorted(known), n=1)
    if close:
        return f"there is no {noun} {name!r}; did you mean {close[0]!r}?"
    return f"there is no {noun} {name!r}; add it, or use one of: {', '.join(sorted(known)) or '–'}"

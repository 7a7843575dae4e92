"""What runs where: systems, releases, environments, endpoints, deployments."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from contracts.verdict import Json


@dataclass(frozen=True, slots=True)
class System:
    """Something deployable that provides and consumes contracts."""

    id: str
    name: str
    team: str
    description: str = ""
    kind: str = ""
    region: str = ""
    criticality: int = 2


class UnknownPolicy(StrEnum):
    """What the gate makes of a pair it cannot decide."""

    DONT_KNOW = "dont-know"
    """The answer is "don't know": the default, fails closed."""
    ALLOW = "allow"
    """The pair does not stand in the way; its reason still says so."""
    DENY = "deny"
    """The answer is "no"."""


@dataclass(frozen=True, slots=True)
class GatePolicy:
    """What an environment asks of a deployment."""

    unknown: UnknownPolicy = UnknownPolicy.DONT_KNOW
    evidence_criticality: int = 0
    """Contracts at least this critical (1 is highest) need conformance evidence; 0 asks none."""
    evidence_max_age: timedelta = timedelta(days=30)
    allowed_methods: tuple[str, ...] = ()
    """HTTP methods that a conformance suite may send there; empty means any."""


@dataclass(frozen=True, slots=True)
class Environment:
    """A place to deploy to; ``position`` orders them from development to production."""

    id: str
    name: str
    kind: str = "test"
    """``development``, ``test`` or ``production``."""
    region: str = ""
    position: int = 0
    policy: GatePolicy = field(default_factory=GatePolicy)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a system answers in an environment; ``contract`` empty means all of its contracts."""

    environment: str
    system: str
    url: str
    contract: str = ""
    kind: str = "http"
    """``http``, ``broker`` or ``capture``."""


@dataclass(frozen=True, slots=True)
class ContractUse:
    """One contract version that a release provides or consumes."""

    contract: str
    number: str
    expectation: Json = None
    """What a consuming release uses, if it says more than the contract's sidecar."""


@dataclass(frozen=True, slots=True)
class Release:
    """A version of a system: which contract versions it provides and which it was built against."""

    system: str
    version: str
    provides: tuple[ContractUse, ...] = ()
    consumes: tuple[ContractUse, ...] = ()
    created_at: datetime | None = None
    created_by: str = ""


@dataclass(frozen=True, slots=True)
class Deployment:
    """A release running in an environment from ``deployed_at`` until ``ended_at``."""

    id: str
    system: str
    version: str
    environment: str
    deployed_at: datetime
    deployed_by: str
    ended_at: datetime | None = None
    ended_by: str = ""

    def running(self, at: datetime) -> bool:
        """Whether it runs at that instant."""
        return self.deployed_at <= at and (self.ended_at is None or at < self.ended_at)

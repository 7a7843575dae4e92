"""What runs where: systems, releases, environments, endpoints, deployments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from contracts.verdict import Json


@dataclass(frozen=True, slots=True)
class System:
    """Something deployable that provides and consumes contracts."""

    id: str
    name: str
    team: str
    description: str = ""
    type: str = ""
    region: str = ""
    external: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What else the estate says: role, hosting, vendor with its limits."""


class Strictness(StrEnum):
    """What the gate makes of something it does not know."""

    BLOCK = "block"
    """The answer is "don't know": the default, fails closed."""
    WARN = "warn"
    """It does not stand in the way, and the reason says so."""
    ALLOW = "allow"
    """It does not stand in the way."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What is asked otherwise for contracts of one criticality; None: as for the others."""

    unknown: Strictness | None = None
    evidence_missing: Strictness | None = None
    evidence_suites: tuple[str, ...] | None = None
    evidence_max_age: timedelta | None = None


@dataclass(frozen=True, slots=True)
class GatePolicy:
    """What an environment asks of a deployment, and what it bears of generated traffic."""

    unknown: Strictness = Strictness.BLOCK
    """A comparison that nobody could decide."""
    evidence_missing: Strictness = Strictness.BLOCK
    """Evidence that is asked for and not there, or too old."""
    evidence_suites: tuple[str, ...] = ()
    """Suites that must have passed; empty with no ``evidence_max_age``: none is asked for."""
    evidence_max_age: timedelta | None = None
    production: bool = False
    allowed_methods: tuple[str, ...] = ("GET", "HEAD", "OPTIONS")
    """HTTP methods that a conformance suite may send there."""
    max_requests_per_second: float = 10.0
    sandbox: Mapping[str, Any] = field(default_factory=dict)
    """How test data are told apart there: tenant, prefix, cleanup."""
    sign_in: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """How runs sign in at a system's endpoint, where a bearer token is not enough; references."""
    by_criticality: Mapping[int, Demand] = field(default_factory=dict)
    runs_after_deployment: bool = False
    """Whether the suites are run on everything a release provides once it is deployed there."""

    @property
    def asks_evidence(self) -> bool:
        """Whether a deployment needs conformance evidence."""
        return bool(self.evidence_suites) or self.evidence_max_age is not None

    @property
    def may_ask_evidence(self) -> bool:
        """Whether it asks for evidence of any criticality."""
        return self.asks_evidence or any(self.of(n).asks_evidence for n in self.by_criticality)

    def of(self, criticality: int) -> GatePolicy:
        """The policy for contracts of that criticality."""
        own = self.by_criticality.get(criticality)
        if own is None:
            return self
        stated = {f.name: getattr(own, f.name) for f in fields(own)}
        return replace(self, **{k: v for k, v in stated.items() if v is not None})


@dataclass(frozen=True, slots=True)
class Environment:
    """A place to deploy to; ``order`` is their place in the promotion path."""

    id: str
    name: str
    region: str = ""
    order: int = 0
    policy: GatePolicy = field(default_factory=GatePolicy)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a system answers in an environment; ``{name}`` in the URL is filled in when used."""

    environment: str
    system: str
    url: str
    auth: str = ""
    """Name of the credential, never the credential itself."""


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
    location: str = ""
    """The instance or site, where an environment holds several."""
    ended_at: datetime | None = None
    ended_by: str = ""

    def running(self, at: datetime) -> bool:
        """Whether it runs at that instant."""
        return self.deployed_at <= at and (self.ended_at is None or at < self.ended_at)

"""The governance sidecar of a contract: ``contract.yaml`` next to its documents."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import Any, ClassVar, Self

from pydantic import Field, field_validator, model_validator

from contracts.documents import Document
from contracts.errors import InvalidContract
from contracts.governance import expectations
from contracts.governance.lifecycle import Lifecycle
from contracts.governance.policy import Policies, ServiceLevel, effective
from contracts.governance.record import Record, problems_of, read_record
from contracts.governance.suites import Conformance
from contracts.governance.values import (
    Class,
    FieldName,
    Identifier,
    Path,
    Profiles,
    VersionNumber,
)
from contracts.governance.vocabulary import (
    AuthorityRole,
    Delivery,
    Layer,
    LifecycleStatus,
    NewEnumValues,
    Ordering,
    Pattern,
    UnknownFields,
    UpdateKind,
)
from contracts.verdict import Mode


class ChosenPattern(Record):
    """The one interaction pattern, and why it fits."""

    kind: Pattern
    reason: str


class Support(Record):
    """Who answers when it fails, who is called next, and where the instructions are."""

    team: Identifier
    escalation: str | None = None
    channel: str | None = None
    runbook: str | None = None


class Residency(Record):
    """Regions the data may not leave."""

    regions: tuple[str, ...] = Field(min_length=1)
    scope: str | None = None
    reason: str | None = None


class Authority(Record):
    """Which system has the say over a group of fields of one business object."""

    object: Identifier
    group: str
    fields: tuple[FieldName, ...] = Field(min_length=1)
    owner: Identifier
    role: AuthorityRole = AuthorityRole.MASTER
    locations: tuple[str, ...] = ()
    """Where the owner has the say; empty: everywhere."""
    derived_from: tuple[str, ...] = ()
    """For derived and snapshot fields: the ``object.field`` they come from."""
    classification: Class | None = None
    """Class of these fields, where it differs from the contract's."""
    control: str | None = None
    survivorship: str | None = None
    """Which record wins where several systems master the same entities."""


class EventDelivery(Record):
    """How messages of the contract are keyed, ordered and delivered."""

    partition_key: tuple[Path, ...] = ()
    ordering: Ordering = Ordering.PER_KEY
    delivery: Delivery = Delivery.AT_LEAST_ONCE
    peak_per_minute: int | None = Field(default=None, gt=0)


class Use(Record):
    """One operation, channel, message or table that a consumer uses; what it reads and sends."""

    operation: str | None = None
    channel: str | None = None
    message: str | None = None
    table: str | None = None
    reads: tuple[Path, ...] | None = None
    sends: tuple[Path, ...] | None = None
    headers: tuple[str, ...] | None = None
    parameters: tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        named = (self.operation, self.channel, self.message, self.table)
        if sum(bool(name) for name in named) != 1:
            message = "a use names exactly one of 'operation', 'channel', 'message', 'table'"
            raise ValueError(message)
        return self


class ReaderTolerance(Record):
    """What a consumer's reader lets pass."""

    unknown_fields: UnknownFields = UnknownFields.IGNORE
    new_enum_values: NewEnumValues = NewEnumValues.REJECT


class ConsumerNeeds(Record):
    """Service a consumer's own promises stand on."""

    latency_p95_ms: int | None = Field(default=None, gt=0)
    freshness: timedelta | None = None
    availability: float | None = Field(default=None, gt=0, le=100)
    ordering: tuple[Path, ...] = ()
    calls_per_minute: int | None = Field(default=None, gt=0)


class Update(Record):
    """A field that a consumer changes because of what this contract told it."""

    field: FieldName
    """``object.field`` of the business object, for example ``purchase-order.expectedDate``."""
    source: FieldName
    """``object.field`` it was told."""
    kind: UpdateKind = UpdateKind.COPY
    origin_guard: bool = False
    """Whether it ignores changes that it caused itself (its own ``causationid`` chain)."""
    reason: str | None = None


class Consumer(Record):
    """A system that uses the contract, and what it uses; ``uses`` left out: not declared."""

    system: Identifier
    contact: Identifier | None = None
    purpose: str | None = None
    uses: tuple[Use, ...] | None = None
    tolerance: ReaderTolerance = ReaderTolerance()
    needs: ConsumerNeeds = ConsumerNeeds()
    updates: tuple[Update, ...] = ()

    def expectation(self) -> expectations.Expectation:
        """What it uses, as the engine asks it."""
        return _expectation(self)


class Reference(Record):
    """A published contract version that documents refer to by a name of their own."""

    name: str = Field(min_length=1, max_length=500)
    """As the document writes it: a ``$ref`` without fragment, an Avro name, an import's path."""
    contract: Identifier
    version: str = Field(pattern=r"^[0-9][0-9A-Za-z.-]*(@[a-z0-9][a-z0-9_-]*)?$", max_length=200)


class VersionFile(Record):
    """One version of the contract and the file with its document."""

    version: VersionNumber
    document: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    status: LifecycleStatus = LifecycleStatus.ACTIVE
    representations: tuple[str, ...] = ()
    """Further files that describe the same version in another format."""
    references: tuple[Reference, ...] = ()
    """What this version refers to; takes the place of the contract's for the same name."""
    note: str | None = None


class Wrapped(Record):
    """A legacy, vendor or EDI interface behind the contract."""

    interface: str
    standard: str | None = None
    system: Identifier | None = None
    mapping_owner: Identifier | None = None
    retire_by: str | None = None
    lossiness: str | None = None


class Link(Record):
    """A document elsewhere."""

    title: str
    url: str = Field(pattern=r"^(https?://|/|docs/)", max_length=500)


class Sidecar(Record):
    """Everything about a contract that its document does not say."""

    kind_name: ClassVar[str] = "sidecar"

    id: Identifier
    provider: Identifier
    owner: Identifier
    title: str = ""
    description: str = ""
    purpose: str | None = None
    pattern: ChosenPattern | None = None
    layer: Layer | None = None
    domain: str | None = None
    profile: Profiles = ()
    instances: tuple[Identifier, ...] = ()
    """Systems that provide the contract besides ``provider``."""
    steward: str | None = None
    business_owner: str | None = None
    business_impact: str | None = None
    support: Support | None = None
    criticality: int | None = Field(default=None, ge=1, le=3)
    classification: Class | None = None
    regulations: tuple[str, ...] = ()
    personal_data: bool = False
    residency: Residency | None = None
    lifecycle: Lifecycle = Lifecycle()
    compatibility: Mode = Mode.DIRECTIONAL
    authority: tuple[Authority, ...] = ()
    states: tuple[str, ...] = ()
    """Names of the canonical state machines whose states the contract carries."""
    sla: ServiceLevel = ServiceLevel()
    policies: Policies = Policies()
    events: EventDelivery | None = None
    consumers: tuple[Consumer, ...] = Field(default=(), max_length=2000)
    conformance: Conformance = Conformance()
    versions: tuple[VersionFile, ...] = ()
    references: tuple[Reference, ...] = Field(default=(), max_length=200)
    """Published contracts that the documents of all versions refer to by name."""
    expects: tuple[Identifier, ...] = Field(default=(), max_length=50)
    """Of a consumer contract (a Pact): the contracts that its provider, the consumer, relies on."""
    wraps: tuple[Wrapped, ...] = ()
    tags: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()

    @field_validator("consumers")
    @classmethod
    def _each_consumer_once(cls, consumers: tuple[Consumer, ...]) -> tuple[Consumer, ...]:
        _refuse_twice("consumer", [consumer.system for consumer in consumers])
        return consumers

    @field_validator("versions")
    @classmethod
    def _each_version_once(cls, versions: tuple[VersionFile, ...]) -> tuple[VersionFile, ...]:
        _refuse_twice("version", [item.version for item in versions])
        return versions

    @cached_property
    def effective_policies(self) -> Policies:
        """The policies in force: what the sidecar states, over the defaults of its profile."""
        return Policies.model_validate(effective(self.profile, "policies", self.policies))

    @cached_property
    def effective_sla(self) -> ServiceLevel:
        """The service level in force: stated, over the defaults of the profile."""
        return ServiceLevel.model_validate(effective(self.profile, "sla", self.sla))

    def expectations(self) -> tuple[expectations.Expectation, ...]:
        """What each consumer uses, in the order the sidecar names them."""
        return tuple(_expectation(consumer) for consumer in self.consumers)

    def to_json(self) -> dict[str, Any]:
        """The sidecar as it was stated, ready for JSON; reading it back gives an equal one."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


def load_sidecar(document: Document) -> Sidecar:
    """Read ``contract.yaml``.

    Raises:
        InvalidContract: the first thing wrong, with pointer and line.
    """
    return read_record(Sidecar, document)


def sidecar_problems(document: Document) -> tuple[InvalidContract, ...]:
    """Everything wrong with a ``contract.yaml``, each with pointer and line; empty: it loads."""
    return problems_of(Sidecar, document)


def _expectation(consumer: Consumer) -> expectations.Expectation:
    needs, tolerance = consumer.needs, consumer.tolerance
    return expectations.Expectation(
        consumer=consumer.system,
        uses=tuple(_usage(use) for use in consumer.uses or ()),
        tolerance=expectations.Tolerance(tolerance.unknown_fields, tolerance.new_enum_values),
        needs=expectations.Needs(
            needs.latency_p95_ms,
            needs.freshness,
            needs.availability,
            needs.ordering,
            needs.calls_per_minute,
        ),
        declared=consumer.uses is not None,
    )


def _usage(use: Use) -> expectations.Usage:
    kinds = ("operation", "channel", "message", "table")
    kind, target = next((name, getattr(use, name)) for name in kinds if getattr(use, name))
    return expectations.Usage(
        kind=kind,
        target=target,
        reads=use.reads,
        sends=use.sends,
        headers=None if use.headers is None else frozenset(use.headers),
        parameters=None if use.parameters is None else frozenset(use.parameters),
    )


def _refuse_twice(noun: str, names: list[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            message = f"{noun} {name!r} is listed twice; keep one"
            raise ValueError(message)
        seen.add(name)

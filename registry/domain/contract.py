"""What is governed: contracts, their versions, and what was found at publishing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from contracts.verdict import Bump, Mode, Verdict
from registry.domain.identifiers import Number


class Kind(StrEnum):
    """What a contract governs."""

    API = "api"
    EVENT = "event"
    SCHEMA = "schema"
    DATA_PRODUCT = "data-product"
    CONSUMER = "consumer-contract"

    @classmethod
    def of_format(cls, format_: str) -> Kind:
        """The kind that a document format describes."""
        kinds = {"openapi": cls.API, "asyncapi": cls.EVENT, "odcs": cls.DATA_PRODUCT}
        return cls.CONSUMER if format_ == "pact" else kinds.get(format_, cls.SCHEMA)


class Lifecycle(StrEnum):
    """The states of ODCS 3.1 §status, for contracts and versions; in this order, never back."""

    PROPOSED = "proposed"
    DRAFT = "draft"
    ACTIVE = "active"
    DEPRECATED = "deprecated"
    RETIRED = "retired"

    @property
    def live(self) -> bool:
        """Whether somebody may rely on it: it takes part in transitive comparison."""
        return self in {Lifecycle.ACTIVE, Lifecycle.DEPRECATED}


class Classification(StrEnum):
    """Who may see the data a contract carries."""

    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
    RESTRICTED = "restricted"


@dataclass(frozen=True, slots=True)
class Contract:
    """A governed name; what may change without a new version is a field of its own here."""

    name: str
    title: str
    kind: Kind
    format: str
    owner: str
    """Id of the owning team."""
    provider: str
    """Id of the system that provides it."""
    description: str = ""
    steward: str = ""
    support: str = ""
    mode: Mode = Mode.DIRECTIONAL
    lifecycle: Lifecycle = Lifecycle.ACTIVE
    criticality: int = 2
    """1 stops trade or close, 2 degrades, 3 informs."""
    classification: Classification = Classification.INTERNAL
    residency: str = ""
    pattern: str = ""
    sla: Mapping[str, Any] = field(default_factory=dict)
    policies: Mapping[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    latest: str | None = None
    """Number of the highest released version, None before the first release."""
    sidecar_sha256: str = ""
    """Of the sidecar in force."""
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a document: a validity error or a lint finding, with its place."""

    rule: str
    level: str
    """``error``, ``warning`` or ``info``."""
    message: str
    pointer: str = ""
    line: int | None = None
    source: str = ""
    """``document`` or ``sidecar``."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One published version that a document refers to, fixed when the document was published."""

    name: str
    """As it is written: ``interlock:erp.types@1.0.0``, an Avro name, an import's path."""
    contract: str
    version: str
    """Label: a number, or ``number@branch`` for a proposal."""
    sha256: str
    """Of its bytes."""
    format: str
    by: str = ""
    """``contract@version`` of the referenced document that refers to it; empty: the version's own
    document does."""

    @property
    def key(self) -> str:
        """What it is called among the references of a version."""
        return f"{self.contract}@{self.version}"


@dataclass(frozen=True, slots=True)
class Version:
    """One immutable document with its sidecar, content-addressed.

    A release has ``branch == ""``; a proposal lives on a named branch beside the releases and
    may be pushed again: each push is a new ``revision``. A release has revision 1, for ever.
    """

    contract: str
    number: Number
    sha256: str
    """Of the document's bytes."""
    sidecar_sha256: str
    format: str
    format_version: str
    filename: str
    size: int
    published_at: datetime
    published_by: str
    branch: str = ""
    revision: int = 1
    lifecycle: Lifecycle = Lifecycle.ACTIVE
    baseline: str | None = None
    """Number of the version it was compared with when published."""
    verdict: Verdict | None = None
    bump: Bump | None = None
    """The bump that the comparison with the baseline recommends."""
    problems: tuple[Problem, ...] = ()
    notes: str = ""
    deprecated_at: datetime | None = None
    sunset_at: datetime | None = None
    tags: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    """Everything it refers to, also by way of what it refers to."""
    resolved_sha256: str | None = None
    """Of the document with everything it refers to inside; None if it refers to nothing."""

    @property
    def content_sha256(self) -> str:
        """What the document says is the same where this is the same."""
        return self.resolved_sha256 or self.sha256

    @property
    def label(self) -> str:
        """``2.0.0`` for a release, ``2.0.0@money-object`` for a proposal."""
        return f"{self.number}@{self.branch}" if self.branch else str(self.number)

    @property
    def valid(self) -> bool:
        """Whether the document follows its own specification."""
        return not any(p.rule == "invalid-document" for p in self.problems)


@dataclass(frozen=True, slots=True)
class Expectation:
    """What one consuming system uses of a contract, as declared; no ``body`` means everything."""

    contract: str
    consumer: str
    source: str = "sidecar"
    """``sidecar``, ``release``, ``declared`` (by the consumer's team), ``pact`` or ``inferred``."""
    confirmed: bool = True
    body: Mapping[str, Any] = field(default_factory=dict)
    """The declaration, in the words of ``contract.yaml`` ``consumers[]``."""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def declared(self) -> bool:
        """Whether the use is known; an undeclared consumer counts as using everything."""
        return self.confirmed and self.said

    @property
    def said(self) -> bool:
        """Whether it says a use, be it only proposed."""
        return self.body.get("uses") is not None or self.body.get("pact") is not None


RANK = {"pact": 2, "declared": 1}
"""What a consumer says itself counts before what others say of it, what it tested before all."""


def strongest(expectations: Iterable[Expectation]) -> tuple[Expectation, ...]:
    """One declaration of each consumer of one contract: confirmed ones first, then by rank."""
    found: dict[str, Expectation] = {}
    for one in expectations:
        other = found.get(one.consumer)
        if other is None or _weight(one) > _weight(other):
            found[one.consumer] = one
    return tuple(found.values())


def _weight(one: Expectation) -> tuple[bool, int]:
    return one.confirmed, RANK.get(one.source, 0)

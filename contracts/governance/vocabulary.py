"""The closed word lists of a sidecar: pattern, layer, profile, class, status, authority."""

from __future__ import annotations

from enum import StrEnum


class Pattern(StrEnum):
    """How the systems meet; every contract names exactly one, and why."""

    SYNCHRONOUS_API = "synchronous-api"
    EVENT = "event"
    SCHEDULED_BATCH = "scheduled-batch"
    WORKFLOW = "workflow"
    FILE = "file"
    WEBHOOK = "webhook"
    EXTRACT = "extract"


class Layer(StrEnum):
    """Where in the landscape a contract stands."""

    EXPERIENCE = "experience"
    SYSTEM = "system"
    PROCESS = "process"
    EVENT_BACKBONE = "event-backbone"
    ANALYTICS = "analytics"
    OBSERVABILITY = "observability"


class Profile(StrEnum):
    """The policy profile whose values hold unless a contract says otherwise."""

    QUERY = "Q"
    TRANSACTION = "T"
    OPERATIONAL_EVENT = "O"
    FINANCE_EVENT = "F"
    MASTER_DATA = "M"
    DATA_PRODUCT = "D"


class Classification(StrEnum):
    """Who may see the data; written as the word or its first letter."""

    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
    RESTRICTED = "restricted"

    @property
    def rank(self) -> int:
        """0 public … 3 restricted."""
        return list(Classification).index(self)


class LifecycleStatus(StrEnum):
    """Status of a contract or version (ODCS 3.1 ``status``)."""

    PROPOSED = "proposed"
    DRAFT = "draft"
    ACTIVE = "active"
    DEPRECATED = "deprecated"
    RETIRED = "retired"


class AuthorityRole(StrEnum):
    """What a system is to a group of fields."""

    MASTER = "master"
    """The one source: others read or propose."""
    DERIVED = "derived"
    """Computed from other fields, published by one system."""
    SNAPSHOT = "snapshot"
    """A frozen copy of a master's value at one moment."""
    PROPOSAL = "proposal"
    """A wish that the master may take over or refuse."""


class UpdateKind(StrEnum):
    """What a consumer does with a field it was told about."""

    COPY = "copy"
    DERIVE = "derive"
    PROPOSE = "propose"
    SNAPSHOT = "snapshot"


class NewEnumValues(StrEnum):
    """What a reader does with an enum value it has not seen before."""

    ACCEPT = "accept"
    REJECT = "reject"


class UnknownFields(StrEnum):
    """What a reader does with a field it does not know."""

    IGNORE = "ignore"
    REJECT = "reject"


class Ordering(StrEnum):
    """How messages of one channel follow each other."""

    NONE = "none"
    PER_KEY = "per-key"
    TOTAL = "total"


class Delivery(StrEnum):
    """How often a receiver may see one message."""

    AT_MOST_ONCE = "at-most-once"
    AT_LEAST_ONCE = "at-least-once"
    EXACTLY_ONCE = "exactly-once"

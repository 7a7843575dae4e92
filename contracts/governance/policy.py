"""Operational policies of a contract, and the defaults each profile brings (DOMAIN: profiles)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pydantic import Field

from contracts.governance.record import Record
from contracts.governance.vocabulary import Profile


class Policy(Record):
    """One policy; a value that differs from the profile's carries its reason."""

    reason: str | None = None


class Idempotency(Policy):
    """How a repeated write is recognised (IETF draft ``Idempotency-Key``)."""

    required: bool = True
    header: str | None = None
    fingerprint: bool = False
    retention: timedelta | None = None


class Retry(Policy):
    """How often and when a caller or receiver tries again."""

    attempts: int = Field(ge=0, le=100)
    backoff: tuple[timedelta, ...] = ()
    jitter: bool = False
    honour_retry_after: bool = False
    longest: timedelta | None = None
    """The longest time after which the same write may still be tried again."""


class Deduplication(Policy):
    """Which fields make two messages one, and for how long that is remembered."""

    key: tuple[str, ...]
    window: timedelta


class DeadLetter(Policy):
    """Where messages go that cannot be processed, and who empties it."""

    address: str = "{address}.dlq"
    owner: str | None = None
    runbook: str | None = None
    halts_key: bool = False
    """Whether later messages of the same key wait (finance documents)."""


class Replay(Policy):
    """How far back messages can be sent again, chosen by what, released by how many people."""

    window: timedelta
    by: tuple[str, ...] = ()
    approvals: int = Field(default=0, ge=0, le=5)


class Reconciliation(Policy):
    """How both sides find out that they disagree."""

    schedule: str
    method: str | None = None
    owner: str | None = None
    tolerance: str | None = None


class Compensation(Policy):
    """The operation that undoes a transaction, and the operations it undoes."""

    operation: str
    undoes: tuple[str, ...] = ()


class Cache(Policy):
    """How old an answer may be when the provider cannot be reached."""

    max_age: timedelta
    marked_stale: bool = True


class RateLimit(Policy):
    """How many calls one consumer may make, and the provider's limit for all of them."""

    per_consumer_per_minute: int = Field(gt=0)
    total_per_minute: int | None = Field(default=None, gt=0)


class WriteConflict(Policy):
    """How two writers of one record are kept from overwriting each other."""

    strategy: str


class Upsert(Policy):
    """The key rows are replaced by, and the unit they are loaded again in."""

    key: tuple[str, ...] = ()
    replay_by: str | None = None


class Retention(Policy):
    """How long the provider keeps the data."""

    keep: timedelta


class Policies(Record):
    """Every policy of a contract; None: does not apply."""

    idempotency: Idempotency | None = None
    retry: Retry | None = None
    deduplication: Deduplication | None = None
    dead_letter: DeadLetter | None = None
    replay: Replay | None = None
    reconciliation: Reconciliation | None = None
    compensation: Compensation | None = None
    cache: Cache | None = None
    circuit_breaker: bool | None = None
    rate_limit: RateLimit | None = None
    write_conflict: WriteConflict | None = None
    upsert: Upsert | None = None
    retention: Retention | None = None


class ServiceLevel(Record):
    """What the provider promises. Latency in milliseconds, availability in percent of a month."""

    latency_p95_ms: int | None = Field(default=None, gt=0)
    availability: float | None = Field(default=None, gt=0, le=100)
    freshness: timedelta | None = None
    """Age of the data, or for events the time from cause to arrival, at most."""
    reason: str | None = None


DEFAULTS: dict[Profile, dict[str, Any]] = {
    Profile.QUERY: {
        "sla": {"latencyP95Ms": 300, "availability": 99.9},
        "policies": {
            "retry": {"attempts": 2, "jitter": True, "honourRetryAfter": True},
            "circuitBreaker": True,
            "cache": {"maxAge": "PT60S", "markedStale": True},
        },
    },
    Profile.TRANSACTION: {
        "sla": {"latencyP95Ms": 2000, "availability": 99.9},
        "policies": {
            "idempotency": {
                "required": True,
                "header": "Idempotency-Key",
                "fingerprint": True,
                "retention": "P7D",
            },
            "retry": {"attempts": 5, "backoff": ["PT1S", "PT60S"], "longest": "PT36H"},
            "reconciliation": {"schedule": "daily"},
        },
    },
    Profile.OPERATIONAL_EVENT: {
        "sla": {"latencyP95Ms": 60000},
        "policies": {
            "deduplication": {"key": ["source", "id"], "window": "P7D"},
            "retry": {"attempts": 6, "backoff": ["PT1S", "PT1M", "PT5M", "PT30M"]},
            "deadLetter": {},
            "replay": {"window": "P7D", "by": ["key", "time", "correlation"]},
            "reconciliation": {"schedule": "hourly"},
        },
    },
    Profile.FINANCE_EVENT: {
        "sla": {"latencyP95Ms": 300000},
        "policies": {
            "deduplication": {"key": ["business key"], "window": "P45D"},
            "deadLetter": {"haltsKey": True},
            "replay": {"window": "P35D", "by": ["key"], "approvals": 2},
            "reconciliation": {"schedule": "daily, and at close to zero", "tolerance": "0"},
        },
    },
    Profile.MASTER_DATA: {
        "sla": {"latencyP95Ms": 900000},
        "policies": {
            "writeConflict": {"strategy": "version compare, never last writer wins"},
            "reconciliation": {"schedule": "nightly", "method": "hash"},
        },
    },
    Profile.DATA_PRODUCT: {
        "sla": {},
        "policies": {
            "upsert": {"replayBy": "partition"},
            "reconciliation": {"schedule": "every load", "method": "row count and control totals"},
        },
    },
}
"""What a contract of a profile promises unless its sidecar says otherwise, with a reason."""


def effective(profiles: tuple[Profile, ...], section: str, stated: Record) -> dict[str, Any]:
    """A section's values: stated first, then the first profile that knows, camelCase keys."""
    merged: dict[str, Any] = {}
    for profile in reversed(profiles):
        merged = _over(merged, DEFAULTS[profile][section])
    own = stated.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
    return _over(merged, own)


def _over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    result = dict(below)
    for key, value in above.items():
        lower = result.get(key)
        both = isinstance(lower, dict) and isinstance(value, dict)
        result[key] = _over(lower, value) if both and lower is not None else value
    return result

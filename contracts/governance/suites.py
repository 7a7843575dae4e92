"""Conformance suites as a sidecar states them."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from pydantic import Field, field_validator, model_validator

from contracts.governance.cron import Cron
from contracts.governance.record import Record
from contracts.governance.values import Identifier

REFERENCE = "^(env:[A-Za-z_][A-Za-z0-9_]*|file:/.+)$"


class Credential(Record):
    """How a suite signs in: ``secret`` says where the secret is, never what it is."""

    kind: str = Field(pattern="^(none|bearer|basic|api-key|oauth2)$")
    secret: str | None = Field(default=None, pattern=REFERENCE)
    name: str | None = None
    token_url: str | None = Field(default=None, pattern="^https?://")
    scope: str | None = None
    audience: str | None = None
    client_auth: str | None = Field(default=None, pattern="^(basic|body)$")


class Certificates(Record):
    """PEM texts by reference: our own certificate with its key, and the authority to trust."""

    certificate: str | None = Field(default=None, pattern=REFERENCE)
    key: str | None = Field(default=None, pattern=REFERENCE)
    authority: str | None = Field(default=None, pattern=REFERENCE)


class Cleanup(Record):
    """How what the operation ``after`` creates is taken away: by ``call`` with ``body``."""

    after: str
    call: str
    parameters: dict[str, str] = Field(default_factory=dict)
    """From which member of the created record a parameter of ``call`` is taken."""
    body: Any = None


class KnownFailure(Record):
    """A failure that somebody owns and promised to mend; it expires."""

    check: str
    operation: str
    reason: str
    owner: str
    expires: date


class Suite(Record):
    """How conformance of a live system is checked; times in seconds, left out: the default."""

    name: Identifier
    phases: tuple[str, ...] | None = None
    checks: tuple[str, ...] | None = None
    max_examples: int | None = Field(default=None, ge=1, le=10_000)
    seed: int | None = None
    rate_limit: float | None = Field(default=None, gt=0)
    time_budget: float | None = Field(default=None, ge=1, le=86_400)
    request_timeout: float | None = Field(default=None, ge=0.1, le=300)
    methods: tuple[str, ...] | None = None
    operations: tuple[str, ...] | None = None
    excluded_operations: tuple[str, ...] | None = None
    headers: dict[str, str] | None = None
    parameters: dict[str, Any] | None = None
    """Parameter values to use instead of generated ones: ``{poNumber: PO-1001}``."""
    auth: Credential | None = None
    tls: Certificates | None = None
    workers: int | None = Field(default=None, ge=1, le=16)
    known_failures: tuple[KnownFailure, ...] | None = None
    schedule: str | None = None
    """When it runs by itself: the five fields of cron, in UTC; ``environments`` says where."""
    environments: tuple[Identifier, ...] | None = None

    @field_validator("schedule")
    @classmethod
    def _comes(cls, schedule: str | None) -> str | None:
        if schedule is not None:
            Cron.parse(schedule)
        return schedule

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self.schedule is not None and not self.environments:
            message = "a scheduled suite names the 'environments' where it runs"
            raise ValueError(message)
        return self

    def settings(self) -> dict[str, Any]:
        """What the suite says, by the names that ``conformance.plan.Suite`` has."""
        return self.model_dump(
            mode="json",
            exclude_none=True,
            exclude={
                "extensions": True,
                "auth": {"extensions"},
                "tls": {"extensions"},
                "schedule": True,
                "environments": True,
            },
        )


class Conformance(Record):
    """The conformance suites of a contract."""

    suites: tuple[Suite, ...] = ()
    identifiers: tuple[str, ...] = ()
    """Members and parameters that identify a record; test data bear their prefix in them."""
    cleanup: tuple[Cleanup, ...] = ()
    """How what a suite creates is taken away; an operation's compensation counts as well."""

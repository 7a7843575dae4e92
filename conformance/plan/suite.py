"""A suite: what is sent to a system to see whether it keeps its contract."""

from __future__ import annotations

import datetime as dt
import fnmatch
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from conformance.plan.auth import CLIENT_AUTH, KINDS, Auth, Tls
from conformance.plan.checks import CHECKS
from conformance.plan.sandbox import Cleanup
from contracts.errors import ContractError
from contracts.verdict import Json

PHASES = ("examples", "coverage", "fuzzing", "stateful")
"""Documented examples; every constraint once; random data; operation sequences."""

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class SuiteInvalid(ContractError):
    """A suite asks for something that does not exist."""

    code = "suite-invalid"


@dataclass(frozen=True, slots=True)
class KnownFailure:
    """A failure somebody owns and has promised to mend; it expires."""

    check: str
    operation: str
    reason: str
    owner: str
    expires: dt.date

    def covers(self, check: str, operation: str, today: dt.date) -> bool:
        """Whether it still excuses this check on this operation."""
        return (
            self.check == check
            and fnmatch.fnmatchcase(operation, self.operation)
            and today <= self.expires
        )


@dataclass(frozen=True, slots=True)
class Suite:
    """What to send and how hard. Times in seconds, ``rate_limit`` in requests per second.

    ``methods`` and ``operations`` narrow what the contract declares (operations by ``METHOD /path``
    or operationId, with ``*``); ``time_budget`` ends the run, it does not fail it.
    """

    name: str = "default"
    phases: tuple[str, ...] = PHASES
    checks: tuple[str, ...] = CHECKS
    max_examples: int = 25
    seed: int = 1
    rate_limit: float | None = None
    time_budget: float = 120.0
    request_timeout: float = 10.0
    methods: tuple[str, ...] | None = None
    operations: tuple[str, ...] = ()
    excluded_operations: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, Json] = field(default_factory=dict)
    """Values for parameters by name, such as a test tenant: ``{"companyCode": "1000"}``."""
    auth: Auth = field(default_factory=Auth)
    tls: Tls = field(default_factory=Tls)
    workers: int = 1
    """Processes the operations are shared out to; each has its own caps."""
    states: tuple[str, ...] = ()
    """Canonical state machines the contract follows, as its sidecar names them."""
    accepted_rejections: tuple[int, ...] = (409, 412, 422)
    """Statuses by which a valid request may still be refused for business reasons."""
    known_failures: tuple[KnownFailure, ...] = ()
    latency_p95: float | None = None
    """The declared 95th percentile of answer times in seconds; None asks for nothing."""
    availability: float | None = None
    """The declared availability in percent; None asks for nothing."""
    identifiers: tuple[str, ...] = ()
    """Members and parameters that identify a record; test data bear their prefix in them."""
    cleanup: tuple[Cleanup, ...] = ()
    """How what the suite creates is taken away again."""
    shrink: bool = True

    def __post_init__(self) -> None:
        _only("phase", self.phases, PHASES)
        _only("check", self.checks, CHECKS)
        _only("method", self.methods or (), METHODS)
        if not self.phases:
            raise SuiteInvalid(
                f"Suite {self.name} has no phase; name at least one of {_list(PHASES)}"
            )
        limits = (
            ("max_examples", self.max_examples, 1, 10_000),
            ("time_budget", self.time_budget, 1, 86_400),
            ("request_timeout", self.request_timeout, 0.1, 300),
            ("workers", self.workers, 1, 16),
        )
        for name, value, low, high in limits:
            if not low <= value <= high:
                raise SuiteInvalid(f"{name} of suite {self.name} is {value}; give {low} to {high}")
        if self.rate_limit is not None and self.rate_limit <= 0:
            raise SuiteInvalid(f"rate_limit of suite {self.name} must be above 0 requests/second")

    def selects(self, label: str, operation_id: str | None, method: str) -> bool:
        """Whether the suite calls this operation."""
        if self.methods is not None and method.upper() not in self.methods:
            return False
        names = [label] + ([operation_id] if operation_id else [])
        if self.operations and not _any_matches(names, self.operations):
            return False
        return not _any_matches(names, self.excluded_operations)

    def with_changes(self, **changes: Any) -> Suite:
        """The same suite with some values replaced; None leaves a value as it is."""
        return replace(self, **{name: v for name, v in changes.items() if v is not None})

    @classmethod
    def from_mapping(cls, data: Mapping[str, Json]) -> Suite:
        """A suite from a sidecar, a file or a request body.

        Raises:
            SuiteInvalid: an unknown name or an impossible value; the sentence names it.
        """
        names = {f.name for f in fields(cls)}
        values: dict[str, Any] = {}
        for raw, value in data.items():
            name = str(raw).replace("-", "_")
            if name not in names:
                raise SuiteInvalid(
                    f"A suite has no setting {raw!r}; known are {_list(sorted(names))}"
                )
            if value is not None:
                values[name] = _convert(name, value)
        try:
            return cls(**values)
        except TypeError as error:
            raise SuiteInvalid(f"The suite has a value of the wrong kind: {error}") from error

    def to_json(self) -> dict[str, Json]:
        """A plain JSON object that :meth:`from_mapping` reads back; secrets stay references."""
        out: dict[str, Json] = {}
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, tuple):
                value = [_plain(v) for v in value]
            elif isinstance(value, Mapping):
                value = dict(value)
            out[item.name] = _plain(value)
        return out


def _plain(value: Any) -> Json:
    if isinstance(value, Auth | Tls | Cleanup):
        return value.to_json()
    if isinstance(value, KnownFailure):
        return {
            "check": value.check,
            "operation": value.operation,
            "reason": value.reason,
            "owner": value.owner,
            "expires": value.expires.isoformat(),
        }
    return value


def _convert(name: str, value: Json) -> Any:
    if name == "auth":
        return _auth(value)
    if name == "tls":
        return _record(Tls, "tls", value)
    if name == "cleanup":
        return tuple(_cleanup(item) for item in value)
    if name == "known_failures":
        return tuple(_known(item) for item in value)
    if name in {"headers", "parameters"}:
        if not isinstance(value, Mapping):
            raise SuiteInvalid(f"{name} of a suite is a mapping of names to values")
        return dict(value)
    if name == "methods":
        return tuple(str(m).upper() for m in value)
    return tuple(value) if isinstance(value, list | tuple) else value


def _auth(value: Json) -> Auth:
    if isinstance(value, Auth):
        return value
    if not isinstance(value, Mapping) or value.get("kind") not in KINDS:
        raise SuiteInvalid(f"auth of a suite needs a kind: one of {_list(KINDS)}")
    found: Auth = _record(Auth, "auth", value)
    if found.client_auth not in CLIENT_AUTH:
        raise SuiteInvalid(f"client_auth of auth is one of {_list(CLIENT_AUTH)}")
    return found


def _record(kind: Any, name: str, value: Json) -> Any:
    """A record of texts from a mapping; what is left out has its default."""
    if isinstance(value, kind):
        return value
    known = {f.name for f in fields(kind)}
    given = {str(n).replace("-", "_"): v for n, v in (value or {}).items() if v is not None}
    if unknown := sorted(given.keys() - known):
        raise SuiteInvalid(
            f"{name} has no setting {unknown[0]!r}; known are {_list(sorted(known))}"
        )
    if any(not isinstance(v, str) for v in given.values()):
        raise SuiteInvalid(f"{name} of a suite holds texts; one of its values is none")
    return kind(**given)


def _cleanup(value: Json) -> Cleanup:
    if isinstance(value, Cleanup):
        return value
    if not isinstance(value, Mapping) or not {"after", "call"} <= value.keys():
        raise SuiteInvalid("A cleanup rule needs after and call, both operations of the contract")
    parameters = value.get("parameters") or {}
    return Cleanup(value["after"], value["call"], dict(parameters), value.get("body"))


def _known(value: Json) -> KnownFailure:
    if isinstance(value, KnownFailure):
        return value
    try:
        expires = value["expires"]
        return KnownFailure(
            check=value["check"],
            operation=value["operation"],
            reason=value["reason"],
            owner=value["owner"],
            expires=expires if isinstance(expires, dt.date) else dt.date.fromisoformat(expires),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise SuiteInvalid(
            "A known failure needs check, operation, reason, owner and expires (YYYY-MM-DD)"
        ) from error


def _only(kind: str, given: Iterable[str], known: tuple[str, ...]) -> None:
    for name in given:
        if name not in known:
            raise SuiteInvalid(f"There is no {kind} {name!r}; known are {_list(known)}")


def _any_matches(names: Iterable[str], patterns: tuple[str, ...]) -> bool:
    return any(fnmatch.fnmatchcase(name, p) for name in names for p in patterns)


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)

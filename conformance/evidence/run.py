"""A conformance run: what was asked of which system, what was seen, and what it amounts to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from conformance.evidence.failure import Failure, Severity
from conformance.evidence.index import parts
from conformance.evidence.objective import Objective
from contracts.verdict import Json


class Outcome(StrEnum):
    """What a run says about the system; only PASSED is evidence for a gate."""

    PASSED = "passed"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"
    CANCELLED = "cancelled"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class ToolError:
    """Something that went wrong with the test and says nothing about the system."""

    title: str
    message: str
    operation: str | None = None

    def to_json(self) -> dict[str, Json]:
        """A plain JSON object."""
        return {"title": self.title, "message": self.message, "operation": self.operation}

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> ToolError:
        """The inverse of :meth:`to_json`."""
        return cls(data["title"], data["message"], data.get("operation"))


@dataclass(frozen=True, slots=True)
class OperationResult:
    """One operation: how often it was called, which of its declared answers were seen."""

    operation: str
    requests: int = 0
    statuses: Mapping[str, int] = field(default_factory=dict)
    declared: tuple[str, ...] = ()
    failures: int = 0
    skipped: str | None = None
    p95: float | None = None
    """95th percentile of the answer time of its ordinary requests in seconds; None below 20."""
    unanswered: int = 0
    """Requests that got no whole answer."""
    constraints: tuple[int, int, int] = (0, 0, 0)
    """Constraints of its requests: declared, met by a request, broken on purpose by one."""

    @property
    def exercised(self) -> bool:
        """Whether it answered at least one request."""
        return bool(self.statuses)

    @property
    def undeclared(self) -> tuple[str, ...]:
        """Status codes seen that the contract does not name."""
        covered = set(self.declared)
        return tuple(
            s
            for s in self.statuses
            if s not in covered and f"{s[0]}XX" not in covered and "default" not in covered
        )

    def to_json(self) -> dict[str, Json]:
        """A plain JSON object."""
        return {
            "operation": self.operation,
            "requests": self.requests,
            "statuses": dict(self.statuses),
            "declared": list(self.declared),
            "failures": self.failures,
            "skipped": self.skipped,
            "p95": self.p95,
            "unanswered": self.unanswered,
            "constraints": list(self.constraints),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> OperationResult:
        """The inverse of :meth:`to_json`."""
        return cls(
            data["operation"],
            int(data["requests"]),
            dict(data["statuses"]),
            tuple(data["declared"]),
            int(data["failures"]),
            data.get("skipped"),
            data.get("p95"),
            int(data.get("unanswered") or 0),
            _three(data.get("constraints")),
        )


@dataclass(frozen=True, slots=True)
class Run:
    """The evidence of one suite against one system. Times are RFC 3339 instants passed in."""

    id: str
    suite: str
    contract: str
    sha256: str
    environment: str
    target: str
    started_at: str
    finished_at: str
    outcome: Outcome
    reason: str = ""
    system: str = ""
    system_version: str = ""
    seed: int | None = None
    tools: Mapping[str, str] = field(default_factory=dict)
    operations: tuple[OperationResult, ...] = ()
    failures: tuple[Failure, ...] = ()
    errors: tuple[ToolError, ...] = ()
    warnings: tuple[str, ...] = ()
    requests: int = 0
    refused: int = 0
    """Requests that the safety rules of the environment kept from being sent."""
    checks: Mapping[str, int] = field(default_factory=dict)
    """How often each check looked at an answer."""
    objectives: tuple[Objective, ...] = ()
    """Declared objectives, measured."""
    duration: float = 0.0
    """Seconds from the first request to the last."""

    @property
    def unexpected(self) -> tuple[Failure, ...]:
        """Failures nobody expected: these decide the outcome."""
        return tuple(f for f in self.failures if f.known is None)

    @property
    def by_severity(self) -> Mapping[str, int]:
        """How many causes of each severity."""
        return {s.value: sum(f.severity is s for f in self.failures) for s in Severity}

    @property
    def coverage(self) -> Mapping[str, Json]:
        """Operations exercised of those declared, and declared status codes seen."""
        declared = sum(len(o.declared) for o in self.operations)
        seen = sum(
            sum(1 for code in o.declared if _seen(code, o.statuses)) for o in self.operations
        )
        return {
            "operations": {
                "declared": len(self.operations),
                "exercised": sum(o.exercised for o in self.operations),
            },
            "statuses": {"declared": declared, "seen": seen},
        }

    def finished(self, at: str, *, run_id: str | None = None) -> Run:
        """The same run, stamped by the caller's clock (and named by the caller)."""
        return replace(self, finished_at=at, id=run_id or self.id)

    def to_json(self) -> dict[str, Json]:
        """A plain JSON object with everything, and what is derived: ``coverage`` and ``index``."""
        return {
            "id": self.id,
            "suite": self.suite,
            "contract": self.contract,
            "sha256": self.sha256,
            "environment": self.environment,
            "target": self.target,
            "started_at": self.started_at,
            "finished_at": self.finished_at,
            "outcome": self.outcome.value,
            "reason": self.reason,
            "system": self.system,
            "system_version": self.system_version,
            "seed": self.seed,
            "tools": dict(self.tools),
            "operations": [o.to_json() for o in self.operations],
            "failures": [f.to_json() for f in self.failures],
            "errors": [e.to_json() for e in self.errors],
            "warnings": list(self.warnings),
            "objectives": [o.to_json() for o in self.objectives],
            "requests": self.requests,
            "refused": self.refused,
            "checks": dict(self.checks),
            "duration": round(self.duration, 3),
            "coverage": self.coverage,
            "index": [
                {"name": p.name, "share": p.share, "counted": p.counted, "of": p.of}
                for p in parts(self)
            ],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> Run:
        """The inverse of :meth:`to_json`."""
        plain = {
            name: data[name]
            for name in (
                *("id", "suite", "contract", "sha256", "environment", "target"),
                *("started_at", "finished_at", "reason", "system", "system_version", "seed"),
                *("tools", "requests", "refused", "checks", "duration"),
            )
            if name in data
        }
        return cls(
            **plain,
            outcome=Outcome(data["outcome"]),
            operations=tuple(OperationResult.from_json(o) for o in data.get("operations", ())),
            failures=tuple(Failure.from_json(f) for f in data.get("failures", ())),
            errors=tuple(ToolError.from_json(e) for e in data.get("errors", ())),
            warnings=tuple(data.get("warnings", ())),
            objectives=tuple(Objective.from_json(o) for o in data.get("objectives", ())),
        )


def _three(value: Json) -> tuple[int, int, int]:
    declared, met, broken = value or (0, 0, 0)
    return int(declared), int(met), int(broken)


def _seen(declared: str, statuses: Mapping[str, int]) -> bool:
    if declared == "default":
        return bool(statuses)
    if declared.upper().endswith("XX"):
        return any(s[0] == declared[0] for s in statuses)
    return declared in statuses

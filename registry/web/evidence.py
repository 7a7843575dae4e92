"""What a conformance run tried, ready for its page; whatever a summary leaves out is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registry.web.governance import words
from registry.web.moments import duration


@dataclass(frozen=True, slots=True)
class OperationRow:
    """One operation: how often it was called and what it answered."""

    operation: str
    requests: int
    failures: int
    statuses: tuple[tuple[str, int, bool], ...]
    """Status, how often, and whether the contract declares it."""
    unseen: tuple[str, ...]
    """Declared statuses that never came."""
    p95: str
    skipped: str


@dataclass(frozen=True, slots=True)
class Tried:
    """The whole of it."""

    counts: tuple[tuple[str, str], ...]
    operations: tuple[OperationRow, ...]
    checks: tuple[tuple[str, int], ...]
    warnings: tuple[str, ...]
    objectives: tuple[tuple[str, str, str, str, str], ...]
    """Name, operation, declared, measured, and what that means."""
    tools: str


def tried(summary: Mapping[str, Any], counted: str = "Requests sent") -> Tried:
    """The summary that ``conformance.evidence`` gives, or the progress of a run that goes on.

    ``counted`` names what its number of requests is: of a broker messages, of a table rows.
    """
    checks = mapping(summary.get("checks"))
    tools = mapping(summary.get("tools"))
    return Tried(
        counts=tuple(_counts(summary, counted)),
        operations=tuple(_operation(mapping(o)) for o in items(summary.get("operations"))),
        checks=tuple((words(str(k)), number(v)) for k, v in sorted(checks.items())),
        warnings=tuple(
            str(w) for w in (*items(summary.get("errors")), *items(summary.get("warnings")))
        ),
        objectives=tuple(map(_objective, map(mapping, items(summary.get("objectives"))))),
        tools=", ".join(f"{name} {version}" for name, version in sorted(tools.items())),
    )


def _objective(stated: Mapping[str, Any]) -> tuple[str, str, str, str, str]:
    texts = (str(stated.get(key, "")) for key in ("name", "operation", "declared", "measured"))
    kept = stated.get("kept")
    word = "kept" if kept else "missed"
    if kept is None:
        word = f"not enough: {number(stated.get('samples'))} of {number(stated.get('needed'))}"
    name, operation, declared, measured = texts
    return name, operation or "all", declared, measured, word


def index_parts(summary: Mapping[str, Any]) -> tuple[tuple[str, int, int, int], ...]:
    """The parts of the conformance index: name, percent, how many, of how many."""
    return tuple(
        (
            str(part.get("name", "")),
            round(float(part.get("share") or 0) * 100),
            number(part.get("counted")),
            number(part.get("of")),
        )
        for part in map(mapping, items(summary.get("index")))
    )


def progress(summary: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """How far a run is that goes on: the last event of each kind."""
    events = mapping(summary.get("progress"))
    started, phase = mapping(events.get("started")), mapping(events.get("phase"))
    operation, failure = mapping(events.get("operation")), mapping(events.get("failure"))
    failure = mapping(failure.get("failure"))
    read = mapping(events.get("messages"))
    found = (
        ("Operations", started.get("operations")),
        ("Phase", phase.get("phase")),
        ("Now", operation.get("operation")),
        ("Requests so far", operation.get("requests")),
        ("Last failure", failure.get("title")),
        (f"{str(read.get('what', '')).capitalize()} read", read.get("taken")),
        ("Now at", read.get("where")),
        ("Causes of failure", read.get("causes")),
    )
    return tuple((label, str(value)) for label, value in found if value not in (None, ""))


def _counts(summary: Mapping[str, Any], counted: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if "requests" in summary:
        found.append((counted, f"{number(summary['requests']):,}"))
    coverage = mapping(summary.get("coverage"))
    operations, statuses = mapping(coverage.get("operations")), mapping(coverage.get("statuses"))
    if operations:
        exercised, declared = (
            number(operations.get("exercised")),
            number(operations.get("declared")),
        )
        found.append(("Operations exercised", f"{exercised} of {declared}"))
    if statuses:
        seen, declared = number(statuses.get("seen")), number(statuses.get("declared"))
        found.append(("Declared answers seen", f"{seen} of {declared}"))
    if number(summary.get("refused")):
        found.append(("Refused by the environment's rules", str(number(summary["refused"]))))
    if isinstance(summary.get("duration"), (int, float)):
        found.append(("Duration", duration(float(summary["duration"]))))
    if "seed" in summary:
        found.append(("Seed", str(summary["seed"])))
    return found


def _operation(row: Mapping[str, Any]) -> OperationRow:
    declared = [str(s) for s in items(row.get("declared"))]
    seen = {str(s): number(n) for s, n in mapping(row.get("statuses")).items()}
    p95 = row.get("p95")
    return OperationRow(
        operation=str(row.get("operation", "")),
        requests=number(row.get("requests")),
        failures=number(row.get("failures")),
        statuses=tuple((s, n, _is_declared(s, declared)) for s, n in sorted(seen.items())),
        unseen=tuple(d for d in declared if not any(_is_declared(s, [d]) for s in seen)),
        p95=duration(float(p95)) if isinstance(p95, (int, float)) else "",
        skipped=str(row.get("skipped") or ""),
    )


def _is_declared(status: str, declared: Sequence[str]) -> bool:
    wide = {status, f"{status[:1]}XX", "default"}
    return bool(wide & set(declared))


def mapping(value: Any) -> Mapping[str, Any]:
    """``value`` if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def items(value: Any) -> Sequence[Any]:
    """``value`` if it is a list, else an empty one."""
    return value if isinstance(value, (list, tuple)) else ()


def number(value: Any) -> int:
    """``value`` if it is a number, else 0."""
    return int(value) if isinstance(value, (int, float)) else 0

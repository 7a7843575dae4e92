"""How a contract was kept over time: its runs by place, system and suite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registry.domain import Contract, Principal, Run, RunStatus
from registry.services.authorization import Action, authorize
from registry.services.ports import RunFilter, UnitOfWork

LOOKED_BACK = 500
"""Runs of the contract that are looked at, newest first."""
SHOWN = 60
"""Runs of one series."""
PROOF = (RunStatus.PASSED, RunStatus.FAILED)


@dataclass(frozen=True, slots=True)
class IndexPart:
    """One part of a run's conformance index: ``share`` from 0 to 1, and the numbers behind it."""

    name: str
    share: float
    counted: int
    of: int


@dataclass(frozen=True, slots=True)
class Point:
    """One finished run."""

    run: str
    at: datetime
    status: RunStatus
    number: str
    system_version: str
    failures: int
    requests: int
    """Requests sent, messages or rows read."""
    index: tuple[IndexPart, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """The runs of one suite against one system in one environment, oldest first."""

    environment: str
    system: str
    suite: str
    points: tuple[Point, ...]
    proofs: int
    """Those that passed or failed; the others prove nothing."""
    pass_rate: float | None
    """Share of the proofs that passed; None where there is none."""


@dataclass(frozen=True, slots=True)
class Trend:
    """Every series of a contract, the last active first."""

    contract: Contract
    series: Sequence[Series]


def view_trend(contract: str, uow: UnitOfWork, caller: Principal) -> Trend:
    """At most sixty runs of each series, of the last five hundred of the contract.

    Raises:
        NotFound: no such contract.
    """
    authorize(caller, Action.READ)
    with uow.read() as store:
        found = store.contracts.get(contract)
        runs, _ = store.runs.search(RunFilter(contract=contract), limit=LOOKED_BACK, offset=0)
    groups: dict[tuple[str, str, str], list[Run]] = {}
    for run in runs:
        if run.status.final and run.finished_at is not None:
            groups.setdefault((run.environment, run.system, run.suite), []).append(run)
    return Trend(found, [_series(key, items[:SHOWN]) for key, items in groups.items()])


def _series(key: tuple[str, str, str], newest_first: list[Run]) -> Series:
    points = tuple(_point(run) for run in reversed(newest_first))
    proofs = [p for p in points if p.status in PROOF]
    passed = sum(p.status is RunStatus.PASSED for p in proofs)
    rate = round(passed / len(proofs), 4) if proofs else None
    return Series(*key, points, len(proofs), rate)


def _point(run: Run) -> Point:
    requests = run.summary.get("requests")
    parts = run.summary.get("index")
    return Point(
        run=run.id,
        at=run.finished_at or run.requested_at,
        status=run.status,
        number=run.number,
        system_version=run.system_version,
        failures=run.failures_count,
        requests=requests if isinstance(requests, int) else 0,
        index=tuple(_part(p) for p in (parts if isinstance(parts, list) else ()) if _whole(p)),
    )


def _whole(part: Any) -> bool:
    """A registry may be given any summary; what is no part of an index is left out."""
    return isinstance(part, Mapping) and all(
        isinstance(part.get(name), int | float) for name in ("share", "counted", "of")
    )


def _part(part: Mapping[str, Any]) -> IndexPart:
    share = min(1.0, max(0.0, float(part["share"])))
    return IndexPart(str(part.get("name", "")), share, int(part["counted"]), int(part["of"]))

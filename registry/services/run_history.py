"""What became of each failure since the runs before: new, known, fixed or flaky."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from registry.domain import Run, RunFailure, RunStatus
from registry.services.ports import Store

LOOKED_BACK = 10
"""How many earlier proofs of the same suite are looked at."""
PROOF = (RunStatus.PASSED, RunStatus.FAILED)


class Standing(StrEnum):
    """A failure seen against the runs before."""

    NEW = "new"
    """The proof before this one did not have it."""
    KNOWN = "known"
    """The proof before this one had it too."""
    FIXED = "fixed"
    """The proof before had it; this one called the operation and did not see it."""
    FLAKY = "flaky"
    """It comes and goes although neither the document nor the system's version changed."""


@dataclass(frozen=True, slots=True)
class FailureHistory:
    """One cause over time; ``seen`` of ``looked`` runs had it, this one included."""

    cause: str
    check: str
    operation: str
    title: str
    severity: str
    standing: Standing
    first_run: str
    first_seen: datetime
    seen: int
    looked: int


def history(run: Run, failures: Sequence[RunFailure], store: Store) -> tuple[FailureHistory, ...]:
    """Every cause of this run and of the proof before it, heaviest standing first.

    Runs that prove nothing do not count, and no failure is fixed whose operation was not called.
    """
    if not run.status.final or run.finished_at is None:
        return ()
    before = store.runs.proofs_like(run, LOOKED_BACK)
    found = store.runs.failures_of(r.id for r in before)
    seen = [(r, {f.key: f for f in found[r.id]}) for r in reversed(before)]
    mine = {f.key: f for f in failures}
    seen.append((run, mine))
    last = seen[-2][1] if before else {}
    called = _called(run)
    result = []
    for key, failure in {**last, **mine}.items():
        standing = _standing(key, failure, mine, last, called, proof=run.status in PROOF)
        if _flaky(key, failure, run, seen) and (key in mine or standing is not None):
            standing = Standing.FLAKY
        if standing is not None:
            result.append(_entry(key, failure, standing, seen))
    return tuple(sorted(result, key=lambda h: (_ORDER.index(h.standing), h.operation, h.check)))


_ORDER = (Standing.NEW, Standing.FLAKY, Standing.KNOWN, Standing.FIXED)


def _standing(
    key: str,
    failure: RunFailure,
    mine: Mapping[str, RunFailure],
    last: Mapping[str, RunFailure],
    called: frozenset[str],
    *,
    proof: bool,
) -> Standing | None:
    if key in mine:
        return Standing.KNOWN if key in last else Standing.NEW
    where = set(failure.operations or (failure.operation,))
    return Standing.FIXED if proof and where <= called else None


def _flaky(
    key: str,
    failure: RunFailure,
    run: Run,
    seen: Sequence[tuple[Run, Mapping[str, RunFailure]]],
) -> bool:
    """Whether it changed twice or more while nothing else did; runs that did not look are mute."""
    where = set(failure.operations or (failure.operation,))
    same = [
        key in found
        for r, found in seen
        if (r.sha256, r.system_version) == (run.sha256, run.system_version)
        and (key in found or where <= _called(r))
    ]
    return sum(a != b for a, b in pairwise(same)) > 1


def _entry(
    key: str,
    failure: RunFailure,
    standing: Standing,
    seen: Sequence[tuple[Run, Mapping[str, RunFailure]]],
) -> FailureHistory:
    had = [r for r, found in seen if key in found]
    first = had[0]
    return FailureHistory(
        cause=key,
        check=failure.check,
        operation=failure.operation,
        title=failure.title,
        severity=failure.severity,
        standing=standing,
        first_run=first.id,
        first_seen=first.finished_at or first.requested_at,
        seen=len(had),
        looked=len(seen),
    )


def _called(run: Run) -> frozenset[str]:
    rows = run.summary.get("operations")
    return frozenset(
        str(row.get("operation"))
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, Mapping) and row.get("statuses")
    )

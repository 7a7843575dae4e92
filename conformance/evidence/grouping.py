"""Four hundred symptoms of one broken serializer are one failure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from conformance.evidence.failure import Failure, RecordedRequest, cause_id


class Causes:
    """Collects failures, keeps the best example of every cause and counts the rest."""

    def __init__(self) -> None:
        self._first: dict[str, Failure] = {}
        self._count: dict[str, int] = {}
        self._operations: dict[str, dict[str, None]] = {}
        self._checks: dict[str, dict[str, None]] = {}

    def is_better(self, failure: Failure, request: RecordedRequest | None) -> bool:
        """Whether a failure with this request would be kept as the example of its cause."""
        known = self._first.get(failure.cause)
        return known is None or _size(replace(failure, request=request)) < _size(known)

    def add(self, failure: Failure) -> bool:
        """Count a failure; True when its cause is new."""
        cause = failure.cause
        seen = self._operations.setdefault(cause, {})
        for operation in failure.operations or (failure.operation,):
            seen[operation] = None
        self._checks.setdefault(cause, {})[failure.check] = None
        self._count[cause] = self._count.get(cause, 0) + failure.count
        known = self._first.get(cause)
        if known is None or _size(failure) < _size(known):
            self._first[cause] = failure
        return known is None

    def complete(self, cause: str, **changes: Any) -> None:
        """Add what is costly to have to the example kept of a cause."""
        self._first[cause] = replace(self._first[cause], **changes)

    def failures(self) -> tuple[Failure, ...]:
        """One failure per cause, heaviest first, then by operation and check."""
        merged = (
            replace(
                first,
                count=self._count[cause],
                operations=tuple(self._operations[cause]),
                related=tuple(c for c in self._checks[cause] if c != first.check),
            )
            for cause, first in self._first.items()
        )
        return tuple(sorted(merged, key=_order))


def group(failures: Iterable[Failure]) -> tuple[Failure, ...]:
    """One failure per cause, with how often and where it was seen."""
    causes = Causes()
    for failure in failures:
        causes.add(failure)
    return causes.failures()


UNCHECKED = "negative_data_rejection"
MANY = 4
"""So many broken constraints of one body that were let through mean that nobody looks at it."""


def collapsed(failures: Iterable[Failure]) -> tuple[Failure, ...]:
    """The same failures, those of a body that is not validated at all as the one cause it is."""
    kept: list[Failure] = []
    bodies: dict[str, list[Failure]] = {}
    for failure in failures:
        body = failure.check == UNCHECKED and failure.place is not None
        if body and failure.request is not None and failure.request.body is not None:
            bodies.setdefault(failure.operation, []).append(failure)
        else:
            kept.append(failure)
    for operation, found in bodies.items():
        if len(found) < MANY:
            kept += found
            continue
        places = dict.fromkeys(f.place.pointer for f in found if f.place is not None)
        listed = "\n".join(f"- {pointer}" for pointer in places)
        first = found[0]
        kept.append(
            replace(
                first,
                title="The body of requests is not checked",
                message=f"{len(found)} constraints of the body were broken, one at a time, and "
                f"every time the request was accepted:\n{listed}"[:4000],
                cause=cause_id(UNCHECKED, operation, "body"),
                count=sum(f.count for f in found),
                operations=tuple(dict.fromkeys(o for f in found for o in f.operations)),
                related=tuple(dict.fromkeys(r for f in found for r in f.related)),
            )
        )
    return tuple(sorted(kept, key=_order))


def _order(failure: Failure) -> tuple[int, str, str, str]:
    return failure.severity.rank, failure.operation, failure.check, failure.cause


def _size(failure: Failure) -> tuple[int, int, int]:
    """Heavier first, then shorter: the example a reader wants to see."""
    if failure.request is None:
        return (failure.severity.rank, 1 << 30, 0)
    request = failure.request
    return (failure.severity.rank, len(request.body or ""), len(request.url))

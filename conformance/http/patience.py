"""An endpoint that hangs costs a few waits, not the run; a target that hangs ends it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from conformance.evidence import Failure, Severity, cause_id
from conformance.http.conformity import path_values
from conformance.http.operations import Operation
from contracts.verdict import Place

GIVE_UP_AFTER = 3
"""So many requests in a row without an answer, and an operation is not called any more."""
DOUBT_AFTER = 3
"""So many operations that time out in a row, without any answer between, may mean a hung target."""
TITLES = {
    "timeout": "No answer in time",
    "closed": "Connection closed without an answer",
    "unreadable": "Unreadable answer",
}


@dataclass(slots=True)
class Patience:
    """Counts unanswered requests by operation. Safe to use from any thread."""

    operations: tuple[Operation, ...]
    _silent: dict[str, int] = field(default_factory=dict)
    _in_a_row: dict[str, None] = field(default_factory=dict)
    """Operations given up since the last answer of any."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def operation_of(self, method: str, url: str) -> Operation | None:
        """Which operation a request is for; concrete paths win over templates."""
        path = urlsplit(url).path
        fitting = [
            o
            for o in self.operations
            if o.method == method and path_values(o.path, path) is not None
        ]
        return min(fitting, key=lambda o: o.path.count("{"), default=None)

    def given_up(self, method: str, url: str) -> str | None:
        """Why a request is not worth sending; None if it is."""
        if not self._silent:
            return None
        operation = self.operation_of(method, url)
        if operation is None or self._silent.get(operation.label, 0) < GIVE_UP_AFTER:
            return None
        return f"{operation.label} answered none of {GIVE_UP_AFTER} requests"

    def answered(self, method: str, url: str) -> None:
        """There was an answer: the operation, and the target, are alive."""
        if not self._silent:
            return
        operation = self.operation_of(method, url)
        with self._lock:
            self._in_a_row.clear()
            if operation is not None:
                self._silent.pop(operation.label, None)

    def unanswered(self, method: str, url: str, kind: str) -> None:
        """There was none, or only a part of one."""
        operation = self.operation_of(method, url)
        if operation is not None:
            with self._lock:
                count = self._silent[operation.label] = self._silent.get(operation.label, 0) + 1
                if kind == "timeout" and count >= GIVE_UP_AFTER:
                    self._in_a_row[operation.label] = None

    @property
    def silent(self) -> tuple[str, ...]:
        """Operations that are not called any more."""
        return tuple(n for n, count in self._silent.items() if count >= GIVE_UP_AFTER)

    def doubtful(self) -> bool:
        """Whether so many operations went silent in a row that somebody should look; asked once."""
        with self._lock:
            if len(self._in_a_row) < min(DOUBT_AFTER, len(self.operations)):
                return False
            self._in_a_row.clear()
            return True


def unanswered_failure(operation: Operation, kind: str, message: str) -> Failure:
    """A request that got no whole answer, as a broken promise."""
    return Failure(
        check="request_answered",
        title=TITLES[kind],
        message=message,
        operation=operation.label,
        severity=Severity.HIGH,
        cause=cause_id("request_answered", operation.label, kind),
        place=Place(operation.pointer),
    )

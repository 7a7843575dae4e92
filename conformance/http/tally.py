"""What a run has seen so far, complete at every moment: a run that is cut short still tells."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from conformance.evidence import Failure, OperationResult, RecordedRequest, ToolError
from conformance.evidence.grouping import Causes
from conformance.http.answer import Answer
from conformance.http.latency import percentile
from conformance.http.operations import Operation
from conformance.plan.suite import KnownFailure

MAX_TOOL_ERRORS = 50
LOST_AFTER = 25
"""So many refused signed-in requests in a row mean that the login is gone."""


@dataclass(slots=True)
class _Counts:
    requests: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    elapsed: deque[float] = field(default_factory=lambda: deque(maxlen=5000))
    skipped: str | None = None
    silent: int = 0


class Tally:
    """Counts answers, groups failures and notices a lost login. Safe to read from any thread."""

    def __init__(
        self,
        operations: tuple[Operation, ...],
        known: tuple[KnownFailure, ...] = (),
        excuse: Callable[[str, str], str | None] | None = None,
    ) -> None:
        self.operations = {o.label: o for o in operations}
        self.known = known
        self._excuse = excuse or (lambda _check, _operation: None)
        self._counts = {label: _Counts() for label in self.operations}
        self._causes = Causes()
        self._errors: dict[tuple[str, str], ToolError] = {}
        self._lock = threading.RLock()
        self.requests = 0
        self.checks: Counter[str] = Counter()
        self.warnings: dict[str, None] = {}
        self.captured: dict[str, list[Answer]] = {}
        self._refused_in_a_row = 0
        self._signed_in = False

    def answer(self, answer: Answer, *, signed_in: bool, positive: bool) -> None:
        """Count one answered request."""
        with self._lock:
            self.requests += 1
            counts = self._counts.get(answer.operation.label)
            if counts is not None:
                counts.requests += 1
                if answer.ordinary:
                    counts.statuses[answer.status] += 1
                    counts.elapsed.append(answer.response.elapsed)
            if signed_in:
                refused = answer.status == 401
                self._refused_in_a_row = self._refused_in_a_row + 1 if refused else 0
                self._signed_in = self._signed_in or not refused
        if answer.ordinary and 200 <= answer.status < 300:
            if answer.request.method == "DELETE":
                self._forget(urlsplit(answer.request.url).path)
            elif positive:
                self._capture(answer)

    def _capture(self, answer: Answer) -> None:
        kept = self.captured.setdefault(answer.operation.label, [])
        distinct = all(
            (k.request.body, k.request.url) != (answer.request.body, answer.request.url)
            for k in kept
        )
        if len(kept) < 4 and distinct:
            kept.append(answer)

    def _forget(self, path: str) -> None:
        """A deleted resource is no example of a created one."""
        for label, kept in self.captured.items():
            self.captured[label] = [
                k for k in kept if urlsplit(k.response.header("Location") or "").path != path
            ]

    def sent_without_answer(self, label: str) -> None:
        """Count a request that never got an answer."""
        with self._lock:
            self.requests += 1
            if label in self._counts:
                self._counts[label].requests += 1

    def silent(self, label: str) -> None:
        """Count a request that got no whole answer."""
        with self._lock:
            self._counts[label].silent += 1

    def samples(self) -> Mapping[str, list[float]]:
        """Answer times by operation, in seconds, for whoever puts several processes together."""
        with self._lock:
            return {n: [round(s, 5) for s in c.elapsed] for n, c in self._counts.items()}

    def is_better(self, failure: Failure, request: RecordedRequest) -> bool:
        """Whether it is worth completing: its cause is new, or its example shorter."""
        with self._lock:
            return self._causes.is_better(failure, request)

    def failure(self, failure: Failure) -> bool:
        """Count a failure; True when its cause is new."""
        with self._lock:
            return self._causes.add(failure)

    def error(self, error: ToolError) -> None:
        """Keep a tool error once; beyond a bound further ones are dropped."""
        with self._lock:
            if len(self._errors) < MAX_TOOL_ERRORS:
                self._errors.setdefault((error.title, error.operation or ""), error)

    def warn(self, text: str) -> None:
        """Keep a warning once."""
        self.warnings[text] = None

    def skip(self, label: str, reason: str) -> None:
        """Note why an operation was not called."""
        if label in self._counts:
            self._counts[label].skipped = reason

    @property
    def login_lost(self) -> bool:
        """Whether the target stopped accepting (or never accepted) our credential."""
        return self._refused_in_a_row >= LOST_AFTER

    @property
    def login_ever_worked(self) -> bool:
        """Whether at least one signed-in request was let in."""
        return self._signed_in

    def failures(self) -> tuple[Failure, ...]:
        """One failure per cause, expected ones marked with their reason."""
        from dataclasses import replace

        with self._lock:
            grouped = self._causes.failures()
        return tuple(
            replace(f, known=self._excuse(f.check, f.operation) or f.known) for f in grouped
        )

    def errors(self) -> tuple[ToolError, ...]:
        """Tool errors, each once."""
        with self._lock:
            return tuple(self._errors.values())

    def results(self) -> tuple[OperationResult, ...]:
        """One line per operation of the contract."""
        failed: Counter[str] = Counter()
        for failure in self.failures():
            failed.update(failure.operations)
        with self._lock:
            return tuple(
                OperationResult(
                    operation=label,
                    requests=c.requests,
                    statuses={str(s): n for s, n in sorted(c.statuses.items())},
                    declared=tuple(self.operations[label].responses),
                    failures=failed[label],
                    skipped=c.skipped if not c.statuses else None,
                    p95=percentile(c.elapsed),
                    unanswered=c.silent,
                )
                for label, c in self._counts.items()
            )

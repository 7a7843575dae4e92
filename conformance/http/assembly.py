"""Events of a run, put together to its evidence; complete at any moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from conformance.evidence import Failure, OperationResult, Outcome, Run, ToolError
from conformance.evidence.grouping import Causes
from conformance.http.latency import latency_failures
from conformance.plan import Suite
from contracts.verdict import Place

if TYPE_CHECKING:
    from conformance.evidence import Contract


def instant(moment: dt.datetime) -> str:
    """An RFC 3339 instant in UTC."""
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(slots=True)
class Assembly:
    """What is known about a run so far, and what it amounts to."""

    suite: Suite
    document: Contract
    target: str
    environment: str
    contract: str
    system: str
    system_version: str
    run_id: str
    started_at: dt.datetime
    cancelled: bool = False
    _finished: dict[str, Any] | None = None
    _so_far: dict[str, Any] = field(default_factory=dict)
    _failures: Causes = field(default_factory=Causes)
    _trouble: str = ""
    _reachable: bool = True

    def take(self, event: Mapping[str, Any]) -> None:
        """Note one event of the child."""
        kind = event["event"]
        if kind == "finished":
            self._finished = dict(event)
        elif kind == "so_far":
            self._so_far = dict(event)
        elif kind == "failure":
            self._failures.add(Failure.from_json(event["failure"]))
        elif kind == "fatal":
            self._trouble = f"{event['title']}: {event['message']}"

    def interrupted(self, why: str) -> None:
        """The run was ended from outside."""
        self._trouble = self._trouble or why

    def ended(self, status: int) -> None:
        """The child is gone; without a last word that is an error."""
        if self._finished is None and not self._trouble and not self.cancelled:
            self._trouble = (
                f"the generator was ended by signal {-status} (out of memory or CPU time?)"
                if status < 0
                else f"the generator ended with status {status} before it had finished"
            )

    def nothing_to_do(self, at: dt.datetime) -> Run:
        """A run whose suite selects no operation."""
        return self._run(
            Outcome.INCONCLUSIVE, "the suite selects no operation of the contract", {}, (), at
        )

    def not_reached(self, problem: str, at: dt.datetime) -> Run:
        """A run whose target is not there."""
        return self._run(Outcome.INCONCLUSIVE, f"target not reachable: {problem}", {}, (), at)

    def run(self, at: dt.datetime) -> Run:
        """The evidence."""
        seen = self._finished or {}
        found = (
            tuple(Failure.from_json(f) for f in seen["failures"])
            if seen
            else self._failures.failures()
        )
        kept = seen or self._so_far
        results = tuple(OperationResult.from_json(o) for o in kept.get("operations", ()))
        found += latency_failures(self.suite, results, self.document.data)
        failures = tuple(self._excused(self._placed(f), at.date()) for f in found)
        outcome, reason = self._verdict(seen, failures, results)
        return self._run(outcome, reason, kept, failures, at, results)

    def _verdict(
        self,
        seen: Mapping[str, Any],
        failures: tuple[Failure, ...],
        results: tuple[OperationResult, ...],
    ) -> tuple[Outcome, str]:
        stopped = seen.get("stopped", "")
        unexpected = [f for f in failures if f.known is None]
        if self.cancelled or stopped == "cancelled":
            return Outcome.CANCELLED, "cancelled"
        if self._trouble or not seen:
            return Outcome.ERROR, self._trouble or "the run ended without a result"
        if stopped == "login lost":
            word = "stopped accepting" if seen.get("signed_in") else "never accepted"
            return Outcome.INCONCLUSIVE, f"the target {word} the credential of the suite"
        if stopped == "target gone":
            return Outcome.INCONCLUSIVE, "the target stopped answering in the middle of the run"
        if unexpected:
            noun = "cause" if len(unexpected) == 1 else "causes"
            return Outcome.FAILED, f"{len(unexpected)} {noun} of failure"
        asked = [r for r in results if r.skipped is None]
        if asked and _locked_out(asked):
            return (
                Outcome.INCONCLUSIVE,
                "nearly every request was answered 401 or 403: give the suite a credential",
            )
        silent = [r for r in asked if not r.exercised]
        if asked and len(silent) == len(asked):
            return Outcome.INCONCLUSIVE, "no request was answered"
        if stopped == "time budget" and silent:
            return (
                Outcome.INCONCLUSIVE,
                f"the time budget ended before {len(silent)} of {len(asked)} operations came",
            )
        if seen.get("errors") and silent:
            return Outcome.INCONCLUSIVE, f"{len(silent)} operations could not be tested"
        return Outcome.PASSED, ""

    def _placed(self, failure: Failure) -> Failure:
        if failure.place is None:
            return failure
        pointer = failure.place.pointer
        line = self.document.line(pointer)
        return failure.with_place(Place(pointer, line, self.document.name))

    def _excused(self, failure: Failure, today: dt.date) -> Failure:
        for known in self.suite.known_failures:
            if all(known.covers(failure.check, o, today) for o in failure.operations):
                reason = f"{known.reason} ({known.owner}, until {known.expires.isoformat()})"
                return replace(failure, known=reason)
        return failure

    def _run(
        self,
        outcome: Outcome,
        reason: str,
        seen: Mapping[str, Any],
        failures: tuple[Failure, ...],
        at: dt.datetime,
        results: tuple[OperationResult, ...] = (),
    ) -> Run:
        return Run(
            id=self.run_id,
            suite=self.suite.name,
            contract=self.contract,
            sha256=self.document.sha256,
            environment=self.environment,
            target=self.target,
            started_at=instant(self.started_at),
            finished_at=instant(at),
            outcome=outcome,
            reason=reason,
            system=self.system,
            system_version=self.system_version,
            seed=self.suite.seed,
            tools={**seen.get("tools", {}), **_own_version()},
            operations=results,
            failures=failures,
            errors=tuple(ToolError.from_json(e) for e in seen.get("errors", ())),
            warnings=tuple(seen.get("warnings", ())),
            requests=int(seen.get("requests", 0)),
            refused=int(seen.get("refused", 0)),
            checks=dict(seen.get("checks", {})),
            duration=float(seen.get("duration", 0.0)),
        )


def _locked_out(results: list[OperationResult]) -> bool:
    """Whether nobody got in: no success anywhere, and 401 and 403 are most of the answers."""
    answers: dict[str, int] = {}
    for result in results:
        for status, count in result.statuses.items():
            answers[status] = answers.get(status, 0) + count
    refused = answers.get("401", 0) + answers.get("403", 0)
    total = sum(answers.values())
    return total > 0 and not any(s[0] == "2" for s in answers) and refused > total / 2


def _own_version() -> dict[str, str]:
    try:
        return {"interlock": version("interlock")}
    except ModuleNotFoundError:
        return {}

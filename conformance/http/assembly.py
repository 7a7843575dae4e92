"""Events of a run, put together to its evidence; complete at any moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from conformance.evidence import Failure, OperationResult, Outcome, Run, ToolError
from conformance.evidence.grouping import Causes, collapsed
from conformance.http.latency import objective_failures, objectives
from conformance.http.merging import merged
from conformance.http.operations import operations
from conformance.http.sound import Problem
from conformance.plan import Suite
from contracts.verdict import Json, Place

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
    document_problems: tuple[Problem, ...] = ()
    _finished: dict[int, dict[str, Any]] = field(default_factory=dict)
    _so_far: dict[int, dict[str, Any]] = field(default_factory=dict)
    _failures: dict[int, Causes] = field(default_factory=dict)
    _trouble: str = ""

    def take(self, number: int, event: Mapping[str, Any]) -> None:
        """Note one event of one of the processes."""
        kind = event["event"]
        if kind == "finished":
            self._finished[number] = dict(event)
        elif kind == "so_far":
            self._so_far[number] = dict(event)
        elif kind == "failure":
            causes = self._failures.setdefault(number, Causes())
            causes.add(Failure.from_json(event["failure"]))
        elif kind == "fatal":
            self.interrupted(f"{event['title']}: {event['message']}")
        elif kind == "lost" and event["trouble"] and number not in self._finished:
            self.interrupted(event["trouble"])

    def interrupted(self, why: str) -> None:
        """The run was ended from outside, or by a process that broke."""
        self._trouble = self._trouble or why

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
        seen = merged(list(self._finished.values()))
        kept = merged([*self._finished.values(), *self._unfinished(self._so_far)])
        found = self._found()
        results = tuple(OperationResult.from_json(o) for o in kept.get("operations", ()))
        measured = objectives(self.suite, results)
        found += objective_failures(measured, self.document.data)
        if not any(r.exercised for r in results):
            found = tuple(f for f in found if f.check != "request_answered")
        failures = tuple(self._excused(self._placed(f), at.date()) for f in collapsed(found))
        outcome, reason = self._verdict(seen, failures, results)
        return self._run(outcome, reason, kept, failures, at, results)

    def _unfinished(self, told: Mapping[int, Any]) -> list[Any]:
        return [what for number, what in told.items() if number not in self._finished]

    def _found(self) -> tuple[Failure, ...]:
        causes = Causes()
        for number in sorted(self._finished.keys() | self._failures.keys()):
            if number in self._finished:
                told = self._finished[number]["failures"]
                failures = tuple(Failure.from_json(failure) for failure in told)
            else:
                failures = self._failures[number].failures()
            for failure in failures:
                causes.add(failure)
        return causes.failures()

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
        if stopped == "no token":
            return Outcome.INCONCLUSIVE, f"no credential: {seen['trouble']}"
        if stopped == "target gone":
            return Outcome.INCONCLUSIVE, "the target stopped answering in the middle of the run"
        if stopped == "target hangs":
            return Outcome.INCONCLUSIVE, "the target takes connections and does not answer"
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
        if seen.get("errors"):
            return Outcome.INCONCLUSIVE, _untested(seen["errors"], len(silent))
        unchecked = self._unchecked(results)
        if unchecked:
            parts = "part" if unchecked == 1 else "parts"
            return Outcome.INCONCLUSIVE, f"{unchecked} {parts} of the document could not be checked"
        return Outcome.PASSED, ""

    def _unchecked(self, results: tuple[OperationResult, ...]) -> int:
        """Broken parts of the document that concern what the suite calls."""
        left_out = {r.operation for r in results if r.skipped is not None}
        elsewhere = tuple(
            f"{o.pointer}/" for o in operations(self.document.data) if o.label in left_out
        )
        return sum(
            p.unchecked and not f"{p.pointer}/".startswith(elsewhere)
            for p in self.document_problems
        )

    def _problems(self) -> list[str]:
        """What is wrong with the document, each with its line."""
        told = []
        for problem in self.document_problems:
            line = self.document.line(problem.pointer)
            at = f"{self.document.name}:{line}" if line else self.document.name
            told.append((line or 0, f"{at}: {problem.message}"))
        return [sentence for _, sentence in sorted(told)]

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
            warnings=(*self._problems(), *seen.get("warnings", ())),
            requests=int(seen.get("requests", 0)),
            refused=int(seen.get("refused", 0)),
            checks=dict(seen.get("checks", {})),
            objectives=objectives(self.suite, results),
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


def _untested(errors: Sequence[Mapping[str, Json]], silent: int) -> str:
    """What the generator's own errors left out: a part that was not tested did not pass."""
    first = errors[0]["title"]
    if silent:
        noun = "operation" if silent == 1 else "operations"
        return f"{silent} {noun} could not be tested: {first}"
    noun = "error" if len(errors) == 1 else "errors"
    return f"the generator had {len(errors)} {noun}, so not everything was tested: {first}"

"""One suite being run: the engine's events become counts, failures and progress."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from schemathesis.engine import StopReason
from schemathesis.engine import events as engine

from conformance.evidence import (
    Failure,
    RecordedRequest,
    RecordedResponse,
    Redactor,
    ToolError,
    cause_id,
)
from conformance.http.answer import Answer
from conformance.http.checks import ANSWER_CHECKS
from conformance.http.checks.states import StateWatch
from conformance.http.conformity import RequestRules
from conformance.http.courtesy import Courtesy
from conformance.http.curl import curl
from conformance.http.generate import stream
from conformance.http.guard import Guard
from conformance.http.operations import Operation
from conformance.http.probes import Seeds, applicable
from conformance.http.probes.states import ForbiddenSteps
from conformance.http.sending import PlainSender
from conformance.http.tally import Tally
from conformance.http.translate import is_ordinary, is_positive, recorded, translate
from conformance.plan import Suite
from contracts.governance.states import MACHINES
from contracts.verdict import Json, Place

if TYPE_CHECKING:
    from schemathesis.engine.recorder import ScenarioRecorder

    from conformance.process.child import Channel

TELL_EVERY = 1.0
"""Seconds between two reports of what was seen so far."""
REFUSAL_TITLES = ("RequestRefused", "Not sent:")


class Execution:
    """Drives the engine and keeps the tally; :meth:`stop` works from any thread."""

    def __init__(
        self,
        *,
        suite: Suite,
        document: dict[str, Json],
        target: str,
        known: tuple[Operation, ...],
        selected: tuple[Operation, ...],
        credentials: dict[str, str],
        restricted: frozenset[str],
        guard: Guard,
        channel: Channel,
    ) -> None:
        self.suite = suite
        self.document = document
        self.target = target
        self.selected = selected
        self.credentials = credentials
        self.guard = guard
        self.channel = channel
        secrets = tuple(credentials.values()) + tuple(
            v.split(" ")[-1] for v in credentials.values()
        )
        self.redactor = Redactor(secrets, restricted)
        self.tally = Tally(known)
        self.stopped = ""
        self.phase = ""
        self._started = time.monotonic()
        self._told = self._started
        self._reported = threading.Event()
        self._labels = {o.label: o for o in known}
        chosen = {o.label for o in selected}
        for operation in known:
            if operation.label not in chosen:
                self.tally.skip(operation.label, "not part of the suite")
        self._watch: StateWatch | None = None
        self._rules = {o.label: RequestRules(o, document) for o in known}
        self._checks = [c for name, c in ANSWER_CHECKS.items() if name in suite.checks]
        machines = tuple(m for m in MACHINES if m.name in suite.states)
        if "state_transitions" in suite.checks and machines:
            self._watch = StateWatch(document, machines)
        self._stream: Any = None

    def run(self) -> None:
        """Send everything the suite asks for."""
        self.channel.send("started", operations=len(self.selected), seed=self.suite.seed)
        headers = {**dict(self.suite.headers), **self.credentials}
        suite = self._with_sound_auth_check()
        Courtesy(self.suite.seed).install()
        self._stream = stream(
            self.document, self.target, suite, self.selected, headers, self.guard.methods
        )
        if self.stopped:
            self._stream.stop()
        budget = threading.Timer(self.suite.time_budget, self.stop, args=("time budget",))
        budget.daemon = True
        budget.start()
        self._started = time.monotonic()
        for event in self._stream:
            self._take(event)
            if self.tally.login_lost and not self.stopped:
                self.stop("login lost")
        if not self.stopped:
            self._probe()
        budget.cancel()

    def stop(self, why: str) -> None:
        """Stop sending; the first reason counts."""
        self.stopped = self.stopped or why
        if self._stream is not None:
            self._stream.stop()

    def report(self) -> None:
        """Write down the result, once."""
        if self._reported.is_set():
            return
        self._reported.set()
        self.channel.send(
            "finished",
            stopped=self.stopped,
            operations=[r.to_json() for r in self.tally.results()],
            failures=[f.to_json() for f in self.tally.failures()],
            errors=[e.to_json() for e in self.tally.errors()],
            warnings=list(self.tally.warnings),
            requests=self.tally.requests,
            refused=self.guard.refused,
            checks=dict(self.tally.checks),
            duration=time.monotonic() - self._started,
            signed_in=self.tally.login_ever_worked,
            login_lost=self.tally.login_lost,
            tools={name: version(name) for name in ("schemathesis", "hypothesis")},
        )

    def _tell_so_far(self) -> None:
        """What a run that is ended by force has to show for itself."""
        now = time.monotonic()
        if now - self._told < TELL_EVERY:
            return
        self._told = now
        self.channel.send(
            "so_far",
            operations=[r.to_json() for r in self.tally.results()],
            requests=self.tally.requests,
            refused=self.guard.refused,
            checks=dict(self.tally.checks),
            duration=now - self._started,
        )

    def _with_sound_auth_check(self) -> Suite:
        """Leave ``ignored_auth`` out where the credential is not the one the contract declares.

        Otherwise removing it changes nothing and every operation looks open.
        """
        if "ignored_auth" not in self.suite.checks:
            return self.suite
        declared = _credential_headers(self.document)
        sent = {name.lower() for name in self.credentials}
        if sent and not sent <= declared:
            names = ", ".join(sorted(sent - declared))
            self.tally.warn(
                f"The suite signs in with {names}, which the contract does not declare; "
                "whether authentication is enforced was not checked"
            )
            kept = tuple(c for c in self.suite.checks if c != "ignored_auth")
            return self.suite.with_changes(checks=kept)
        return self.suite

    def _take(self, event: engine.EngineEvent) -> None:
        if isinstance(event, engine.ScenarioFinished):
            self._scenario(event.recorder, event.phase.value, event.label)
        elif isinstance(event, engine.PhaseStarted):
            self.phase = event.phase.name.value
            if event.phase.is_enabled:
                self.channel.send("phase", phase=self.phase)
        elif isinstance(event, engine.NonFatalError):
            self._tool_error(event.info.title, event.info.message, event.label)
        elif isinstance(event, engine.FatalError):
            self._tool_error(type(event.exception).__name__, str(event.exception), None)
        elif isinstance(event, engine.EngineFinished) and (
            event.stop_reason is StopReason.SERVER_UNAVAILABLE
        ):
            self.stopped = self.stopped or "target gone"

    def _tool_error(self, title: str, message: str, label: str | None) -> None:
        if any(mark in title or mark in message for mark in REFUSAL_TITLES):
            return  # counted by the guard
        operation = label if label in self._labels else None
        self.tally.error(ToolError(title, self.redactor.text(message)[:2000], operation))

    def _scenario(self, recorder: ScenarioRecorder, phase: str, label: str | None) -> None:
        for case_id, node in recorder.cases.items():
            interaction = recorder.interactions.get(case_id)
            operation = self._labels.get(node.value.operation.label)
            if interaction is None or operation is None:
                continue
            request, response = recorded(interaction)
            if response is None:
                self.tally.sent_without_answer(operation.label)
                continue
            answer = Answer(operation, request, response, is_ordinary(node.value))
            self.tally.answer(
                answer, signed_in=self._signed(request), positive=is_positive(node.value)
            )
            for check in self._checks:
                self.tally.checks[check.__name__] += 1
                for failure in check(answer):
                    self.found(failure, request, response, phase)
            if self._watch is not None:
                self.tally.checks["state_transitions"] += 1
                for failure in self._watch(answer):
                    self.found(failure, request, response, phase)
        for case_id, nodes in recorder.checks.items():
            for check_node in nodes:
                self.tally.checks[check_node.name] += 1
                info = check_node.failure_info
                if info is not None:
                    self._finding(recorder, case_id, check_node.name, info, phase)
        if label is not None:
            self.channel.send(
                "operation", operation=label, phase=phase, requests=self.tally.requests
            )
            self._tell_so_far()

    def _finding(
        self, recorder: ScenarioRecorder, case_id: str, check: str, info: Any, phase: str
    ) -> None:
        wanted = info.failure.case_id or case_id
        node, interaction = recorder.cases.get(wanted), recorder.interactions.get(wanted)
        if node is None or interaction is None:
            return
        operation = self._labels.get(node.value.operation.label)
        if operation is None:
            return
        request, response = recorded(interaction)
        if self._mistaken(check, operation, request):
            return
        failure = translate(check, info.failure, node.value, operation, self.document, response)
        if check == "negative_data_rejection":
            failure = self._missing_header(failure, operation, request)
        steps = tuple(step.curl for step in info.steps) if len(info.steps) > 1 else ()
        self.found(failure, request, response, phase, steps)

    def _mistaken(self, check: str, operation: Operation, request: RecordedRequest) -> bool:
        """Whether the generator was wrong about the request: the system is not to blame."""
        if check not in {"positive_data_acceptance", "negative_data_rejection"}:
            return False
        follows = not self._rules[operation.label].faults(request)
        if follows == (check == "positive_data_acceptance"):
            return False
        self.tally.checks["generator_mistakes"] += 1
        return True

    def _missing_header(
        self, failure: Failure, operation: Operation, request: RecordedRequest
    ) -> Failure:
        """Where a missing header is all that is wrong, that is the cause, whoever noticed."""
        faults = self._rules[operation.label].faults(request)
        if len(faults) != 1 or faults[0][1] != "is missing":
            return failure
        parameter = operation.parameter(faults[0][0])
        if parameter is None:
            return failure
        cause = cause_id("missing-header", parameter.pointer, "")
        return replace(failure, cause=cause, place=Place(parameter.pointer))

    def found(
        self,
        failure: Failure,
        request: RecordedRequest,
        response: RecordedResponse | None,
        phase: str,
        steps: tuple[str, ...] = (),
    ) -> None:
        """Count a failure; the first of a cause is redacted, completed and told at once."""
        if not self.tally.is_better(failure, request):
            self.tally.failure(failure)
            return
        redactor = self.redactor.knowing(request.body, response.body if response else None)
        clean = _clean_request(request, redactor)
        whole = replace(
            failure,
            message=redactor.body(failure.message),
            request=clean,
            response=_clean_response(response, redactor) if response else None,
            curl=curl(clean),
            steps=tuple(redactor.body(s) for s in steps),
            phase=failure.phase or phase,
        )
        if self.tally.failure(whole):
            self.channel.send("failure", failure=whole.to_json())

    def _signed(self, request: RecordedRequest) -> bool:
        return bool(self.credentials) and all(
            request.header(name) == value for name, value in self.credentials.items()
        )

    def _probe(self) -> None:
        probes = {**applicable(self.suite.checks)}
        if self._watch is not None:
            machines = tuple(m for m in MACHINES if m.name in self.suite.states)
            probes["state_transitions"] = ForbiddenSteps(self.document, machines, self._watch)
        if not probes:
            return
        self.channel.send("phase", phase="probes")
        sender = PlainSender(self.suite.request_timeout)
        for operation in self.selected:
            seeds = Seeds(self.tally.captured.get(operation.label, ()), self.suite.seed)
            for name, probe in probes.items():
                if self.stopped:
                    return
                self.tally.checks[name] += bool(seeds.answers)
                for finding in probe(operation, seeds, sender):
                    self.found(finding.failure, finding.request, finding.response, "probes")


def _clean_request(request: RecordedRequest, redactor: Redactor) -> RecordedRequest:
    return RecordedRequest(
        request.method,
        redactor.url(request.url),
        redactor.headers(request.headers),
        redactor.body(request.body) if request.body is not None else None,
    )


def _clean_response(response: RecordedResponse, redactor: Redactor) -> RecordedResponse:
    return RecordedResponse(
        response.status,
        redactor.headers(response.headers),
        redactor.body(response.body) if response.body is not None else None,
        response.elapsed,
    )


def _credential_headers(document: dict[str, Json]) -> set[str]:
    components = document.get("components")
    schemes = components.get("securitySchemes") if isinstance(components, dict) else None
    names: set[str] = set()
    for scheme in (schemes or {}).values():
        if not isinstance(scheme, dict):
            continue
        if scheme.get("type") == "apiKey" and scheme.get("in") == "header":
            names.add(str(scheme.get("name")).lower())
        else:
            names.add("authorization")
    return names

"""One suite being run: the engine's events become counts, failures and progress."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from schemathesis.engine import StopReason
from schemathesis.engine import events as engine

from conformance.evidence import OperationResult, RecordedRequest, Redactor, ToolError
from conformance.http.answer import Answer
from conformance.http.checks import ANSWER_CHECKS
from conformance.http.checks.states import StateWatch
from conformance.http.constraints import Constraints
from conformance.http.courtesy import Courtesy
from conformance.http.findings import Findings
from conformance.http.generate import stream
from conformance.http.groups import Stage
from conformance.http.operations import Operation, credential_headers
from conformance.http.patience import unanswered_failure
from conformance.http.probes import Seeds, applicable
from conformance.http.probes.states import ForbiddenSteps
from conformance.http.sending import PlainSender
from conformance.http.tally import Tally
from conformance.http.translate import is_ordinary, is_positive, recorded
from conformance.http.wire import Wire
from conformance.plan import Suite
from contracts.governance.states import MACHINES
from contracts.verdict import Json

if TYPE_CHECKING:
    from schemathesis.engine.recorder import ScenarioRecorder

    from conformance.process.child import Channel

TELL_EVERY = 1.0
"""Seconds between two reports of what was seen so far."""
LISTEN = 0.2
"""Seconds between two looks, while waiting for the others, whether to stop."""
SHOWN = 5
"""So many records that were left behind are named."""
REFUSAL_TITLES = ("RequestRefused", "Not sent:")
NETWORK_TITLES = ("Network Error", "Unresponsive", "Unhealthy")
"""The engine's words for what :mod:`conformance.http.wire` tells better."""
NO_SEQUENCES = "Missing Open API links"
"""The share of a process holds no sequence: nothing is wrong."""


class Execution:
    """Drives the engine and keeps the tally; :meth:`stop` works from any thread.

    ``credentials`` are the headers generated requests carry, ``keys`` API keys elsewhere.
    """

    def __init__(
        self,
        *,
        suite: Suite,
        document: dict[str, Json],
        target: str,
        known: tuple[Operation, ...],
        selected: tuple[Operation, ...],
        credentials: Mapping[str, str],
        keys: Mapping[str, str],
        secrets: Sequence[str],
        restricted: frozenset[str],
        wire: Wire,
        channel: Channel,
    ) -> None:
        self.suite = suite
        self.document = document
        self.target = target
        self.selected = selected
        self.credentials = dict(credentials)
        self.keys = dict(keys)
        self.wire = wire
        self.channel = channel
        self.tally = Tally(known)
        self.labels = {o.label: o for o in known}
        redactor = Redactor(tuple(secrets), restricted)
        self.findings = Findings(document, self.labels, self.tally, redactor, channel)
        self.stopped = ""
        self.shared = False
        """Whether other processes work on the same run."""
        self.phase = ""
        self._started = time.monotonic()
        self._told = self._started
        self._reported = threading.Event()
        chosen = {o.label for o in selected}
        for operation in known:
            if operation.label not in chosen:
                self.tally.skip(operation.label, "not part of the suite")
        self._constraints = Constraints(document)
        self._watch: StateWatch | None = None
        self._checks = [c for name, c in ANSWER_CHECKS.items() if name in suite.checks]
        machines = tuple(m for m in MACHINES if m.name in suite.states)
        if "state_transitions" in suite.checks and machines:
            self._watch = StateWatch(document, machines)
        self._stream: Any = None

    def run(self, stages: Sequence[Stage], probes: Sequence[str]) -> None:
        """Send everything the suite asks for, stage by stage."""
        self.channel.send("started", operations=len(self.selected), seed=self.suite.seed)
        suite = self._with_sound_auth_check()
        Courtesy(self.suite.seed, self.wire.fence).install()
        budget = threading.Timer(self.suite.time_budget, self.stop, args=("time budget",))
        budget.daemon = True
        budget.start()
        self._started = time.monotonic()
        for number, stage in enumerate(stages):
            if number:
                self._wait()
            if stage.operations and stage.phases and not self.stopped:
                self._generate(suite.with_changes(phases=stage.phases), stage.operations)
        self._wait()
        self._probe([self.labels[label] for label in probes])
        budget.cancel()
        self._sweep()

    def _generate(self, suite: Suite, labels: Sequence[str]) -> None:
        chosen = set(labels)
        selected = tuple(o for o in self.selected if o.label in chosen)
        headers = {**dict(self.suite.headers), **self.credentials}
        self._stream = stream(
            self.document, self.target, suite, selected, headers, self.keys,
            self.wire.guard.methods,
        )  # fmt: skip
        if self.stopped:
            self._stream.stop()
        for event in self._stream:
            self._take(event)
            self._silences()
            if self.tally.login_lost and not self.stopped:
                self.stop("login lost")
            if self.wire.patience.doubtful() and not self.stopped and not self._alive():
                self.stop("target hangs")

    def _sweep(self) -> None:
        """Take away what was created, where the environment asks for it."""
        fence = self.wire.fence
        if fence is None or not fence.sandbox.cleanup or not fence.created:
            return
        if self.stopped == "cancelled":
            self.tally.warn(f"{len(fence.created)} test records were left behind: it was cancelled")
            return
        self.channel.send("phase", phase="cleanup")
        gone, left = fence.sweep(PlainSender(self.suite.request_timeout))
        if gone:
            self.tally.warn(f"{gone} test records were taken away again")
        if left:
            shown = "; ".join(left[:SHOWN]) + ("; …" if len(left) > SHOWN else "")
            self.tally.warn(f"{len(left)} test records were left behind: {shown}")

    def _alive(self) -> bool:
        """Whether the target answers anything at all at its own address."""
        if "GET" not in self.wire.guard.methods:
            return True
        asked = RecordedRequest("GET", self.target, tuple(self.credentials.items()))
        return PlainSender(self.suite.request_timeout)(asked) is not None

    def _wait(self) -> None:
        """Until the other processes are as far: what they do must not disturb what comes."""
        if not self.shared:
            return
        self.channel.send("ready")
        while not self.stopped:
            try:
                self.channel.heard.get(timeout=LISTEN)
            except queue.Empty:
                continue
            return

    def stop(self, why: str) -> None:
        """Stop sending; the first reason counts."""
        self.stopped = self.stopped or why
        if self._stream is not None:
            self._stream.stop()

    def _is_stopped(self) -> bool:
        return bool(self.stopped)

    def report(self) -> None:
        """Write down the result, once."""
        if self._reported.is_set():
            return
        self._reported.set()
        silent = self.wire.patience.silent
        for label in silent:
            self.tally.warn(f"{label} gave no answer again and again; it was not called any more")
        self.channel.send(
            "finished",
            stopped=self.stopped,
            operations=[self._with_constraints(r).to_json() for r in self.tally.results()],
            samples=self.tally.samples() if self.shared else {},
            failures=[f.to_json() for f in self.tally.failures()],
            errors=[e.to_json() for e in self.tally.errors()],
            warnings=list(self.tally.warnings),
            requests=self.tally.requests,
            refused=self.wire.guard.refused,
            checks=dict(self.tally.checks),
            duration=time.monotonic() - self._started,
            signed_in=self.tally.login_ever_worked,
            login_lost=self.tally.login_lost,
            tools={name: version(name) for name in ("schemathesis", "hypothesis")},
        )

    def _with_constraints(self, result: OperationResult) -> OperationResult:
        if result.skipped is not None:
            return result
        return replace(result, constraints=self._constraints.counts(self.labels[result.operation]))

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
            refused=self.wire.guard.refused,
            checks=dict(self.tally.checks),
            duration=now - self._started,
        )

    def _with_sound_auth_check(self) -> Suite:
        """Leave ``ignored_auth`` out where the credential is not the one the contract declares.

        Otherwise removing it changes nothing and every operation looks open.
        """
        if "ignored_auth" not in self.suite.checks:
            return self.suite
        sent = {name.lower() for name in self.credentials}
        if sent and not sent <= credential_headers(self.document):
            names = ", ".join(sorted(sent - credential_headers(self.document)))
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
        if any(mark in title for mark in (*NETWORK_TITLES, NO_SEQUENCES)):
            return  # told by the wire, or nothing to tell
        operation = label if label in self.labels else None
        text = self.findings.redactor.text(message)[:2000]
        self.tally.error(ToolError(title, text, operation))

    def _silences(self) -> None:
        for silence in self.wire.take_unanswered():
            request = silence.request
            operation = self.wire.patience.operation_of(request.method, request.url)
            if operation is None:
                continue
            self.tally.silent(operation.label)
            if "request_answered" in self.suite.checks and self.stopped != "cancelled":
                failure = unanswered_failure(operation, silence.kind, silence.message)
                self.findings.found(failure, request, None, self.phase)

    def _scenario(self, recorder: ScenarioRecorder, phase: str, label: str | None) -> None:
        for case_id, node in recorder.cases.items():
            interaction = recorder.interactions.get(case_id)
            operation = self.labels.get(node.value.operation.label)
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
            self._constraints.saw(
                self.findings.rules(operation.label), request, positive=is_positive(node.value)
            )
            self._check(answer, phase)
        for case_id, nodes in recorder.checks.items():
            for check_node in nodes:
                self.tally.checks[check_node.name] += 1
                info = check_node.failure_info
                if info is not None:
                    self.findings.of_engine(recorder, case_id, check_node.name, info, phase)
        if label is not None:
            self.channel.send(
                "operation", operation=label, phase=phase, requests=self.tally.requests
            )
            self._tell_so_far()

    def _check(self, answer: Answer, phase: str) -> None:
        for check in self._checks:
            self.tally.checks[check.__name__] += 1
            for failure in check(answer):
                self.findings.found(failure, answer.request, answer.response, phase)
        if self._watch is not None:
            self.tally.checks["state_transitions"] += 1
            for failure in self._watch(answer):
                self.findings.found(failure, answer.request, answer.response, phase)

    def _signed(self, request: RecordedRequest) -> bool:
        if self.keys:
            return any(f"={value}" in request.url for value in self.keys.values())
        return bool(self.credentials) and all(
            request.header(name) == value for name, value in self.credentials.items()
        )

    def _probe(self, operations: Sequence[Operation]) -> None:
        probes = {**applicable(self.suite.checks)}
        if self._watch is not None:
            machines = tuple(m for m in MACHINES if m.name in self.suite.states)
            probes["state_transitions"] = ForbiddenSteps(self.document, machines, self._watch)
        if not probes or self.stopped:
            return
        self.channel.send("phase", phase="probes")
        sender = PlainSender(self.suite.request_timeout)
        for operation in operations:
            seeds = Seeds(self.tally.captured.get(operation.label, ()), self.suite.seed)
            for name, probe in probes.items():
                if self._is_stopped():
                    return
                self.tally.checks[name] += bool(seeds.answers)
                for finding in probe(operation, seeds, sender):
                    self.findings.found(
                        finding.failure, finding.request, finding.response, "probes"
                    )
        self._silences()

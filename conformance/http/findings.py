"""From what the engine and our checks saw to failures: judged, placed, redacted, told once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from conformance.evidence import (
    Failure,
    RecordedRequest,
    RecordedResponse,
    Redactor,
    cause_id,
)
from conformance.http.conformity import RequestRules
from conformance.http.curl import curl
from conformance.http.operations import Operation, credential_headers
from conformance.http.probes.pagination import CURSORS
from conformance.http.tally import Tally
from conformance.http.translate import recorded, translate
from contracts.verdict import Json, Place

if TYPE_CHECKING:
    from schemathesis.engine.recorder import ScenarioRecorder

    from conformance.process.child import Channel


@dataclass(slots=True)
class Findings:
    """Takes findings of one run; ``tally`` counts them and ``channel`` tells new causes."""

    document: dict[str, Json]
    operations: Mapping[str, Operation]
    tally: Tally
    redactor: Redactor
    channel: Channel
    _rules: dict[str, RequestRules] = field(default_factory=dict)
    _credentials: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._credentials = credential_headers(self.document)

    def rules(self, label: str) -> RequestRules:
        """What an operation asks of requests."""
        found = self._rules.get(label)
        if found is None:
            found = self._rules[label] = RequestRules(self.operations[label], self.document)
        return found

    def of_engine(
        self, recorder: ScenarioRecorder, case_id: str, check: str, info: Any, phase: str
    ) -> None:
        """A finding of the engine, unless the generator was wrong about the request."""
        wanted = info.failure.case_id or case_id
        node, interaction = recorder.cases.get(wanted), recorder.interactions.get(wanted)
        if node is None or interaction is None:
            return
        operation = self.operations.get(node.value.operation.label)
        if operation is None:
            return
        request, response = recorded(interaction)
        if self._mistaken(check, operation, request):
            return
        failure = translate(check, info.failure, node.value, operation, self.document, response)
        if check == "negative_data_rejection":
            failure = self._missing_header(failure, operation, request)
        if check == "missing_required_header":
            failure = self._open_door(failure, operation, request)
        steps = tuple(step.curl for step in info.steps) if len(info.steps) > 1 else ()
        self.found(failure, request, response, phase, steps)

    def _mistaken(self, check: str, operation: Operation, request: RecordedRequest) -> bool:
        """Whether the generator was wrong about the request: the system is not to blame."""
        if check not in {"positive_data_acceptance", "negative_data_rejection"}:
            return False
        follows = not self.rules(operation.label).faults(request)
        if check == "positive_data_acceptance" and _invented_cursor(operation, request):
            follows = False  # only the system knows its cursors
        if follows == (check == "positive_data_acceptance"):
            return False
        self.tally.checks["generator_mistakes"] += 1
        return True

    def _missing_header(
        self, failure: Failure, operation: Operation, request: RecordedRequest
    ) -> Failure:
        """Where a missing header is all that is wrong, that is the cause, whoever noticed."""
        faults = self.rules(operation.label).faults(request)
        if len(faults) != 1 or faults[0][1] != "is missing":
            return failure
        parameter = operation.parameter(faults[0][0])
        if parameter is None:
            return failure
        cause = cause_id("missing-header", parameter.pointer, "")
        return replace(failure, cause=cause, place=Place(parameter.pointer))

    def _open_door(
        self, failure: Failure, operation: Operation, request: RecordedRequest
    ) -> Failure:
        """A missing credential is authentication that is not enforced, whoever noticed."""
        missing = [n for n in self._credentials if request.header(n) is None]
        if not missing or any(
            p.location == "header" and p.required and request.header(p.name) is None
            for p in operation.parameters
        ):
            return failure
        pointer = f"{operation.pointer}/security" if operation.own_security else "/security"
        return replace(failure, cause=cause_id("ignored_auth", pointer, ""), place=Place(pointer))

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


def _invented_cursor(operation: Operation, request: RecordedRequest) -> bool:
    given = parse_qs(urlsplit(request.url).query, keep_blank_values=True)
    return any(
        p.location == "query" and p.name in CURSORS and p.name in given
        for p in operation.parameters
    )


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

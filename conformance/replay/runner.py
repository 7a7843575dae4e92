"""Sends what shows a finding to both deployments, each under the rules of its environment."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from conformance.evidence import Contract, RecordedRequest, RecordedResponse, Redactor
from conformance.http.answer import Answer
from conformance.http.curl import curl
from conformance.http.reachability import unreachable
from conformance.http.responses import ResponseRules
from conformance.plan import Auth, Safety, Suite, refusals
from conformance.plan.auth import Tls, credential
from conformance.plan.classification import restricted_fields
from conformance.process import Caps, child, follow, give
from conformance.replay.building import (
    SAFE,
    Built,
    NothingToSend,
    Requests,
    example_request,
    places,
    witness_request,
)
from conformance.replay.shown import Outcome, Replay, Side, judged_request, judged_response
from contracts.verdict import Direction, Finding

TIMEOUT = 10.0
BUDGET = 30.0
"""Seconds that one deployment may take in all."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """A running version: where it answers, what may be sent there, how one signs in."""

    url: str
    safety: Safety = field(default_factory=Safety)
    auth: Auth = field(default_factory=Auth)
    tls: Tls = field(default_factory=Tls)


def replay(
    finding: Finding,
    old: tuple[Contract, Deployment],
    new: tuple[Contract, Deployment],
    *,
    values: Mapping[str, str] | None = None,
    environ: Mapping[str, str] | None = None,
    cancel: threading.Event | None = None,
) -> Replay:
    """Show a finding live; ``values`` are parameters by name, such as a number that exists.

    A request that the old contract allows and the new one refuses is sent to both. For an answer
    that old readers do not understand, the operations that give it are asked, safe ones first.

    Raises:
        SecretMissing: a deployment is signed in to with a secret that is not there.
    """
    sending = _Sending(finding, old, new, values or {}, environ, cancel or threading.Event())
    try:
        if finding.direction is Direction.REQUEST:
            return sending.request()
        if finding.direction is Direction.RESPONSE:
            return sending.response()
        raise NothingToSend(f"a finding about {finding.direction}s is not replayed over HTTP")
    except NothingToSend as error:
        return sending.result("", Outcome.UNDECIDED, f"Nothing was sent: {error}.")


class _Sending:
    def __init__(
        self,
        finding: Finding,
        old: tuple[Contract, Deployment],
        new: tuple[Contract, Deployment],
        values: Mapping[str, str],
        environ: Mapping[str, str] | None,
        cancel: threading.Event,
    ) -> None:
        self._finding = finding
        self._sides = {"old": old, "new": new}
        self._old, self._new = Requests(old[0], values), Requests(new[0], values)
        self._environ = environ
        self._cancel = cancel
        data = [document.data for document, _ in (old, new)]
        hidden = frozenset().union(*(restricted_fields(item) for item in data))
        self._redactor = Redactor(fields=hidden)
        self._promised = ResponseRules(old[0].data if isinstance(old[0].data, dict) else {})

    def request(self) -> Replay:
        """The witness of a request, put into the contract's own example."""
        problem = NothingToSend("the finding names no operation")
        for place in places(self._finding):
            try:
                built = witness_request(self._finding, place, self._old, self._new)
            except NothingToSend as error:
                problem = error
                continue
            sides = tuple(self._ask(name, place.label, built.request) for name in ("old", "new"))
            outcome, sentence = judged_request(*sides)
            return self.result(place.label, outcome, sentence, sides, _told(built, self._old))
        raise problem

    def response(self) -> Replay:
        """An answer of the new deployment that readers of the old contract cannot read."""
        best: Replay | None = None
        labels = dict.fromkeys(place.label for place in places(self._finding))
        for label in sorted(labels, key=lambda name: name.partition(" ")[0] not in SAFE):
            if label not in self._old.operations or label not in self._new.operations:
                continue
            before = example_request(label, self._old)
            after = example_request(label, self._new)
            sides = (self._ask("old", label, before), self._ask("new", label, after))
            outcome, sentence = judged_response(*sides)
            found = self.result(label, outcome, sentence, sides, _guessed(self._old))
            if outcome is Outcome.SHOWN:
                return found
            if best is None or (best.outcome is Outcome.UNDECIDED and outcome is not best.outcome):
                best = found
        if best is None:
            raise NothingToSend("no operation of both versions gives this answer")
        return best

    def result(
        self,
        operation: str,
        outcome: Outcome,
        sentence: str,
        sides: tuple[Side, ...] = (),
        explained: tuple[str, ...] = (),
    ) -> Replay:
        """The replay, with what the finding says."""
        finding = self._finding
        witness = finding.witness
        shown = (f"its readers say: {witness.error}",) if witness and witness.error else ()
        return Replay(
            fingerprint=finding.fingerprint,
            rule=finding.rule,
            message=finding.message,
            direction=finding.direction.value,
            operation=operation,
            outcome=outcome,
            sentence=sentence,
            sides=sides,
            explained=(*explained, *shown),
            witness=self._redactor.value(witness.value) if witness else None,
        )

    def _ask(self, name: str, label: str, relative: RecordedRequest) -> Side:
        document, deployment = self._sides[name]
        url = deployment.url.rstrip("/") + relative.url
        request = replace(relative, url=url)
        clean = _clean(request, self._redactor)
        side = Side(name, deployment.url, clean, curl=curl(clean))
        suite = Suite(methods=(request.method,))
        refused = refusals(suite, deployment.safety, deployment.url, [(label, request.method)])
        if refused:
            return replace(side, refused="; ".join(f"{r.message} (rule {r.rule})" for r in refused))
        problem = unreachable(
            deployment.url, timeout=5.0, certificates=deployment.tls.texts(self._environ)
        )
        if problem:
            return replace(side, refused=f"not reachable: {problem}")
        try:
            response = self._send(document, deployment, request)
        except NothingToSend as error:
            return replace(side, refused=str(error))
        if response is None:
            return replace(side, refused="no whole answer came")
        return replace(
            side,
            response=replace(
                response,
                headers=self._redactor.headers(response.headers),
                body=self._redactor.body(response.body or "")[:20_000],
            ),
            breaks=self._breaks(label, clean, response),
        )

    def _breaks(
        self, label: str, request: RecordedRequest, response: RecordedResponse
    ) -> tuple[str, ...]:
        operation = self._old.operations.get(label)
        if operation is None or self._finding.direction is not Direction.RESPONSE:
            return ()
        found = self._promised.failures(Answer(operation, request, response))
        return tuple(
            self._redactor.text(f.message) for f in found if f.check != "undocumented_field"
        )

    def _send(
        self, document: Contract, deployment: Deployment, request: RecordedRequest
    ) -> RecordedResponse | None:
        caps = Caps()
        job: dict[str, Any] = {
            "target": deployment.url,
            "methods": [request.method],
            "requests": [request.to_json()],
            "credential": credential(deployment.auth, document.data, self._environ).to_json(),
            "certificates": deployment.tls.texts(self._environ),
            "timeout": TIMEOUT,
            "rate": deployment.safety.rate_ceiling,
            "memory": caps.memory,
            "cpu": caps.cpu_slack,
        }
        told = _Ended()
        found: RecordedResponse | None = None
        with child("conformance.replay.worker") as process:
            give(process, job)
            for event in follow(process, BUDGET, self._cancel, told):
                if event["event"] == "answer" and event["response"] is not None:
                    found = RecordedResponse.from_json(event["response"])
                elif event["event"] in {"refused", "fatal"}:
                    raise NothingToSend(str(event["message"]))
        if told.cancelled:
            raise NothingToSend("cancelled")
        return found


class _Ended:
    """Whoever follows a child is told of its end; here only cancelling matters."""

    def __init__(self) -> None:
        self.cancelled = False

    def interrupted(self, why: str) -> None:
        """It was ended by force: no answer."""

    def ended(self, status: int) -> None:
        """It is gone: what it said, it said."""


def _told(built: Built, old: Requests) -> tuple[str, ...]:
    where, what = built.faults[0]
    told = f"the new contract refuses it: {where or 'the body'}: {what}"
    rest = () if built.exact else ("it breaks the new contract at other places too",)
    return (told, *rest, *_guessed(old))


def _guessed(old: Requests) -> tuple[str, ...]:
    if not old.guessed:
        return ()
    names = ", ".join(f"{name}={value}" for name, value in sorted(old.guessed.items()))
    return (f"made up from the contract, give others if the system knows them not: {names}",)


def _clean(request: RecordedRequest, redactor: Redactor) -> RecordedRequest:
    return replace(
        request,
        url=redactor.text(request.url),
        headers=redactor.headers(request.headers),
        body=redactor.body(request.body) if request.body else None,
    )


def host_of(url: str) -> str:
    """``host:port`` of an address, as a safety list has it."""
    return urlsplit(url).netloc.rpartition("@")[2]

"""Forbidden steps asked for on purpose: a system that takes one has no state machine."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from conformance.evidence import Failure, RecordedRequest, Severity, cause_id
from conformance.http.checks.states import StateField, StateWatch, reaches, state_fields
from conformance.http.conformity import path_values
from conformance.http.operations import Operation, follow
from conformance.http.probes.seeds import Finding, Seeds, Sender, with_header
from contracts.governance.statemachine import StateMachine
from contracts.verdict import Json, Place

_TRIED = 3
_OF_WRITES = frozenset({"content-type", "content-length", "idempotency-key", "if-match"})


@dataclass(frozen=True, slots=True)
class ForbiddenSteps:
    """Changes a record to a state its machine does not allow from where it is."""

    document: Mapping[str, Json]
    machines: tuple[StateMachine, ...]
    watch: StateWatch

    def __call__(self, operation: Operation, seeds: Seeds, send: Sender) -> Iterator[Finding]:
        """A few forbidden steps for an operation that sets a state, or leads to one."""
        yield from self._by_body(operation, seeds, send)
        yield from forbidden_actions(self.watch, operation, seeds, send)

    def _by_body(self, operation: Operation, seeds: Seeds, send: Sender) -> Iterator[Finding]:
        if operation.method not in {"PATCH", "PUT"} or operation.body is None or not seeds.answers:
            return
        settable = self._settable(operation)
        fields = [f for f in state_fields(self.document, self.machines) if f.name in settable]
        if not fields:
            return
        seed = seeds.answers[-1].request
        for field in fields:
            yield from self._try(operation, field, settable[field.name], seed, send)

    def _try(
        self,
        operation: Operation,
        field: StateField,
        allowed: frozenset[str],
        seed: RecordedRequest,
        send: Sender,
    ) -> Iterator[Finding]:
        for _ in range(_TRIED):
            current, tag = _read(seed, field, send)
            if current is None:
                return
            wrong = [
                s
                for s in field.machine.states
                if s in allowed and s != current and not reaches(field.machine, current, s)
            ]
            if not wrong:
                return
            request = replace(seed, body=json.dumps({field.name: wrong[0]}))
            if tag is not None:
                request = with_header(request, "If-Match", tag)
            response = send(request)
            if response is None or not 200 <= response.status < 300:
                return
            yield Finding(_failure(operation, field, current, wrong[0]), request, response)

    def _settable(self, operation: Operation) -> dict[str, frozenset[str]]:
        """Properties of the request body that are enumerations, with their values."""
        content, base = follow(self.document, f"{operation.body}/content")
        found: dict[str, frozenset[str]] = {}
        for media in content if isinstance(content, Mapping) else ():
            schema, place = follow(self.document, f"{base}/{str(media).replace('/', '~1')}/schema")
            properties: Any = schema.get("properties") if isinstance(schema, Mapping) else None
            for name in properties if isinstance(properties, Mapping) else ():
                value, _ = follow(self.document, f"{place}/properties/{name}")
                if isinstance(value, Mapping) and isinstance(value.get("enum"), list):
                    found[str(name)] = frozenset(map(str, value["enum"]))
        return found


def forbidden_actions(
    watch: StateWatch, operation: Operation, seeds: Seeds, send: Sender
) -> Iterator[Finding]:
    """Asks for an action on objects from whose state it must not lead where it leads."""
    if operation.method != "POST" or operation.parameter("If-Match") is not None:
        return
    for field in watch.fields:
        for answer in seeds.answers:
            body = answer.json()
            target = body.get(field.name) if isinstance(body, Mapping) else None
            if not isinstance(target, str) or target not in field.states:
                continue
            tried: set[str] = set()
            for name, value, state in list(watch.records(field)):
                allowed = state == target or reaches(field.machine, state, target)
                if state in tried or allowed or len(tried) >= _TRIED:
                    continue
                request = _elsewhere(operation, answer.request, name, value)
                if request is None or _state(request, operation, name, field, send) != state:
                    continue
                tried.add(state)
                key = seeds.fresh_key(operation.label, value, target)
                if operation.parameter("Idempotency-Key") is not None:
                    request = with_header(request, "Idempotency-Key", key)
                response = send(request)
                if response is not None and 200 <= response.status < 300:
                    yield Finding(_failure(operation, field, state, target), request, response)


def _elsewhere(
    operation: Operation, seed: RecordedRequest, name: str, value: str
) -> RecordedRequest | None:
    """The same request to another object."""
    parts = urlsplit(seed.url)
    values = path_values(operation.path, parts.path)
    if values is None or name not in values:
        return None
    path = parts.path[: len(parts.path) - len(_filled(operation.path, values))]
    path += _filled(operation.path, {**values, name: value})
    return replace(seed, url=urlunsplit(parts._replace(path=path)))


def _filled(template: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        template = template.replace(f"{{{name}}}", quote(value, safe=""))
    return template


def _state(
    request: RecordedRequest, operation: Operation, name: str, field: StateField, send: Sender
) -> str | None:
    """The state an object is in now, where it can be read above the action."""
    deeper = operation.path.partition(f"{{{name}}}")[2].count("/")
    parts = urlsplit(request.url)
    path = parts.path.rsplit("/", deeper)[0] if deeper else parts.path
    seed = replace(request, url=urlunsplit(parts._replace(path=path, query="")))
    return _read(seed, field, send)[0]


def _failure(operation: Operation, field: StateField, before: str, after: str) -> Failure:
    return Failure(
        check="state_transitions",
        title="Forbidden state transition",
        message=f"{operation.label} took the step from {before!r} to {after!r}; "
        f"{field.machine.title or field.machine.name} does not allow that",
        operation=operation.label,
        severity=Severity.HIGH,
        cause=cause_id("state_transitions", field.pointer, before, after),
        place=Place(field.pointer),
    )


def _read(seed: RecordedRequest, field: StateField, send: Sender) -> tuple[str | None, str | None]:
    headers = tuple(h for h in seed.headers if h[0].lower() not in _OF_WRITES)
    response = send(RecordedRequest("GET", seed.url, headers))
    if response is None or response.status != 200:
        return None, None
    try:
        body = json.loads(response.body or "")
    except ValueError:
        return None, None
    state = body.get(field.name) if isinstance(body, dict) else None
    return (state, response.header("ETag")) if state in field.states else (None, None)

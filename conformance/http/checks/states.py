"""Canonical states driven through the API: no accepted sequence takes a forbidden step.

The contract's sidecar names the machines; the document's own schemas tell which property holds a
state and which properties name the object. One hidden step between two answers is allowed, because
not every state is shown to callers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from conformance.evidence import Failure, Severity, cause_id
from conformance.http.answer import Answer
from conformance.http.operations import escape, follow
from contracts.governance.statemachine import StateMachine
from contracts.verdict import Json, Place

REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class StateField:
    """A property whose values are states of a machine."""

    name: str
    machine: StateMachine
    pointer: str
    states: frozenset[str]
    """Those of the machine that the property can have."""
    required: frozenset[str]
    """What an object of this kind always has."""


class StateWatch:
    """Follows every object by its last state and tells of forbidden steps."""

    def __init__(self, document: Mapping[str, Json], machines: tuple[StateMachine, ...]) -> None:
        self.fields = tuple(state_fields(document, machines))
        self._keys = _path_parameters(document)
        self._last: dict[tuple[str, ...], str] = {}
        self._used: set[str] = set()

    def __call__(self, answer: Answer) -> Iterator[Failure]:
        """Forbidden steps that this answer shows."""
        if not self.fields or not 200 <= answer.status < 300 or self._replayed(answer):
            return
        for record in _records(answer.json()):
            for field in self.fields:
                yield from self._step(answer, record, field)

    def records(self, field: StateField) -> Iterator[tuple[str, str, str]]:
        """Objects with one key whose state is known: (name of the key, its value, state)."""
        for key, state in self._last.items():
            if key[0] == field.pointer and len(key) == 2:
                name, _, value = key[1].partition("=")
                yield name, value, state

    def _replayed(self, answer: Answer) -> bool:
        key = answer.request.header("Idempotency-Key")
        if key is None:
            return False
        known = key in self._used
        self._used.add(key)
        return known

    def _step(
        self, answer: Answer, record: Mapping[str, Json], field: StateField
    ) -> Iterator[Failure]:
        state = record.get(field.name)
        names = tuple(f"{key}={record[key]}" for key in self._keys if key in record)
        if state not in field.states or not names or not field.required <= record.keys():
            return
        key = (field.pointer, *names)
        before = self._last.get(key)
        if len(self._last) < REMEMBERED or before is not None:
            self._last[key] = state
        if before is None or before == state or reaches(field.machine, before, state):
            return
        yield Failure(
            check="state_transitions",
            title="Forbidden state transition",
            message=f"{', '.join(names)} was {before!r} and is {state!r} after "
            f"{answer.operation.label}; {field.machine.title or field.machine.name} does not "
            f"allow that: from {before!r} to "
            f"{', '.join(field.machine.transitions.get(before, ())) or 'nothing'}",
            operation=answer.operation.label,
            severity=Severity.HIGH,
            cause=cause_id("state_transitions", field.pointer, before, state),
            place=Place(field.pointer),
        )


def reaches(machine: StateMachine, before: str, after: str) -> bool:
    """Whether one step leads there, or two with the one between not shown."""
    if machine.allowed(before, after):
        return True
    return any(machine.allowed(hidden, after) for hidden in machine.transitions.get(before, ()))


def _records(body: Json) -> Iterator[Mapping[str, Json]]:
    if isinstance(body, Mapping):
        yield body
        for value in body.values():
            if isinstance(value, list):
                yield from (item for item in value if isinstance(item, Mapping))


def _path_parameters(document: Mapping[str, Json]) -> tuple[str, ...]:
    paths = document.get("paths")
    names = re.findall(r"\{([^}/]+)\}", " ".join(map(str, paths or ())))
    return tuple(dict.fromkeys(names))


def state_fields(
    document: Mapping[str, Json], machines: tuple[StateMachine, ...]
) -> Iterator[StateField]:
    """Properties of the document's schemas whose values are states of one of the machines."""
    schemas, _ = follow(document, "/components/schemas")
    for name in schemas if isinstance(schemas, Mapping) else ():
        schema, place = follow(document, f"/components/schemas/{escape(str(name))}")
        properties = schema.get("properties") if isinstance(schema, Mapping) else None
        for member in properties if isinstance(properties, Mapping) else ():
            value, where = follow(document, f"{place}/properties/{escape(str(member))}")
            states = value.get("enum") if isinstance(value, Mapping) else None
            if not isinstance(states, list) or len(states) < 2:
                continue
            for machine in machines:
                if {str(s) for s in states} <= set(machine.states):
                    required = frozenset(map(str, schema.get("required") or ()))
                    values = frozenset(map(str, states))
                    yield StateField(str(member), machine, where, values, required)
                    break

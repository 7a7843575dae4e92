"""A request that shows a finding: the contract's own example with the witness put in."""

from __future__ import annotations

import copy
import json
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from conformance.evidence import Contract, RecordedRequest
from conformance.http.conformity import RequestRules
from conformance.http.operations import Parameter, at, follow, operations
from contracts.documents import from_data
from contracts.elision import TooLong, whole
from contracts.schema import Dialect, Prover, SchemaAt
from contracts.verdict import Finding, Json, Witness

LABEL = re.compile(r"(?P<method>[A-Z]+) (?P<path>/\S*) (?P<rest>.*)")
PARAMETER = re.compile(r"(?P<place>path|query|header|cookie) (?:parameter )?(?P<name>\S+)")
SAFE = ("GET", "HEAD")
MOST_SENT = 200_000
"""Characters and items of a payload that reports show in short and that is sent whole."""

_NOTHING = from_data(False, name="nothing")


class NothingToSend(Exception):
    """No request can be made that shows it; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding reaches: an operation, and of its request the body or a parameter."""

    label: str
    media_type: str = ""
    parameter: tuple[str, str] | None = None
    """Location and name."""


def places(finding: Finding) -> Iterator[Place]:
    """The operations that a finding names, in its order."""
    for label in finding.where:
        match = LABEL.match(label)
        if match is None:
            continue
        rest = match["rest"]
        parameter = PARAMETER.fullmatch(rest)
        media = rest.rpartition(" ")[2] if "/" in rest.rpartition(" ")[2] else ""
        yield Place(
            f"{match['method']} {match['path']}",
            media,
            (parameter["place"], parameter["name"]) if parameter else None,
        )


class Requests:
    """Requests of one version of a contract; ``values`` are parameters that somebody knows."""

    def __init__(self, document: Contract, values: Mapping[str, str]) -> None:
        self._data: Mapping[str, Json] = document.data if isinstance(document.data, dict) else {}
        self._document = document
        self._values = values
        self._prover = Prover()
        self.operations = {o.label: o for o in operations(self._data)}
        self.guessed: dict[str, str] = {}
        """Values nobody gave and no example has, by parameter."""

    def rules(self, label: str) -> RequestRules:
        """What an operation asks of a request."""
        return RequestRules(self.operations[label], self._data)

    def example(self, label: str, media_type: str = "") -> tuple[Json, str]:
        """An example body of an operation and its media type; None, "" where it has none.

        Raises:
            NothingToSend: no value of its schema can be found.
        """
        operation = self.operations[label]
        if operation.body is None:
            return None, ""
        body, place = follow(self._data, operation.body)
        content = body.get("content") if isinstance(body, Mapping) else None
        if not isinstance(content, Mapping) or not content:
            return None, ""
        media = media_type if media_type in content else str(next(iter(content)))
        pointer = f"{place}/content/{media.replace('~', '~0').replace('/', '~1')}"
        return self._sample(pointer), media

    def request(
        self, label: str, body: Json, media_type: str, given: Mapping[tuple[str, str], str]
    ) -> RecordedRequest:
        """A request below no address yet; ``given`` are parameters by location and name.

        Raises:
            NothingToSend: a required parameter has no value.
        """
        operation = self.operations[label]
        path, query = operation.path, []
        headers: list[tuple[str, str]] = [("Accept", "application/json, */*;q=0.5")]
        for parameter in operation.parameters:
            key = (parameter.location, parameter.name)
            if key not in given and not parameter.required and parameter.name not in self._values:
                continue
            value = given[key] if key in given else self._value(parameter)
            if parameter.location == "path":
                path = path.replace(f"{{{parameter.name}}}", quote(value, safe=""))
            elif parameter.location == "query":
                query.append((parameter.name, value))
            elif parameter.location == "header":
                headers.append((parameter.name, value))
        text = None
        if media_type:
            headers.append(("Content-Type", media_type))
            text = json.dumps(body, ensure_ascii=False)
        url = path + (f"?{urlencode(query)}" if query else "")
        return RecordedRequest(operation.method, url, tuple(headers), text)

    def _value(self, parameter: Parameter) -> str:
        if parameter.name in self._values:
            return self._values[parameter.name]
        if parameter.name.lower() == "idempotency-key":
            return str(uuid.uuid4())
        found = self._sample(parameter.pointer)
        text = found if isinstance(found, str) else json.dumps(found)
        self.guessed[parameter.name] = text
        return text

    def _sample(self, pointer: str) -> Json:
        """The example of a parameter or media type, that of its schema, or some value of it."""
        stated = _stated(self._data, pointer)
        if stated is not None:
            return copy.deepcopy(stated)
        answer = self._prover.contains(
            SchemaAt(
                from_data(self._data, name=self._document.name), f"{pointer}/schema", self._dialect
            ),
            SchemaAt(_NOTHING, "", self._dialect),
        )
        if not answer.breaks:
            raise NothingToSend(f"no value for {pointer} can be found; give it an example")
        return answer.breaks[0].witness

    @property
    def _dialect(self) -> Dialect:
        old = str(self._data.get("openapi", "")).startswith("3.0")
        return Dialect.OPENAPI30 if old else Dialect.OPENAPI31


def _stated(data: Mapping[str, Json], pointer: str) -> Json:
    holder = at(data, pointer)
    schema, _ = follow(data, f"{pointer}/schema")
    for owner in (holder, schema):
        if not isinstance(owner, Mapping):
            continue
        if owner.get("example") is not None:
            return owner["example"]
        examples = owner.get("examples")
        if isinstance(examples, Mapping):
            for name in examples:
                path = f"{pointer}/examples/{str(name).replace('~', '~0').replace('/', '~1')}"
                found, _ = follow(data, path)
                if isinstance(found, Mapping) and "value" in found:
                    return found["value"]
        if isinstance(examples, list) and examples:
            return examples[0]
    if isinstance(schema, Mapping):
        return schema.get("const", schema.get("default", (schema.get("enum") or [None])[0]))
    return None


@dataclass(frozen=True, slots=True)
class Built:
    """A request that the old contract allows, and what the new one has against it."""

    request: RecordedRequest
    faults: tuple[tuple[str, str], ...]
    exact: bool
    """Whether the new contract refuses it for nothing but this finding."""


def witness_request(finding: Finding, place: Place, old: Requests, new: Requests) -> Built:
    """The most lifelike request that shows a finding about requests.

    Raises:
        NothingToSend: none can be made.
    """
    witness = finding.witness
    if witness is None or place.label not in old.operations:
        raise NothingToSend("the finding has no payload to send")
    if place.label not in new.operations:
        example, media = old.example(place.label)
        gone = old.request(place.label, example, media, {})
        return Built(gone, ((place.label, "is gone"),), True)
    if place.parameter is not None:
        return _parameter(finding, place, old)
    example, media = old.example(place.label, place.media_type)
    before, after = old.rules(place.label), new.rules(place.label)
    found: list[tuple[int, int, Json, list[tuple[str, str]]]] = []
    payload = _whole(witness)
    for order, body in enumerate(_bodies(example, payload, witness.instance)):
        if before.body(body, media):
            continue
        faults = after.body(body, media) if media in after.media_types else [("", "media type")]
        meant = any(where == witness.instance or not witness.instance for where, _ in faults)
        if faults:
            found.append((0 if meant else 1, len(faults) * 10 + order, body, faults))
    if not found:
        raise NothingToSend("its payload is no whole request of the old contract")
    _, _, body, faults = min(found, key=lambda item: item[:2])
    request = old.request(place.label, body, media, {})
    return Built(request, tuple(faults), len(faults) == 1)


def _parameter(finding: Finding, place: Place, old: Requests) -> Built:
    assert place.parameter is not None
    assert finding.witness is not None
    value = _whole(finding.witness)
    example, media = old.example(place.label)
    given = {place.parameter: value if isinstance(value, str) else json.dumps(value)}
    request = old.request(place.label, example, media, given)
    return Built(request, ((place.parameter[1], finding.witness.error),), True)


def _whole(witness: Witness) -> Json:
    try:
        return whole(witness, MOST_SENT)
    except TooLong as error:
        raise NothingToSend(f"{error}, and no more than {MOST_SENT:,} are sent") from None


def example_request(label: str, document: Requests) -> RecordedRequest:
    """The request of an operation's own example.

    Raises:
        NothingToSend: it has none and none can be found.
    """
    body, media = document.example(label)
    return document.request(label, body, media, {})


def _bodies(example: Json, witness: Json, instance: str) -> Iterator[Json]:
    """The example, the example with the witness's spot, its members there, and the witness."""
    yield example
    tokens = [t.replace("~1", "/").replace("~0", "~") for t in instance.split("/")[1:]]
    for merge in (False, True):
        patched = _patched(copy.deepcopy(example), witness, tokens, merge)
        if patched is not None:
            yield patched
    yield witness


def _patched(example: Json, witness: Json, tokens: list[str], merge: bool) -> Json:
    if not tokens:
        if not merge or not isinstance(example, dict) or not isinstance(witness, dict):
            return None
        return {**witness, **example}
    head, *rest = tokens
    inner = _member(witness, head)
    current = _member(example, head)
    whole = not rest and not merge
    changed = inner if whole or current is None else _patched(current, inner, rest, merge)
    if changed is None:
        return None
    if isinstance(example, list) and head.isdigit() and int(head) < len(example):
        example[int(head)] = changed
        return example
    return {**example, head: changed} if isinstance(example, dict) else None


def _member(value: Json, token: str) -> Json:
    if isinstance(value, dict):
        return value.get(token)
    if isinstance(value, list) and token.isdigit() and int(token) < len(value):
        return value[int(token)]
    return None

"""Consumer contracts: Pact files of the specification versions 1 to 4, HTTP and messages.

Each interaction becomes a reader schema for what the consumer is sent (its matching rules, and
its examples by type) and one payload for what it sends. Provider states are names for people.
Sources: the Pact specification, versions 1.1, 2, 3 and 4 (pact-foundation/pact-specification).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

from contracts.documents import Document
from contracts.errors import InvalidContract
from contracts.governance.expectations import Expectation, Interaction
from contracts.governance.pact_matching import Rules, reader_schema
from contracts.lean_dataclasses import dataclass
from contracts.verdict import Json

MOST_INTERACTIONS = 5_000
CHANNELS = ("topic", "kafka_topic", "channel", "destination", "queue", "address", "routingKey")
"""Members of a message's metadata that commonly name where it travels."""


@dataclass(frozen=True, slots=True)
class Pact:
    """What one consumer and one provider agreed on by example."""

    consumer: str
    provider: str
    interactions: tuple[Interaction, ...]

    def expectation(self, consumer: str = "") -> Expectation:
        """The consumer's side as the engine asks it; ``consumer`` where it has another name."""
        return Expectation(consumer or self.consumer, interactions=self.interactions)


def looks_like_pact(data: object) -> bool:
    """Whether values carry the marks of a Pact file."""
    if not isinstance(data, Mapping) or "openapi" in data or "asyncapi" in data:
        return False
    named = isinstance(data.get("consumer"), Mapping) and isinstance(data.get("provider"), Mapping)
    return named and ("interactions" in data or "messages" in data)


def read_pact(document: Document) -> Pact:
    """The Pact in a document.

    Raises:
        InvalidContract: not a Pact file, or a part of it has no meaning; names the place.
    """
    data = document.data
    if not looks_like_pact(data):
        raise InvalidContract(
            "not a Pact file: it needs 'consumer', 'provider' and 'interactions' or 'messages'",
            source=document.name,
        )
    found = tuple(_interactions(document, data))
    if len(found) > MOST_INTERACTIONS:
        raise InvalidContract(
            f"has {len(found)} interactions; at most {MOST_INTERACTIONS} are read",
            source=document.name,
        )
    return Pact(_name(document, data, "consumer"), _name(document, data, "provider"), found)


def expectations_of(documents: Iterable[Document]) -> tuple[Expectation, ...]:
    """The consumers of several Pact files; the files of one consumer count together.

    Raises:
        InvalidContract: see :func:`read_pact`.
    """
    found: dict[str, tuple[Interaction, ...]] = {}
    for document in documents:
        pact = read_pact(document)
        found[pact.consumer] = (*found.get(pact.consumer, ()), *pact.interactions)
    return tuple(Expectation(name, interactions=tested) for name, tested in found.items())


def _name(document: Document, data: Mapping[str, Any], side: str) -> str:
    name = data[side].get("name")
    if not isinstance(name, str) or not name:
        raise _wrong(document, f"/{side}/name", f"names the {side}; write it as text")
    return name


def _interactions(document: Document, data: Mapping[str, Any]) -> Iterator[Interaction]:
    for key in ("interactions", "messages"):
        listed = data.get(key, [])
        if not isinstance(listed, list):
            raise _wrong(document, f"/{key}", "must be a list")
        for at, item in enumerate(listed):
            pointer = f"/{key}/{at}"
            if not isinstance(item, Mapping):
                raise _wrong(document, pointer, "must be an object")
            try:
                yield from _interaction(item, key)
            except (ValueError, TypeError, AttributeError) as error:
                raise _wrong(document, pointer, str(error)) from None


def _interaction(item: Mapping[str, Any], key: str) -> Iterator[Interaction]:
    kind = item.get("type", "Synchronous/HTTP" if key == "interactions" else "messages")
    description = str(item.get("description", ""))
    if kind == "Synchronous/HTTP":
        yield _http(item, description)
    elif kind in {"messages", "Asynchronous/Messages"}:
        yield _message(item, description)
    elif kind == "Synchronous/Messages":
        for response in item.get("response", []):
            yield _message(response, description)
    else:
        raise ValueError(f"has the type {str(kind)[:40]!r}, which no Pact specification names")


def _http(item: Mapping[str, Any], description: str) -> Interaction:
    request, response = item.get("request"), item.get("response")
    if not isinstance(request, Mapping) or not isinstance(response, Mapping):
        raise TypeError("needs a request and a response")
    method, path = request.get("method"), request.get("path")
    if not isinstance(method, str) or not isinstance(path, str):
        raise TypeError("its request needs a method and a path")
    status = response.get("status", 200)
    if isinstance(status, bool) or not isinstance(status, int):
        raise TypeError("its response status must be a whole number")
    sent, answered = _body(request), _body(response)
    rules = Rules.of(response.get("matchingRules"), "body")
    return Interaction(
        description=description,
        method=method.upper(),
        path=unquote(path),
        query=tuple(sorted(set(_query(request.get("query"))))),
        headers=tuple(sorted(str(name).lower() for name in request.get("headers") or ())),
        status=status,
        sends=None if sent is _NONE else {"const": sent},
        reads=None if answered is _NONE else reader_schema(answered, rules),
    )


def _message(item: Mapping[str, Any], description: str) -> Interaction:
    metadata = item.get("metadata", item.get("metaData")) or {}
    contents = _body({"body": item["contents"]}) if "contents" in item else _NONE
    names = {metadata[name] for name in CHANNELS if isinstance(metadata.get(name), str)}
    kinds = {metadata[name] for name in ("type", "ce_type") if isinstance(metadata.get(name), str)}
    rules = Rules.of(item.get("matchingRules"), "body")
    return Interaction(
        description=description,
        channels=tuple(sorted(names)),
        messages=tuple(sorted({*kinds, description})),
        reads=None if contents is _NONE else reader_schema(contents, rules),
    )


_NONE: Any = object()
"""There is no body, which is not the body ``null``."""


def _body(part: Mapping[str, Any]) -> Json:
    """The JSON body of a part, version 4 unwrapped; :data:`_NONE` where there is none."""
    if "body" not in part:
        return _NONE
    body = part["body"]
    wrapped = (
        isinstance(body, Mapping) and "content" in body and {"contentType", "encoded"} & set(body)
    )
    if not wrapped:
        return _NONE if body is None or body == "" else body
    content, encoded = body["content"], body.get("encoded", False)
    if encoded and isinstance(content, str):
        if encoded != "JSON":
            content = base64.b64decode(content, validate=True).decode("utf-8")
        if "json" in str(body.get("contentType", "json")):
            return json.loads(content)
        return _NONE
    is_json = "json" in str(body.get("contentType", "json"))
    return content if is_json else _NONE


def _query(query: object) -> Iterator[str]:
    """Names of parameters: a query string up to version 2, an object after."""
    if isinstance(query, str):
        yield from (name for name, _ in parse_qsl(query, keep_blank_values=True))
    elif isinstance(query, Mapping):
        yield from map(str, query)


def _wrong(document: Document, pointer: str, sentence: str) -> InvalidContract:
    return InvalidContract(
        sentence, source=document.name, pointer=pointer, line=document.line(pointer)
    )

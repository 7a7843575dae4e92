"""What lint policies look at: a document and its sidecar, whatever shape they are in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from contracts.documents import Document
from contracts.documents import pointer as pointers
from contracts.governance.estate import Estate
from contracts.governance.sidecar import Sidecar
from contracts.governance.vocabulary import LifecycleStatus, Profile
from contracts.lean_dataclasses import dataclass
from contracts.verdict import Json

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
WRITES = ("post", "put", "patch", "delete")
_ONE = frozenset({"items", "additionalProperties", "not", "if", "then", "else", "contains"})
_LISTS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_NAMED = frozenset({"properties", "patternProperties", "$defs", "definitions"})


class Node(NamedTuple):
    """A part of the document after following references, with where it really stands."""

    pointer: str
    data: dict[str, Any]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of an OpenAPI document."""

    pointer: str
    data: dict[str, Any]
    method: str
    path: str
    parameters: tuple[Node, ...] = ()
    responses: tuple[Node, ...] = ()
    """Named by their status."""
    bodies: tuple[Node, ...] = ()
    """Media type objects of the request, named by media type."""

    @property
    def names(self) -> set[str]:
        """Everything the operation is called."""
        names = {f"{self.method.upper()} {self.path}"}
        identity = self.data.get("operationId")
        return names | {identity} if isinstance(identity, str) else names

    def parameter(self, name: str, where: str) -> Node | None:
        """The parameter of that name; header names ignore case."""
        for node in self.parameters:
            given = str(node.data.get("name", ""))
            same = given.lower() == name.lower() if where == "header" else given == name
            if same and node.data.get("in") == where:
                return node
        return None


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel of an AsyncAPI document with its messages, named by their keys."""

    key: str
    pointer: str
    data: dict[str, Any]
    messages: tuple[Node, ...]

    @property
    def address(self) -> str:
        """Where messages go; the key where no address is given."""
        address = self.data.get("address")
        return address if isinstance(address, str) else self.key

    @property
    def dead_letters(self) -> bool:
        """Whether it holds messages that could not be processed."""
        return self.address.endswith(".dlq") or "x-dead-letter-of" in self.data


@dataclass(frozen=True)
class Subject:
    """A document with its sidecar and, if known, the estate they live in."""

    document: Document | None = None
    sidecar: Sidecar | None = None
    sidecar_document: Document | None = None
    estate: Estate | None = None

    @property
    def root(self) -> dict[str, Any]:
        """The document's top level; empty where it is not a mapping."""
        return mapping(self.document.data) if self.document is not None else {}

    @property
    def is_api(self) -> bool:
        """Whether it is an OpenAPI document."""
        return "openapi" in self.root

    @property
    def is_events(self) -> bool:
        """Whether it is an AsyncAPI document."""
        return "asyncapi" in self.root

    @property
    def is_proposal(self) -> bool:
        """Whether the sidecar lists the document's version as proposed."""
        number = mapping(self.root.get("info")).get("version")
        versions = self.sidecar.versions if self.sidecar is not None else ()
        proposed = {item.version for item in versions if item.status is LifecycleStatus.PROPOSED}
        return isinstance(number, str) and number in proposed

    def has_profile(self, *profiles: Profile) -> bool:
        """Whether the sidecar names one of the profiles."""
        return self.sidecar is not None and bool({*profiles} & {*self.sidecar.profile})

    def follow(self, pointer: str, data: Json, name: str = "") -> Node:
        """Follow local references to the part itself; stays put where they lead nowhere."""
        seen: set[str] = set()
        while isinstance(data, dict) and isinstance(target := data.get("$ref"), str):
            if not target.startswith("#") or target in seen or self.document is None:
                break
            seen.add(target)
            found = self.document.find(pointers.from_fragment(target[1:]))
            if found is None:
                break
            pointer, data = pointers.from_fragment(target[1:]), found
        return Node(pointer, mapping(data), name)

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation of an OpenAPI document, in document order."""
        found: list[Operation] = []
        for path, raw in mapping(self.root.get("paths")).items() if self.is_api else ():
            item = self.follow(pointers.join("/paths", path), raw)
            found += [
                self._operation(item, method, path)
                for method in METHODS
                if isinstance(item.data.get(method), dict)
            ]
        return tuple(found)

    def _operation(self, item: Node, method: str, path: str) -> Operation:
        pointer, data = f"{item.pointer}/{method}", item.data[method]
        parameters = [
            self.follow(f"{place}/parameters/{at}", raw)
            for place, holder in ((item.pointer, item.data), (pointer, data))
            for at, raw in enumerate(listing(holder.get("parameters")))
        ]
        responses = [
            self.follow(pointers.join(pointer, "responses", status), raw, str(status))
            for status, raw in mapping(data.get("responses")).items()
        ]
        body = self.follow(f"{pointer}/requestBody", data.get("requestBody"))
        return Operation(
            pointer,
            data,
            method,
            path,
            tuple(parameters),
            tuple(responses),
            self.media(body),
        )

    def media(self, holder: Node) -> tuple[Node, ...]:
        """The media type objects of a request body or response."""
        known = self._media.get(holder.pointer)
        if known is None:
            known = self._media[holder.pointer] = tuple(
                Node(pointers.join(holder.pointer, "content", name), mapping(raw), name)
                for name, raw in mapping(holder.data.get("content")).items()
            )
        return known

    @cached_property
    def _media(self) -> dict[str, tuple[Node, ...]]:
        """What :meth:`media` found; shared responses are asked for by every operation."""
        return {}

    @cached_property
    def channels(self) -> tuple[Channel, ...]:
        """Every channel of an AsyncAPI document, in document order."""
        found = []
        for key, raw in mapping(self.root.get("channels")).items() if self.is_events else ():
            node = self.follow(pointers.join("/channels", key), raw)
            messages = [
                self.follow(pointers.join(node.pointer, "messages", name), message, name)
                for name, message in mapping(node.data.get("messages")).items()
            ]
            found.append(Channel(key, node.pointer, node.data, tuple(messages)))
        return tuple(found)

    @cached_property
    def messages(self) -> tuple[Node, ...]:
        """Every message once, whichever channels carry it."""
        found = {message.pointer: message for c in self.channels for message in c.messages}
        return tuple(found.values())

    @cached_property
    def schemas(self) -> tuple[Node, ...]:
        """Every schema once, named by its property or component; references are not followed."""
        stack: list[tuple[str, Json, str]] = list(self._schema_roots())[::-1]
        found: dict[str, Node] = {}
        while stack:
            pointer, raw, name = stack.pop()
            if not isinstance(raw, dict) or pointer in found:
                continue
            found[pointer] = Node(pointer, raw, name)
            below: list[tuple[str, Json, str]] = []
            for key, value in raw.items():
                if key in _ONE:
                    below.append((f"{pointer}/{key}", value, name))
                elif key in _LISTS and isinstance(value, list):
                    below += [
                        (f"{pointer}/{key}/{at}", part, name) for at, part in enumerate(value)
                    ]
                elif key in _NAMED and isinstance(value, dict):
                    below += [
                        (f"{pointer}/{key}/{pointers.escape(inner)}", part, inner)
                        for inner, part in value.items()
                    ]
            stack += below[::-1]
        return tuple(found.values())

    def _schema_roots(self) -> Iterator[tuple[str, Json, str]]:
        components = mapping(self.root.get("components"))
        for name, raw in mapping(components.get("schemas")).items():
            yield pointers.join("/components/schemas", name), raw, name
        for operation in self.operations:
            for parameter in operation.parameters:
                name = str(parameter.data.get("name", ""))
                yield f"{parameter.pointer}/schema", parameter.data.get("schema"), name
            for media in operation.bodies:
                yield f"{media.pointer}/schema", media.data.get("schema"), ""
            for response in operation.responses:
                for media in self.media(response):
                    yield f"{media.pointer}/schema", media.data.get("schema"), ""
        for message in self.messages:
            yield f"{message.pointer}/payload", message.data.get("payload"), message.name


def mapping(value: Json) -> dict[str, Any]:
    """The value if it is a mapping, else an empty one; not to be changed."""
    if isinstance(value, dict):
        return value
    return dict(value) if isinstance(value, Mapping) else {}


def listing(value: Json) -> list[Any]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []

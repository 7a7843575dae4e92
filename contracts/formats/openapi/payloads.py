"""Bodies by whose schemas two versions differ, found without making elements of what is around.

A changed component is reached by thousands of bodies of operations that did not change
themselves. Where such a body stands is all that anybody asks about most of them, so no element
is made of it, or of anything around it, until somebody looks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from contracts.documents import pointer
from contracts.errors import ContractError
from contracts.formats.contract import Agreement, Element, Part, Payload, Side
from contracts.formats.node import LONGEST_CHAIN, Source
from contracts.formats.openapi.plain_bodies import (
    LookedAt,
    body_parameters,
    check_encoding,
    check_servers,
    in_answer,
    in_body,
    in_operation,
)
from contracts.formats.templates import (
    is_sequential,
    media_type_key,
    status_key,
    template_key,
    without_content,
)
from contracts.lean_dataclasses import dataclass
from contracts.verdict import Direction, Json

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")

_OF_PATHS = frozenset({"$ref", "additionalOperations", "x-stability-level"})
_OF_CALLS = frozenset({"$ref", "callbacks", "x-sunset", "x-stability-level"})
_OF_VALUES = frozenset({"content", "x-sunset"})
"""Members that make more of something than is understood here."""

_SAID_OF_CALLS = ("operationId", "deprecated", "security", "servers", "consumes", "produces")
"""What elements and rules know of an operation itself."""

_Sides = tuple[Json, Json, str]
"""What stands at one place of both versions, and its pointer."""

_Find = Callable[[Element, Part], Element]


@dataclass(slots=True, eq=False)
class PathItem:
    """What one version says about a path, as it stands there."""

    source: Source
    path: str
    raw: Json
    inherited: tuple[Json, ...]
    """What the document says about all operations."""

    def payloads(self, other: PathItem, agreement: Agreement) -> list[Payload] | None:
        """The bodies by which this, the old version's, and the new one differ.

        None if they differ otherwise, or say more than is understood here.
        """
        if not all(map(agreement.same, self.inherited, other.inherited)):
            return None
        return _found(self, other, agreement, _Reading.of_path)


@dataclass(slots=True, eq=False)
class Bodies:
    """What one version says about an operation, of which the bodies or the answers are a part."""

    source: Source
    path: str
    raw: Json
    method: str
    item: Json
    inherited: tuple[Json, ...]
    """The media types of all operations."""
    answers: bool

    def payloads(self, other: Bodies, agreement: Agreement) -> list[Payload] | None:
        """The bodies by which this, the old version's, and the new one differ.

        None if they differ otherwise, or say more than is understood here.
        """
        if not all(map(agreement.same, self.inherited, other.inherited)):
            return None

        def read(reading: _Reading, old: Json, new: Json) -> Iterator[Payload]:
            operation = old, new, f"/paths/{pointer.escape(self.path)}/{self.method}"
            reading.require(old, new, ("consumes", "produces"))
            if self.answers:
                return reading.of_answers(self.method, operation, in_answer)
            body = reading.body_of(operation, (self.item, other.item))
            return reading.of_body(self.method, operation, body, in_body)

        return _found(self, other, agreement, read)


_Read = Callable[["_Reading", Json, Json], Iterator[Payload]]


def _found(
    old: PathItem | Bodies, new: PathItem | Bodies, agreement: Agreement, read: _Read
) -> list[Payload] | None:
    if old.source.dialect is not new.source.dialect:
        return None
    alike = agreement.alike(old.raw, new.raw)
    reading = _Reading((old.source, new.source), new.path, agreement, alike=alike)
    try:
        return list(read(reading, old.raw, new.raw))
    except LookedAt:
        return None


class _Reading:
    """Two versions of a path item; ``alike``: what is read says the same itself in both."""

    def __init__(
        self, sources: tuple[Source, Source], path: str, agreement: Agreement, *, alike: bool
    ) -> None:
        self._sources = sources
        self._agreement = agreement
        self._path = path
        self._alike = alike

    def of_path(self, old: Json, new: Json) -> Iterator[Payload]:
        """The bodies of all operations that differ, in the order of their elements."""
        at = f"/paths/{pointer.escape(self._path)}"
        if not _OF_PATHS.isdisjoint(old) or not _OF_PATHS.isdisjoint(new):
            raise LookedAt
        self.require(old, new, ("deprecated", "servers"))
        check_servers(new)
        shared = self._parameters((old, new, at))
        if any((method in old) is not (method in new) for method in METHODS):
            raise LookedAt
        for method in METHODS:
            if method in new:
                sides = old[method], new[method], f"{at}/{method}"
                yield from self._of_operation(method, sides, shared)

    def _of_operation(
        self, method: str, operation: _Sides, shared: _Sides | None
    ) -> Iterator[Payload]:
        old, new, _ = operation
        if not _OF_CALLS.isdisjoint(old) or not _OF_CALLS.isdisjoint(new):
            raise LookedAt
        self.require(old, new, _SAID_OF_CALLS)
        check_servers(new)
        body = self._parameters(operation) or shared
        if not self._second:
            body = self._below(operation, "requestBody")
        key = f"{method.upper()} {template_key(self._path)}"
        yield from self.of_body(method, operation, body, partial(in_operation, key, in_body))
        yield from self.of_answers(method, operation, partial(in_operation, key, in_answer))

    @property
    def _second(self) -> bool:
        return self._sources[1].second

    def require(self, old: Json, new: Json, names: Iterable[str]) -> None:
        """Go on only if some members are the same."""
        for name in () if self._alike else names:
            if (name in old) is not (name in new):
                raise LookedAt
            if name in new and not self._agreement.same(old[name], new[name]):
                raise LookedAt

    def _same(self, old: Json, new: Json) -> bool:
        if self._alike:
            return self._agreement.leads_alike(new)
        return self._agreement.same(old, new)

    def body_of(self, operation: _Sides, items: tuple[Json, Json]) -> _Sides | None:
        """What an operation takes, whatever else there is among its parameters."""
        if not self._second:
            return self._below(operation, "requestBody")
        found: list[Json] = []
        for raw, item, source in zip(operation[:2], items, self._sources, strict=True):
            bodies = [b for owner in (item, raw) for b in body_parameters(owner, source)]
            found.append(bodies[-1] if bodies else None)
        old, new = found
        if old is None and new is None:
            return None
        if old is None or new is None or "$ref" not in new:
            raise LookedAt  # it has no place that is the same in both
        return self._led((old, new, ""))

    def of_body(
        self, method: str, operation: _Sides, body: _Sides | None, find: Callable[..., Element]
    ) -> Iterator[Payload]:
        """The media types that an operation takes, as far as their schemas differ."""
        if body is None:
            return
        led = self._led(body)
        self.require(led[0], led[1], ("required",))
        types = self._listed(operation, "consumes") if self._second else None
        label = f"{method.upper()} {self._path} request body"
        yield from self._of_content(led, types, label, Side.CONSUMER, find)

    def of_answers(
        self, method: str, operation: _Sides, find: Callable[..., Element]
    ) -> Iterator[Payload]:
        """The media types that an operation answers with, as far as their schemas differ."""
        answers = self._below(operation, "responses")
        types = self._listed(operation, "produces") if self._second else None
        seen: set[str] = set()
        for status, sides in self._members(answers) if answers is not None else ():
            if status.startswith("x-"):
                continue
            key = status_key(status)
            if key in seen:
                raise LookedAt
            seen.add(key)
            response = self._led(sides)
            self.require(response[0], response[1], ("headers", "links"))
            self._values(response, "headers")
            self._values(response, "links")
            if not without_content(key):
                name = f"{method.upper()} {self._path} response {status}"
                found = partial(find, key)
                yield from self._of_content(response, types, name, Side.PROVIDER, found)

    def _parameters(self, owner: _Sides) -> _Sides | None:
        """Check that the parameters are the same, and the body among them, if there is one."""
        body = None
        both = self._below(owner, "parameters")
        if both is None:
            return None
        if type(both[1]) is not list or type(both[0]) is not list or len(both[0]) != len(both[1]):
            raise LookedAt
        for index, (old, new) in enumerate(zip(both[0], both[1], strict=True)):
            at = f"{both[2]}/{index}"
            led = self._led((old, new, at))
            other = led[1]
            where = other.get("in")
            if not self._alike and led[0].get("in") != where:
                raise LookedAt
            if where == "body" and self._sources[1].second and type(other.get("name")) is str:
                body = led
                continue
            if type(where) is not str or where == "formData" or type(other.get("name")) is not str:
                raise LookedAt
            if not _OF_VALUES.isdisjoint(other) or not self._same(old, new):
                raise LookedAt
        return body

    def _values(self, owner: _Sides, name: str) -> None:
        """Check that named values beside a body, its headers or links, are the same."""
        values = self._below(owner, name)
        if values is None:
            return
        for _, sides in self._members(values):
            if not _OF_VALUES.isdisjoint(self._led(sides)[1]):
                raise LookedAt
        if not self._same(*values[:2]):
            raise LookedAt

    def _of_content(
        self,
        owner: _Sides,
        types: Iterable[str] | None,
        label: str,
        writer: Side,
        find: Callable[..., Element],
    ) -> Iterator[Payload]:
        """The payloads of a body; ``types``: its media types, where one schema serves them all."""
        found: list[tuple[str, _Sides | None]]
        if types is not None:
            schema = self._leading_elsewhere(owner)
            found = [(name, schema) for name in types] if schema is not None else []
        else:
            content = self._below(owner, "content")
            by_old = writer is Side.CONSUMER
            entries = self._members(content, by_old=by_old) if content is not None else ()
            named = ((name, self._led(entry)) for name, entry in entries if name[:2] != "x-")
            found = [(name, self._leading_elsewhere(entry)) for name, entry in named]
        if not any(schema for _, schema in found):
            return
        keys = [media_type_key(name) for name, _ in found]
        if len(set(keys)) < len(keys) or any(is_sequential(name) for name, _ in found):
            raise LookedAt
        direction = Direction.REQUEST if writer is Side.CONSUMER else Direction.RESPONSE
        for key, (name, schema) in zip(keys, found, strict=True):
            if schema is not None:
                yield Payload(
                    f"{label} {name}",
                    name,
                    writer,
                    direction,
                    schema[:2],
                    schema[2],
                    self._sources,
                    partial(find, key),
                )

    def _leading_elsewhere(self, entry: _Sides) -> _Sides | None:
        """The schema of a body, if it refers to something that differs."""
        if "itemSchema" in entry[1]:
            raise LookedAt
        self.require(entry[0], entry[1], ("encoding", "itemSchema"))
        if "encoding" in entry[1]:
            check_encoding(entry[1]["encoding"])
        schema = self._below(entry, "schema")
        if schema is None:
            return None
        if type(schema[0]) is not dict or type(schema[1]) is not dict:
            raise LookedAt
        return None if self._same(*schema[:2]) else schema

    def _listed(self, operation: _Sides, name: str) -> Iterable[str]:
        for owner in (operation[1], self._sources[1].document.data):
            listed = owner.get(name)
            if isinstance(listed, list):
                found = [one for one in listed if isinstance(one, str)]
                return found or ("application/json",)
        return ("application/json",)

    def _below(self, owner: _Sides, name: str) -> _Sides | None:
        """A member of what stands at a place; None if there is none."""
        old, new, at = owner
        if name not in new:
            if name in old:
                raise LookedAt
            return None
        if name not in old:
            raise LookedAt
        return old[name], new[name], f"{at}/{name}"

    def _members(self, owner: _Sides, *, by_old: bool = False) -> Iterator[tuple[str, _Sides]]:
        """The members of an object, which are objects themselves, in the order of one version."""
        old, new, at = owner
        if type(new) is not dict or type(old) is not dict or "$ref" in new:
            raise LookedAt
        if old.keys() != new.keys():
            raise LookedAt
        for name in old if by_old else new:
            value = new[name]
            if type(value) is dict:
                yield name, (old[name], value, f"{at}/{pointer.escape(name)}")
            else:
                raise LookedAt

    def _led(self, sides: _Sides) -> _Sides:
        """Where a Reference Object leads in both versions, if they say the same there."""
        old, new, _ = sides
        if type(old) is not dict or type(new) is not dict or old.get("$ref") != new.get("$ref"):
            raise LookedAt
        if "$ref" not in new:
            return sides
        ref = new["$ref"]
        known = self._agreement.led
        if type(ref) is not str or not ref.startswith("#/"):
            raise LookedAt
        if ref not in known:
            known[ref] = self._target(ref)
        found: _Sides | None = known[ref]
        if found is None:
            raise LookedAt
        return found

    def _target(self, ref: str) -> _Sides | None:
        """Where a reference leads at last; None if not to an object that says the same."""
        for _ in range(LONGEST_CHAIN):
            if type(ref) is not str or not ref.startswith("#/"):
                return None
            at = pointer.from_fragment(ref[1:])
            try:
                old, new = (source.document.get(at) for source in self._sources)
            except ContractError:
                return None
            if type(new) is not dict or not self._agreement.alike(old, new):
                return None
            if "$ref" not in new:
                return old, new, at
            ref = new["$ref"]
        return None

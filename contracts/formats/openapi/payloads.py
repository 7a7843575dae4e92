"""Bodies whose schemas lead to something that differs, found in what two versions say alike.

A changed component is reached by thousands of bodies of operations that did not change
themselves. Where such a body stands is all that anybody asks about most of them, so no element
is made of it, or of anything around it, until somebody looks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from contracts.documents import pointer
from contracts.errors import ContractError
from contracts.formats.contract import Agreement, Element, Part, Payload, Side
from contracts.formats.node import LONGEST_CHAIN, Source
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
_OF_PARTS = frozenset({"$ref", "headers"})
"""Members that make more of something than is understood here."""

_Sides = tuple[Json, Json, str]
"""What stands at one place of both versions, and its pointer."""


class _LookedAt(Exception):
    """Elements have to be made, and compared one by one."""


@dataclass(slots=True, eq=False)
class PathItem:
    """What one version says about a path, as it stands there."""

    source: Source
    path: str
    raw: Json

    def payloads(self, other: PathItem, agreement: Agreement) -> list[Payload] | None:
        """The bodies of this, the old version's, and the new one that reach a difference.

        None if the two do not say the same themselves, or more than is understood here.
        """
        if not agreement.alike(self.raw, other.raw) or _OF_PATHS & self.raw.keys():
            return None
        try:
            return list(_Reading(self, other, agreement).payloads())
        except _LookedAt:
            return None


class _Reading:
    """Two versions of a path item that say the same themselves."""

    def __init__(self, old: PathItem, new: PathItem, agreement: Agreement) -> None:
        self._items = old, new
        self._sources = old.source, new.source
        self._agreement = agreement
        self._old: Mapping[str, Json] = old.raw
        self._new: Mapping[str, Json] = new.raw
        self._path = new.path
        self._body: _Sides | None = None
        """The body among the parameters of all operations (Swagger 2.0)."""

    def payloads(self) -> Iterator[Payload]:
        """The bodies that reach a difference, in the order of their elements."""
        at = f"/paths/{pointer.escape(self._path)}"
        _check_servers(self._new)
        self._body = self._parameters((self._old, self._new, at))
        for method in METHODS:
            if method in self._new:
                sides = self._old[method], self._new[method], f"{at}/{method}"
                yield from self._of_operation(method, sides)

    def _of_operation(self, method: str, operation: _Sides) -> Iterator[Payload]:
        if not _OF_CALLS.isdisjoint(operation[1]):
            raise _LookedAt
        _check_servers(operation[1])
        label = f"{method.upper()} {self._path}"
        body = self._parameters(operation) or self._body
        second = self._sources[1].second
        find = partial(_body, method.upper())
        if not second:
            body = self._below(operation, "requestBody")
        if body is not None:
            types = self._listed(operation, "consumes") if second else None
            name, writer = f"{label} request body", Side.CONSUMER
            yield from self._of_content(self._led(body), types, name, writer, find)
        answers = self._below(operation, "responses")
        types = self._listed(operation, "produces") if second else None
        seen: set[str] = set()
        for status, sides in self._members(answers) if answers is not None else ():
            if status.startswith("x-"):
                continue
            key = status_key(status)
            if key in seen:
                raise _LookedAt
            seen.add(key)
            response = self._led(sides)
            self._values(response, "headers")
            self._values(response, "links")
            if not without_content(key):
                find = partial(_answer, method.upper(), key)
                name = f"{label} response {status}"
                yield from self._of_content(response, types, name, Side.PROVIDER, find)

    def _parameters(self, owner: _Sides) -> _Sides | None:
        """Check that the parameters are the same, and the body among them, if there is one."""
        body = None
        both = self._below(owner, "parameters")
        if both is None:
            return None
        if type(both[1]) is not list:
            raise _LookedAt
        for index, (old, new) in enumerate(zip(both[0], both[1], strict=True)):
            at = f"{both[2]}/{index}"
            led = self._led((old, new, at))
            other = led[1]
            where = other.get("in")
            if where == "body" and self._sources[1].second and type(other.get("name")) is str:
                body = led
                continue
            if type(where) is not str or where == "formData" or type(other.get("name")) is not str:
                raise _LookedAt
            if not _OF_VALUES.isdisjoint(other) or not self._agreement.leads_alike(new):
                raise _LookedAt
        return body

    def _values(self, owner: _Sides, name: str) -> None:
        """Check that named values beside a body, its headers or links, are the same."""
        values = self._below(owner, name)
        if values is None:
            return
        for _, sides in self._members(values):
            if not _OF_VALUES.isdisjoint(self._led(sides)[1]):
                raise _LookedAt
        if not self._agreement.leads_alike(values[1]):
            raise _LookedAt

    def _of_content(
        self,
        owner: _Sides,
        types: Iterable[str] | None,
        label: str,
        writer: Side,
        find: Any,
    ) -> Iterator[Payload]:
        """The payloads of a body; ``types``: its media types, where one schema serves them all."""
        found: list[tuple[str, _Sides | None]]
        if types is not None:
            schema = self._leading_elsewhere(owner)
            found = [(name, schema) for name in types] if schema is not None else []
        else:
            content = self._below(owner, "content")
            entries = self._members(content) if content is not None else ()
            named = ((name, self._led(entry)) for name, entry in entries if name[:2] != "x-")
            found = [(name, self._leading_elsewhere(entry)) for name, entry in named]
        if not any(schema for _, schema in found):
            return
        keys = [media_type_key(name) for name, _ in found]
        if len(set(keys)) < len(keys) or any(is_sequential(name) for name, _ in found):
            raise _LookedAt
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
                    partial(find, template_key(self._path), key),
                    self._path,
                )

    def _leading_elsewhere(self, entry: _Sides) -> _Sides | None:
        """The schema of a body, if it refers to something that differs."""
        if "itemSchema" in entry[1]:
            raise _LookedAt
        if "encoding" in entry[1]:
            _check_encoding(entry[1]["encoding"])
        schema = self._below(entry, "schema")
        if schema is None:
            return None
        if type(schema[1]) is not dict:
            raise _LookedAt
        return None if self._agreement.leads_alike(schema[1]) else schema

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
        return (old[name], new[name], f"{at}/{name}") if name in new else None

    def _members(self, owner: _Sides) -> Iterator[tuple[str, _Sides]]:
        """The members of an object, which are objects themselves."""
        old, new, at = owner
        if type(new) is not dict or "$ref" in new:
            raise _LookedAt
        for name, value in new.items():
            if type(value) is dict:
                yield name, (old[name], value, f"{at}/{pointer.escape(name)}")
            else:
                raise _LookedAt

    def _led(self, sides: _Sides) -> _Sides:
        """Where a Reference Object leads in both versions, if they say the same there."""
        if type(sides[1]) is not dict:
            raise _LookedAt
        if "$ref" not in sides[1]:
            return sides
        ref = sides[1]["$ref"]
        known = self._agreement.led
        if type(ref) is not str or not ref.startswith("#/"):
            raise _LookedAt
        if ref not in known:
            known[ref] = self._target(ref)
        found: _Sides | None = known[ref]
        if found is None:
            raise _LookedAt
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


def _check_servers(owner: Mapping[str, Json]) -> None:
    """The servers of a path or operation are the same, if each is one."""
    if "servers" not in owner:
        return
    servers = owner["servers"]
    if not isinstance(servers, list) or not all(
        isinstance(one, dict) and isinstance(one.get("url"), str) and "$ref" not in one
        for one in servers
    ):
        raise _LookedAt


def _check_encoding(parts: Json) -> None:
    """The parts of a body are written alike, if each says so itself."""
    if not isinstance(parts, dict) or not all(
        isinstance(one, dict) and _OF_PARTS.isdisjoint(one) for one in parts.values()
    ):
        raise _LookedAt


def _body(method: str, path: str, media_type: str, owner: Element, part: Part) -> Element:
    bodies = _operation(method, path, owner, part).of_kind("request-body")
    return next(one for one in bodies[-1].children if one.key == media_type)


def _answer(
    method: str, status: str, path: str, media_type: str, owner: Element, part: Part
) -> Element:
    responses = _operation(method, path, owner, part).of_kind("response")
    response = next(one for one in responses if one.key == status)
    return next(one for one in response.of_kind("sent-media-type") if one.key == media_type)


def _operation(method: str, path: str, owner: Element, part: Part) -> Element:
    return next(one for one in owner.grown(part) if one.key == f"{method} {path}")

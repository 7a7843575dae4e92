"""Operation and message traits, merged into what they describe before anybody reads it.

A trait is merged as a JSON Merge Patch (RFC 7386). In 3.x what stands beside ``traits`` wins
(3.0.0, Traits Merge Mechanism); in 2.x the traits win, the last one most (2.6.0, ``traits``).
Merged parts keep the line of the trait that they came from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from contracts.documents import Document, Resolver, pointer
from contracts.errors import ContractError
from contracts.lean_dataclasses import dataclass
from contracts.verdict import Json

Origins = dict[str, tuple[Document, str]]
DEEPEST = 32


def with_traits(document: Document, resolver: Resolver, *, overriding: bool) -> Document:
    """The document with every trait merged; the document itself where there are none."""
    if not isinstance(document.data, dict) or b"traits" not in document.raw:
        return document
    merge = _Merge(document, resolver, overriding, {})
    data = document.data
    for at in list(_owners(data)):
        traits = document.find(pointer.join(at, "traits"))
        if isinstance(traits, list) and traits:
            data = _replaced(data, pointer.split(at), merge.applied(at, traits))
    if data is document.data:
        return document
    return document.amended(data, merge.origins)


def _owners(data: dict[str, Json]) -> Iterator[str]:
    """Pointers to every place that may have ``traits``, inner ones first."""
    components = _map(data, "components")
    for base, channels in (
        ("", _map(data, "channels")),
        ("/components", _map(components, "channels")),
    ):
        for name, channel in channels.items():
            at = pointer.join(base, "channels", name)
            for key in _map(channel, "messages"):
                yield pointer.join(at, "messages", key)
            for verb in ("publish", "subscribe"):
                operation = _map(channel, verb)
                message = _map(operation, "message")
                several = message.get("oneOf")
                for index in range(len(several) if isinstance(several, list) else 0):
                    yield pointer.join(at, verb, "message", "oneOf", index)
                if message:
                    yield pointer.join(at, verb, "message")
                if operation:
                    yield pointer.join(at, verb)
    for name in _map(components, "messages"):
        yield pointer.join("/components/messages", name)
    for base, owner in (("/operations", data), ("/components/operations", components)):
        for name in _map(owner, "operations"):
            yield pointer.join(base, name)


def _map(value: Json, key: str) -> dict[str, Json]:
    member = value.get(key) if isinstance(value, dict) else None
    return member if isinstance(member, dict) else {}


@dataclass(slots=True)
class _Merge:
    document: Document
    resolver: Resolver
    overriding: bool
    origins: Origins

    def applied(self, at: str, traits: list[Json]) -> Callable[[Json], Json]:
        """What to do with the owner at a pointer to have its traits merged."""
        found = [
            self._trait(pointer.join(at, "traits", index), value)
            for index, value in enumerate(traits)
        ]

        def apply(owner: Json) -> Json:
            own = {key: value for key, value in owner.items() if key != "traits"}
            merged: dict[str, Json] = {}
            layers = (
                [(self.document, at, own), *found]
                if self.overriding
                else [
                    *found,
                    (self.document, at, own),
                ]
            )
            for document, where, patch in layers:
                if isinstance(patch, dict):
                    self._patch(merged, patch, at, (document, where), 0)
            return merged

        return apply

    def _trait(self, at: str, value: Json) -> tuple[Document, str, Json]:
        document, where = self.document, at
        try:
            for _ in range(DEEPEST):
                if not isinstance(value, dict) or not isinstance(value.get("$ref"), str):
                    break
                document, where = self.resolver.resolve(value["$ref"], where, within=document)
                value = document.get(where)
        except ContractError:
            return document, where, {}  # the reader meets the same reference and reports it
        return document, where, value

    def _patch(
        self,
        target: dict[str, Json],
        patch: dict[str, Json],
        at: str,
        origin: tuple[Document, str],
        depth: int,
    ) -> None:
        """RFC 7386 section 2, remembering where each part came from."""
        document, where = origin
        for key, value in patch.items():
            here, there = pointer.join(at, key), pointer.join(where, key)
            if value is None:
                target.pop(key, None)
                continue
            own = target.get(key)
            if isinstance(value, dict) and isinstance(own, dict) and depth < DEEPEST:
                merged = dict(own)
                self._patch(merged, value, here, (document, there), depth + 1)
                target[key] = merged
            else:
                target[key] = value
                self.origins[here] = (document, there)


def _replaced(data: Json, tokens: tuple[str, ...], change: Callable[[Json], Json]) -> Json:
    """A copy of the values along a path, with the value at its end changed; all else shared."""
    if not tokens:
        return change(data)
    head, rest = tokens[0], tokens[1:]
    if isinstance(data, list):
        copied = list(data)
        copied[int(head)] = _replaced(data[int(head)], rest, change)
        return copied
    return {**data, head: _replaced(data[head], rest, change)}

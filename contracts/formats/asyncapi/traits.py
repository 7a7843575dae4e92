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
    files = {id(one): one for one, _ in document.origins.values()} or {0: document}
    if not isinstance(document.data, dict) or not any(b"traits" in f.raw for f in files.values()):
        return document
    merge = _Merge(document, resolver, overriding, {})
    data = document.data
    for at in dict.fromkeys(_Owners(document, resolver).all()):
        traits = document.find(pointer.join(at, "traits"))
        if isinstance(traits, list) and traits:
            data = _replaced(data, pointer.split(at), merge.applied(at, traits))
    if data is document.data:
        return document
    return document.amended(data, merge.origins)


@dataclass(frozen=True, slots=True)
class _Owners:
    """Finds every place that may have ``traits``, inner ones first, wherever it stands."""

    document: Document
    resolver: Resolver

    def all(self) -> Iterator[str]:
        """Pointers into the document, also into files that are bundled in it."""
        for base in ("", "/components"):
            for channel in self._members(f"{base}/channels"):
                yield from self._members(f"{channel}/messages")
                for verb in ("publish", "subscribe"):
                    operation = self._at(f"{channel}/{verb}")
                    if operation is not None:
                        yield from self._messages(f"{operation}/message")
                        yield operation
        for message in self._members("/components/messages"):
            yield from self._messages(message)
        for base in ("", "/components"):
            for operation in self._members(f"{base}/operations"):
                for index in range(len(self._list(f"{operation}/messages"))):
                    yield from self._messages(f"{operation}/messages/{index}")
                reply = self._at(f"{operation}/reply")
                for index in range(len(self._list(f"{reply}/messages")) if reply else 0):
                    yield from self._messages(f"{reply}/messages/{index}")
                yield operation

    def _messages(self, at: str) -> Iterator[str]:
        """The message at a pointer, or each of its ``oneOf`` (2.x)."""
        message = self._at(at)
        if message is not None:
            for index in range(len(self._list(f"{message}/oneOf"))):
                alternative = self._at(f"{message}/oneOf/{index}")
                if alternative is not None:
                    yield alternative
            yield message

    def _members(self, at: str) -> Iterator[str]:
        """The members of the object at a pointer, references followed."""
        owner = self._at(at)
        value = self.document.find(owner) if owner is not None else None
        for name in value if isinstance(value, dict) else ():
            member = self._at(pointer.join(owner or "", name))
            if member is not None:
                yield member

    def _list(self, at: str) -> list[Json]:
        value = self.document.find(at)
        return value if isinstance(value, list) else []

    def _at(self, at: str) -> str | None:
        """Where the object at a pointer really stands; None if nowhere in this document."""
        value = self.document.find(at)
        for _ in range(DEEPEST):
            if not isinstance(value, dict) or not isinstance(value.get("$ref"), str):
                break
            try:
                found, at = self.resolver.resolve(value["$ref"], at, within=self.document)
            except ContractError:
                return None
            if found is not self.document:
                return None
            value = found.find(at)
        return at if isinstance(value, dict) else None


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

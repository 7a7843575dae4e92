"""Which schemas of two documents certainly mean the same: equal text, equal targets of references.

Equal schemas get one formula, so that ``W ∧ ¬R`` is seen to be empty without looking inside.
A schema with references counts as equal only if all it can reach is equal too; that is found
by following each local reference once (changes spread backwards along references).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from contracts.documents.hashes import Subtrees
from contracts.schema.locations import Location
from contracts.schema.resources import Source, step_through, tokens_of
from contracts.verdict import Json

_RESCOPING = frozenset({"$id", "$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveRef"})


class Closures:
    """Identities of the schemas of one pair of documents."""

    def __init__(self, one: Source, other: Source, subtrees: Subtrees) -> None:
        self._pair = (one, other)
        self._subtrees = subtrees
        self._references: dict[int, frozenset[str] | None] = {}
        self._clean: dict[str, bool] = {}
        self._kept: list[Json] = []

    def identity(self, at: Location) -> Hashable | None:
        """Equal for schemas that mean the same in both documents; None if that is not known."""
        if at.resource.source not in self._pair or at.resource.pointer != "":
            return None
        raw = at.raw
        if not isinstance(raw, dict):
            return None
        references = self._references_of(raw, at.dialect.rules.draft == 4)
        if references is None or not all(self._is_clean(ref) for ref in references):
            return None
        numbers = tuple(source.number for source in self._pair) if references else ()
        return ("=", self._subtrees.of(raw), numbers)

    def _references_of(self, raw: dict[str, Json], old: bool) -> frozenset[str] | None:
        """The local references below a schema; None if something there changes their meaning."""
        if id(raw) not in self._references:
            self._kept.append(raw)
            self._collect(raw, old)
        return self._references[id(raw)]

    def _collect(self, root: Json, old: bool) -> None:
        """The references below every container of a value, innermost first, each looked at once."""
        known = self._references
        waiting: list[tuple[Json, list[Json] | None]] = [(root, None)]
        while waiting:
            value, inner = waiting.pop()
            if id(value) in known:
                continue
            if inner is None:
                items = value.values() if isinstance(value, dict) else value
                inner = [item for item in items if isinstance(item, (dict, list))]
                if inner:
                    waiting.append((value, inner))
                    waiting.extend((item, None) for item in inner)
                    continue
            known[id(value)] = _together(_own(value, old), (known[id(item)] for item in inner))

    def _is_clean(self, ref: str) -> bool:
        known = self._clean.get(ref)
        if known is None:
            self._explore(ref)
            known = self._clean[ref]
        return known

    def _explore(self, start: str) -> None:
        """Settle all references that can be reached and are not settled yet."""
        users: dict[str, list[str]] = {start: []}
        waiting, dirty = [start], list[str]()
        while waiting:
            ref = waiting.pop()
            targets = self._targets(ref)
            if targets is None:
                dirty.append(ref)
                continue
            for target in targets:
                if self._clean.get(target) is False:
                    dirty.append(ref)
                elif target not in self._clean:
                    if target not in users:
                        users[target] = []
                        waiting.append(target)
                    users[target].append(ref)
        spoilt: set[str] = set()
        while dirty:
            ref = dirty.pop()
            if ref not in spoilt:
                spoilt.add(ref)
                dirty.extend(users.get(ref, ()))
        self._clean.update((ref, ref not in spoilt) for ref in users)

    def _targets(self, ref: str) -> Iterable[str] | None:
        """What an equal target refers to itself; None if the targets differ."""
        from urllib.parse import unquote

        if not ref.startswith("#"):
            return None
        pointer = unquote(ref[1:])
        if pointer and not pointer.startswith("/"):
            return None
        found: list[Any] = []
        for source in self._pair:
            try:
                found.append(step_through(source.document.data, tokens_of(pointer)))
            except LookupError:
                return None
        if not self._subtrees.same(found[0], found[1]):
            return None
        if not isinstance(found[0], dict):
            return ()
        old = any(source.dialect.rules.draft == 4 for source in self._pair)
        return self._references_of(found[0], old)


_NONE: frozenset[str] = frozenset()


def _own(value: Json, old: bool) -> frozenset[str] | None:
    """The reference of one schema itself; None if it changes what others mean."""
    if not isinstance(value, dict):
        return _NONE
    if not _RESCOPING.isdisjoint(value) and any(
        isinstance(value.get(name), str) for name in _RESCOPING
    ):
        return None
    ref = value.get("$ref")
    if isinstance(ref, str):
        return frozenset((ref,))
    return None if old and isinstance(value.get("id"), str) else _NONE


def _together(
    own: frozenset[str] | None, inner: Iterable[frozenset[str] | None]
) -> frozenset[str] | None:
    found = own
    for more in inner:
        if found is None or more is None:
            return None
        if not more <= found:
            found = found | more if found else more
    return found

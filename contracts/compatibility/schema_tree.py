"""Two versions of a schema side by side: which subschema became which.

The containment engine proves; this tells what a reader of the document sees. Every pair of
subschemas is visited once, however many exchanges reach it, and equal ones not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import cast

from contracts.documents import Document, pointer
from contracts.errors import ContractError
from contracts.formats.contract import Element
from contracts.schema import SchemaAt
from contracts.verdict import Json

LONGEST_CHAIN = 64
DEEPEST = 400
"""Levels of nesting below an exchange; a schema that goes deeper is left to the engine."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A subschema where it stands, references followed."""

    document: Document
    pointer: str
    value: Json
    schema: SchemaAt
    """The exchange's schema that it was reached from: its dialect and how references resolve."""

    @property
    def key(self) -> tuple[int, str]:
        """Its identity within one comparison."""
        return id(self.document), self.pointer

    def get(self, keyword: str) -> Json:
        """A keyword's value, or None."""
        return self.value.get(keyword) if isinstance(self.value, dict) else None

    def below(self, *tokens: str | int) -> Spot | None:
        """Something inside, references not yet followed; None if there is nothing."""
        value = self.value
        for token in tokens:
            try:
                value = pointer.step(value, str(token))
            except LookupError:
                return None
        return Spot(self.document, pointer.join(self.pointer, *tokens), value, self.schema)


@dataclass(slots=True, eq=False)
class Twin:
    """A subschema before and after; one of the two may be missing for a property."""

    old: Spot | None
    new: Spot | None
    path: str
    """The field, as a user names it; empty for the whole payload."""
    name: str | None = None
    """The property's name, where it is one."""
    old_required: bool = False
    new_required: bool = False
    root: tuple[Element, Element] | None = None
    """The first exchange that it was reached from."""
    step: str = ""
    """What it adds to the name of a field of the pair it was first found in."""
    parents: list[tuple[Twin, str]] = field(default_factory=list)
    """The pairs it stands in, with what it adds to the name of a field there."""
    roots: list[tuple[Element, Element]] = field(default_factory=list)
    properties: list[Twin] = field(default_factory=list)

    def reaches(self) -> list[tuple[Element, Element, str]]:
        """The exchanges from which this pair is reached, and the field it is in each."""
        found: list[tuple[Element, Element, str]] = []
        seen = {id(self)}
        waiting = [(self, "")]
        for twin, below in waiting:  # grows while it is read
            found.extend((old, new, _field(below)) for old, new in twin.roots)
            for parent, step in twin.parents:
                if id(parent) not in seen:
                    seen.add(id(parent))
                    waiting.append((parent, step + below))
        return found


class SchemaTree:
    """All differing subschema pairs below the exchanges of one direction."""

    def __init__(self, same: Callable[[Spot, Spot], bool]) -> None:
        self._same = same
        self._twins: dict[tuple[tuple[int, str], tuple[int, str]], Twin] = {}

    def add(self, old: Element, new: Element) -> None:
        """Look below an exchange that may have changed."""
        if old.schema is None or new.schema is None:
            return
        before, after = self._start(old.schema), self._start(new.schema)
        if before is None or after is None:
            return
        known = self._twins.get((before.key, after.key))
        if known is not None:
            known.roots.append((old, new))
            return
        if not self._same(before, after):
            twin = self._remember(Twin(before, after, "", root=(old, new), roots=[(old, new)]))
            self._unfold([twin])

    def twins(self) -> Iterator[Twin]:
        """Every pair found, with the properties that exist on one side only."""
        for twin in self._twins.values():
            yield twin
            yield from twin.properties

    def _remember(self, twin: Twin) -> Twin:
        assert twin.old is not None
        assert twin.new is not None
        self._twins[twin.old.key, twin.new.key] = twin
        return twin

    def _unfold(self, waiting: list[Twin]) -> None:
        for twin in waiting:  # breadth first: the shortest field path wins; grows while read
            if twin.path.count(".") > DEEPEST:
                continue
            for child in self._children(twin):
                if child.old is None or child.new is None:
                    child.parents.append((twin, child.step))
                    twin.properties.append(child)
                    continue
                key = child.old.key, child.new.key
                known = self._twins.get(key)
                if known is not None:
                    known.parents.append((twin, child.step))
                elif not self._same(child.old, child.new):
                    child.parents.append((twin, child.step))
                    waiting.append(self._remember(child))

    def _children(self, twin: Twin) -> Iterator[Twin]:
        old, new = twin.old, twin.new
        assert old is not None
        assert new is not None
        yield from self._properties(twin, old, new)
        for keyword, suffix in _SINGLE.items():
            yield from self._pair(twin, old.below(keyword), new.below(keyword), suffix)
        for keyword in ("patternProperties", "dependentSchemas"):
            for name in _names(old, keyword).keys() & _names(new, keyword).keys():
                yield from self._pair(
                    twin, old.below(keyword, name), new.below(keyword, name), ".*"
                )
        for keyword in ("prefixItems", "oneOf", "anyOf"):
            suffix = "[]" if keyword == "prefixItems" else ""
            yield from self._listed(twin, old, new, keyword, suffix)

    def _properties(self, twin: Twin, old: Spot, new: Spot) -> Iterator[Twin]:
        before, after = self.declared(old), self.declared(new)
        needed, needs = self.required(old), self.required(new)
        for name in {**before, **after}:
            one, other = before.get(name), after.get(name)
            yield Twin(
                self.follow(one) if one and other else one,
                self.follow(other) if one and other else other,
                f"{twin.path}.{name}" if twin.path else name,
                name,
                name in needed,
                name in needs,
                twin.root,
                f".{name}",
            )

    def _pair(self, twin: Twin, old: Spot | None, new: Spot | None, suffix: str) -> Iterator[Twin]:
        if old is not None and new is not None:
            path = _extended(twin.path, suffix)
            yield Twin(self.follow(old), self.follow(new), path, root=twin.root, step=suffix)

    def _listed(
        self, twin: Twin, old: Spot, new: Spot, keyword: str, suffix: str
    ) -> Iterator[Twin]:
        before, after = self.branches(old, keyword), self.branches(new, keyword)
        by_pointer = {spot.pointer: spot for spot in after}
        for index, spot in enumerate(before):
            other = by_pointer.get(spot.pointer)
            if other is None and index < len(after):
                other = after[index]
            if other is not None:
                path = _extended(twin.path, suffix)
                yield Twin(spot, other, path, root=twin.root, step=suffix)

    def branches(self, spot: Spot, keyword: str) -> list[Spot]:
        """The subschemas in a list keyword, references followed."""
        value = spot.get(keyword)
        if not isinstance(value, list):
            return []
        found = (spot.below(keyword, index) for index in range(len(value)))
        return [self.follow(branch) for branch in found if branch is not None]

    def declared(self, spot: Spot) -> dict[str, Spot]:
        """The properties an object schema declares, `allOf` branches included."""
        found: dict[str, Spot] = {}
        for part in self._conjuncts(spot):
            for name in _names(part, "properties"):
                child = part.below("properties", name)
                if child is not None:
                    found.setdefault(name, child)
        return found

    def required(self, spot: Spot) -> set[str]:
        """The properties an object schema requires, `allOf` branches included."""
        found: set[str] = set()
        for part in self._conjuncts(spot):
            value = part.get("required")
            if isinstance(value, list):
                found.update(name for name in value if isinstance(name, str))
        return found

    def _conjuncts(self, spot: Spot) -> list[Spot]:
        found = [spot]
        seen = {spot.key}
        for part in found:  # grows while it is read
            target = self._target(part)
            for branch in [*self.branches(part, "allOf"), *([target] if target else [])]:
                if branch.key not in seen:
                    seen.add(branch.key)
                    found.append(branch)
        return found

    def _start(self, schema: SchemaAt) -> Spot | None:
        document = cast("Document", schema.document)
        try:
            value = document.get(schema.pointer)
        except ContractError:
            return None
        return self.follow(Spot(document, schema.pointer, value, schema))

    def follow(self, spot: Spot) -> Spot:
        """Where a `$ref` without siblings that count leads; the spot itself if nowhere."""
        for _ in range(LONGEST_CHAIN):
            target = self._target(spot)
            if target is None or (spot.schema.dialect.rules.siblings and _has_siblings(spot.value)):
                return spot
            spot = target
        return spot

    @staticmethod
    def _target(spot: Spot) -> Spot | None:
        ref, references = spot.get("$ref"), spot.schema.references
        if not isinstance(ref, str) or references is None:
            return None
        try:
            document, at = references.resolve(ref, spot.pointer, within=spot.document)
            return Spot(document, at, document.get(at), spot.schema)
        except ContractError:
            return None


_ANNOTATIONS = frozenset({"$ref", "$comment", "title", "description", "summary", "examples"})


def _has_siblings(value: dict[str, Json]) -> bool:
    """Whether something beside a `$ref` restricts values (2019-09 and later)."""
    return not value.keys() <= _ANNOTATIONS


_SINGLE = {"items": "[]", "additionalProperties": ".*", "contains": "[]", "not": ""}
"""Keywords with one subschema → what they add to the name of a field."""


def _names(spot: Spot, keyword: str) -> dict[str, Json]:
    value = spot.get(keyword)
    return value if isinstance(value, dict) else {}


def _field(steps: str) -> str:
    """Steps below an exchange as the name of a field; empty for the whole payload."""
    return "*" + steps[2:] if steps.startswith("[]") else steps.removeprefix(".")


def _extended(path: str, suffix: str) -> str:
    return path + suffix if path or not suffix else "*"

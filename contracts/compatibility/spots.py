"""Subschemas where they stand, references followed, and what an object schema declares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from contracts.documents import Document, pointer
from contracts.errors import ContractError
from contracts.lean_dataclasses import dataclass
from contracts.schema import SchemaAt
from contracts.schema.dialects import dialect_of, names_unknown_dialect
from contracts.verdict import Json

LONGEST_CHAIN = 64
"""References to references; more is a cycle."""

ANNOTATIONS = frozenset(
    {
        *("$comment", "$ref", "title", "description", "summary", "default", "deprecated"),
        *("example", "examples", "externalDocs", "xml", "$defs", "definitions"),
    }
)
"""Keywords that restrict no value (and `$ref`, which is looked at by itself)."""

_OF_ALL = frozenset({"$schema", "$id"})


@dataclass(slots=True, eq=False)
class Spot:
    """A subschema where it stands; never changed (freezing would make a hundred thousand slow)."""

    document: Document
    pointer: str
    value: Json
    schema: SchemaAt
    """The exchange's schema that it was reached from: its dialect and how references resolve."""

    @property
    def key(self) -> tuple[int, str]:
        """Its identity within one comparison."""
        return id(self.document), self.pointer

    def at(self) -> SchemaAt:
        """The same, for the engine."""
        return SchemaAt(self.document, self.pointer, self.schema.dialect, self.schema.references)

    def get(self, keyword: str) -> Json:
        """A keyword's value, or None."""
        return self.value.get(keyword) if isinstance(self.value, dict) else None

    def names(self, keyword: str) -> dict[str, Json]:
        """A keyword that maps names to subschemas; empty where it is something else."""
        value = self.get(keyword)
        return value if isinstance(value, dict) else {}

    def below(self, *tokens: str | int) -> Spot | None:
        """Something inside, references not yet followed; None if there is nothing."""
        value, at = self.value, self.pointer
        for token in tokens:
            kind = type(value)
            if kind is dict and token not in value:
                return None
            if kind is not dict and not (
                kind is list and type(token) is int and token < len(value)
            ):
                return None
            value = value[token]
            at = f"{at}/{pointer.escape(token) if type(token) is str else token}"
        return Spot(self.document, at, value, self.schema)

    def bare(self) -> Spot:
        """The spot without what the top of a document says of all of it."""
        if self.pointer != "" or not isinstance(self.value, dict) or _OF_ALL.isdisjoint(self.value):
            return self
        named = self.value.get("$schema")
        if names_unknown_dialect(named) or dialect_of(named) not in (None, self.schema.dialect):
            return self  # what its keywords mean is for the engine to say
        rest = {word: value for word, value in self.value.items() if word not in _OF_ALL}
        return Spot(self.document, self.pointer, rest, self.schema)

    def target(self) -> Spot | None:
        """Where `$ref` leads in one step; None if there is none or it leads nowhere."""
        ref, references = self.get("$ref"), self.schema.references
        if not isinstance(ref, str) or references is None:
            return None
        try:
            found, at = references.resolve(ref, self.pointer, within=self.document)
            document = cast("Document", found)
            return Spot(document, at, document.get(at), self.schema)
        except ContractError:
            return None

    def followed(self) -> Spot:
        """Where a `$ref` without siblings that count leads; the spot itself if nowhere."""
        spot = self
        for _ in range(LONGEST_CHAIN):
            if not isinstance(spot.value, dict) or "$ref" not in spot.value:
                return spot
            siblings = spot.schema.dialect.rules.siblings
            if siblings and not spot.value.keys() <= ANNOTATIONS:
                return spot
            target = spot.target()
            if target is None:
                return spot
            spot = target
        return spot

    def branches(self, keyword: str) -> list[Spot]:
        """The subschemas in a list keyword, references followed."""
        return [branch.followed() for branch in self._listed(keyword)]

    def alternatives(self, keyword: str) -> list[tuple[Spot, Spot]]:
        """Each subschema in a list keyword, and where its references lead; of unions theirs.

        A union that is an alternative, and says nothing else, stands for its own alternatives.
        """
        found: list[tuple[Spot, Spot]] = []
        seen = {self.key}
        waiting = self._listed(keyword)[::-1]
        while waiting:
            branch = waiting.pop()
            spot = branch.followed()
            inside = only_union(spot.value)
            if inside is None:
                found.append((branch, spot))
            elif spot.key not in seen:
                seen.add(spot.key)
                waiting.extend(spot._listed(inside)[::-1])
        return found

    def _listed(self, keyword: str) -> list[Spot]:
        value = self.get(keyword)
        count = len(value) if isinstance(value, list) else 0
        found = (self.below(keyword, index) for index in range(count))
        return [branch for branch in found if branch is not None]

    def conjuncts(self) -> list[Spot]:
        """The spot and everything that holds together with it: `allOf`, `$ref` with siblings."""
        found = [self]
        if self.alone():
            return found
        seen = {self.key}
        for part in found:  # grows while it is read
            target = part.target()
            for branch in [*part.branches("allOf"), *([target] if target else [])]:
                if branch.key not in seen:
                    seen.add(branch.key)
                    found.append(branch)
        return found

    def declared(self, *, without: frozenset[str] = frozenset()) -> dict[str, Spot]:
        """The properties that an object schema declares, `allOf` branches included."""
        found: dict[str, Spot] = {}
        for name, child in self._declarations(without):
            found.setdefault(name, child)
        return found

    def declarations(self, name: str) -> list[Spot]:
        """Everything that the schema and its `allOf` branches say about one property."""
        found = (part.below("properties", name) for part in self.conjuncts())
        return [child.followed() for child in found if child is not None]

    def member_names(self) -> frozenset[str]:
        """The names of the same."""
        return frozenset().union(*(part.names("properties") for part in self.conjuncts()))

    def offered(self) -> set[str]:
        """The properties that some alternative declares (`oneOf`, `anyOf`), at any depth."""
        found: set[str] = set()
        seen = {self.key}
        waiting = [self]
        for spot in waiting:  # grows while it is read
            for part in spot.conjuncts():
                for branch in (*part.branches("oneOf"), *part.branches("anyOf")):
                    if branch.key not in seen:
                        seen.add(branch.key)
                        found |= branch.member_names()
                        waiting.append(branch)
        return found

    def alone(self) -> bool:
        """Whether nothing else declares properties of the same object."""
        return isinstance(self.value, dict) and self.value.keys().isdisjoint(("$ref", "allOf"))

    def declares_once(self) -> bool:
        """Whether no property is declared by two conjuncts."""
        if self.alone():
            return True
        names = [name for name, _ in self._declarations(frozenset())]
        return len(names) == len(set(names))

    def _declarations(self, without: frozenset[str]) -> Iterator[tuple[str, Spot]]:
        for part in self.conjuncts():
            for name in part.names("properties"):
                if name in without:
                    continue
                child = part.below("properties", name)
                if child is not None:
                    yield name, child

    def required(self) -> set[str]:
        """The properties that an object schema requires, `allOf` branches included."""
        found: set[str] = set()
        for part in self.conjuncts():
            value = part.get("required")
            if isinstance(value, list):
                found.update(name for name in value if isinstance(name, str))
        return found


def only_union(raw: Json) -> str | None:
    """The keyword of a schema that lists alternatives and says nothing else."""
    if not isinstance(raw, dict) or "$ref" in raw:
        return None
    said = [w for w in raw if w not in ANNOTATIONS and w != "discriminator" and w[:2] != "x-"]
    return said[0] if said in (["oneOf"], ["anyOf"]) and isinstance(raw[said[0]], list) else None


def plainly_same(one: Json, other: Json) -> bool:
    """Whether two schemas are equal at one look: only words, no references and nothing inside."""
    return (
        isinstance(one, dict)
        and one == other
        and "$ref" not in one
        and _WORDS.issuperset(map(type, one.values()))
        and _WORDS.issuperset(map(type, other.values()))
    )


_WORDS = frozenset({str})


def unchanged(old: Spot, new: Spot) -> frozenset[str]:
    """Properties of two objects that nobody has to look at; none where it takes more to see."""
    if not old.alone() or not new.alone():
        return frozenset()
    before, after = old.names("properties"), new.names("properties")
    return frozenset(n for n, value in before.items() if plainly_same(value, after.get(n)))


def start(schema: SchemaAt) -> Spot | None:
    """The spot where an exchange's schema stands, references followed; None if nothing is there."""
    document = cast("Document", schema.document)
    try:
        value = document.get(schema.pointer)
    except ContractError:
        return None
    return Spot(document, schema.pointer, value, schema).followed()

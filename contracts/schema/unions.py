"""`oneOf` and `anyOf` as contracts of named parties mean them: one alternative is meant.

Open objects fit almost every alternative, so that `oneOf`, taken at its word, admits nothing and
an alternative that changed hides behind the others. Where alternatives may overlap
(:attr:`~contracts.schema.options.Options.overlapping`), a member that only some alternatives
declare is read by one of those, and an object, array or null that fits several is no error,
unless it has what each of two alternatives requires and the other does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from contracts.schema.compiler import Child, Malformed, Part
from contracts.schema.discriminators import discriminator_of
from contracts.schema.locations import Location
from contracts.schema.nodes import Node
from contracts.schema.object_keywords import without_member
from contracts.schema.unevaluated import declared, demanded
from contracts.schema.values import Kind

if TYPE_CHECKING:
    from contracts.schema.compiler import Compiler

MOST_ALTERNATIVES = 24
"""Of more alternatives, members do not tell which is meant."""

STRUCTURED = Kind.OBJECT | Kind.ARRAY | Kind.NULL


def chosen_part(
    compiler: Compiler, at: Location, keyword: str, places: Sequence[Location], nodes: list[Node]
) -> Part:
    """One of the alternatives holds, and one that declares the members that are there."""
    universe = compiler.universe
    nodes = _discriminated(compiler, at, keyword, places, nodes)
    names = own_members(compiler, at, places)
    foreign = _foreign(names)
    parts = [universe.any_of(nodes)]
    for name in sorted(set().union(*foreign)):
        readers = (n for n, own in zip(nodes, foreign, strict=True) if name not in own)
        parts.append(universe.any_of((*without_member(compiler, name), *readers)))
    meant = [
        universe.all_of((node, *(universe.negation(universe.required(name)) for name in own)))
        for node, own in zip(nodes, foreign, strict=True)
    ]
    several = _several(compiler, places, nodes, meant) if keyword == "oneOf" else universe.false
    parts.append(universe.negation(several))
    children = tuple(
        Child.placed(place, universe, *(other for j, other in enumerate(meant) if j != index))
        for index, place in enumerate(places)
    )
    return Part(keyword, (keyword,), universe.all_of(parts), children, "chosen", several)


def _discriminated(
    compiler: Compiler, at: Location, keyword: str, places: Sequence[Location], nodes: list[Node]
) -> list[Node]:
    """Each alternative, without the values by which a discriminator names another one.

    A writer sends the values that name the alternative, where its schema does not say which.
    """
    universe = compiler.universe
    applies = compiler.side.discriminated and at.dialect.rules.openapi
    said = discriminator_of(at.raw, keyword) if applies else None
    if said is None:
        return nodes
    found: list[Node] = []
    for node, place, own, others in zip(nodes, places, said.written, said.others, strict=True):
        parts = [node]
        if others:
            named = universe.enum(sorted(others))
            parts.append(universe.member(said.name, universe.negation(named)))
        if own and compiler.side.writer and not _says_values(compiler, place, said.name, 0):
            parts.append(universe.member(said.name, universe.enum(sorted(own))))
        found.append(universe.all_of(parts))
    return found


def _says_values(compiler: Compiler, at: Location, name: str, depth: int) -> bool:
    """Whether a schema limits a member to values of its own."""
    raw = at.raw
    if not isinstance(raw, dict) or depth > _DEEPEST:
        return False
    places: list[Location] = []
    if isinstance(raw.get("$ref"), str):
        try:
            places.append(compiler.target(at, "$ref", raw["$ref"]))
        except Malformed:
            return False
    if isinstance(raw.get("allOf"), list):
        places += [at.child("allOf", index) for index in range(len(raw["allOf"]))]
    members = raw.get("properties")
    if isinstance(members, dict) and isinstance(members.get(name), dict):
        if not {"enum", "const"}.isdisjoint(members[name]):
            return True
        if "$ref" in members[name]:
            return _is_limited(compiler, at.child("properties", name))
    return any(_says_values(compiler, place, name, depth + 1) for place in places)


def _is_limited(compiler: Compiler, at: Location) -> bool:
    try:
        target = compiler.target(at, "$ref", at.raw["$ref"])
    except Malformed:
        return False
    return isinstance(target.raw, dict) and not {"enum", "const"}.isdisjoint(target.raw)


_DEEPEST = 12


def _several(
    compiler: Compiler, places: Sequence[Location], nodes: list[Node], meant: list[Node]
) -> Node:
    """What fits more than one alternative by more than being open, or is no object or array."""
    universe = compiler.universe
    found: list[Node] = []
    if any(_may_be_scalar(compiler, place, set()) for place in places):
        plain = universe.negation(universe.types(STRUCTURED))
        exact = universe.negation(universe.one_of(nodes))
        found.append(universe.all_of((plain, universe.any_of(nodes), exact)))
    needs = [demanded(compiler, place) for place in places]
    if len(places) <= MOST_ALTERNATIVES:
        for (one, first), (other, second) in combinations(zip(meant, needs, strict=True), 2):
            if first - second and second - first:
                found.append(universe.all_of((one, other)))
    return universe.any_of(found)


def _foreign(names: list[frozenset[str] | None]) -> list[frozenset[str]]:
    """Per alternative, the members that others declare and it does not."""
    known = frozenset[str]().union(*(own for own in names if own is not None))
    return [known - own if own is not None else frozenset() for own in names]


def own_members(
    compiler: Compiler, at: Location, places: Sequence[Location]
) -> list[frozenset[str] | None]:
    """The members each alternative declares beyond its owner's; None where any may be one."""
    if not 1 < len(places) <= MOST_ALTERNATIVES:
        return [None] * len(places)
    shared = at.raw.get("properties")
    around = frozenset(shared) if isinstance(shared, dict) else frozenset()
    found = (declared(compiler, place) for place in places)
    return [own - around if own is not None else None for own in found]


def _may_be_scalar(compiler: Compiler, at: Location, seen: set[object]) -> bool:
    """Whether a schema may take a string, number or boolean, as far as its `type` says."""
    raw = at.raw
    if not isinstance(raw, dict) or at.identity in seen:
        return True
    seen.add(at.identity)
    kinds = raw.get("type")
    if kinds is not None and ("$ref" not in raw or at.dialect.rules.siblings):
        named = kinds if isinstance(kinds, list) else [kinds]
        return not all(kind in ("object", "array", "null") for kind in named)
    if isinstance(raw.get("$ref"), str):
        try:
            return _may_be_scalar(compiler, compiler.target(at, "$ref", raw["$ref"]), seen)
        except Malformed:
            return True
    parts = raw.get("allOf")
    if isinstance(parts, list):
        places = (at.child("allOf", index) for index in range(len(parts)))
        return all(_may_be_scalar(compiler, place, seen) for place in places)
    return True

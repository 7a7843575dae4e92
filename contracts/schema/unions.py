"""`oneOf` and `anyOf` as contracts of named parties mean them: one alternative is meant.

Open objects fit almost every alternative, so that `oneOf`, taken at its word, admits nothing and
an alternative that changed hides behind the others. Where alternatives may overlap
(:attr:`~contracts.schema.options.Options.overlapping`), a member that only some alternatives
declare is read by one of those, unless a type, a constant or a discriminator tells that the value
is of another one (:mod:`contracts.schema.marks`); and an object, array or null that fits several
is no error, unless it has what each of two alternatives requires and the other does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, compress
from typing import TYPE_CHECKING

from contracts.schema.compiler import Child, Malformed, Part
from contracts.schema.discriminators import Discriminator, discriminator_of
from contracts.schema.locations import Location
from contracts.schema.nodes import Node
from contracts.schema.object_keywords import without_member
from contracts.schema.options import MOST_TOLD_APART
from contracts.schema.unevaluated import declared, demanded
from contracts.schema.values import Kind

if TYPE_CHECKING:
    from contracts.schema.compiler import Compiler

STRUCTURED = Kind.OBJECT | Kind.ARRAY | Kind.NULL


def chosen_part(
    compiler: Compiler, at: Location, keyword: str, places: Sequence[Location], nodes: list[Node]
) -> Part:
    """One of the alternatives holds, and one that declares the members that are there."""
    universe = compiler.universe
    said = _discriminator(compiler, at, keyword)
    nodes = as_named(compiler, at, keyword, places, nodes)
    names = own_members(compiler, at, places)
    foreign = _foreign(compiler, places, names)
    parts = [universe.any_of(nodes)]
    meant, spared = ([[node] for node in nodes] for _ in range(2))
    for name in sorted(set().union(*foreign)):
        told = _told_by_value(compiler, said, name, names)
        readers = [*without_member(compiler, name)]
        without = universe.negation(universe.required(name))
        for index, own in enumerate(foreign):
            if name not in own:
                readers.append(nodes[index])
                continue
            readers.append(universe.all_of((nodes[index], told[index])))
            meant[index].append(without)
            spared[index].append(universe.any_of((without, told[index])))
        parts.append(universe.any_of(readers))
    several = universe.false
    if keyword == "oneOf":
        several = _several(compiler, places, nodes, [*map(universe.all_of, meant)])
    others = [*map(universe.all_of, spared)]
    parts.append(universe.negation(several))
    children = tuple(
        Child.placed(place, universe, *others[:index], *others[index + 1 :])
        for index, place in enumerate(places)
    )
    return Part(keyword, (keyword,), universe.all_of(parts), children, "chosen", several)


def _discriminator(compiler: Compiler, at: Location, keyword: str) -> Discriminator | None:
    applies = compiler.side.discriminated and at.dialect.rules.openapi
    return discriminator_of(at.raw, keyword) if applies else None


def _told_by_value(
    compiler: Compiler,
    said: Discriminator | None,
    name: str,
    names: list[frozenset[str] | None],
) -> list[Node]:
    """Per alternative, when a discriminator tells it from all that declare a member."""
    universe = compiler.universe
    if said is None:
        return [universe.false] * len(names)
    declaring = [own is not None and name in own for own in names]
    theirs = frozenset[str]().union(*compress(said.values, declaring))
    found = []
    for values in (own - theirs for own in said.values):
        told = universe.member(said.name, universe.enum(sorted(values)))
        there = (universe.required(said.name), told)
        found.append(universe.all_of(there) if values else universe.false)
    return found


def as_named(
    compiler: Compiler, at: Location, keyword: str, places: Sequence[Location], nodes: list[Node]
) -> list[Node]:
    """Each alternative, without the values by which a discriminator names another one.

    A writer sends the values that name the alternative, where its schema does not say which.
    """
    said = _discriminator(compiler, at, keyword)
    if said is None:
        return nodes
    universe = compiler.universe
    found: list[Node] = []
    for node, place, own, others in zip(nodes, places, said.written, said.others, strict=True):
        parts = [node]
        if others:
            named = universe.enum(sorted(others))
            parts.append(universe.member(said.name, universe.negation(named)))
        if own and compiler.side.writer and not compiler.marks.limits(place, said.name):
            parts.append(universe.member(said.name, universe.enum(sorted(own))))
        found.append(universe.all_of(parts))
    return found


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
    if len(places) <= MOST_TOLD_APART:
        for (one, first), (other, second) in combinations(zip(meant, needs, strict=True), 2):
            if first - second and second - first:
                found.append(universe.all_of((universe.types(Kind.OBJECT), one, other)))
    return universe.any_of(found)


def _foreign(
    compiler: Compiler, places: Sequence[Location], names: list[frozenset[str] | None]
) -> list[frozenset[str]]:
    """Per alternative, the members that it does not declare and others do that may be meant."""
    found: list[frozenset[str]] = []
    for place, own in zip(places, names, strict=True):
        others: set[str] = set()
        for rival, theirs in zip(places, names, strict=True):
            if own is None or theirs is None or theirs - own <= others:
                continue
            if not compiler.marks.told(place, rival):
                others |= theirs - own
        found.append(frozenset(others))
    return found


def own_members(
    compiler: Compiler, at: Location, places: Sequence[Location]
) -> list[frozenset[str] | None]:
    """The members each alternative declares beyond its owner's; None where any may be one."""
    if not 1 < len(places) <= MOST_TOLD_APART:
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

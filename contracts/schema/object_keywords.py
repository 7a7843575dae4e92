"""Keywords about the members of an object."""

from __future__ import annotations

from typing import Any

from contracts.schema.compiler import Child, Compiler, Handler, Malformed, Part
from contracts.schema.keyword_values import (
    read_mapping,
    read_names,
)
from contracts.schema.locations import Location
from contracts.schema.nodes import NameClass, Node
from contracts.schema.options import READ_WRITE_ONLY, TOLERANT_READER
from contracts.schema.values import Kind
from contracts.verdict import Json


def without_member(compiler: Compiler, name: str) -> tuple[Node, Node]:
    """The formulas of which one holds unless the value is an object with the member."""
    universe = compiler.universe
    return (
        universe.negation(universe.types(Kind.OBJECT)),
        universe.negation(universe.required(name)),
    )


def depends_on(compiler: Compiler, name: str) -> Any:
    without = without_member(compiler, name)
    return lambda node: compiler.universe.any_of((*without, node))


def dependencies_part(keyword: str, *, lists: bool, schemas: bool) -> Handler:
    def handle(compiler: Compiler, at: Location, value: Json) -> Part:
        universe = compiler.universe
        nodes: list[Node] = []
        children: list[Child] = []
        for name, then in read_mapping(value).items():
            wrap = depends_on(compiler, name)
            if lists and isinstance(then, list):
                nodes.append(wrap(universe.all_of(map(universe.required, read_names(then)))))
            elif lists and schemas and isinstance(then, str):
                nodes.append(wrap(universe.required(then)))
            elif schemas:
                place = at.child(keyword, name)
                child = Child.placed(place, universe, *without_member(compiler, name))
                children.append(child)
                nodes.append(wrap(compiler.in_place(child.at)))
            else:
                raise Malformed(f"of {name!r} is not a list of names")
        kind = "all" if len(children) == len(nodes) else "leaf"
        return Part(keyword, (keyword,), universe.all_of(nodes), tuple(children), kind)

    return handle


def unsent_member(compiler: Compiler, at: Location) -> bool:
    """Whether a member does not travel in this direction (``readOnly`` in requests)."""
    flag = compiler.side.unsent
    if flag is None or not at.dialect.rules.reads_and_writes:
        return False
    for _ in range(8):
        if not isinstance(at.raw, dict):
            return False
        if at.raw.get(flag) is True:
            compiler.met.add(READ_WRITE_ONLY)
            return True
        if "$ref" not in at.raw:
            return False
        try:
            at = compiler.target(at, "$ref", at.raw["$ref"])
        except Malformed:
            return False
    return False


def properties_part(compiler: Compiler, at: Location, value: Json) -> Part:
    universe = compiler.universe
    nodes: list[Node] = []
    children: list[Child] = []
    for name in read_mapping(value):
        place = at.child("properties", name)
        if unsent_member(compiler, place):
            if compiler.side.writer:  # a reader does not look at what does not travel
                nodes.append(universe.member(name, universe.false))
            continue
        child = Child(place, member_of(compiler, name), f".{name}", in_place=False)
        children.append(child)
        nodes.append(child.wrap(compiler.value(place)))
    kind = "all" if children else "leaf"
    return Part("properties", ("properties",), universe.all_of(nodes), tuple(children), kind)


def member_of(compiler: Compiler, name: str) -> Any:
    return lambda node: compiler.universe.member(name, node)


def members_of(compiler: Compiler, names: NameClass) -> Any:
    return lambda node: compiler.universe.members(names, node)


def pattern_properties_part(compiler: Compiler, at: Location, value: Json) -> Part:
    children = [
        Child(
            at.child("patternProperties", pattern),
            members_of(compiler, NameClass(pattern)),
            ".*",
            in_place=False,
            names=NameClass(pattern),
        )
        for pattern in read_mapping(value)
    ]
    node = compiler.universe.all_of(c.wrap(compiler.value(c.at)) for c in children)
    return Part("patternProperties", ("patternProperties",), node, tuple(children), "all")


def other_names(raw: dict[str, Json]) -> NameClass:
    """The members that ``additionalProperties`` of this schema speaks of."""
    names = raw.get("properties")
    patterns = raw.get("patternProperties")
    return NameClass(
        None,
        frozenset(names) if isinstance(names, dict) else frozenset(),
        tuple(sorted(patterns)) if isinstance(patterns, dict) else (),
    )


def additional_properties_part(compiler: Compiler, at: Location, value: Json) -> Part | None:
    if value is False and compiler.side.tolerant:
        compiler.met.add(TOLERANT_READER)
        return None
    names = other_names(at.raw)
    place = at.child("additionalProperties")
    child = Child(place, members_of(compiler, names), ".*", in_place=False, names=names)
    node = child.wrap(compiler.value(place))
    kind = "leaf" if value is False else "all"
    return Part("additionalProperties", ("additionalProperties",), node, (child,), kind)


def required_part(compiler: Compiler, at: Location, value: Json) -> Part:
    universe = compiler.universe
    if at.dialect.rules.openapi and isinstance(value, bool):
        return Part("required", ("required",), universe.true)
    nodes: dict[str, Node] = {}
    known = at.raw.get("properties")
    for name in read_names(value):
        declared = isinstance(known, dict) and name in known
        if declared and unsent_member(compiler, at.child("properties", name)):
            continue
        nodes[name] = universe.required(name)
    return Part("required", ("required",), universe.all_of(nodes.values()))


def property_names_part(compiler: Compiler, at: Location, _value: Json) -> Part:
    universe = compiler.universe
    child = Child(at.child("propertyNames"), universe.names, ".~", in_place=False)
    node = child.wrap(compiler.value(child.at))
    return Part("propertyNames", ("propertyNames",), node, (child,), "all")


def unevaluated_properties_part(compiler: Compiler, at: Location, value: Json) -> Part | None:
    from contracts.schema.unevaluated import other_members

    if value is False and compiler.side.tolerant:
        compiler.met.add(TOLERANT_READER)
        return None
    child = Child(
        at.child("unevaluatedProperties"), other_members(compiler, at), ".*", in_place=False
    )
    node = child.wrap(compiler.value(child.at))
    kind = "leaf" if value is False else "all"
    return Part("unevaluatedProperties", ("unevaluatedProperties",), node, (child,), kind)

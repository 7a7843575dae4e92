"""Keywords about the items of an array."""

from __future__ import annotations

from typing import Any

from contracts.schema.compiler import Child, Compiler, Handler, Malformed, Part
from contracts.schema.keyword_values import (
    read_count,
    read_schemas,
)
from contracts.schema.locations import Location
from contracts.schema.nodes import Op
from contracts.verdict import Json


def item_of(compiler: Compiler, index: int) -> Any:
    return lambda node: compiler.universe.item(index, node)


def items_from(compiler: Compiler, start: int) -> Any:
    return lambda node: compiler.universe.items(start, node)


def prefix_part(keyword: str) -> Handler:
    def handle(compiler: Compiler, at: Location, value: Json) -> Part:
        children = [
            Child(at.child(keyword, i), item_of(compiler, i), f"[{i}]", in_place=False)
            for i in range(len(read_schemas(value)))
        ]
        node = compiler.universe.all_of(c.wrap(compiler.value(c.at)) for c in children)
        return Part(keyword, (keyword,), node, tuple(children), "all")

    return handle


def rest_part(keyword: str, start: int, compiler: Compiler, at: Location) -> Part:
    wrap = items_from(compiler, start)
    child = Child(at.child(keyword), wrap, "[*]", in_place=False, start=start)
    node = child.wrap(compiler.value(child.at))
    return Part(keyword, (keyword,), node, (child,), "all" if at.raw[keyword] else "leaf")


def items_part(compiler: Compiler, at: Location, value: Json) -> Part:
    if at.dialect.rules.tuples:
        if isinstance(value, list):
            return prefix_part("items")(compiler, at, value)  # type: ignore[return-value]
        return rest_part("items", 0, compiler, at)
    if isinstance(value, list):
        raise Malformed("is a list, which this dialect calls prefixItems")
    prefix = at.raw.get("prefixItems")
    return rest_part("items", len(prefix) if isinstance(prefix, list) else 0, compiler, at)


def additional_items_part(compiler: Compiler, at: Location, _value: Json) -> Part | None:
    prefix = at.raw.get("items")
    if not isinstance(prefix, list):
        return None
    return rest_part("additionalItems", len(prefix), compiler, at)


def least_of(at: Location) -> int:
    if at.dialect.rules.words < 2019 or "minContains" not in at.raw:
        return 1
    return read_count(at.raw["minContains"])


def contains_part(compiler: Compiler, at: Location, _value: Json) -> Part:
    node = compiler.value(at.child("contains"))
    return Part("contains", ("contains",), compiler.universe.contains(node, least_of(at)))


def max_contains_part(compiler: Compiler, at: Location, value: Json) -> Part | None:
    if "contains" not in at.raw:
        return None
    node = compiler.value(at.child("contains"))
    return Part("maxContains", ("maxContains",), compiler.universe.few(node, read_count(value)))


def unique_part(compiler: Compiler, _at: Location, value: Json) -> Part | None:
    if not isinstance(value, bool):
        raise Malformed("is not true or false")
    return (
        Part("uniqueItems", ("uniqueItems",), compiler.universe.atom(Op.UNIQUE)) if value else None
    )


def unevaluated_items_part(compiler: Compiler, at: Location, value: Json) -> Part:
    from contracts.schema.unevaluated import other_items

    child = Child(at.child("unevaluatedItems"), other_items(compiler, at), "[*]", in_place=False)
    node = child.wrap(compiler.value(child.at))
    kind = "leaf" if value is False else "all"
    return Part("unevaluatedItems", ("unevaluatedItems",), node, (child,), kind)

"""Keywords that apply schemas in place: `allOf`, `anyOf`, `oneOf`, `not`, `then`, `else`."""

from __future__ import annotations

from contracts.schema.compiler import Child, Compiler, Handler, Part
from contracts.schema.keyword_values import (
    read_schemas,
)
from contracts.schema.locations import Location
from contracts.schema.options import CHOSEN
from contracts.schema.values import key
from contracts.verdict import Json

_MOST_CAUSES = 400
"""Alternatives among which a cause is looked for; of more, the keyword as a whole is named."""


def combination_part(keyword: str, kind: str) -> Handler:
    """`allOf`, `anyOf` or `oneOf`: all of the schemas, some, or exactly one."""

    def handle(compiler: Compiler, at: Location, value: Json) -> Part:
        universe = compiler.universe
        branches = read_schemas(value)
        listed = _listed_once(at, branches) if kind != "all" else None
        if listed is not None:
            return Part(keyword, (keyword,), universe.enum(listed))
        places = [at.child(keyword, i) for i in range(len(branches))]
        if not places:  # no alternative takes anything; no part asks for anything
            join_of_none = universe.true if kind == "all" else universe.false
            return Part(keyword, (keyword,), join_of_none)
        nodes = [compiler.in_place(place) for place in places]
        join = {"all": universe.all_of, "any": universe.any_of, "one": universe.one_of}[kind]
        if kind != "all" and len(places) > _MOST_CAUSES:
            return Part(keyword, (keyword,), join(nodes))
        children = []
        for index, place in enumerate(places):
            others = () if kind == "all" else (*nodes[:index], *nodes[index + 1 :])
            children.append(Child.placed(place, universe, *others))
        if kind == "all" or not compiler.side.overlapping:
            return Part(keyword, (keyword,), join(nodes), tuple(children), kind)
        from contracts.schema.unions import chosen_part

        compiler.met.add(CHOSEN)
        return chosen_part(compiler, at, keyword, places, nodes)

    return handle


_TYPES_OF = {str: ("string",), bool: ("boolean",), int: ("integer", "number")}


def _listed_once(at: Location, branches: list[Json]) -> list[Json] | None:
    """The values of an enumeration that is written as alternatives of one constant each.

    None for anything else, and where two of them are equal.
    """
    if at.dialect.rules.words < 6 or len(branches) < 2:
        return None
    values: list[Json] = []
    for raw in branches:
        if not isinstance(raw, dict) or "const" not in raw:
            return None
        value, stated = raw["const"], raw.get("type")
        types = _TYPES_OF.get(type(value))
        if types is None or stated not in (None, *types):
            return None
        if not all(w in ("const", "type") or w in _SAID or w.startswith("x-") for w in raw):
            return None
        values.append(value)
    return values if len(set(map(key, values))) == len(values) else None


_SAID = frozenset({"title", "description", "deprecated", "$comment"})


def not_part(compiler: Compiler, at: Location, _value: Json) -> Part:
    """`not`: values that the schema refuses."""
    node = compiler.in_place(at.child("not"))
    return Part("not", ("not",), compiler.universe.negation(node))


def branch_part(keyword: str, *, positive: bool) -> Handler:
    """`then` or `else`: what holds of values that `if` takes, or refuses."""

    def handle(compiler: Compiler, at: Location, _value: Json) -> Part | None:
        if "if" not in at.raw:
            return None
        universe = compiler.universe
        condition = compiler.in_place(at.child("if"))
        unless = universe.negation(condition) if positive else condition
        child = Child.placed(at.child(keyword), universe, unless)
        node = child.wrap(compiler.in_place(child.at))
        return Part(keyword, (keyword,), node, (child,), "all")

    return handle

"""What every keyword means, and in which dialects it exists."""

from __future__ import annotations

from functools import cache
from typing import Any

from contracts.schema.compiler import Child, Compiler, Handler, Malformed, Part, reference
from contracts.schema.dialects import Dialect
from contracts.schema.locations import Location
from contracts.schema.nodes import NameClass, Node, Op
from contracts.schema.values import NAMES, Kind, NumberOutOfRange, exact, is_number
from contracts.verdict import Json

ANNOTATIONS = frozenset(
    {
        "$schema",
        "$id",
        "id",
        "$anchor",
        "$dynamicAnchor",
        "$recursiveAnchor",
        "$defs",
        "definitions",
        "$comment",
        "$vocabulary",
        "title",
        "description",
        "default",
        "example",
        "examples",
        "deprecated",
        "readOnly",
        "writeOnly",
        "contentEncoding",
        "contentMediaType",
        "contentSchema",
        "discriminator",
        "externalDocs",
        "xml",
    }
)
"""Keywords that restrict no value."""

FOREIGN_ASSERTIONS = frozenset(
    {
        "formatMinimum",
        "formatMaximum",
        "formatExclusiveMinimum",
        "formatExclusiveMaximum",
        "instanceof",
        "typeof",
        "regexp",
        "range",
        "exclusiveRange",
        "patternRequired",
        "uniqueItemProperties",
        "deepProperties",
        "deepRequired",
        "allRequired",
        "anyRequired",
        "oneRequired",
        "prohibited",
        "select",
        "selectCases",
        "divisibleBy",
    }
)
"""Assertions of common extensions: their meaning is not computed with, so never passed over."""


def _number(value: Json) -> Any:
    if not is_number(value):
        raise Malformed("is not a number")
    try:
        return exact(value)
    except NumberOutOfRange:
        raise Malformed("is too large or small to compute with") from None


def _count(value: Json) -> int:
    number = _number(value)
    if not isinstance(number, int) or number < 0:
        raise Malformed("is not a whole number of at least 0")
    return number


def _schemas(value: Json, least: int = 1) -> list[Json]:
    if not isinstance(value, list) or len(value) < least:
        raise Malformed("is not a list of schemas")
    return value


def _mapping(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise Malformed("is not an object")
    return value


def _names(value: Json) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise Malformed("is not a list of names")
    return value


# -- any type


def _type(compiler: Compiler, at: Location, value: Json) -> Part:
    universe = compiler.universe
    names = value if isinstance(value, list) else [value]
    kinds, integer = Kind(0), False
    for name in names:
        if name == "integer":
            integer = True
        elif name == "file" and at.dialect.rules.type_file:
            return Part("type", ("type",), universe.true)
        elif isinstance(name, str) and name in NAMES:
            kinds |= NAMES[name]
        else:
            raise Malformed(f"names no type: {name!r}")
    if at.dialect.rules.nullable and at.raw.get("nullable") is True:
        kinds |= Kind.NULL
    if not integer or kinds & Kind.NUMBER:
        return Part("type", ("type",), universe.types(kinds))
    lexical = compiler.lexical_integers and at.dialect.rules.written_integers
    whole = universe.atom(Op.WRITTEN_INTEGER if lexical else Op.INTEGER)
    return Part("type", ("type",), universe.all_of((universe.types(kinds | Kind.NUMBER), whole)))


def _enum(compiler: Compiler, _at: Location, value: Json) -> Part:
    if not isinstance(value, list):
        raise Malformed("is not a list")
    return Part("enum", ("enum",), compiler.universe.enum(value))


def _const(compiler: Compiler, _at: Location, value: Json) -> Part:
    return Part("const", ("const",), compiler.universe.enum([value]))


# -- numbers


def _bound(keyword: str, op: Op, modifier: str) -> Handler:
    def handle(compiler: Compiler, at: Location, value: Json) -> Part:
        exclusive = at.dialect.rules.boolean_bounds and at.raw.get(modifier) is True
        node = compiler.universe.atom(op, _number(value), exclusive)
        return Part(keyword, (keyword,), node)

    return handle


def _exclusive(keyword: str, op: Op, bound: str) -> Handler:
    def handle(compiler: Compiler, at: Location, value: Json) -> Part | None:
        if at.dialect.rules.boolean_bounds:
            if isinstance(value, bool):
                return None  # it is read together with the bound
            if not at.dialect.rules.openapi or bound in at.raw:
                raise Malformed("is not true or false")
        return Part(keyword, (keyword,), compiler.universe.atom(op, _number(value), True))

    return handle


def _multiple(compiler: Compiler, _at: Location, value: Json) -> Part:
    step = _number(value)
    if step <= 0:
        raise Malformed("is not greater than 0")
    return Part("multipleOf", ("multipleOf",), compiler.universe.atom(Op.MULTIPLE, step))


# -- counts


def _at_least(keyword: str, op: Op) -> Handler:
    def handle(compiler: Compiler, _at: Location, value: Json) -> Part | None:
        count = _count(value)
        if count == 0:
            return None
        return Part(keyword, (keyword,), compiler.universe.atom(op, count))

    return handle


def _at_most(keyword: str, op: Op) -> Handler:
    def handle(compiler: Compiler, _at: Location, value: Json) -> Part:
        return Part(keyword, (keyword,), compiler.universe.atom(op, _count(value)))

    return handle


# -- strings


def _pattern(compiler: Compiler, _at: Location, value: Json) -> Part:
    if not isinstance(value, str):
        raise Malformed("is not a string")
    return Part("pattern", ("pattern",), compiler.universe.atom(Op.PATTERN, value))


_UNRESTRICTED_FORMATS = frozenset({"password", "float", "double", "binary", "decimal", "number"})
_INTEGER_FORMATS = {"int32": 31, "int64": 63}


def _format(compiler: Compiler, _at: Location, value: Json) -> Part | None:
    if not isinstance(value, str):
        raise Malformed("is not a string")
    if not compiler.side.asserts_format or value in _UNRESTRICTED_FORMATS:
        return None
    universe = compiler.universe
    if value in _INTEGER_FORMATS:
        bits = _INTEGER_FORMATS[value]
        low = universe.atom(Op.MIN, -(2**bits), False)
        high = universe.atom(Op.MAX, 2**bits - 1, False)
        return Part("format", ("format",), universe.all_of((low, high)))
    return Part("format", ("format",), universe.atom(Op.FORMAT, value))


# -- applicators in place


def _combination(keyword: str, kind: str) -> Handler:
    def handle(compiler: Compiler, at: Location, value: Json) -> Part:
        universe = compiler.universe
        places = [at.child(keyword, i) for i in range(len(_schemas(value)))]
        nodes = [compiler.in_place(place) for place in places]
        join = {"all": universe.all_of, "any": universe.any_of, "one": universe.one_of}[kind]
        children = []
        for index, place in enumerate(places):
            others = [node for i, node in enumerate(nodes) if i != index and kind != "all"]
            children.append(Child.placed(place, universe, *others))
        return Part(keyword, (keyword,), join(nodes), tuple(children), kind)

    return handle


def _not(compiler: Compiler, at: Location, _value: Json) -> Part:
    node = compiler.in_place(at.child("not"))
    return Part("not", ("not",), compiler.universe.negation(node))


def _branch(keyword: str, *, positive: bool) -> Handler:
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


def _without(compiler: Compiler, name: str) -> tuple[Node, Node]:
    """The formulas of which one holds unless the value is an object with the member."""
    universe = compiler.universe
    return (
        universe.negation(universe.types(Kind.OBJECT)),
        universe.negation(universe.required(name)),
    )


def _depends(compiler: Compiler, name: str) -> Any:
    without = _without(compiler, name)
    return lambda node: compiler.universe.any_of((*without, node))


def _dependencies(keyword: str, *, lists: bool, schemas: bool) -> Handler:
    def handle(compiler: Compiler, at: Location, value: Json) -> Part:
        universe = compiler.universe
        nodes: list[Node] = []
        children: list[Child] = []
        for name, then in _mapping(value).items():
            wrap = _depends(compiler, name)
            if lists and isinstance(then, list):
                nodes.append(wrap(universe.all_of(map(universe.required, _names(then)))))
            elif lists and schemas and isinstance(then, str):
                nodes.append(wrap(universe.required(then)))
            elif schemas:
                place = at.child(keyword, name)
                child = Child.placed(place, universe, *_without(compiler, name))
                children.append(child)
                nodes.append(wrap(compiler.in_place(child.at)))
            else:
                raise Malformed(f"of {name!r} is not a list of names")
        kind = "all" if len(children) == len(nodes) else "leaf"
        return Part(keyword, (keyword,), universe.all_of(nodes), tuple(children), kind)

    return handle


# -- objects


def _unsent(compiler: Compiler, at: Location) -> bool:
    """Whether a member does not travel in this direction (``readOnly`` in requests)."""
    flag = compiler.side.unsent
    if flag is None or not at.dialect.rules.reads_and_writes:
        return False
    for _ in range(8):
        if not isinstance(at.raw, dict):
            return False
        if at.raw.get(flag) is True:
            return True
        if "$ref" not in at.raw:
            return False
        try:
            at = compiler.target(at, "$ref", at.raw["$ref"])
        except Malformed:
            return False
    return False


def _properties(compiler: Compiler, at: Location, value: Json) -> Part:
    universe = compiler.universe
    nodes: list[Node] = []
    children: list[Child] = []
    for name in _mapping(value):
        place = at.child("properties", name)
        if compiler.side.writer and _unsent(compiler, place):
            nodes.append(universe.member(name, universe.false))
            continue
        child = Child(place, _member(compiler, name), f".{name}", in_place=False)
        children.append(child)
        nodes.append(child.wrap(compiler.value(place)))
    kind = "all" if children else "leaf"
    return Part("properties", ("properties",), universe.all_of(nodes), tuple(children), kind)


def _member(compiler: Compiler, name: str) -> Any:
    return lambda node: compiler.universe.member(name, node)


def _members(compiler: Compiler, names: NameClass) -> Any:
    return lambda node: compiler.universe.members(names, node)


def _pattern_properties(compiler: Compiler, at: Location, value: Json) -> Part:
    children = [
        Child(
            at.child("patternProperties", pattern),
            _members(compiler, NameClass(pattern)),
            ".*",
            in_place=False,
            names=NameClass(pattern),
        )
        for pattern in _mapping(value)
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


def _additional_properties(compiler: Compiler, at: Location, value: Json) -> Part | None:
    if value is False and compiler.side.tolerant:
        return None
    names = other_names(at.raw)
    place = at.child("additionalProperties")
    child = Child(place, _members(compiler, names), ".*", in_place=False, names=names)
    node = child.wrap(compiler.value(place))
    kind = "leaf" if value is False else "all"
    return Part("additionalProperties", ("additionalProperties",), node, (child,), kind)


def _required(compiler: Compiler, at: Location, value: Json) -> Part:
    universe = compiler.universe
    if at.dialect.rules.openapi and isinstance(value, bool):
        return Part("required", ("required",), universe.true)
    nodes: dict[str, Node] = {}
    known = at.raw.get("properties")
    for name in _names(value):
        declared = isinstance(known, dict) and name in known
        if declared and _unsent(compiler, at.child("properties", name)):
            continue
        nodes[name] = universe.required(name)
    return Part("required", ("required",), universe.all_of(nodes.values()))


def _property_names(compiler: Compiler, at: Location, _value: Json) -> Part:
    universe = compiler.universe
    child = Child(at.child("propertyNames"), universe.names, ".~", in_place=False)
    node = child.wrap(compiler.value(child.at))
    return Part("propertyNames", ("propertyNames",), node, (child,), "all")


# -- arrays


def _item(compiler: Compiler, index: int) -> Any:
    return lambda node: compiler.universe.item(index, node)


def _items_from(compiler: Compiler, start: int) -> Any:
    return lambda node: compiler.universe.items(start, node)


def _prefix(keyword: str) -> Handler:
    def handle(compiler: Compiler, at: Location, value: Json) -> Part:
        children = [
            Child(at.child(keyword, i), _item(compiler, i), f"[{i}]", in_place=False)
            for i in range(len(_schemas(value, 0)))
        ]
        node = compiler.universe.all_of(c.wrap(compiler.value(c.at)) for c in children)
        return Part(keyword, (keyword,), node, tuple(children), "all")

    return handle


def _rest(keyword: str, start: int, compiler: Compiler, at: Location) -> Part:
    wrap = _items_from(compiler, start)
    child = Child(at.child(keyword), wrap, "[*]", in_place=False, start=start)
    node = child.wrap(compiler.value(child.at))
    return Part(keyword, (keyword,), node, (child,), "all" if at.raw[keyword] else "leaf")


def _items(compiler: Compiler, at: Location, value: Json) -> Part:
    if at.dialect.rules.tuples:
        if isinstance(value, list):
            return _prefix("items")(compiler, at, value)  # type: ignore[return-value]
        return _rest("items", 0, compiler, at)
    if isinstance(value, list):
        raise Malformed("is a list, which this dialect calls prefixItems")
    prefix = at.raw.get("prefixItems")
    return _rest("items", len(prefix) if isinstance(prefix, list) else 0, compiler, at)


def _additional_items(compiler: Compiler, at: Location, _value: Json) -> Part | None:
    prefix = at.raw.get("items")
    if not isinstance(prefix, list):
        return None
    return _rest("additionalItems", len(prefix), compiler, at)


def _least(at: Location) -> int:
    if at.dialect.rules.draft < 2019 or "minContains" not in at.raw:
        return 1
    return _count(at.raw["minContains"])


def _contains(compiler: Compiler, at: Location, _value: Json) -> Part:
    node = compiler.value(at.child("contains"))
    return Part("contains", ("contains",), compiler.universe.contains(node, _least(at)))


def _max_contains(compiler: Compiler, at: Location, value: Json) -> Part | None:
    if "contains" not in at.raw:
        return None
    node = compiler.value(at.child("contains"))
    return Part("maxContains", ("maxContains",), compiler.universe.few(node, _count(value)))


def _unique(compiler: Compiler, _at: Location, value: Json) -> Part | None:
    if not isinstance(value, bool):
        raise Malformed("is not true or false")
    return (
        Part("uniqueItems", ("uniqueItems",), compiler.universe.atom(Op.UNIQUE)) if value else None
    )


# -- what other keywords left over


def _unevaluated_properties(compiler: Compiler, at: Location, value: Json) -> Part | None:
    from contracts.schema.unevaluated import other_members

    if value is False and compiler.side.tolerant:
        return None
    child = Child(
        at.child("unevaluatedProperties"), other_members(compiler, at), ".*", in_place=False
    )
    node = child.wrap(compiler.value(child.at))
    kind = "leaf" if value is False else "all"
    return Part("unevaluatedProperties", ("unevaluatedProperties",), node, (child,), kind)


def _unevaluated_items(compiler: Compiler, at: Location, value: Json) -> Part:
    from contracts.schema.unevaluated import other_items

    child = Child(at.child("unevaluatedItems"), other_items(compiler, at), "[*]", in_place=False)
    node = child.wrap(compiler.value(child.at))
    kind = "leaf" if value is False else "all"
    return Part("unevaluatedItems", ("unevaluatedItems",), node, (child,), kind)


_ALWAYS: dict[str, Handler] = {
    "$ref": reference("$ref"),
    "type": _type,
    "enum": _enum,
    "minimum": _bound("minimum", Op.MIN, "exclusiveMinimum"),
    "maximum": _bound("maximum", Op.MAX, "exclusiveMaximum"),
    "exclusiveMinimum": _exclusive("exclusiveMinimum", Op.MIN, "minimum"),
    "exclusiveMaximum": _exclusive("exclusiveMaximum", Op.MAX, "maximum"),
    "multipleOf": _multiple,
    "minLength": _at_least("minLength", Op.MIN_LENGTH),
    "maxLength": _at_most("maxLength", Op.MAX_LENGTH),
    "pattern": _pattern,
    "format": _format,
    "minItems": _at_least("minItems", Op.MIN_ITEMS),
    "maxItems": _at_most("maxItems", Op.MAX_ITEMS),
    "uniqueItems": _unique,
    "items": _items,
    "minProperties": _at_least("minProperties", Op.MIN_MEMBERS),
    "maxProperties": _at_most("maxProperties", Op.MAX_MEMBERS),
    "required": _required,
    "properties": _properties,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional_properties,
    "allOf": _combination("allOf", "all"),
    "anyOf": _combination("anyOf", "any"),
    "oneOf": _combination("oneOf", "one"),
    "not": _not,
}
_BEFORE_2019: dict[str, Handler] = {
    "dependencies": _dependencies("dependencies", lists=True, schemas=True),
}
_SINCE_6: dict[str, Handler] = {
    "const": _const,
    "contains": _contains,
    "propertyNames": _property_names,
}
_SINCE_7: dict[str, Handler] = {
    "then": _branch("then", positive=True),
    "else": _branch("else", positive=False),
}
_SINCE_2019: dict[str, Handler] = {
    "dependentRequired": _dependencies("dependentRequired", lists=True, schemas=False),
    "dependentSchemas": _dependencies("dependentSchemas", lists=False, schemas=True),
    "maxContains": _max_contains,
    "unevaluatedProperties": _unevaluated_properties,
    "unevaluatedItems": _unevaluated_items,
}


_OF_JSON_SCHEMA = frozenset({"additionalItems", *_BEFORE_2019, *_SINCE_6, *_SINCE_7})
_OF_LATER_DRAFTS = frozenset({"if", "minContains", "prefixItems", *_SINCE_2019})


def foreign_assertion(keyword: str, dialect: Dialect) -> str | None:
    """Why a keyword that this dialect does not define may restrict values all the same.

    JSON Schema's drafts tell readers to ignore keywords they do not define, and both validators
    do so. Two cases stay open: ``dependencies`` since 2019-09, which its metaschema still
    describes, and JSON Schema's keywords in OpenAPI 2.0 and 3.0, where readers differ.
    """
    if keyword in FOREIGN_ASSERTIONS:
        return "is not understood"
    rules = dialect.rules
    if keyword == "dependencies" and rules.draft >= 2019:
        return "belongs to older drafts, and readers differ on it"
    if rules.openapi and rules.draft == 4 and keyword in _OF_JSON_SCHEMA | _OF_LATER_DRAFTS:
        return f"is not a keyword of {dialect}, and readers differ on it"
    return None


@cache
def handlers_of(dialect: Dialect) -> dict[str, Handler]:
    """The assertions and applicators of a dialect."""
    rules = dialect.rules
    found = dict(_ALWAYS)
    if rules.draft >= 6:
        found.update(_SINCE_6)
    if rules.draft >= 7:
        found.update(_SINCE_7)
    if rules.draft >= 2019:
        found.update(_SINCE_2019)
    if rules.draft == 2019:
        found["$recursiveRef"] = reference("$recursiveRef")
    if rules.draft >= 2020:
        found["$dynamicRef"] = reference("$dynamicRef")
        found["prefixItems"] = _prefix("prefixItems")
    elif not rules.openapi:
        found["additionalItems"] = _additional_items
    if rules.draft < 2019 and not rules.openapi:
        found.update(_BEFORE_2019)
    return found

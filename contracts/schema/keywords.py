"""What every keyword means, and in which dialects it exists."""

from __future__ import annotations

from functools import cache

from contracts.schema.array_keywords import (
    additional_items_part,
    contains_part,
    items_part,
    max_contains_part,
    prefix_part,
    unevaluated_items_part,
    unique_part,
)
from contracts.schema.compiler import Child, Compiler, Handler, Malformed, Part, reference
from contracts.schema.dialects import Dialect
from contracts.schema.formats import EXAMPLES
from contracts.schema.keyword_values import (
    read_count,
    read_number,
    read_schemas,
)
from contracts.schema.locations import Location
from contracts.schema.nodes import Op
from contracts.schema.object_keywords import (
    additional_properties_part,
    dependencies_part,
    pattern_properties_part,
    properties_part,
    property_names_part,
    required_part,
    unevaluated_properties_part,
)
from contracts.schema.options import CHOSEN, FORMAT_ANNOTATION, UNKNOWN_FORMATS
from contracts.schema.patterns import in_ecma
from contracts.schema.values import NAMES, Kind, key
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


def _nullable(compiler: Compiler, at: Location, value: Json) -> Part | None:
    """An alternative that says `nullable: true` and no more is null, as generators write it."""
    if value is not True or at.pointer.rpartition("/")[0].rpartition("/")[2] not in _CHOICES:
        return None
    others = at.raw.keys() - {"nullable"}
    if any(word not in ANNOTATIONS and not word.startswith("x-") for word in others):
        return None
    return Part("nullable", ("nullable",), compiler.universe.types(Kind.NULL))


_CHOICES = frozenset({"anyOf", "oneOf"})


def _enum(compiler: Compiler, _at: Location, value: Json) -> Part:
    if not isinstance(value, list):
        raise Malformed("is not a list")
    return Part("enum", ("enum",), compiler.universe.enum(value))


def _const(compiler: Compiler, _at: Location, value: Json) -> Part:
    return Part("const", ("const",), compiler.universe.enum([value]))


# -- numbers


def _bound(keyword: str, op: Op, modifier: str) -> Handler:
    def handle(compiler: Compiler, at: Location, value: Json) -> Part:
        said = at.raw.get(modifier)
        exclusive = said is True and at.dialect.rules.boolean_bound(said)
        node = compiler.universe.atom(op, read_number(value), exclusive)
        return Part(keyword, (keyword,), node)

    return handle


def _exclusive(keyword: str, op: Op, bound: str) -> Handler:
    def handle(compiler: Compiler, at: Location, value: Json) -> Part | None:
        if at.dialect.rules.boolean_bound(value):
            if isinstance(value, bool):
                return None  # it is read together with the bound
            if not at.dialect.rules.openapi or bound in at.raw:
                raise Malformed("is not true or false")
        return Part(keyword, (keyword,), compiler.universe.atom(op, read_number(value), True))

    return handle


def _multiple(compiler: Compiler, _at: Location, value: Json) -> Part:
    step = read_number(value)
    if step <= 0:
        raise Malformed("is not greater than 0")
    return Part("multipleOf", ("multipleOf",), compiler.universe.atom(Op.MULTIPLE, step))


# -- counts


def _at_least(keyword: str, op: Op) -> Handler:
    def handle(compiler: Compiler, _at: Location, value: Json) -> Part | None:
        count = read_count(value)
        if count == 0:
            return None
        return Part(keyword, (keyword,), compiler.universe.atom(op, count))

    return handle


def _at_most(keyword: str, op: Op) -> Handler:
    def handle(compiler: Compiler, _at: Location, value: Json) -> Part:
        return Part(keyword, (keyword,), compiler.universe.atom(op, read_count(value)))

    return handle


# -- strings


def _pattern(compiler: Compiler, _at: Location, value: Json) -> Part:
    if not isinstance(value, str):
        raise Malformed("is not a string")
    return Part("pattern", ("pattern",), compiler.universe.atom(Op.PATTERN, in_ecma(value)))


_UNRESTRICTED_FORMATS = frozenset({"password", "float", "double", "binary", "decimal", "number"})
_INTEGER_FORMATS = {
    **{f"int{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": (0, 2**bits - 1) for bits in (8, 16, 32, 64)},
}
"""What the whole numbers of a format lie between (the OpenAPI format registry)."""


KINDS_OF_UUID = frozenset(f"uuid{version}" for version in range(1, 9))
"""Formats that frameworks write for one version of UUID (RFC 9562): each is a `uuid`."""


def _format(compiler: Compiler, _at: Location, value: Json) -> Part | None:
    if not isinstance(value, str):
        raise Malformed("is not a string")
    if not compiler.side.asserts_format or value in _UNRESTRICTED_FORMATS:
        compiler.met.add(FORMAT_ANNOTATION)
        return None
    if compiler.options.unknown_formats == "annotation" and value in KINDS_OF_UUID:
        value = "uuid"
        compiler.met.add(UNKNOWN_FORMATS)
    unknown = value not in _INTEGER_FORMATS and value not in EXAMPLES
    if unknown and compiler.options.unknown_formats == "annotation":
        compiler.met.add(UNKNOWN_FORMATS)
        return None
    universe = compiler.universe
    if value in _INTEGER_FORMATS:
        least, most = _INTEGER_FORMATS[value]
        high = universe.atom(Op.MAX, most, False)
        low = universe.atom(Op.MIN, least, False)
        return Part("format", ("format",), universe.all_of((high, low)))
    return Part("format", ("format",), universe.atom(Op.FORMAT, value))


# -- applicators in place


_MOST_CAUSES = 400
"""Alternatives among which a cause is looked for; of more, the keyword as a whole is named."""


def _combination(keyword: str, kind: str) -> Handler:
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
    "uniqueItems": unique_part,
    "items": items_part,
    "minProperties": _at_least("minProperties", Op.MIN_MEMBERS),
    "maxProperties": _at_most("maxProperties", Op.MAX_MEMBERS),
    "required": required_part,
    "properties": properties_part,
    "patternProperties": pattern_properties_part,
    "additionalProperties": additional_properties_part,
    "allOf": _combination("allOf", "all"),
    "anyOf": _combination("anyOf", "any"),
    "oneOf": _combination("oneOf", "one"),
    "not": _not,
}
_BEFORE_2019: dict[str, Handler] = {
    "dependencies": dependencies_part("dependencies", lists=True, schemas=True),
}
_SINCE_6: dict[str, Handler] = {
    "const": _const,
    "contains": contains_part,
    "propertyNames": property_names_part,
}
_SINCE_7: dict[str, Handler] = {
    "then": _branch("then", positive=True),
    "else": _branch("else", positive=False),
}
_SINCE_2019: dict[str, Handler] = {
    "dependentRequired": dependencies_part("dependentRequired", lists=True, schemas=False),
    "dependentSchemas": dependencies_part("dependentSchemas", lists=False, schemas=True),
    "maxContains": max_contains_part,
}
_NULLABLE: dict[str, Handler] = {"nullable": _nullable}
_UNEVALUATED: dict[str, Handler] = {
    "unevaluatedProperties": unevaluated_properties_part,
    "unevaluatedItems": unevaluated_items_part,
}


_OF_OTHER_DRAFTS = frozenset({"additionalItems", "prefixItems", *_BEFORE_2019, *_UNEVALUATED})


def foreign_assertion(keyword: str, dialect: Dialect) -> str | None:
    """Why a keyword that this dialect does not define may restrict values all the same.

    JSON Schema's drafts tell readers to ignore keywords they do not define, and both validators
    do so. Two cases stay open: ``dependencies`` since 2019-09, which its metaschema still
    describes, and keywords about items and unevaluated parts in OpenAPI 2.0 and 3.0, where readers
    differ. (Others of JSON Schema are taken at their word there: :attr:`Rules.words`.)
    """
    if keyword in FOREIGN_ASSERTIONS:
        return "is not understood"
    rules = dialect.rules
    if keyword == "dependencies" and rules.draft >= 2019:
        return "belongs to older drafts, and readers differ on it"
    if rules.openapi and rules.draft == 4 and keyword in _OF_OTHER_DRAFTS:
        return f"is not a keyword of {dialect}, and readers differ on it"
    return None


@cache
def handlers_of(dialect: Dialect) -> dict[str, Handler]:
    """The assertions and applicators of a dialect."""
    rules = dialect.rules
    found = dict(_ALWAYS)
    if rules.words >= 6:
        found.update(_SINCE_6)
    if rules.words >= 7:
        found.update(_SINCE_7)
    if rules.words >= 2019:
        found.update(_SINCE_2019)
    if rules.draft >= 2019:
        found.update(_UNEVALUATED)
    if rules.draft == 2019:
        found["$recursiveRef"] = reference("$recursiveRef")
    if rules.draft >= 2020:
        found["$dynamicRef"] = reference("$dynamicRef")
        found["prefixItems"] = prefix_part("prefixItems")
    elif not rules.openapi:
        found["additionalItems"] = additional_items_part
    if rules.nullable:
        found.update(_NULLABLE)
    if rules.draft < 2019 and not rules.openapi:
        found.update(_BEFORE_2019)
    return found

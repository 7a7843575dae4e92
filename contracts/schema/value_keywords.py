"""Keywords about a value itself: its type, listed values, numbers, counts and texts."""

from __future__ import annotations

from contracts.schema.compiler import Compiler, Handler, Malformed, Part
from contracts.schema.formats import EXAMPLES
from contracts.schema.keyword_values import (
    read_count,
    read_number,
)
from contracts.schema.locations import Location
from contracts.schema.nodes import Op
from contracts.schema.options import FORMAT_ANNOTATION, UNKNOWN_FORMATS
from contracts.schema.patterns import in_ecma
from contracts.schema.values import NAMES, Kind
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


# -- any type


def type_part(compiler: Compiler, at: Location, value: Json) -> Part:
    """`type`: values of these types; `integer` has no fraction (draft 4: is written without)."""
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


def nullable_part(compiler: Compiler, at: Location, value: Json) -> Part | None:
    """An alternative that says `nullable: true` and no more is null, as generators write it."""
    if value is not True or at.pointer.rpartition("/")[0].rpartition("/")[2] not in _CHOICES:
        return None
    others = at.raw.keys() - {"nullable"}
    if any(word not in ANNOTATIONS and not word.startswith("x-") for word in others):
        return None
    return Part("nullable", ("nullable",), compiler.universe.types(Kind.NULL))


_CHOICES = frozenset({"anyOf", "oneOf"})


def enum_part(compiler: Compiler, _at: Location, value: Json) -> Part:
    """`enum`: values equal to a listed one."""
    if not isinstance(value, list):
        raise Malformed("is not a list")
    return Part("enum", ("enum",), compiler.universe.enum(value))


def const_part(compiler: Compiler, _at: Location, value: Json) -> Part:
    """`const`: the one value that equals it."""
    return Part("const", ("const",), compiler.universe.enum([value]))


# -- numbers


def bound_part(keyword: str, op: Op, modifier: str) -> Handler:
    """`minimum` or `maximum`, exclusive if a boolean beside it says so (draft 4, OpenAPI 3.0)."""

    def handle(compiler: Compiler, at: Location, value: Json) -> Part:
        said = at.raw.get(modifier)
        exclusive = said is True and at.dialect.rules.boolean_bound(said)
        node = compiler.universe.atom(op, read_number(value), exclusive)
        return Part(keyword, (keyword,), node)

    return handle


def exclusive_bound_part(keyword: str, op: Op, bound: str) -> Handler:
    """A numeric `exclusiveMinimum` or `exclusiveMaximum` (since draft 6)."""

    def handle(compiler: Compiler, at: Location, value: Json) -> Part | None:
        if at.dialect.rules.boolean_bound(value):
            if isinstance(value, bool):
                return None  # it is read together with the bound
            if not at.dialect.rules.openapi or bound in at.raw:
                raise Malformed("is not true or false")
        return Part(keyword, (keyword,), compiler.universe.atom(op, read_number(value), True))

    return handle


def multiple_part(compiler: Compiler, _at: Location, value: Json) -> Part:
    """`multipleOf`: whole multiples of a number greater than 0."""
    step = read_number(value)
    if step <= 0:
        raise Malformed("is not greater than 0")
    return Part("multipleOf", ("multipleOf",), compiler.universe.atom(Op.MULTIPLE, step))


# -- counts


def least_count_part(keyword: str, op: Op) -> Handler:
    """A least number of characters, items or members; 0 asks for nothing."""

    def handle(compiler: Compiler, _at: Location, value: Json) -> Part | None:
        count = read_count(value)
        if count == 0:
            return None
        return Part(keyword, (keyword,), compiler.universe.atom(op, count))

    return handle


def most_count_part(keyword: str, op: Op) -> Handler:
    """A greatest number of characters, items or members."""

    def handle(compiler: Compiler, _at: Location, value: Json) -> Part:
        return Part(keyword, (keyword,), compiler.universe.atom(op, read_count(value)))

    return handle


# -- strings


def pattern_part(compiler: Compiler, _at: Location, value: Json) -> Part:
    """`pattern`: texts in which the expression of ECMA-262 is found."""
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


def format_part(compiler: Compiler, _at: Location, value: Json) -> Part | None:
    """`format`, where it is asserted: a range of whole numbers, or a language of texts."""
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

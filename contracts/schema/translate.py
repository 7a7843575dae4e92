"""Any schema → one self-contained 2020-12 schema for the validators.

It rewrites JSON to JSON and shares nothing with the engine's formulas, so that a mistake in
one of them shows as a witness that does not verify.
"""

from __future__ import annotations

from typing import Any

from contracts.late_patterns import late
from contracts.schema.dialects import Dialect
from contracts.schema.locations import Location
from contracts.schema.member_texts import IN_PLACE_LISTS, Untranslatable
from contracts.schema.options import UNDECLARED, Side
from contracts.schema.patterns import in_ecma
from contracts.schema.references import Sources
from contracts.schema.union_texts import UnionTexts
from contracts.verdict import Json

_IN_PLACE = ("not", "if", "then", "else")
_BESIDE = frozenset(
    {
        *("$ref", "$dynamicRef", "$recursiveRef", "allOf", "anyOf", "oneOf", "if", "then", "else"),
        *("dependentSchemas", "dependencies", "unevaluatedProperties"),
    }
)
"""Keywords by which other schemas speak of the members of the same object."""
_SAME = frozenset(
    {
        "enum",
        "multipleOf",
        "minLength",
        "maxLength",
        "pattern",
        "minItems",
        "maxItems",
        "uniqueItems",
        "minProperties",
        "maxProperties",
    }
)


_SIZED = late(r"(u?)int(8|16|32|64)")
_UUID = late(r"uuid[1-8]")
_BASE64 = {
    "byte": "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
    "base64url": "^[A-Za-z0-9_-]*$",
}
"""Formats of OpenAPI that the validators do not know (RFC 4648 sections 4 and 5)."""


class Translator(UnionTexts):
    """Translates one root schema with all it refers to, as far as it can concern one value.

    ``properties`` of members that occur nowhere at that depth of the value, and schemas deeper
    than the value, assert nothing about it and are left out: a schema that reaches a thousand
    others costs what its value costs.
    """

    def __init__(self, sources: Sources, side: Side, value: Json) -> None:
        super().__init__(sources, side, value)
        self._names: dict[Any, str] = {}
        self._waiting: list[tuple[str, Location, int, bool, bool]] = []

    def translate(self, at: Location) -> dict[str, Json]:
        """The whole schema.

        Raises:
            Untranslatable: a reference leads nowhere, or a keyword is malformed.
        """
        root = self._value(at)
        definitions: dict[str, Json] = {}
        while self._waiting:
            name, place, self._depth, self._sure, closed = self._waiting.pop()
            definitions[name] = self._shut(place) if closed else self._schema(place)
        out: dict[str, Json] = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
        if isinstance(root, bool):
            return {**out, "allOf": [root]}
        out.update(root)
        if definitions:
            out["$defs"] = definitions
        return out

    def _reference(self, at: Location, *, closed: bool = False) -> dict[str, Json]:
        key = (at.identity, self._depth, self._sure, closed)
        name = self._names.get(key)
        if name is None:
            name = f"s{len(self._names)}"
            self._names[key] = name
            self._waiting.append((name, at, self._depth, self._sure, closed))
        return {"$ref": f"#/$defs/{name}"}

    def _inner(self, at: Location) -> Json:
        """The schema of a member, a member's name or an item."""
        if self._depth + 1 > len(self._members):
            return True  # the value has nothing there
        self._depth += 1
        try:
            return self._value(at)
        finally:
            self._depth -= 1

    def _value(self, at: Location) -> Json:
        """A schema for a whole value: where the writer is closed, nothing undeclared."""
        if self._side.closed:
            place = self._only_choice(at)
            if self._stands_alone(place):
                return self._shut(place) if place is at else self._reference(place, closed=True)
        schema = self._schema(at)
        if not self._side.closed or not isinstance(schema, dict):
            return schema
        if "unevaluatedProperties" in schema or not self._mentions_object(at, set()):
            return schema
        demanded = self._demanded(at, set())
        closed = {**schema, "unevaluatedProperties": False}
        if demanded:
            closed["allOf"] = [*schema.get("allOf", ()), {"properties": demanded}]
        elif not self._lists_members(at, set()):
            closed["patternProperties"] = {UNDECLARED: True}
        return closed

    def _stands_alone(self, at: Location) -> bool:
        """Whether an object schema alone says which members there are."""
        raw = at.raw
        return (
            isinstance(raw, dict)
            and raw.keys().isdisjoint(_BESIDE)
            and self._mentions_object(at, set())
        )

    def _shut(self, at: Location) -> Json:
        """An object schema that stands alone, with no members that it does not declare.

        Validators look at each member once; ``unevaluatedProperties`` has them start over.
        """
        schema = self._schema(at)
        if not isinstance(schema, dict) or "additionalProperties" in schema:
            return schema
        shut = {**schema, "additionalProperties": False}
        demanded = self._demanded(at, set())
        if demanded:
            shut["properties"] = {**demanded, **schema.get("properties", {})}
        elif not self._lists_members(at, set()):
            shut["patternProperties"] = {UNDECLARED: True}
        return shut

    def _schema(self, at: Location) -> Json:
        raw, rules = at.raw, at.dialect.rules
        if isinstance(raw, bool):
            return raw
        if not isinstance(raw, dict):
            raise Untranslatable("not a schema")
        if "$ref" in raw and not rules.siblings:
            return self._reference(self._follow(at, "$ref"))
        out: dict[str, Json] = {name: raw[name] for name in raw if name in _SAME}
        if isinstance(raw.get("pattern"), str):
            out["pattern"] = in_ecma(raw["pattern"])
        self._references(at, out)
        self._types(at, out)
        self._bounds(at, out)
        self._objects(at, out)
        self._arrays(at, out)
        self._combinations(at, out)
        self._dependencies(at, out)
        if rules.words >= 6 and "const" in raw:
            out["const"] = raw["const"]
        return out

    def _references(self, at: Location, out: dict[str, Json]) -> None:
        raw, rules = at.raw, at.dialect.rules
        if "$ref" in raw:
            out["$ref"] = self._reference(self._follow(at, "$ref"))["$ref"]
        for keyword, draft in (("$dynamicRef", 2020), ("$recursiveRef", 2019)):
            if keyword in raw and rules.draft == draft:
                extra = self._reference(self._follow(at, keyword))
                out.setdefault("allOf", []).append(extra)

    def _types(self, at: Location, out: dict[str, Json]) -> None:
        raw, rules = at.raw, at.dialect.rules
        if "type" in raw and not (raw["type"] == "file" and rules.type_file):
            types = list(raw["type"]) if isinstance(raw["type"], list) else [raw["type"]]
            if rules.nullable and raw.get("nullable") is True and "null" not in types:
                types.append("null")
            out["type"] = types if len(types) != 1 else types[0]
        elif rules.nullable and _is_the_null_of_a_choice(at):
            out["type"] = "null"
        name = raw.get("format")
        if isinstance(name, str) and self._side.asserts_format:
            sized = _SIZED.fullmatch(name)
            if sized is not None:
                unsigned, bits = sized[1] == "u", int(sized[2])
                bound = {
                    "minimum": 0 if unsigned else -(1 << (bits - 1)),
                    "maximum": (1 << (bits if unsigned else bits - 1)) - 1,
                }
                out.setdefault("allOf", []).append(bound)
            elif name in _BASE64:
                out.setdefault("allOf", []).append({"pattern": _BASE64[name]})
            else:
                out["format"] = "uuid" if _UUID.fullmatch(name) else name

    @staticmethod
    def _bounds(at: Location, out: dict[str, Json]) -> None:
        raw = at.raw
        for bound, exclusive in (
            ("minimum", "exclusiveMinimum"),
            ("maximum", "exclusiveMaximum"),
        ):
            if not at.dialect.rules.boolean_bound(raw.get(exclusive)):
                out.update({k: raw[k] for k in (bound, exclusive) if k in raw})
            elif bound in raw:
                out[exclusive if raw.get(exclusive) is True else bound] = raw[bound]
            elif exclusive in raw and not isinstance(raw[exclusive], bool):
                out[exclusive] = raw[exclusive]

    def _unsent(self, at: Location) -> bool:
        flag, steps = self._side.unsent, 0
        if flag is None or not at.dialect.rules.reads_and_writes:
            return False
        while isinstance(at.raw, dict) and steps < 8:
            if at.raw.get(flag) is True:
                return True
            if "$ref" not in at.raw:
                return False
            at, steps = self._follow(at, "$ref"), steps + 1
        return False

    def _objects(self, at: Location, out: dict[str, Json]) -> None:
        raw, rules = at.raw, at.dialect.rules
        members = raw.get("properties")
        unsent = set()
        if isinstance(members, dict):
            if self._side.unsent is not None and rules.reads_and_writes:
                unsent = {name for name in members if self._unsent(at.child("properties", name))}
            here = self._members[self._depth] if self._depth < len(self._members) else ()
            out["properties"] = {
                name: not self._side.writer
                if name in unsent
                else self._inner(at.child("properties", name))
                for name in members
                if name in here
            }
        required = raw.get("required")
        if isinstance(required, list):
            out["required"] = [name for name in required if name not in unsent]
        if "patternProperties" in raw:
            out["patternProperties"] = {
                name: self._inner(at.child("patternProperties", name))
                for name in raw["patternProperties"]
            }
        for keyword, draft in (("propertyNames", 6), ("additionalProperties", 4)):
            if keyword in raw and rules.words >= draft and not self._ignored(keyword, raw):
                out[keyword] = self._inner(at.child(keyword))
        keyword = "unevaluatedProperties"
        if keyword in raw and rules.draft >= 2019 and not self._ignored(keyword, raw):
            out[keyword] = self._inner(at.child(keyword))

    def _ignored(self, keyword: str, raw: dict[str, Json]) -> bool:
        return self._side.tolerant and raw[keyword] is False

    def _arrays(self, at: Location, out: dict[str, Json]) -> None:
        raw, rules = at.raw, at.dialect.rules
        prefix = "items" if rules.tuples else "prefixItems"
        if isinstance(raw.get(prefix), list):
            items = [self._inner(at.child(prefix, i)) for i in range(len(raw[prefix]))]
            if items:
                out["prefixItems"] = items
            if rules.tuples and "additionalItems" in raw and not rules.openapi:
                out["items"] = self._inner(at.child("additionalItems"))
        if "items" in raw and not isinstance(raw["items"], list):
            out["items"] = self._inner(at.child("items"))
        if "contains" in raw and rules.words >= 6:
            self._counted(at, out)
        if "unevaluatedItems" in raw and rules.draft >= 2019:
            out["unevaluatedItems"] = self._inner(at.child("unevaluatedItems"))

    def _counted(self, at: Location, out: dict[str, Json]) -> None:
        raw = at.raw
        out["contains"] = self._inner(at.child("contains"))
        if at.dialect.rules.words >= 2019:
            out.update({k: raw[k] for k in ("minContains", "maxContains") if k in raw})

    def _combinations(self, at: Location, out: dict[str, Json]) -> None:
        raw = at.raw
        for keyword in IN_PLACE_LISTS:
            if keyword not in raw:
                continue
            places = [at.child(keyword, index) for index in range(len(raw[keyword]))]
            if keyword != "allOf" and places and not self._side.overlapping:
                places = [place for place in places if self._may_take(place)]
            if not places:  # no alternative takes anything; no part asks for anything
                also = [] if keyword == "allOf" else [False]
            elif keyword != "allOf" and self._side.overlapping:
                also = self._chosen(at, keyword, places)
            else:
                self._join(keyword, places, out)
                continue
            out["allOf"] = [*out.get("allOf", ()), *also]
        self._conditions(at, out)

    def _join(self, keyword: str, places: list[Location], out: dict[str, Json]) -> None:
        parts = [self._schema(place) for place in places]
        out[keyword] = [*out.get(keyword, ()), *parts]

    def _conditions(self, at: Location, out: dict[str, Json]) -> None:
        for keyword in _IN_PLACE:
            if keyword in at.raw and (keyword == "not" or at.dialect.rules.words >= 7):
                out[keyword] = self._schema(at.child(keyword))

    def _dependencies(self, at: Location, out: dict[str, Json]) -> None:
        raw, rules = at.raw, at.dialect.rules
        names: dict[str, Json] = {}
        schemas: dict[str, Json] = {}
        keywords = ("dependentRequired", "dependentSchemas")
        if rules.words < 2019:
            keywords = ("dependencies",)  # type: ignore[assignment]
        for keyword in keywords:
            for name, then in (raw.get(keyword) or {}).items():
                if isinstance(then, list):
                    names[name] = then
                elif isinstance(then, str):
                    names[name] = [then]
                else:
                    schemas[name] = self._schema(at.child(keyword, name))
        if names:
            out["dependentRequired"] = names
        if schemas:
            out["dependentSchemas"] = schemas


def has_formats_of_openapi(schema: Json) -> bool:
    """Whether it names a format that validators of JSON Schema do not know, and whose meaning is
    written out in its translation.
    """
    waiting = [schema]
    for part in waiting:  # grows while it is read
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            waiting += part.values()
            name = part.get("format")
            if isinstance(name, str) and (_SIZED.fullmatch(name) or name in _BASE64):
                return True
    return False


def is_plain(at: Location, side: Side, dialect: Dialect) -> bool:
    """Whether the validators can take the document as it stands."""
    rules = dialect.rules
    return (
        at.pointer == ""
        and not at.resource.source.bundle
        and not rules.openapi
        and dialect is not Dialect.ASYNCAPI
        and not side.closed
        and not side.tolerant
        and not side.overlapping
        and not (side.asserts_format and rules.draft < 2019)
        and isinstance(at.raw, (dict, bool))
    )


def _is_the_null_of_a_choice(at: Location) -> bool:
    """Whether `nullable: true` is all that one of several alternatives says."""
    tokens = at.pointer.split("/")
    words = {word for word in at.raw if not word.startswith("x-")} - _DESCRIBING
    listed = len(tokens) > 2 and tokens[-2] in ("oneOf", "anyOf")
    return listed and words == {"nullable"} and at.raw["nullable"] is True


_DESCRIBING = frozenset(
    {"title", "description", "default", "example", "examples", "deprecated", "externalDocs", "xml"}
    | {"readOnly", "writeOnly", "discriminator"}
)

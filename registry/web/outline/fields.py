"""JSON Schema as a tree of fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

DEEPEST = 6
MOST = 3000
LISTED = 12
"""More enumeration values than this are counted, not listed."""


@dataclass(frozen=True, slots=True)
class Field:
    """One named value of a payload, or a branch of alternatives."""

    name: str
    type: str
    required: bool = False
    description: str = ""
    constraints: tuple[str, ...] = ()
    deprecated: bool = False
    line: int | None = None
    children: tuple[Field, ...] = ()
    more: bool = False
    """Whether there is more below that is not laid out: too deep, or seen already."""


def escape(token: str) -> str:
    """One reference token of RFC 6901 §3."""
    return token.replace("~", "~0").replace("/", "~1")


class Schemas:
    """Lays out schemas of one document; counts what it has laid out, so that it ends."""

    def __init__(self, data: Any, line_of: Callable[[str], int | None]) -> None:
        self._data = data
        self._line_of = line_of
        self._left = MOST

    @property
    def exhausted(self) -> bool:
        """Whether fields were left out because there are too many."""
        return self._left <= 0

    def line(self, pointer: str) -> int | None:
        """Line on which ``pointer`` stands."""
        return self._line_of(pointer)

    def at(self, pointer: str) -> Any:
        """The value at ``pointer``, None if there is none."""
        value = self._data
        for token in pointer.split("/")[1:]:
            name = token.replace("~1", "/").replace("~0", "~")
            if isinstance(value, Mapping):
                value = value.get(name)
            elif isinstance(value, list) and name.isdigit() and int(name) < len(value):
                value = value[int(name)]
            else:
                return None
        return value

    def follow(self, value: Any, pointer: str) -> tuple[Mapping[str, Any], str, str]:
        """``(object, its pointer, name of the last reference)`` after local references."""
        name = ""
        for _ in range(16):
            if not isinstance(value, Mapping):
                return {}, pointer, name
            ref = value.get("$ref")
            if not isinstance(ref, str):
                return value, pointer, name
            name = ref.rsplit("/", 1)[-1]
            if not ref.startswith("#/"):
                return value, pointer, name
            pointer, value = ref[1:], self.at(ref[1:])
        return {}, pointer, name

    def fields(self, schema: Any, pointer: str) -> tuple[Field, ...]:
        """The fields of the object (or of the items) that ``schema`` describes."""
        return tuple(self._children(schema, pointer, 0, frozenset()))

    def field(
        self,
        name: str,
        schema: Any,
        pointer: str,
        *,
        required: bool = False,
        depth: int = 0,
        seen: frozenset[str] = frozenset(),
    ) -> Field:
        """One field with what lies below it."""
        self._left -= 1
        target, at, ref = self.follow(schema, pointer)
        children: tuple[Field, ...] = ()
        stop = depth >= DEEPEST or at in seen or self._left <= 0
        if not stop:
            children = tuple(self._children(schema, pointer, depth + 1, seen | {at}))
        description = schema.get("description") if isinstance(schema, Mapping) else ""
        return Field(
            name=name,
            type=type_name(target, ref, self),
            required=required,
            description=str(description or target.get("description") or ""),
            constraints=constraints(target),
            deprecated=target.get("deprecated") is True,
            line=self.line(pointer),
            children=children,
            more=stop and has_children(target),
        )

    def _children(
        self, schema: Any, pointer: str, depth: int, seen: frozenset[str]
    ) -> Iterator[Field]:
        target, at, _ = self.follow(schema, pointer)
        if depth > DEEPEST + 2:
            return
        yield from self._properties(target, at, depth, seen)
        items = target.get("items")
        if isinstance(items, Mapping):
            inner, inner_at, _ = self.follow(items, f"{at}/items")
            if inner_at not in seen:
                yield from self._children(inner, inner_at, depth + 1, seen | {inner_at})
        for index, part in enumerate(listed(target, "allOf")):
            inner, inner_at, _ = self.follow(part, f"{at}/allOf/{index}")
            if inner_at not in seen:
                yield from self._children(inner, inner_at, depth + 1, seen | {inner_at})
        for keyword, label in (("oneOf", "one of"), ("anyOf", "any of")):
            for index, part in enumerate(listed(target, keyword)):
                inner, inner_at, ref = self.follow(part, f"{at}/{keyword}/{index}")
                if has_children(inner) and inner_at not in seen and self._left > 0:
                    name = f"{label}: {ref or inner.get('title') or index + 1}"
                    yield self.field(name, part, f"{at}/{keyword}/{index}", depth=depth, seen=seen)

    def _properties(
        self, target: Mapping[str, Any], at: str, depth: int, seen: frozenset[str]
    ) -> Iterator[Field]:
        properties = target.get("properties")
        required = target.get("required")
        names = {n for n in required if isinstance(n, str)} if isinstance(required, list) else set()
        if not isinstance(properties, Mapping):
            return
        for name, schema in properties.items():
            if self._left <= 0:
                return
            yield self.field(
                str(name),
                schema,
                f"{at}/properties/{escape(str(name))}",
                required=name in names,
                depth=depth,
                seen=seen,
            )


def listed(schema: Mapping[str, Any], keyword: str) -> list[Any]:
    """The list under ``keyword``, or none."""
    value = schema.get(keyword)
    return value[:50] if isinstance(value, list) else []


def has_children(schema: Mapping[str, Any]) -> bool:
    """Whether something is laid out below it."""
    return any(key in schema for key in ("properties", "items", "allOf", "oneOf", "anyOf"))


def type_name(schema: Mapping[str, Any], ref: str, schemas: Schemas, depth: int = 0) -> str:
    """``string``, ``integer or null``, ``array of PurchaseOrderLine``."""
    kinds = schema.get("type")
    names = [str(k) for k in kinds] if isinstance(kinds, list) else [str(kinds)] if kinds else []
    if not names and "properties" in schema:
        names = ["object"]
    if not names and "const" in schema:
        names = ["constant"]
    if not names and "enum" in schema:
        names = ["enumeration"]
    if "array" in names and depth < 4:
        inner, _, inner_ref = schemas.follow(schema.get("items"), "")
        of = type_name(inner, inner_ref, schemas, depth + 1)
        names = [f"array of {of}" if n == "array" and of else n for n in names]
    if schema.get("nullable") is True:
        names.append("null")
    text = " or ".join(names)
    if schema.get("format"):
        text += f" ({schema['format']})"
    return f"{ref}: {text}" if ref and text and depth == 0 and text != "object" else text or ref


WORDS = {
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minimum": "≥ {}",
    "maximum": "≤ {}",
    "exclusiveMinimum": "> {}",
    "exclusiveMaximum": "< {}",
    "multipleOf": "multiple of {}",
    "pattern": "matches {}",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "default": "default {}",
    "const": "always {}",
}


def constraints(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """The rules of a value in words."""
    found = [
        words.format(str(schema[key])[:120])
        for key, words in WORDS.items()
        if key in schema and not isinstance(schema[key], (dict, list, bool))
    ]
    values = schema.get("enum")
    if isinstance(values, list):
        shown = ", ".join(str(v)[:60] for v in values[:LISTED])
        rest = f" and {len(values) - LISTED} more" if len(values) > LISTED else ""
        found.append(f"one of {shown}{rest}")
    for key, word in (
        ("uniqueItems", "unique items"),
        ("readOnly", "read only"),
        ("writeOnly", "write only"),
    ):
        if schema.get(key) is True:
            found.append(word)
    if schema.get("additionalProperties") is False:
        found.append("no other fields")
    return tuple(found)

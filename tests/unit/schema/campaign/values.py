"""Values near what schemas speak of: mostly valid for one of them, then slightly wrong."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.unit.schema.campaign.schemas import CONSTANTS, NAMES, WORDS

_TEXTS = (*WORDS, "x-", "ABC", "b", "-", "  ", "1a", "Z-12", "abcde", "2024-05-17", "x" * 36)


class Sampler:
    """Draws values for schemas of 2020-12."""

    def __init__(self, r: Random, root: dict[str, Any]) -> None:
        self.r = r
        self.root = root

    def value(self, schema: Any, depth: int = 4) -> Any:
        """A value that the schema may well accept; now and then any value at all."""
        r = self.r
        if not isinstance(schema, dict) or depth < 0 or r.random() < 0.06:
            return self.anything(depth)
        if "$ref" in schema:
            name = str(schema["$ref"]).rsplit("/", 1)[-1]
            return self.value(self.root.get("$defs", {}).get(name, True), depth - 1)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return r.choice(schema["enum"])
        parts = [p for k in ("anyOf", "oneOf", "allOf") for p in schema.get(k, ())]
        parts += [schema[k] for k in ("if", "then", "else", "not") if k in schema]
        if parts and ("type" not in schema or r.random() < 0.5):
            other = self.value(r.choice(parts), depth - 1)
            mine = self.typed(schema, depth)
            return (
                {**mine, **other} if isinstance(other, dict) and isinstance(mine, dict) else other
            )
        return self.typed(schema, depth)

    def typed(self, schema: dict[str, Any], depth: int) -> Any:
        """A value of the schema's type, by its keywords."""
        kind = schema.get("type") or self._kind(schema)
        kind = self.r.choice(kind) if isinstance(kind, list) else kind
        if kind == "object":
            return self.members(schema, depth)
        if kind == "array":
            return self.items(schema, depth)
        if kind in ("integer", "number"):
            return self.number(schema, kind)
        if kind == "string":
            return self.text(schema)
        return None if kind == "null" else self.r.choice((True, False))

    def _kind(self, schema: dict[str, Any]) -> str:
        if any(k in schema for k in ("properties", "required", "additionalProperties")):
            return "object"
        if any(k in schema for k in ("items", "contains", "prefixItems", "uniqueItems")):
            return "array"
        return self.r.choice(("string", "integer", "number", "object", "array", "null"))

    def text(self, schema: dict[str, Any]) -> str:
        """A text near the lengths."""
        if self.r.random() < 0.3:
            count = schema.get("minLength", schema.get("maxLength", 2)) + self.r.choice((-1, 0, 1))
            return self.r.choice(("a", "A", "1")) * max(count, 0)
        return self.r.choice(_TEXTS)

    def number(self, schema: dict[str, Any], kind: str) -> Any:
        """A number near the bounds, often a multiple of the step."""
        words = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
        near = self.r.choice([schema[w] for w in words if w in schema] or [0, 1, 2, 10])
        step = schema.get("multipleOf", 1)
        found = near + self.r.choice((-1, 0, 0, 1)) * self.r.choice((step, 1, 0.5))
        if "multipleOf" in schema and abs(near) < 1e12 and self.r.random() < 0.6:
            found = round(near / step) * step + self.r.choice((0, step))
        return int(found) if kind == "integer" and abs(found) < 1e15 else found

    def members(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        """Declared members, the required ones mostly, and some others."""
        r, found = self.r, dict[str, Any]()
        for name, part in schema.get("properties", {}).items():
            if r.random() < (0.95 if name in schema.get("required", ()) else 0.5):
                found[name] = self.value(part, depth - 1)
        for name in schema.get("required", ()):
            if name not in found and r.random() < 0.9:
                found[name] = self.anything(depth - 1)
        if r.random() < 0.3:
            rest = schema.get("additionalProperties", True)
            found.setdefault(r.choice((*NAMES, "s", "", "zz")), self.value(rest, depth - 1))
        return found

    def items(self, schema: dict[str, Any], depth: int) -> list[Any]:
        """Items by position, then by ``items`` or ``contains``."""
        r = self.r
        found = [self.value(part, depth - 1) for part in schema.get("prefixItems", ())]
        most = max(schema.get("minItems", 0), schema.get("maxItems", 2)) + 1
        while len(found) < most and r.random() < 0.7:
            part = schema.get("contains" if r.random() < 0.3 else "items", True)
            found.append(self.value(part, depth - 1))
        return found

    def anything(self, depth: int) -> Any:
        """Any small value."""
        r = self.r
        if depth > 0 and r.random() < 0.2:
            return {r.choice(NAMES): self.anything(depth - 1) for _ in range(r.randint(0, 2))}
        if depth > 0 and r.random() < 0.2:
            return [self.anything(depth - 1) for _ in range(r.randint(0, 3))]
        return r.choice((*CONSTANTS, *_TEXTS))

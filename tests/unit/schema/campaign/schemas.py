"""Realistic and nasty schemas of 2020-12, every keyword of it, from one seed."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

NAMES = ("sku", "price", "qty", "note", "tags", "status", "id", "meta", "x-a", "x-b")
WORDS = ("open", "closed", "A-100", "EUR", "USD", "", "a", "ab", "abc", "ä", "0", "x-1", "10")
CONSTANTS: tuple[Any, ...] = (
    *(0, 1, 2, -1, 1.0, 1.5, 10, 100, True, False, None),
    *("", "a", "open", "closed", "EUR", [], {}, [1], [0], [False], {"id": 1}, {"sku": "a"}),
)
PATTERNS = (
    *("^[A-Z]{3}$", "^[a-z]+$", "^x-", "-", "^.{2,4}$", "^(open|closed)$", "^\\d+$", "b$"),
    *("^[A-Z]-\\d{1,3}$", "^\\S+$", "^(?!x-)", "^[^-]*$", "a|b", "^$", "^\\w+$", "^a", ".+"),
)
HARD_PATTERNS = (
    *(r"^(a|b)\1$", r"^([A-Z])\1*$", r"^(?!.*(.)\1)", r"(\w)\1", r"^([-/.])?\d", r"^(\d)\d\1$"),
    *(r"^(.+)-\1$", r"^(a*)b\1$", r"^(?<q>['\"]?)x\k<q>$", r"^\p{L}+$", r"^\p{Script=Latin}+$"),
    *(r"^[\p{Emoji}a-c]+$", r"\p{Lu}", r"^\P{L}*$", r"\b[a-c]+\b", r"^(?=.*[A-Z])(?=.*\d).{2,}$"),
    *("^[A-Z]{3}$", "^[a-z]+$", "^x-", "^.{2,4}$", r"^(?:(?!,)[a-z,])+$", "^(?:a|b|ab){1,3}$"),
)
"""Back-references, properties of Unicode, look-arounds."""
FORMATS = ("date", "date-time", "uuid", "email", "uri", "ipv4", "time", "hostname", "x-house")
STEPS = (1, 2, 3, 5, 10, 0.5, 0.1, 0.01, 0.25, 1.5, 7, 1e-7, 1e10, 0.3)
TYPES = ("string", "integer", "number", "boolean", "null", "object", "array")


class Maker:
    """Draws schemas; ``#/$defs/…`` of :meth:`document` may be referred to."""

    def __init__(
        self, r: Random, *, formats: bool = False, patterns: tuple[str, ...] = PATTERNS
    ) -> None:
        self.r = r
        self.patterns = patterns
        self.formats = formats
        self.defs: tuple[str, ...] = ()

    def some(self, probability: float) -> bool:
        """True with this probability."""
        return self.r.random() < probability

    def document(self, depth: int) -> dict[str, Any]:
        """A root schema with definitions, some of them recursive through members or items."""
        r = self.r
        self.defs = tuple(r.sample(("node", "line", "money"), r.choice((0, 0, 1, 1, 2))))
        root = self.schema(depth)
        root = root if isinstance(root, dict) else {"allOf": [root]}
        if not self.defs:
            return root
        made = {name: self.definition(name, depth - 1) for name in self.defs}
        return {**root, "$defs": made}

    def definition(self, name: str, depth: int) -> Any:
        """A definition that applies definitions to members and items only."""
        kept, self.defs = self.defs, ()
        found = self.objects(depth) if self.some(0.6) else self.typed(depth)
        self.defs = kept
        if "properties" in found and self.some(0.6):
            found["properties"][self.r.choice(NAMES)] = {"$ref": f"#/$defs/{self.r.choice(kept)}"}
        if "properties" in found and self.some(0.3):
            again = {"type": "array", "items": {"$ref": f"#/$defs/{name}"}}
            found["properties"]["children"] = again
        return found

    def schema(self, depth: int) -> Any:
        """Any schema."""
        draw = self.r.random()
        if draw < 0.03:
            return self.r.choice((True, False, {}))
        if self.defs and draw < 0.12:
            ref: dict[str, Any] = {"$ref": f"#/$defs/{self.r.choice(self.defs)}"}
            if self.some(0.2):
                ref.update(self.typed(0))
            return ref
        if depth > 0 and draw < 0.37:
            return self.combination(depth)
        if draw < 0.42:
            return self.loose(depth)
        return self.typed(depth)

    def typed(self, depth: int) -> dict[str, Any]:
        """A schema of one type (or of two), as people write it."""
        kinds = TYPES if depth > 0 else TYPES[:5]
        weights = (6, 4, 3, 2, 1, 7, 4) if depth > 0 else (6, 4, 3, 2, 1)
        kind = self.r.choices(kinds, weights)[0]
        found = {"type": kind, **self.about(kind, depth)}
        if self.some(0.08):
            found["type"] = [kind, self.r.choice([k for k in TYPES if k != kind])]
        if self.some(0.08):
            found["default"] = self.r.choice(CONSTANTS)
        if self.some(0.05):
            found["title"] = "a title"
        return found

    def loose(self, depth: int) -> dict[str, Any]:
        """Keywords of several types and no type."""
        found: dict[str, Any] = {}
        for kind in self.r.sample(TYPES, self.r.randint(1, 3)):
            found.update(self.about(kind, depth))
        if self.some(0.3):
            found["enum"] = self.r.sample(CONSTANTS, self.r.randint(1, 6))
        return found

    def about(self, kind: str, depth: int) -> dict[str, Any]:
        """Keywords for one type."""
        if kind == "string":
            return self.strings()
        if kind in ("integer", "number"):
            return self.numbers(kind)
        if kind == "object":
            return self.objects(depth)
        if kind == "array":
            return self.arrays(depth)
        if self.some(0.15):
            return {"enum": self.r.sample((True, False, None), self.r.randint(1, 2))}
        return {}

    def strings(self) -> dict[str, Any]:
        """Length, pattern, format, enum."""
        found: dict[str, Any] = {}
        if self.some(0.25):
            return {"enum": self.r.sample(WORDS, self.r.randint(1, 5))}
        if self.some(0.06):
            return {"const": self.r.choice(WORDS)}
        if self.some(0.3):
            found["minLength"] = self.r.choice((0, 1, 2, 3, 5, 36))
        if self.some(0.3):
            found["maxLength"] = self.r.choice((0, 1, 2, 3, 4, 10, 36, 255))
        if self.some(0.3):
            found["pattern"] = self.r.choice(self.patterns)
        if self.some(0.4 if self.formats else 0.08):
            found["format"] = self.r.choice(FORMATS)
        return found

    def numbers(self, kind: str) -> dict[str, Any]:
        """Bounds, steps, enum."""
        r, found = self.r, dict[str, Any]()
        if self.some(0.12):
            return {"enum": r.sample((0, 1, 2, 3, 1.0, 2.5, -1, 100), r.randint(1, 4))}
        nasty = (2**53 + 1, -(2**63), 1e300, 1e-300, 0.1, 1.5, -0.5)
        for keyword in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
            if self.some(0.25):
                low = keyword.endswith("inimum")
                usual = (0, 1, -10, 2, 0.5) if low else (0, 1, 10, 99, 100, 2.5)
                found[keyword] = r.choice(nasty) if self.some(0.1) else r.choice(usual)
        if self.some(0.2):
            found["multipleOf"] = r.choice(STEPS)
        if kind == "integer" and self.some(0.1):
            found["format"] = r.choice(("int32", "int64"))
        return found

    def objects(self, depth: int) -> dict[str, Any]:
        """Members by name, pattern and the rest, counts, dependencies."""
        r = self.r
        names = r.sample(NAMES, r.randint(1, 4))
        found: dict[str, Any] = {"type": "object"}
        if self.some(0.9):
            found["properties"] = {name: self.schema(depth - 1) for name in names}
        if self.some(0.6):
            extra = r.sample(NAMES, 1) if self.some(0.1) else []
            found["required"] = list(dict.fromkeys(names[: r.randint(1, len(names))] + extra))
        if self.some(0.35):
            closed = False if self.some(0.6) else self.schema(depth - 1)
            word = "unevaluatedProperties" if self.some(0.15) else "additionalProperties"
            found[word] = closed
        if self.some(0.1):
            patterns = r.sample(("^x-", "^[a-z]+$", "s$", "^m"), r.randint(1, 2))
            found["patternProperties"] = {p: self.schema(depth - 1) for p in patterns}
        if self.some(0.07):
            found["propertyNames"] = self.names()
        for keyword in ("minProperties", "maxProperties"):
            if self.some(0.08):
                found[keyword] = r.randint(0, 4)
        if self.some(0.07):
            found["dependentRequired"] = {r.choice(NAMES): r.sample(NAMES, r.randint(1, 2))}
        if self.some(0.07):
            found["dependentSchemas"] = {r.choice(NAMES): self.schema(depth - 1)}
        return found

    def names(self) -> dict[str, Any]:
        """A schema for member names."""
        choices: tuple[dict[str, Any], ...] = (
            {"enum": list(self.r.sample(NAMES, 4))},
            {"pattern": self.r.choice(("^[a-z]", "^x-", "^[a-z]+$"))},
            {"maxLength": self.r.randint(1, 5)},
            {"not": {"const": self.r.choice(NAMES)}},
            {"minLength": 1},
        )
        return self.r.choice(choices)

    def arrays(self, depth: int) -> dict[str, Any]:
        """Positions, the rest, counts, uniqueness."""
        r, found = self.r, dict[str, Any]()
        if self.some(0.8):
            found["items"] = self.schema(depth - 1)
        if self.some(0.2):
            found["prefixItems"] = [self.schema(depth - 1) for _ in range(r.randint(1, 3))]
        if self.some(0.25):
            found["minItems"] = r.randint(0, 3)
        if self.some(0.25):
            found["maxItems"] = r.randint(0, 5)
        if self.some(0.2):
            found["uniqueItems"] = True
        if self.some(0.2):
            found["contains"] = self.schema(depth - 1)
            if self.some(0.3):
                found["minContains"] = r.randint(0, 3)
            if self.some(0.3):
                found["maxContains"] = r.randint(0, 3)
        if self.some(0.06):
            found["unevaluatedItems"] = False if self.some(0.7) else self.schema(depth - 1)
        return found

    def combination(self, depth: int) -> dict[str, Any]:
        """Schemas for the same value, some of them as people combine them."""
        r, draw = self.r, self.r.randrange(8)
        if draw == 0:
            return {"anyOf": [self.schema(depth - 1), {"type": "null"}]}
        if draw == 1:
            return self.tagged(depth)
        if draw == 2:
            parts = [self.objects(depth - 1) for _ in range(r.randint(1, 3))]
            rest = {"unevaluatedProperties": False} if self.some(0.3) else {}
            return {"allOf": parts, **rest}
        if draw == 3:
            base = self.typed(depth - 1)
            words = [w for w in ("then", "else") if self.some(0.7)]
            return {**base, "if": self.condition(), **{w: self.schema(depth - 1) for w in words}}
        if draw == 4:
            inner = self.typed(depth - 1) if self.some(0.5) else {"enum": r.sample(CONSTANTS, 2)}
            return {**(self.typed(depth - 1) if self.some(0.7) else {}), "not": inner}
        if draw == 5:
            whole = self.arrays(depth)
            whole["anyOf"] = [self.arrays(depth - 1) for _ in range(2)]
            return {**whole, "unevaluatedItems": False} if self.some(0.3) else whole
        keyword = ("anyOf", "oneOf")[draw - 6]
        beside = self.typed(depth - 1) if self.some(0.3) else {}
        return {**beside, keyword: [self.schema(depth - 1) for _ in range(r.randint(1, 3))]}

    def condition(self) -> dict[str, Any]:
        """What people write after ``if``."""
        name = self.r.choice(NAMES)
        value = self.r.choice(WORDS[:6])
        choices: tuple[dict[str, Any], ...] = (
            {"properties": {name: {"const": value}}, "required": [name]},
            {"properties": {name: {"const": value}}},
            {"required": [name]},
            {"type": self.r.choice(TYPES)},
            {"minimum": 5},
        )
        return self.r.choice(choices)

    def tagged(self, depth: int) -> dict[str, Any]:
        """Alternatives told apart by a constant member."""
        tags = self.r.sample(WORDS[:6], self.r.randint(2, 3))
        parts = []
        for tag in tags:
            part = self.objects(depth - 1)
            part.setdefault("properties", {})["status"] = {"const": tag}
            if self.some(0.9):
                part["required"] = [*dict.fromkeys([*part.get("required", ()), "status"])]
            parts.append(part)
        return {self.r.choice(("oneOf", "anyOf")): parts}


def exact_numbers(found: Any) -> Any:
    """The same schema with every float as the decimal it was written as."""
    if isinstance(found, float):
        return Decimal(repr(found))
    if isinstance(found, dict):
        return {name: exact_numbers(item) for name, item in found.items()}
    return [exact_numbers(item) for item in found] if isinstance(found, list) else found

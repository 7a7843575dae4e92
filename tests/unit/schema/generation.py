"""Random schemas, small changes to them, equivalent rewritings, and values to try them on.

Everything comes from one seed, so that a failing case is its own reproduction.
"""

from __future__ import annotations

import json
from random import Random
from typing import Any

NAMES = ("a", "b", "c")
CONSTANTS: tuple[Any, ...] = (1, 2, "a", "b", True, None, 0, [1], {"a": 1}, 1.5, [], {}, [1, 2])
PATTERNS = ("^a", "b$", "^[ab]+$", "^[^b]*$", "a.b", "^(a|bb)*$")


def schema(r: Random, depth: int) -> Any:
    """A schema of at most this nesting; ``#/$defs/x`` may be referred to."""
    if depth <= 0 or r.random() < 0.15:
        return leaf(r)
    draw = r.randrange(14)
    if draw <= 4:
        return objects(r, depth)
    if draw <= 6:
        return arrays(r, depth)
    if draw <= 11:
        return combination(r, depth)
    return {"$ref": "#/$defs/x"} if draw == 12 else leaf(r)


def leaf(r: Random) -> Any:
    """A schema without subschemas."""
    choices: tuple[Any, ...] = (
        {"type": r.choice(("string", "integer", "number", "boolean", "null", "object", "array"))},
        {"type": "integer", "minimum": r.randint(-3, 5)},
        {"type": "number", "maximum": r.randint(-3, 5)},
        {"multipleOf": r.choice((1, 2, 3, 0.5))},
        {"type": "string", "maxLength": r.randint(0, 4)},
        {"minLength": r.randint(0, 3)},
        {"enum": r.sample(CONSTANTS, r.randint(1, 4))},
        {"const": r.choice(CONSTANTS)},
        {"type": ["string", "null"]},
        {"exclusiveMinimum": r.randint(-2, 3)},
        {"type": ["integer", "string", "object"]},
        {"type": "string", "pattern": r.choice(PATTERNS)},
        True,
        {},
        False,
    )
    return r.choice(choices)


def objects(r: Random, depth: int) -> dict[str, Any]:
    """An object schema."""
    found: dict[str, Any] = {
        "properties": {name: schema(r, depth - 1) for name in r.sample(NAMES, r.randint(1, 3))}
    }
    if r.random() < 0.6:
        found["type"] = "object"
    if r.random() < 0.5:
        found["required"] = r.sample(NAMES, r.randint(1, 2))
    if r.random() < 0.35:
        found["additionalProperties"] = schema(r, depth - 2) if r.random() < 0.5 else False
    for keyword in ("maxProperties", "minProperties"):
        if r.random() < 0.15:
            found[keyword] = r.randint(0, 3)
    rare: tuple[tuple[str, Any], ...] = (
        (
            "propertyNames",
            r.choice(({"enum": ["a", "b"]}, {"maxLength": 1}, {"not": {"const": "a"}})),
        ),
        ("dependentRequired", {r.choice(NAMES): [r.choice(NAMES)]}),
        ("dependentSchemas", {r.choice(NAMES): schema(r, depth - 2)}),
        ("patternProperties", {r.choice(("^a", "^[bc]$", "x")): schema(r, depth - 2)}),
    )
    found.update((keyword, value) for keyword, value in rare if r.random() < 0.12)
    return found


def arrays(r: Random, depth: int) -> dict[str, Any]:
    """An array schema."""
    found: dict[str, Any] = {"items": schema(r, depth - 1)}
    if r.random() < 0.6:
        found["type"] = "array"
    for keyword in ("minItems", "maxItems"):
        if r.random() < 0.3:
            found[keyword] = r.randint(0, 3)
    if r.random() < 0.3:
        found["uniqueItems"] = True
    if r.random() < 0.3:
        found["prefixItems"] = [schema(r, depth - 2) for _ in range(r.randint(1, 2))]
    if r.random() < 0.3:
        found["contains"] = schema(r, depth - 2)
        for keyword in ("minContains", "maxContains"):
            if r.random() < 0.4:
                found[keyword] = r.randint(0, 2)
    return found


def combination(r: Random, depth: int) -> dict[str, Any]:
    """A schema of schemas for the same value."""
    draw = r.randrange(7)
    if draw == 0:
        return {"not": schema(r, depth - 1)}
    if draw == 1:
        return {word: schema(r, depth - 1) for word in ("if", "then", "else")}
    if draw == 2:
        beside = [schema(r, depth - 1) for _ in range(2)]
        rest = r.choice((False, {"type": "string"}))
        return {**_mapping(schema(r, depth - 1)), "anyOf": beside, "unevaluatedProperties": rest}
    if draw == 3:
        beside = [{"prefixItems": [schema(r, depth - 2)]}, {"contains": schema(r, depth - 2)}]
        rest = r.choice((False, {"type": "string"}))
        return {**_mapping(schema(r, depth - 1)), "anyOf": beside, "unevaluatedItems": rest}
    keyword = ("allOf", "anyOf", "oneOf")[draw - 4]
    return {keyword: [schema(r, depth - 1) for _ in range(r.randint(1, 3))]}


def _mapping(found: Any) -> dict[str, Any]:
    return found if isinstance(found, dict) else {"allOf": [found]}


def root(r: Random, depth: int) -> dict[str, Any]:
    """A whole schema whose references never lead back to themselves in place."""
    found = _mapping(schema(r, depth))
    text = json.dumps(schema(r, depth - 1))
    inside = '"items": {"$ref": "#/$defs/x"}'
    definition = json.loads(text.replace('"$ref": "#/$defs/x"', inside))
    return {**found, "$defs": {"x": definition}}


_ONE = ("items", "additionalProperties", "not", "if", "then", "else", "contains")
_NAMED = ("properties", "patternProperties", "dependentSchemas", "$defs")
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")


def mutated(r: Random, found: Any, depth: int) -> Any:
    """The same schema with one small change somewhere."""
    if not isinstance(found, dict) or not found or r.random() < 0.15:
        return schema(r, depth)
    changed = dict(found)
    keyword = r.choice(sorted(changed))
    value = changed[keyword]
    if r.random() < 0.12 and keyword != "$defs":
        del changed[keyword]
    elif keyword in _NAMED:
        name = r.choice(sorted(value))
        changed[keyword] = {**value, name: mutated(r, value[name], depth - 1)}
    elif keyword in _ONE or keyword in ("unevaluatedProperties", "unevaluatedItems"):
        changed[keyword] = mutated(r, value, depth - 1)
    elif keyword in _LISTS:
        index = r.randrange(len(value))
        changed[keyword] = [
            mutated(r, part, depth - 1) if i == index else part for i, part in enumerate(value)
        ]
    elif isinstance(value, bool):
        changed[keyword] = not value
    elif isinstance(value, (int, float)):
        low = -9 if keyword in ("minimum", "maximum", "exclusiveMinimum", "const") else 0
        changed[keyword] = max(value + r.choice((-1, 1)), low) or (keyword == "multipleOf") / 2
    else:
        changed.update(_mapping(schema(r, 1)))
    return changed


def changed_root(r: Random, found: dict[str, Any], depth: int) -> dict[str, Any]:
    """A root after a small change; its definition stays free of loops."""
    while True:
        changed = _mapping(mutated(r, found, depth))
        definition = changed.setdefault("$defs", found["$defs"]).get("x")
        if '"#/$defs/x"' not in json.dumps(definition) or definition == found["$defs"]["x"]:
            return changed


def rewritten(r: Random, found: Any) -> Any:
    """An equivalent schema: other order, allOf around, definitions inlined, words added."""
    if not isinstance(found, dict):
        return {"not": {"not": found}} if r.random() < 0.2 else found
    out: dict[str, Any] = {}
    for keyword in sorted(found, key=lambda _: r.random()):
        value = found[keyword]
        if keyword in _NAMED:
            value = {name: rewritten(r, part) for name, part in value.items()}
        elif keyword in _ONE:
            value = rewritten(r, value)
        elif keyword in _LISTS:
            value = [rewritten(r, part) for part in value]
        out[keyword] = value
    draw = r.random()
    if draw < 0.15:
        out["description"] = "the same"
    elif draw < 0.3 and "$defs" not in out:
        return {"allOf": [out]}
    elif (
        draw < 0.4
        and "type" in out
        and not {"unevaluatedProperties", "unevaluatedItems"} & set(out)
    ):
        return {"allOf": [{"type": out.pop("type")}], "anyOf": [out]} if "$defs" not in out else out
    elif draw < 0.5 and out.get("type") == "string":
        out["type"] = ["string"]
    return out


def value(r: Random, depth: int = 3) -> Any:
    """A value near to what the schemas speak of."""
    draw = r.randrange(9 if depth > 0 else 6)
    if draw == 0:
        return r.randint(-4, 7)
    if draw == 1:
        return r.choice((0.5, 1.5, 2.0, -0.5, 0.25, 4.75, 1.0))
    if draw == 2:
        return r.choice(("", "a", "b", "ab", "abc", "abcd", "xb", "ba", "bbbbb", "a\nb"))
    if draw == 3:
        return r.choice((True, False))
    if draw == 4:
        return None
    if draw == 5:
        return r.choice(CONSTANTS)
    if draw <= 7:
        names = r.sample(("a", "b", "c", "z", "ax"), r.randint(0, 3))
        return {name: value(r, depth - 1) for name in names}
    return [value(r, depth - 1) for _ in range(r.randint(0, 3))]

"""Small changes to a schema: a keyword comes, goes, is tightened or loosened somewhere."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

from tests.unit.schema.campaign.schemas import CONSTANTS, NAMES, TYPES, Maker

ONE = frozenset(
    {
        *("items", "additionalProperties", "propertyNames", "contains", "not", "if", "then"),
        *("else", "unevaluatedProperties", "unevaluatedItems"),
    }
)
NAMED = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs"})
LISTS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})


def places(found: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Paths of all subschemas, the root's first."""
    yield path
    if not isinstance(found, dict):
        return
    for keyword, value in found.items():
        if keyword in ONE:
            yield from places(value, (*path, keyword))
        elif keyword in NAMED:
            for name, part in value.items():
                yield from places(part, (*path, keyword, name))
        elif keyword in LISTS:
            for index, part in enumerate(value):
                yield from places(part, (*path, keyword, index))


def at(found: Any, path: tuple[Any, ...]) -> Any:
    """The subschema at a path."""
    for step in path:
        found = found[step]
    return found


def put(found: Any, path: tuple[Any, ...], part: Any) -> Any:
    """A copy with another subschema at a path."""
    if not path:
        return part
    copied = copy.copy(found)
    copied[path[0]] = put(found[path[0]], path[1:], part)
    return copied


def changed(r: Random, maker: Maker, found: dict[str, Any], times: int = 1) -> dict[str, Any]:
    """The schema after so many small changes; its definitions keep their names."""
    for _ in range(times):
        path = r.choice([p for p in places(found) if p[-1:] != ("$defs",)])
        part = _change(r, maker, copy.deepcopy(at(found, path)), path == ())
        if not path:
            part = {**(part if isinstance(part, dict) else {"allOf": [part]})}
            part.update({"$defs": found["$defs"]} if "$defs" in found else {})
        found = put(found, path, part)
    return found


def _change(r: Random, maker: Maker, part: Any, root: bool) -> Any:
    if not isinstance(part, dict) or not part or r.random() < 0.06:
        return maker.schema(1)
    draw = r.random()
    if draw < 0.2:
        keyword = r.choice([k for k in part if k != "$defs"] or [None])
        part.pop(keyword, None)
        return part
    if draw < 0.45:
        return _added(r, maker, part)
    if draw < 0.5:
        return {"anyOf": [part, maker.typed(0)]} if not root else part
    keywords = [k for k in part if k not in ONE | NAMED | {"$ref", "if", "title", "default"}]
    if not keywords:
        return _added(r, maker, part)
    keyword = r.choice(keywords)
    part[keyword] = _varied(r, maker, keyword, part[keyword])
    return part


def _added(r: Random, maker: Maker, part: dict[str, Any]) -> dict[str, Any]:
    """One more keyword, mostly one that suits the type."""
    kind = part.get("type", r.choice(TYPES))
    kind = kind if isinstance(kind, str) else r.choice(kind)
    for _ in range(8):
        options = {k: v for k, v in maker.about(kind, 1).items() if part.get(k) != v}
        options.pop("type", None)
        if options:
            keyword = r.choice(sorted(options))
            if keyword == "properties" and "properties" in part:
                return {**part, "properties": {**part["properties"], **options[keyword]}}
            return {**part, keyword: options[keyword]}
    return {**part, "enum": r.sample(CONSTANTS, 4)}


def _varied(r: Random, maker: Maker, keyword: str, value: Any) -> Any:
    if keyword == "type":
        kinds = value if isinstance(value, list) else [value]
        if r.random() < 0.5:
            return [*kinds, r.choice([k for k in TYPES if k not in kinds])]
        return r.choice(TYPES) if len(kinds) == 1 else kinds[:-1]
    if keyword in ("enum", "required"):
        pool = CONSTANTS if keyword == "enum" else NAMES
        if r.random() < 0.5 and len(value) > 1:
            return value[:-1]
        fresh = [item for item in pool if item not in value]
        return [*value, r.choice(fresh)] if fresh else value
    if keyword in LISTS:
        if r.random() < 0.5 and len(value) > 1:
            return value[:-1]
        return [*value, maker.typed(1)]
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        moved = value + r.choice((-1, 1)) * r.choice((1, 1, 2) if abs(value) > 1 else (1, 0.5))
        if keyword == "multipleOf":
            return r.choice((value * 2, value * 3, value / 2, 1))
        if keyword.startswith(("min", "max")) and not keyword.endswith("imum"):
            return max(int(moved), 0)
        return moved
    if keyword == "pattern":
        return maker.strings().get("pattern", "^[a-z]")
    if keyword == "const":
        return r.choice(CONSTANTS)
    if keyword == "dependentRequired":
        return {r.choice(NAMES): [r.choice(NAMES)]}
    return value

"""The same definitions reached in other ways: anchors, ``$id`` scopes, dynamic references."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from contracts.schema import Dialect

BASE = "https://example.com/schemas/"
_BESIDE = ("dynamic", "anchor", "pointer")
_WAYS = {
    Dialect.DRAFT4: ("id", "anchor", "pointer", "root"),
    Dialect.DRAFT6: ("id", "anchor", "pointer", "root"),
    Dialect.DRAFT7: ("id", "anchor", "pointer", "root"),
    Dialect.DRAFT201909: ("id", *_BESIDE[1:], "root"),
    Dialect.DRAFT202012: ("id", *_BESIDE, "root"),
}


def readdressed(r: Random, found: dict[str, Any], dialect: Dialect) -> dict[str, Any]:
    """A schema of that dialect whose definitions are referred to otherwise, with equal meaning."""
    old = dialect.rules.draft < 2019
    where = "definitions" if old else "$defs"
    if where not in found:
        return found
    ways = {name: r.choice(_WAYS[dialect]) for name in found[where]}
    word = "id" if dialect is Dialect.DRAFT4 else "$id"
    inside = {name for name, way in ways.items() if way == "id"}
    marked: dict[str, Any] = {}
    for name, part in found[where].items():
        scope = name if name in inside else None
        marked[name] = _marked(_walk(part, _link(ways, where, scope)), ways[name], name, word, old)
    rest = {k: v for k, v in found.items() if k != where}
    out: dict[str, Any] = _walk(rest, _link(ways, where, None))
    return {word: BASE + "root.json", **out, where: marked}


def _marked(part: Any, way: str, name: str, word: str, old: bool) -> Any:
    if way in ("pointer", "root"):
        return part
    part = part if isinstance(part, dict) else {"allOf": [part]}
    if old and "$ref" in part:  # siblings of $ref do not count
        part = {"allOf": [part]}
    if way == "id":
        return {word: f"{name}.json", **part}
    if way == "dynamic":
        return {"$dynamicAnchor": f"the-{name}", **part}
    return {word: f"#the-{name}", **part} if old else {"$anchor": f"the-{name}", **part}


def _link(ways: dict[str, str], where: str, scope: str | None) -> Callable[[str], dict[str, str]]:
    """How a definition is referred to from the root resource, or from inside another one."""
    base = "root.json" if scope is not None else ""

    def link(name: str) -> dict[str, str]:
        way = ways[name]
        if way == "id":
            return {"$ref": "#" if scope == name else f"{name}.json"}
        if way == "root":
            return {"$ref": f"{BASE}root.json#/{where}/{name}"}
        if way == "pointer":
            return {"$ref": f"{base}#/{where}/{name}"}
        keyword = "$dynamicRef" if way == "dynamic" else "$ref"
        return {keyword: f"{base}#the-{name}"}

    return link


def _walk(value: Any, link: Callable[[str], dict[str, str]]) -> Any:
    if isinstance(value, list):
        return [_walk(item, link) for item in value]
    if not isinstance(value, dict):
        return value
    out = {k: _walk(v, link) for k, v in value.items() if k != "$ref"}
    if isinstance(value.get("$ref"), str):
        out.update(link(value["$ref"].rsplit("/", 1)[-1]))
    return out


def extensible(r: Random, dialect: Dialect) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two trees with extensible nodes (2020-12 core §8.2.3.2): the extensions differ slightly."""
    made = [_extension(r, dialect, r.choice(({}, {"v": 1}, {"v": 2}))) for _ in range(2)]
    return made[0], made[1]


def _extension(r: Random, dialect: Dialect, limits: dict[str, Any]) -> dict[str, Any]:
    mark: dict[str, Any] = {"$recursiveAnchor": True}
    again: dict[str, Any] = {"$recursiveRef": "#"}
    if dialect is Dialect.DRAFT202012:
        mark, again = {"$dynamicAnchor": "node"}, {"$dynamicRef": "#node"}
    tree: dict[str, Any] = {
        "$id": "tree.json",
        **(mark if r.random() < 0.8 else {"$anchor": "node"}),
        "type": "object",
        "properties": {"data": True, "children": {"type": "array", "items": again}},
    }
    if dialect is Dialect.DRAFT202012:
        tree["$defs"] = {"other": {"$anchor": "node2"}}
    rule: dict[str, Any] = {"properties": {"data": {"type": "integer"}}}
    if limits:
        rule["properties"]["data"]["minimum"] = limits["v"]
    if r.random() < 0.4:
        rule["unevaluatedProperties"] = False
    if r.random() < 0.3:
        rule["required"] = ["data"]
    strict = {"$id": BASE + "strict.json", **mark, **rule, "$ref": "tree.json"}
    return {**strict, "$defs": {"tree": tree}}

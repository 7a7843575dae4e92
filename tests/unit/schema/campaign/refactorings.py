"""Rewritings that change no schema's meaning, as people do them and as logicians do."""

from __future__ import annotations

import copy
from random import Random
from typing import Any

from tests.unit.schema.campaign.changes import at, places, put

_SEES_BESIDE = frozenset({"unevaluatedProperties", "unevaluatedItems"})
_TOGETHER = (
    *(("properties", "patternProperties", "additionalProperties"),),
    *(("items", "prefixItems"), ("if", "then", "else"), ("contains", "minContains", "maxContains")),
)


def refactored(r: Random, found: dict[str, Any], times: int = 3) -> dict[str, Any]:
    """The same schema, otherwise written."""
    for _ in range(times):
        blind = not any(w in repr(found) for w in _SEES_BESIDE)
        path = r.choice(list(places(found)))
        part = copy.deepcopy(at(found, path))
        if isinstance(part, dict) and part:
            kept = part.pop("$defs", None) if not path else None
            part = _rewritten(r, part, found, blind)
            if not path and kept is not None:
                part = {**part, "$defs": kept}
            found = put(found, path, part)
    return _renamed(r, found)


def _renamed(r: Random, found: dict[str, Any]) -> dict[str, Any]:
    """Definitions under other names, members in another order."""

    def walk(value: Any) -> Any:
        if isinstance(value, list):
            return [walk(item) for item in value]
        if not isinstance(value, dict):
            return value
        names = list(value)
        r.shuffle(names)
        out = {name: walk(value[name]) for name in names}
        if isinstance(out.get("$ref"), str):
            out["$ref"] = out["$ref"].replace("#/$defs/", "#/$defs/the-")
        return out

    out: dict[str, Any] = walk(found)
    if "$defs" in out:
        out["$defs"] = {f"the-{name}": part for name, part in out["$defs"].items()}
    return out


def _rewritten(r: Random, part: dict[str, Any], root: dict[str, Any], blind: bool) -> Any:
    if not part:
        return part
    draw = r.randrange(12)
    if draw <= 1 and blind:
        return _by_logic(r, part)
    if draw == 2:
        return {"allOf": [part]}
    if draw == 3 and blind:
        return _split(r, part)
    if draw == 4 and isinstance(part.get("type"), list):
        rest = {k: v for k, v in part.items() if k != "type"}
        kinds = part["type"]
        return {"allOf": [rest], "anyOf": [{"type": kind} for kind in kinds]} if rest else part
    if draw == 5 and "enum" in part:
        values = part.pop("enum")
        return {"allOf": [part], "anyOf": [{"const": value} for value in values]}
    if draw == 6 and "const" in part:
        return {**part, "enum": [part.pop("const")]}
    if draw == 7 and "required" in part:
        names = part.pop("required")
        return {**part, "allOf": [*part.get("allOf", ()), *({"required": [n]} for n in names)]}
    if draw == 8 and set(part) == {"$ref"}:
        name = str(part["$ref"]).rsplit("/", 1)[-1]
        return copy.deepcopy(root.get("$defs", {}).get(name, part))
    if draw == 9 and "if" in part and blind:
        return _without_if(part)
    return _of_bounds(r, part)


def _by_logic(r: Random, part: dict[str, Any]) -> dict[str, Any]:
    if set(part) == {"anyOf"}:
        return {"not": {"allOf": [{"not": inner} for inner in part["anyOf"]]}}
    if set(part) == {"allOf"}:
        return {"not": {"anyOf": [{"not": inner} for inner in part["allOf"]]}}
    choices: tuple[dict[str, Any], ...] = (
        {"not": {"not": part}},
        {"anyOf": [part, part]},
        {"oneOf": [part]},
        {"anyOf": [part, False]},
    )
    return r.choice(choices)


def _split(r: Random, part: dict[str, Any]) -> dict[str, Any]:
    """Keywords spread over two schemas that both hold."""
    groups: list[tuple[str, ...]] = [g for g in _TOGETHER if any(k in part for k in g)]
    used = {k for g in groups for k in g}
    groups += [(k,) for k in part if k not in used]
    first: dict[str, Any] = {}
    second: dict[str, Any] = {}
    for group in groups:
        side = first if r.random() < 0.5 else second
        side.update({k: part[k] for k in group if k in part})
    return {"allOf": [first, second]}


def _without_if(part: dict[str, Any]) -> dict[str, Any]:
    condition = part.pop("if")
    yes, no = part.pop("then", True), part.pop("else", True)
    ways = [{"allOf": [condition, yes]}, {"allOf": [{"not": condition}, no]}]
    return {"allOf": [part, {"anyOf": ways}]}


def _of_bounds(r: Random, part: dict[str, Any]) -> dict[str, Any]:
    """A range, a length or a count cut into two that touch; an exclusive bound turned round."""
    if "minimum" in part and "maximum" in part and part["minimum"] < part["maximum"]:
        low, high = part.pop("minimum"), part.pop("maximum")
        cut = r.choice((low, high, low + 1 if abs(low) < 1e9 else low))
        cut = min(cut, high)
        halves = [{"minimum": low, "maximum": cut}, {"minimum": cut, "maximum": high}]
        return {"allOf": [part], "anyOf": halves}
    if "exclusiveMinimum" in part and part.get("type") in ("number", "integer"):
        limit = part.pop("exclusiveMinimum")
        return {"allOf": [part, {"not": {"maximum": limit}}]}
    for least, most in (("minLength", "maxLength"), ("minItems", "maxItems")):
        if least in part and most in part and part[least] < part[most]:
            low, high = part.pop(least), part.pop(most)
            halves = [{least: low, most: low}, {least: low + 1, most: high}]
            return {"allOf": [part], "anyOf": halves}
    return {**part, "description": "the same"}

"""Objects without their members: what is left to ask where members are asked about by themselves.

Two plain object schemas may differ in which properties they declare, require or refuse while the
properties they share are compared one by one. What remains is a small question about names; the
shared members stand in it as placeholders that are equal on both sides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set

from contracts.compatibility.spots import ANNOTATIONS, Spot
from contracts.lean_dataclasses import dataclass
from contracts.verdict import Json

PLAIN = frozenset({"type", "properties", "required", "additionalProperties", "nullable"})
"""Keywords of an object schema that speak of its members one at a time, or of their names."""

MARK = "\ufdd0member "
"""Begins the only value of a placeholder (U+FDD0 is no character)."""

_LEAF = frozenset(
    {
        *("type", "enum", "const", "format", "pattern", "minLength", "maxLength", "nullable"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
        *("readOnly", "writeOnly"),
    }
)
"""Keywords of a schema that refers to no other."""


@dataclass(frozen=True, slots=True)
class Shells:
    """Two object schemas with placeholders for the members that both declare."""

    old: Mapping[str, Json]
    new: Mapping[str, Json]


def is_plain(spot: Spot) -> bool:
    """Whether a schema speaks of nothing but its members one at a time."""
    if not isinstance(spot.value, dict) or spot.get("type") != "object":
        return False
    return all(
        key in PLAIN or key in ANNOTATIONS or key.startswith("x-") for key in spot.value
    ) and ("$ref" not in spot.value)


def shells(
    old: Spot, new: Spot, *, declared_only: bool, travels: Callable[[Spot], bool]
) -> Shells | None:
    """What is left of a pair without its common members; None if it cannot be told apart so."""
    if not is_plain(old) or not is_plain(new):
        return None
    names = old.names("properties").keys() & new.names("properties").keys()
    for name in names:
        if _travels(old, name, travels) is not _travels(new, name, travels):
            return None
    if not all(_is_leaf(spot.get("additionalProperties")) for spot in (old, new)):
        return None
    others = _others(old, declared_only=declared_only), _others(new, declared_only=declared_only)
    before = _shell(old, names, others[1], travels)
    after = _shell(new, names, others[0], travels)
    return Shells(before, after) if before is not None and after is not None else None


def _travels(spot: Spot, name: str, travels: Callable[[Spot], bool]) -> bool:
    child = spot.below("properties", name)
    return child is None or (travels(child) and travels(child.followed()))


def _others(spot: Spot, *, declared_only: bool) -> bool:
    """Whether it matters what an undeclared member holds: it may be sent, or must fit a schema."""
    more = spot.get("additionalProperties")
    return more is not False and not (more is None and declared_only)


def _shell(
    spot: Spot, common: Set[str], other_looks: bool, travels: Callable[[Spot], bool]
) -> dict[str, Json] | None:
    """One side; ``other_looks``: the other side sends or checks members it does not declare."""
    shell = {key: value for key, value in spot.value.items() if key in PLAIN}
    members: dict[str, Json] = {}
    for name in spot.names("properties"):
        child = spot.below("properties", name)
        if child is None or not _travels(spot, name, travels):
            members[name] = {"readOnly": True, "writeOnly": True}
        elif name in common:
            members[name] = {"enum": [MARK + name]}
        elif _is_leaf(child.value):
            members[name] = child.value
        elif not other_looks:
            members[name] = {"enum": [MARK + name]}
        else:
            return None
    if members:
        shell["properties"] = members
    return shell


def _is_leaf(schema: Json) -> bool:
    if isinstance(schema, bool) or schema is None:
        return True
    return isinstance(schema, dict) and all(
        key in _LEAF or (key in ANNOTATIONS and key != "$ref") or key.startswith("x-")
        for key in schema
    )


def filled(value: Json, sample: Callable[[str], Json]) -> Json:
    """A value of a shell with samples in place of its placeholders."""
    if not isinstance(value, dict):
        return value
    return {
        name: sample(name) if isinstance(item, str) and item.startswith(MARK) else item
        for name, item in value.items()
    }

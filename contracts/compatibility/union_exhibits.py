"""Payloads that show what the rules about alternatives found.

Both validators confirm that the writer may send each, and that its reader refuses it or, where
writers send only what they declare, could not have declared it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from contracts.compatibility.exhibitor import Exhibitor
from contracts.compatibility.rules import Change
from contracts.compatibility.schema_tree import Twin
from contracts.compatibility.spots import Spot
from contracts.compatibility.subschemas import alternative_spots
from contracts.formats.contract import Side
from contracts.verdict import Direction, Json, Witness

_MOST_MEMBERS = 4


def union_exhibit(rule: str, change: Change, twin: Twin, by: Exhibitor) -> Witness | None:
    """A payload that shows what a rule about alternatives found."""
    if rule not in _UNIONS or twin.old is None or twin.new is None:
        return None
    reached = next(twin.reached())
    by_old = reached.new.writer is Side.CONSUMER
    writer, reader = (twin.old, twin.new) if by_old else (twin.new, twin.old)
    direction = reached.new.direction
    for value in _alternatives(rule, change, writer, by, direction):
        if not by.takes(writer, value, direction, declared=True):
            continue
        why = _UNIONS[rule](change, value, reader, by, direction)
        if why is not None:
            return by.shown(value, why, reached, by_old=by_old)
    return None


def _alternatives(
    rule: str, change: Change, writer: Spot, by: Exhibitor, direction: Direction
) -> Iterator[Json]:
    """Values of the alternative that a change is about, the plainest first."""
    discriminator = writer.get("discriminator")
    named = rule.startswith("discriminator-value") and isinstance(discriminator, dict)
    mapping = discriminator.get("mapping") if named else None
    target = mapping.get(change.about) if isinstance(mapping, dict) else None
    wanted = str(target).rpartition("/")[2] if target is not None else change.about
    for found, spot in alternative_spots(writer):
        if wanted not in (found.key, ""):
            continue
        value = by.sample_at(spot, direction)
        if not isinstance(value, dict):
            continue
        if named and isinstance(discriminator.get("propertyName"), str):
            yield {**value, discriminator["propertyName"]: change.about}
        yield value
        for name, child in list(spot.declared().items())[:_MOST_MEMBERS]:
            if name not in value:
                value = {**value, name: by.sample_at(child, direction)}
                yield value


def _undeclared(
    _change: Change, value: Json, reader: Spot, by: Exhibitor, direction: Direction
) -> str | None:
    """Who reads it knows no object of these members, whether or not it goes through."""
    if by.takes(reader, value, direction) is False:
        return "none of the alternatives accepts it"
    if by.takes(reader, value, direction, declared=True) is False:
        members = ", ".join(f"`{name}`" for name in value)
        return f"none of the alternatives declares an object of {members}"
    return None


def _unnamed(
    change: Change, value: Json, reader: Spot, by: Exhibitor, direction: Direction
) -> str | None:
    """Who reads it finds no alternative under the name it bears."""
    discriminator = reader.get("discriminator")
    name = discriminator.get("propertyName") if isinstance(discriminator, dict) else None
    if isinstance(name, str) and value.get(name) == change.about:
        return f"`{name}` names no alternative: {change.about!r}"
    return _undeclared(change, value, reader, by, direction)


_Union = Callable[[Change, Json, Spot, Exhibitor, Direction], str | None]
_UNIONS: dict[str, _Union] = {
    "alternative-added": _undeclared,
    "alternative-removed": _undeclared,
    "discriminator-value-added": _unnamed,
    "discriminator-value-removed": _unnamed,
}

"""Members that the reader declares and the writer only lets pass, since its object is open.

A property that is declared no longer in an object with ``additionalProperties: true`` may hold
anything; so everything that the old declaration says of it, however deep inside, is broken. That
is one cause, and so is the property that such an object declares for the first time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contracts.compatibility.spots import Spot
from contracts.documents import pointer
from contracts.lean_dataclasses import dataclass
from contracts.schema import Break
from contracts.verdict import Json, Place

MOST_ALTERNATIVES = 200
"""Parts of one object's schema that are looked at; beyond them nothing is summed up."""


@dataclass(frozen=True, slots=True)
class OpenMember:
    """What a break is really about: a member of an open object, or what may hold anything."""

    instance: str
    """Where it stands in the witness."""
    writer: Place
    """The open object."""
    reader: Place
    """The declaration."""
    free: bool
    """Whether the writer says nothing at all about what that object or array holds."""


Told = tuple[Break, OpenMember | None]


def summed_up(breaks: Sequence[Break], writer: Spot | None, reader: Spot | None) -> Iterator[Told]:
    """The breaks of one question, those about one open member told once."""
    if writer is None or reader is None or not any(found.instance for found in breaks):
        yield from ((found, None) for found in breaks)
        return
    members = [_open_member(found, writer, reader) for found in breaks]
    told = _told_otherwise(breaks, members)
    for found, member in zip(breaks, members, strict=True):
        if member is None:
            yield found, None
        elif member.instance not in told:
            told.add(member.instance)
            group = [
                one
                for one, other in zip(breaks, members, strict=True)
                if other is not None and other.instance == member.instance
            ]
            yield min(group, key=lambda one: _weight(one, member)), member


def _weight(found: Break, member: OpenMember) -> tuple[bool, int, bool]:
    """The break that shows best what happened to a member: at it, then nearest below."""
    away = pointer.split(found.instance)[len(pointer.split(member.instance)) :]
    return bool(away), len(away), found.keyword == "required"


def _told_otherwise(breaks: Sequence[Break], members: Sequence[OpenMember | None]) -> set[str]:
    """Members of which another break says already that they are gone, or asked for."""
    told: set[str] = set()
    free = {member.instance for member in members if member is not None and member.free}
    for found, member in zip(breaks, members, strict=True):
        if member is None and found.instance in free:
            told.add(found.instance)
        if member is None and found.keyword == "required":
            told.update(pointer.join(found.instance, name) for name in _required(found))
    return told


def _required(found: Break) -> list[str]:
    names = found.reader.value
    names = names.get("required") if isinstance(names, dict) else names
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _open_member(found: Break, writer: Spot, reader: Spot) -> OpenMember | None:
    """The outermost member around a break that only the reader declares."""
    writers, readers = [writer], [reader]
    value: Json = found.witness
    at = ""
    for token in pointer.split(found.instance):
        if isinstance(value, dict):
            known, declared = parts_of(writers), parts_of(readers)
            children = children_of(declared, token)
            named = [spot for spot in declared if token in spot.names("properties")]
            if not known or not declared or not named or _names_by_pattern(known):
                return None
            following = children_of(known, token)
            if not following:
                free = not any(spot.names("properties") for spot in known)
                inside = named[0].pointer if free else _property(named[0], token)
                return OpenMember(
                    at if free else pointer.join(at, token),
                    _place(writers[0]),
                    named[0].document.place(inside),
                    free,
                )
        elif isinstance(value, list):
            known, declared = parts_of(writers), parts_of(readers)
            children, following = items_of(declared), items_of(known)
            if known and children and not any(_tells_of_items(spot) for spot in known):
                return OpenMember(at, _place(writers[0]), _place(readers[0]), free=True)
        else:
            return None
        if not following or not children:
            return None
        writers, readers = following, children
        at = pointer.join(at, token)
        try:
            value = pointer.step(value, token)
        except (LookupError, ValueError):
            return None
    return None


def _place(spot: Spot) -> Place:
    return spot.document.place(spot.pointer)


def _tells_of_items(spot: Spot) -> bool:
    return any(
        spot.get(keyword) is not None
        for keyword in ("items", "prefixItems", "contains", "unevaluatedItems", "if", "not")
    )


def _property(spot: Spot, name: str) -> str:
    return pointer.join(spot.pointer, "properties", name)


def parts_of(spots: Sequence[Spot]) -> list[Spot]:
    """Everything that may speak of the same value; nothing where that is too much."""
    found: list[Spot] = []
    seen: set[tuple[int, str]] = set()
    waiting = list(spots)
    for spot in waiting:  # grows while it is read
        for part in spot.conjuncts():
            if part.key in seen:
                continue
            seen.add(part.key)
            found.append(part)
            if len(found) > MOST_ALTERNATIVES:
                return []
            for keyword in ("oneOf", "anyOf"):
                waiting.extend(part.branches(keyword))
    return found


def _names_by_pattern(parts: Sequence[Spot]) -> bool:
    """Whether members may be described by what their names look like, or by conditions."""
    others = ("patternProperties", "unevaluatedProperties", "dependentSchemas", "if", "not")
    return any(spot.get(keyword) is not None for spot in parts for keyword in others)


def children_of(parts: Sequence[Spot], name: str) -> list[Spot]:
    """What is said of a member, by its name or else of all those that are not named."""
    named = [child for spot in parts if (child := spot.below("properties", name)) is not None]
    rest = [
        child
        for spot in parts
        if isinstance(spot.get("additionalProperties"), dict)
        and spot.get("additionalProperties")
        and (child := spot.below("additionalProperties")) is not None
    ]
    return [child.followed() for child in named or rest]


def items_of(parts: Sequence[Spot]) -> list[Spot]:
    if any(spot.get("prefixItems") is not None for spot in parts):
        return []
    found = (spot.below("items") for spot in parts if isinstance(spot.get("items"), dict))
    return [child.followed() for child in found if child is not None]

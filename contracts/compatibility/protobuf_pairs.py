"""What the rules about Protocol Buffers ask of a pair: what is reserved, and what moved where."""

from __future__ import annotations

from contracts.compatibility.pairing import Pair
from contracts.formats.protobuf.types import Comparison, Field
from contracts.verdict import Json

RENAMED = (
    "Keep the old name beside the new one until generated code, files that import it and messages "
    "inside an `Any` know the new one."
)
"""What to do where a type has another name and nothing else changed."""


def retired(pair: Pair) -> bool:
    """Whether the other version reserves the number of something that is gone."""
    owner = pair.counterpart_owner
    return owner is not None and covers(owner.facts.get("reserved", ()), int(pair.any.key))


def names_kept(pair: Pair, *names: str) -> bool:
    """Whether the other version reserves the names of something that is gone."""
    owner = pair.counterpart_owner
    return owner is not None and set(names) <= set(owner.facts.get("reserved_names", ()))


def covers(ranges: list[list[int]], number: int) -> bool:
    """Whether a number is in one of the ranges."""
    return any(first <= number <= last for first, last in ranges)


def within(first: int, last: int, ranges: list[list[int]]) -> bool:
    """Whether a range of numbers is covered by others together."""
    for low, high in sorted(ranges):
        if low <= first <= high:
            first = high + 1
    return first > last


def moved_to(pair: Pair) -> str | None:
    """The number that a field of the same name has in the other version."""
    owner = pair.counterpart_owner
    if pair.both or owner is None or "name" not in pair.any.facts:
        return None
    name, number = pair.any.facts["name"], pair.any.key
    fields: dict[str, Json] = owner.facts["fields"]
    return next((n for n, f in fields.items() if f["name"] == name and n != number), None)


def relocated(pair: Pair) -> str | None:
    """The name that a removed message or enum has in another package, the same on the wire."""
    owner = pair.counterpart_owner
    sibling = next(iter(owner.of_kind("proto-message")), None) if owner is not None else None
    if sibling is None:
        return None
    kinds, encoding = ("enums", "varint")
    if pair.any.kind == "proto-message":
        kinds, encoding = ("messages", "message")
    own, other = pair.any.facts["file"], sibling.facts["file"]
    comparison, gone = Comparison(own, other), Field(pair.any.key, encoding, False)
    short = pair.any.key.rpartition(".")[2]
    for name in other[kinds]:
        if name in own[kinds] or name.rpartition(".")[2] != short:
            continue
        alike = comparison.types(gone, Field(name, encoding, False)) is None
        if alike and _names(own[kinds][pair.any.key]) == _names(other[kinds][name]):
            return str(name)
    return None


def _names(definition: Json) -> dict[str, str]:
    """The fields' names by number."""
    return {number: field["name"] for number, field in definition.get("fields", {}).items()}


def shown(first: int, last: int) -> str:
    """A range of numbers as people write it."""
    return f"{first} to {last}" if last > first else str(first)


def listed(names: list[str]) -> str:
    """Names for a sentence, the first few of many."""
    few = ", ".join(names[:4])
    return f"{few} and {len(names) - 4} more" if len(names) > 4 else few

"""What the rules about Protocol Buffers ask of a pair: what is reserved, and what moved where."""

from __future__ import annotations

from contracts.compatibility.pairing import Pair
from contracts.verdict import Json


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


def shown(first: int, last: int) -> str:
    """A range of numbers as people write it."""
    return f"{first} to {last}" if last > first else str(first)


def listed(names: list[str]) -> str:
    """Names for a sentence, the first few of many."""
    few = ", ".join(names[:4])
    return f"{few} and {len(names) - 4} more" if len(names) > 4 else few

"""Which alternative of a union became which in the other version."""

from __future__ import annotations

from contracts.compatibility.spots import Spot


def matched(before: list[Spot], after: list[Spot]) -> list[tuple[Spot, Spot]]:
    """Which alternative became which: the same component or text, else the likest members."""
    found: list[tuple[Spot, Spot]] = []
    left, free = list(before), list(after)
    for same in (_same_place, _same_text):
        for spot in list(left):
            other = next((candidate for candidate in free if same(spot, candidate)), None)
            if other is not None:
                found.append((spot, other))
                left.remove(spot)
                free.remove(other)
    if len(left) == len(free) == 1:
        return [*found, (left[0], free[0])]
    rows = [
        (_likeness(one, other), i, k) for i, one in enumerate(left) for k, other in enumerate(free)
    ]
    taken: set[tuple[str, int]] = set()
    for likeness, i, k in sorted(rows, key=lambda row: -row[0]):
        if likeness >= _LEAST_ALIKE and taken.isdisjoint({("old", i), ("new", k)}):
            taken |= {("old", i), ("new", k)}
            found.append((left[i], free[k]))
    return found


_LEAST_ALIKE = 0.5


def _same_place(one: Spot, other: Spot) -> bool:
    inline = one.pointer[-1:].isdigit() and other.pointer[-1:].isdigit()
    return one.pointer == other.pointer and not inline


def _same_text(one: Spot, other: Spot) -> bool:
    return bool(one.value == other.value)


def _likeness(one: Spot, other: Spot) -> float:
    """How much of what two alternatives are made of is the same (Jaccard's index)."""
    first, second = _made_of(one), _made_of(other)
    return len(first & second) / (len(first | second) or 1)


def _made_of(spot: Spot) -> frozenset[tuple[str, str]]:
    names = {("member", name) for part in (spot.member_names(), spot.offered()) for name in part}
    kinds = {("type", str(part.get("type"))) for part in spot.conjuncts() if part.get("type")}
    return frozenset(names or kinds)

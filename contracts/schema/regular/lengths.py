"""How long the texts of an automaton can be, without building one state per length."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.schema.regular.dfa import Dfa
from contracts.schema.regular.errors import Meter


def feasible(dfa: Dfa, least: int, most: int | None, meter: Meter) -> int | None:
    """The smallest length from ``least`` to ``most`` that some accepted text has, or None.

    The sets of states reached after 0, 1, 2 … characters repeat after a while; from then on
    lengths are taken modulo the period.

    Raises:
        BudgetExceeded: they do not repeat soon enough.
    """
    shortest, longest = dfa.shortest, dfa.longest
    if shortest is None or (longest is not None and longest < least):
        return None
    if least <= shortest:
        return shortest if most is None or shortest <= most else None
    first_seen: dict[frozenset[int], int] = {}
    accepting: list[bool] = []
    for length, level in enumerate(levels(dfa, meter)):
        accepting.append(any(dfa.accepts[state] for state in level))
        if length >= least and accepting[-1]:
            return length if most is None or length <= most else None
        if most is not None and length >= most:
            return None
        first = first_seen.setdefault(level, length)
        if first != length:
            period = length - first
            start = max(least, length)
            for later in range(start, start + period):
                if accepting[first + (later - first) % period]:
                    return later if most is None or later <= most else None
            return None
    return None


def levels(dfa: Dfa, meter: Meter) -> Iterator[frozenset[int]]:
    """The live states that texts of 0, 1, 2 … characters lead to; never ends."""
    level = frozenset({dfa.start} & dfa.live)
    successors = dfa.successors
    while True:
        yield level
        meter.spend(1 + sum(len(successors[state]) for state in level))
        level = frozenset(to for state in level for to in successors[state])


def count(dfa: Dfa, least: int, most: int | None, meter: Meter) -> int | None:
    """How many accepted texts have a length from ``least`` to ``most``; None without bound.

    Raises:
        BudgetExceeded: the lengths are too many to add up.
    """
    longest = dfa.longest
    if longest is None and most is None:
        return None
    last = min(bound for bound in (longest, most) if bound is not None)
    sizes = [len(chars) for chars in dfa.partition.classes]
    ways = {dfa.start: 1} if dfa.start in dfa.live else {}
    total = 0
    for length in range(last + 1):
        if length >= least:
            total += sum(n for state, n in ways.items() if dfa.accepts[state])
        following: dict[int, int] = {}
        for state, n in ways.items():
            meter.spend(len(sizes))
            for kind, to in enumerate(dfa.table[state]):
                if to in dfa.live:
                    following[to] = following.get(to, 0) + n * sizes[kind]
        ways = following
        if not ways:
            break
    return total

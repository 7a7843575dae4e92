"""Members of a language that people can read, and all members in order."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from functools import lru_cache

from contracts.schema.regular.charset import CharSet
from contracts.schema.regular.dfa import Dfa
from contracts.schema.regular.errors import BudgetExceeded, Meter
from contracts.schema.regular.lengths import feasible

LONGEST = 100_000
"""Characters of an example; longer ones are not built."""

_LOWER = "abcdefghijklmnopqrstuvwxyz"
_UPPER = _LOWER.upper()

_COSTS: tuple[tuple[CharSet, float], ...] = (
    (CharSet.of(_LOWER + _UPPER, "123456789"), 1.0),
    (CharSet.of("0"), 1.05),
    (CharSet.of("-_. /:@"), 1.4),
    (CharSet.of((0x21, 0x7E)), 2.0),
    (CharSet.of((0xC0, 0x24F), (0x370, 0x3FF), (0x400, 0x4FF)), 4.0),
    (CharSet.of((0xA1, 0x1FFF), (0x2010, 0x2027), (0x3040, 0xD7FF)), 8.0),
    (CharSet.of((0x1F300, 0x1F64F)), 12.0),
    (CharSet.of((0xE000, 0x10FFFF)), 40.0),
)
"""How little a character says to a reader; anything else (controls, line ends) costs most."""
_WORST = 200.0
_RUNS = (_LOWER, _UPPER, "1234567890")
_EMPTY_COST = 2.5
"""An empty example says less than one of one or two characters."""


@lru_cache(maxsize=8192)
def _cost(chars: CharSet) -> float:
    return next((cost for known, cost in _COSTS if known & chars), _WORST)


def price(text: str) -> float:
    """How hard a text is to read; what :func:`example` keeps low."""
    return sum(_cost(CharSet.of(char)) for char in text) if text else _EMPTY_COST


@lru_cache(maxsize=8192)
def _choices(chars: CharSet) -> str:
    """The most readable characters of a set, as a run to take one after the other from."""
    letters = [[c for c in run if ord(c) in chars] for run in _RUNS]
    if 0 < len(letters[1]) < 3:  # [Tt] is a sign and not a letter of a word: T
        letters[:2] = letters[1::-1]
    for found in letters:
        if found:
            return "".join(found)
    for known, _ in _COSTS:
        best = known & chars
        if best:
            return chr(best.ranges[0][0])
    return chr(chars.ranges[0][0])


def example(dfa: Dfa, least: int, most: int | None, meter: Meter) -> str | None:
    """A short, readable member with a length from ``least`` to ``most``; None if there is none.

    Raises:
        BudgetExceeded: it would be too long, or take too much work to find.
    """
    path = _cheapest(dfa, meter)
    if path is not None and least <= len(path) and (most is None or len(path) <= most):
        return _spelled(dfa, path)
    length = feasible(dfa, least, most, meter)
    if length is None:
        return None
    if length > LONGEST:
        raise BudgetExceeded(f"its shortest text has more than {LONGEST:,} characters")
    return _spelled(dfa, _of_length(dfa, length, meter))


def _edges(dfa: Dfa, state: int) -> Iterator[tuple[float, int, int]]:
    """The cheapest class to each live successor: cost, class, successor."""
    best: dict[int, tuple[float, int]] = {}
    classes = dfa.partition.classes
    for kind, to in enumerate(dfa.table[state]):
        if to in dfa.live and classes[kind]:
            cost = (_cost(classes[kind]), kind)
            if to not in best or cost < best[to]:
                best[to] = cost
    for to, (cost_of, kind) in best.items():
        yield cost_of, kind, to


def _cheapest(dfa: Dfa, meter: Meter) -> list[int] | None:
    """The classes along the cheapest path that accepts (Dijkstra 1959)."""
    if dfa.start not in dfa.live:
        return None
    back: dict[int, tuple[int, int]] = {}
    queue: list[tuple[float, int, int, int, int]] = [(0.0, 0, dfa.start, -1, -1)]
    best: tuple[float, int] | None = None
    order = 0
    while queue:
        cost, _, state, previous, kind = heapq.heappop(queue)
        if best is not None and cost >= best[0]:
            break
        if state in back and previous >= 0:
            continue
        if previous >= 0:
            back[state] = (previous, kind)
        if dfa.accepts[state]:
            price = cost if previous >= 0 else _EMPTY_COST
            if best is None or price < best[0]:
                best = (price, state if previous >= 0 else -1)
        for step, through, to in _edges(dfa, state):
            meter.spend(1)
            if to not in back:
                order += 1
                heapq.heappush(queue, (cost + step, order, to, state, through))
    if best is None:
        return None
    return _walked_back(dfa, back, best[1])


def _walked_back(dfa: Dfa, back: dict[int, tuple[int, int]], state: int) -> list[int]:
    path: list[int] = []
    while state >= 0:
        previous, kind = back[state]
        path.append(kind)
        state = previous if previous != dfa.start else -1
    return path[::-1]


def _of_length(dfa: Dfa, length: int, meter: Meter) -> list[int]:
    """The classes along the cheapest accepting path of exactly this length, which exists."""
    forward: list[set[int]] = [{dfa.start}]
    for _ in range(length):
        level = {to for state in forward[-1] for to in dfa.successors[state]}
        meter.spend(len(level))
        forward.append(level)
    price = {state: 0.0 for state in forward[length] if dfa.accepts[state]}
    edges: dict[int, list[tuple[float, int, int]]] = {}
    choice: list[dict[int, tuple[int, int]]] = []
    for position in range(length - 1, -1, -1):
        here: dict[int, float] = {}
        chosen: dict[int, tuple[int, int]] = {}
        for state in forward[position]:
            if state not in edges:
                edges[state] = list(_edges(dfa, state))
            meter.spend(len(edges[state]))
            for cost, kind, to in edges[state]:
                if to in price and cost + price[to] < here.get(state, float("inf")):
                    here[state] = cost + price[to]
                    chosen[state] = (kind, to)
        price = here
        choice.append(chosen)
    path: list[int] = []
    state = dfa.start
    for chosen in reversed(choice):
        kind, state = chosen[state]
        path.append(kind)
    return path


def _spelled(dfa: Dfa, path: list[int]) -> str:
    """One character of each class; runs go abcd… or 1234… as a person would write."""
    used: dict[str, int] = {}
    text = []
    for kind in path:
        run = _choices(dfa.partition.classes[kind])
        index = used.get(run, 0)
        used[run] = index + 1
        text.append(run[index % len(run)])
    return "".join(text)


def every(dfa: Dfa, least: int, most: int | None, meter: Meter) -> Iterator[str]:
    """All members, shortest first, readable characters first within a length.

    Raises:
        BudgetExceeded: the next one takes too much work to find.
    """
    length = feasible(dfa, least, most, meter)
    while length is not None:
        yield from _all_of_length(dfa, length, meter)
        length = feasible(dfa, length + 1, most, meter)


def _all_of_length(dfa: Dfa, length: int, meter: Meter) -> Iterator[str]:
    ends: list[set[int]] = [{state for state in dfa.live if dfa.accepts[state]}]
    for _ in range(length):
        meter.spend(len(dfa))
        ends.append({s for s in dfa.live if any(to in ends[-1] for to in dfa.successors[s])})
    if dfa.start not in ends[length]:
        return
    prefix: list[str] = []
    stack = [_characters(dfa, dfa.start, ends[length - 1] if length else set())]
    if length == 0:
        yield ""
        return
    while stack:
        meter.spend(1)
        step = next(stack[-1], None)
        if step is None:
            stack.pop()
            if prefix:
                prefix.pop()
            continue
        char, to = step
        if len(stack) == length:
            yield "".join(prefix) + char
        else:
            prefix.append(char)
            stack.append(_characters(dfa, to, ends[length - len(stack) - 1]))


def _characters(dfa: Dfa, state: int, allowed: set[int]) -> Iterator[tuple[str, int]]:
    row, partition = dfa.table[state], dfa.partition
    kinds = [kind for kind, to in enumerate(row) if to in allowed]
    rest = CharSet(())
    for kind in kinds:
        rest |= partition.classes[kind]
    for readable, _ in _COSTS:
        for code in readable & rest:
            yield chr(code), row[partition.class_of(code)]
        rest -= readable
    for code in rest:
        yield chr(code), row[partition.class_of(code)]

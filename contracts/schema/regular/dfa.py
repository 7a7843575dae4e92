"""Deterministic automata over classes of characters: complete, minimal, numbered canonically."""

from __future__ import annotations

from functools import cached_property, lru_cache

from contracts.schema.regular.charset import Partition
from contracts.schema.regular.errors import Budget, Meter

Table = list[list[int]]


class Dfa:
    """A language: ``table[state][class]`` is the next state, every text begins in ``start``.

    Automata are made by :func:`minimal` only, so equal languages are the same object (as long
    as it is remembered), at most one state is hopeless and at most one accepts whatever follows.
    """

    start = 0

    def __init__(self, partition: Partition, table: Table, accepts: list[bool]) -> None:
        self.partition = partition
        self.table = table
        self.accepts = accepts

    def __len__(self) -> int:
        return len(self.table)

    def contains(self, text: str) -> bool:
        """Whether the automaton accepts a text; never one with surrogates."""
        state = self.start
        class_of = self.partition.class_of
        for char in text:
            kind = class_of(ord(char))
            if kind < 0:
                return False
            state = self.table[state][kind]
        return self.accepts[state]

    @cached_property
    def live(self) -> frozenset[int]:
        """States from which some text is accepted."""
        return frozenset(range(len(self))) - {self.dead}

    @cached_property
    def dead(self) -> int:
        """The state from which nothing is accepted; -1 if there is none."""
        return self._sink(accepting=False)

    @cached_property
    def full(self) -> int:
        """The state from which everything is accepted; -1 if there is none."""
        return self._sink(accepting=True)

    def _sink(self, *, accepting: bool) -> int:
        for state, row in enumerate(self.table):
            if self.accepts[state] is accepting and all(to == state for to in row):
                return state
        return -1

    @cached_property
    def successors(self) -> list[tuple[int, ...]]:
        """The distinct live states that follow each state."""
        return [tuple(sorted(set(row) & self.live)) for row in self.table]

    @cached_property
    def shortest(self) -> int | None:
        """The length of a shortest accepted text; None if there is none."""
        level, length, seen = {self.start} & self.live, 0, set[int]()
        while level:
            if any(self.accepts[state] for state in level):
                return length
            seen |= level
            level = {to for state in level for to in self.successors[state]} - seen
            length += 1
        return None

    @cached_property
    def longest(self) -> int | None:
        """The length of a longest accepted text; None without bound, -1 if there is no text."""
        if self.shortest is None:
            return -1
        indegree = [0] * len(self)
        for state in self.live:
            for to in self.successors[state]:
                indegree[to] += 1
        depth = [-1] * len(self)
        depth[self.start] = 0
        ready = [state for state in self.live if indegree[state] == 0]
        for state in ready:  # grows: a topological order, if there is no cycle
            for to in self.successors[state]:
                depth[to] = max(depth[to], depth[state] + 1 if depth[state] >= 0 else -1)
                indegree[to] -= 1
                if indegree[to] == 0:
                    ready.append(to)
        if len(ready) < len(self.live):
            return None
        return max(depth[state] for state in self.live if self.accepts[state])


def minimal(partition: Partition, table: Table, accepts: list[bool], meter: Meter) -> Dfa:
    """The canonical automaton of a language; every state of ``table`` is reachable from 0."""
    blocks = _equivalent(table, accepts, meter)
    order: dict[int, int] = {blocks[0]: 0}
    rows: Table = []
    accepted: list[bool] = []
    representatives = {block: state for state, block in reversed(list(enumerate(blocks)))}
    queue = [blocks[0]]
    for block in queue:  # grows: breadth first, so the numbering is canonical
        state = representatives[block]
        row = []
        for to in table[state]:
            target = blocks[to]
            if target not in order:
                order[target] = len(order)
                queue.append(target)
            row.append(order[target])
        rows.append(row)
        accepted.append(accepts[state])
    return _joined_classes(partition, rows, accepted)


def _joined_classes(partition: Partition, rows: Table, accepts: list[bool]) -> Dfa:
    """Classes of characters that every state treats alike become one."""
    numbers: dict[tuple[int, ...], int] = {}
    columns = list(zip(*rows, strict=True))
    renamed = [0] * partition.count
    for kind in partition.kinds:  # in the order of characters
        renamed[kind] = numbers.setdefault(columns[kind], len(numbers))
    joined = Partition(partition.starts, [renamed[kind] for kind in partition.kinds])
    table = [list(row) for row in zip(*numbers, strict=True)]
    key = (
        tuple(joined.starts),
        tuple(joined.kinds),
        tuple(map(tuple, table)),
        tuple(accepts),
    )
    return _remembered(Dfa(joined, table, accepts), key)


_KNOWN: dict[tuple[object, ...], Dfa] = {}
_MOST_KNOWN = 4096


def _remembered(dfa: Dfa, key: tuple[object, ...]) -> Dfa:
    known = _KNOWN.get(key)
    if known is None:
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        known = _KNOWN[key] = dfa
    return known


def _equivalent(table: Table, accepts: list[bool], meter: Meter) -> list[int]:
    """The block of each state in the coarsest stable partition (Hopcroft 1971)."""
    size, kinds = len(table), len(table[0])
    meter.spend(size * kinds)
    sources: list[list[list[int]]] = [[[] for _ in range(size)] for _ in range(kinds)]
    for state, row in enumerate(table):
        for kind, to in enumerate(row):
            sources[kind][to].append(state)
    yes = {state for state in range(size) if accepts[state]}
    blocks: list[set[int]] = [b for b in (yes, set(range(size)) - yes) if b]
    block_of = [0] * size
    for number, block in enumerate(blocks):
        for state in block:
            block_of[state] = number
    smaller = min(range(len(blocks)), key=lambda b: len(blocks[b]))
    pending = {(smaller, kind) for kind in range(kinds)}
    while pending:
        number, kind = pending.pop()
        into: dict[int, list[int]] = {}
        column = sources[kind]
        splitter = list(blocks[number])
        meter.spend(len(splitter))
        for to in splitter:
            for state in column[to]:
                into.setdefault(block_of[state], []).append(state)
        for split, members in into.items():
            rest = blocks[split]
            if len(members) == len(rest):
                continue
            new = len(blocks)
            part = set(members)
            rest -= part
            if len(part) > len(rest):
                blocks[split], part = part, rest
            blocks.append(part)
            for state in part:
                block_of[state] = new
            for k in range(kinds):
                pending.add((new, k))
    return block_of


_SINK = (-1, -1)


@lru_cache(maxsize=4096)
def combined(left: Dfa, right: Dfa, operation: str, budget: Budget) -> Dfa:
    """The intersection (``&``) or union (``|``) of two languages.

    Raises:
        BudgetExceeded: the product has too many states.
    """
    if left is right:
        return left
    meter = Meter(budget)
    union = operation == "|"
    partition, of_left, of_right = left.partition.refined(right.partition)
    columns = list(zip(of_left, of_right, strict=True))
    decided_left = left.full if union else left.dead
    decided_right = right.full if union else right.dead
    begin = (left.start, right.start)
    if left.start == decided_left or right.start == decided_right:
        begin = _SINK
    numbers = {begin: 0}
    table: Table = []
    accepts: list[bool] = []
    for a, b in (queue := [begin]):
        meter.spend(len(columns))
        row = []
        for kind_a, kind_b in columns:
            pair = _SINK
            if a >= 0:
                pair = (left.table[a][kind_a], right.table[b][kind_b])
                if pair[0] == decided_left or pair[1] == decided_right:
                    pair = _SINK
            number = numbers.get(pair)
            if number is None:
                number = numbers[pair] = len(numbers)
                meter.states(number)
                queue.append(pair)
            row.append(number)
        table.append(row)
        if a < 0:
            accepts.append(union)
        elif union:
            accepts.append(left.accepts[a] or right.accepts[b])
        else:
            accepts.append(left.accepts[a] and right.accepts[b])
    return minimal(partition, table, accepts, meter)


@lru_cache(maxsize=4096)
def complement(dfa: Dfa) -> Dfa:
    """All texts that are not in the language."""
    meter = Meter(Budget(work=len(dfa) * 1_000_000))
    return minimal(dfa.partition, dfa.table, [not yes for yes in dfa.accepts], meter)


def _constant(accepts: bool) -> Dfa:
    return minimal(Partition.of([]), [[0]], [accepts], Meter(Budget()))


EVERYTHING = _constant(True)
NOTHING = _constant(False)

"""Arrays: positions, a uniform rest, counted and unique items."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, product
from typing import TYPE_CHECKING

from contracts.lean_dataclasses import dataclass, field
from contracts.schema.nodes import Node, Op
from contracts.schema.results import EMPTY, Empty, Found, Reason, Result, because, better
from contracts.schema.values import key
from contracts.verdict import Json

if TYPE_CHECKING:
    from contracts.schema.solve import Solver

Goals = frozenset[int]
_Name = tuple[object, ...]
"""What equal values have in common."""

_LONGEST = 100_100
_MOST_UNIQUE = 10_100
_MOST_UNSORTED = 1_100
"""Different items that validators hold against each other one by one: objects, lists, mixtures."""


@dataclass(slots=True)
class Arrays:
    """What the literals of a branch say."""

    at: dict[int, list[int]] = field(default_factory=dict)
    rest: list[tuple[int, int]] = field(default_factory=list)
    counted: dict[int, tuple[int, int | None]] = field(default_factory=dict)
    """Item formula → at least, at most so many items satisfy it."""
    some: list[tuple[int, int]] = field(default_factory=list)
    """(start, goal): an item at or behind ``start`` meets the goal."""
    least: int = 0
    most: int | None = None
    unique: bool = False
    repeated: bool = False

    def prefix(self) -> int:
        """Positions that are not like all the later ones."""
        starts = [index + 1 for index in self.at]
        starts += [start for start, _ in self.rest] + [start for start, _ in self.some]
        return max(starts, default=0)

    def goals(self, index: int) -> Goals:
        """The goals of one position."""
        rest = (goal for start, goal in self.rest if start <= index)
        return frozenset((*self.at.get(index, ()), *rest))


def _gather(signed: list[tuple[Node, bool]]) -> Arrays:
    found = Arrays()
    for node, positive in signed:
        op, args = node.op, node.args
        if op is Op.ITEM:
            found.at.setdefault(args[0], []).append(args[1].id if positive else -args[1].id)
            if not positive:
                found.least = max(found.least, args[0] + 1)
        elif op is Op.ITEMS and positive:
            found.rest.append((args[0], args[1].id))
        elif op is Op.ITEMS:
            found.some.append((args[0], -args[1].id))
        elif op is Op.CONTAINS or op is Op.FEW:
            _counted(found, node, positive)
        elif op is Op.MIN_ITEMS or op is Op.MAX_ITEMS:
            _length(found, op is Op.MIN_ITEMS, args[0], positive)
        elif op is Op.UNIQUE:
            found.unique = found.unique or positive
            found.repeated = found.repeated or not positive
    return found


def _counted(found: Arrays, node: Node, positive: bool) -> None:
    formula, bound = node.args[0].id, node.args[1]
    least, most = found.counted.get(formula, (0, None))
    if (node.op is Op.CONTAINS) == positive:
        least = max(least, bound if positive else bound + 1)
    else:
        bound = bound if positive else bound - 1
        most = bound if most is None else min(most, bound)
    found.counted[formula] = (least, most)


def _length(found: Arrays, lower: bool, bound: int, positive: bool) -> None:
    if lower == positive:
        found.least = max(found.least, bound if positive else bound + 1)
    else:
        most = bound if positive else bound - 1
        found.most = most if found.most is None else min(found.most, most)


def decide(solver: Solver, signed: list[tuple[Node, bool]]) -> Result:
    """An array for which the literals hold."""
    return _Builder(solver, _gather(signed)).decide()


class _Builder:
    def __init__(self, solver: Solver, arrays: Arrays) -> None:
        self.solver = solver
        self.arrays = arrays
        self.prefix = arrays.prefix()
        self.trouble: Result = EMPTY

    def decide(self) -> Result:
        arrays = self.arrays
        if arrays.unique and arrays.repeated:
            return EMPTY
        if arrays.most is not None and arrays.least > arrays.most:
            return EMPTY
        if any(most is not None and least > most for least, most in arrays.counted.values()):
            return EMPTY
        needed = len(arrays.some) + sum(least for least, _ in arrays.counted.values())
        needed += 2 if arrays.repeated else 0
        longest = max(arrays.least, self.prefix + needed)
        longest = longest if arrays.most is None else min(longest, arrays.most)
        shortest = max(arrays.least, min(longest, needed))
        if shortest > _LONGEST:
            told = f"only an array of {shortest:,} items can tell; up to {_LONGEST:,} are built"
            return because("minItems", told)
        best: Result = EMPTY
        for length in range(arrays.least, longest + 1):
            result = self._of_length(length)
            if isinstance(result, Found) and result.exact:
                return result
            best = better(best, result)
        return better(best, self.trouble)

    def _of_length(self, length: int) -> Result:
        best: Result = EMPTY
        for positions in self._plans(length):
            self.solver.step()
            result = self._fill(positions)
            if isinstance(result, Found) and result.exact:
                return result
            best = better(best, result)
        return best

    # -- which position does what

    def _plans(self, length: int) -> Iterator[list[Goals]]:
        """Goals for every position, in all ways that meet the counts and obligations."""
        counts = tuple(0 for _ in self.arrays.counted)
        jobs = frozenset(range(len(self.arrays.some)))
        yield from self._extend([], length, jobs, counts)

    def _extend(
        self, plan: list[Goals], length: int, jobs: frozenset[int], counts: tuple[int, ...]
    ) -> Iterator[list[Goals]]:
        self.solver.step()
        index = len(plan)
        missing = max(
            (least - n for n, (least, _) in zip(counts, self.arrays.counted.values(), strict=True)),
            default=0,
        )
        if index + max(missing, 1 if jobs else 0) > length:
            return
        if not jobs and missing <= 0 and index >= min(self.prefix, length):
            yield from self._uniform(plan, length, counts)
            return
        for chosen, flags in self._options(index, jobs, counts):
            goals = self._goals_of(index, chosen, flags)
            if self._possible(goals):
                after = tuple(n + bool(flag) for n, flag in zip(counts, flags, strict=True))
                yield from self._extend([*plan, goals], length, jobs - chosen, after)

    def _uniform(
        self, plan: list[Goals], length: int, counts: tuple[int, ...]
    ) -> Iterator[list[Goals]]:
        """The remaining positions are all alike and have nothing special to do."""
        left = length - len(plan)
        if left == 0:
            yield plan
            return
        flags: list[bool | None] = []
        spare: list[int] = []
        for slot, (n, (_, most)) in enumerate(
            zip(counts, self.arrays.counted.values(), strict=True)
        ):
            flags.append(None if most is None or n + left <= most else False)
            if flags[-1] is False and most is not None and n < most:
                spare.append(slot)
        index = len(plan)
        if not spare:
            goals = self._goals_of(index, frozenset(), tuple(flags))
            if self._possible(goals):
                yield [*plan, *[goals] * left]
            return
        for options in product((False, True), repeat=len(spare)):
            for slot, flag in zip(spare, options, strict=True):
                flags[slot] = flag
            goals = self._goals_of(index, frozenset(), tuple(flags))
            if self._possible(goals):
                after = tuple(n + bool(flag) for n, flag in zip(counts, flags, strict=True))
                yield from self._uniform([*plan, goals], length, after)

    def _options(
        self, index: int, jobs: frozenset[int], counts: tuple[int, ...]
    ) -> Iterator[tuple[frozenset[int], tuple[bool | None, ...]]]:
        """What a position may do: meet some obligations, count for some of the formulas."""
        here = sorted(job for job in jobs if self.arrays.some[job][0] <= index)
        choices: list[tuple[bool | None, ...]] = []
        for n, (least, most) in zip(counts, self.arrays.counted.values(), strict=True):
            if most is None:
                choices.append((True, None) if n < least else (None,))
            else:
                choices.append((True, False) if n < most else (False,))
        idle = index < self.prefix
        for size in range(len(here), -1, -1):
            for chosen in combinations(here, size):
                for flags in product(*choices):
                    if chosen or any(flags) or idle or any(f is False for f in flags):
                        yield frozenset(chosen), flags

    def _goals_of(
        self, index: int, chosen: frozenset[int], flags: tuple[bool | None, ...]
    ) -> Goals:
        goals = set(self.arrays.goals(index))
        goals.update(self.arrays.some[job][1] for job in chosen)
        for formula, flag in zip(self.arrays.counted, flags, strict=True):
            if flag is not None:
                goals.add(formula if flag else -formula)
        return frozenset(goals)

    def _possible(self, goals: Goals) -> bool:
        result = self.solver.solve(goals)
        if isinstance(result, Empty):
            self.trouble = better(self.trouble, result)
            return False
        return True

    # -- values

    def _fill(self, plan: list[Goals]) -> Result:
        if self.arrays.repeated:
            return self._with_repetition(plan)
        if self.arrays.unique and len(plan) > 1:
            return self._distinct(plan)
        return self._plain(plan)

    def _with_repetition(self, plan: list[Goals]) -> Result:
        best: Result = EMPTY
        seen: set[tuple[Goals, Goals]] = set()
        for one, other in combinations(range(len(plan)), 2):
            pair = (plan[one], plan[other])
            if pair in seen:
                continue
            seen.add(pair)
            both = pair[0] | pair[1]
            result = self.solver.solve(both)
            if isinstance(result, Found):
                values = list(plan)
                values[one] = values[other] = both
                result = self._plain(values)
                if isinstance(result, Found) and result.exact:
                    return result
            best = better(best, result)
        return best

    def _plain(self, plan: list[Goals]) -> Result:
        values: list[Json] = []
        reasons: set[Reason] = set()
        known: dict[Goals, Result] = {}
        for goals in plan:
            result = known.get(goals) or known.setdefault(goals, self.solver.solve(goals))
            if not isinstance(result, Found):
                return result
            values.append(result.value)
            reasons |= result.reasons
        return Found(values, frozenset(reasons))

    def _distinct(self, plan: list[Goals]) -> Result:
        """Different values for all positions: enough for each, or a perfect matching."""
        size = len(plan)
        if size > _MOST_UNIQUE:
            return because("uniqueItems", f"more than {_MOST_UNIQUE:,} different items")
        pools: dict[Goals, list[Json]] = {}
        short: Result = EMPTY
        for goals in plan:
            if goals not in pools:
                pools[goals], why = self.solver.values_of(goals, size)
                if len(pools[goals]) < size:
                    short = better(short, why)
        if size > _MOST_UNSORTED and not _sortable(pools.values()):
            told = f"more than {_MOST_UNSORTED:,} different items that cannot be sorted"
            return because("uniqueItems", told)
        named: dict[Goals, list[tuple[_Name, Json]]]
        named = {goals: [((key(v),), v) for v in pool] for goals, pool in pools.items()}
        values = _matched([named[goals] for goals in plan])
        if values is None:
            return short if not isinstance(short, Found) else because("uniqueItems", "items")
        return Found(values)


def _sortable(pools: Iterable[list[Json]]) -> bool:
    """Whether all values are texts, or all are numbers."""
    types = {type(value) for pool in pools for value in pool}
    return types <= {str} or types <= {int, float}


def _matched(pools: list[list[tuple[_Name, Json]]]) -> list[Json] | None:
    """A different value of each pool, if that is possible (augmenting paths, Kuhn 1955)."""
    owner: dict[_Name, int] = {}
    chosen: list[tuple[_Name, Json]] = []
    taken = dict.fromkeys(map(id, pools), 0)
    for first, pool in enumerate(pools):
        while taken[id(pool)] < len(pool) and pool[taken[id(pool)]][0] in owner:
            taken[id(pool)] += 1
        if taken[id(pool)] < len(pool):
            chosen.append(pool[taken[id(pool)]])
            owner[chosen[first][0]] = first
        else:
            chosen.append(((), None))
            if not _exchanged(pools, first, owner, chosen):
                return None
    return [value for _, value in chosen]


def _exchanged(
    pools: list[list[tuple[_Name, Json]]],
    first: int,
    owner: dict[_Name, int],
    chosen: list[tuple[_Name, Json]],
) -> bool:
    """Whether others can change so that one gets a value; then they have."""
    came: dict[_Name, tuple[int, Json]] = {}
    waiting = [first]
    for at in waiting:  # grows while it is read
        free = _reached(pools[at], at, owner, came, waiting)
        while free is not None:  # everybody on the way takes the next one's value
            index, value = came[free]
            owner[free] = index
            free, chosen[index] = chosen[index][0], (free, value)
            if index == first:
                return True
    return False


def _reached(
    pool: list[tuple[_Name, Json]],
    index: int,
    owner: dict[_Name, int],
    came: dict[_Name, tuple[int, Json]],
    waiting: list[int],
) -> _Name | None:
    """A value of the pool that nobody has; else who has them is asked next."""
    for name, value in pool:
        if name not in came:
            came[name] = index, value
            if name not in owner:
                return name
            waiting.append(owner[name])
    return None

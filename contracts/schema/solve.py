"""Is there a value for which signed formulas all hold? Found, Empty or Undecided.

``writer ∧ ¬reader`` is such a question. It is taken type by type. Conjunctions of atoms are
decided by the theory of their type; a disjunction is split only when the value found so far
violates it. A question that comes up again inside itself is answered *empty*: a smallest
value does not contain another answer to its own question (least fixpoint, so that containment
of recursive schemas is the greatest one).
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from itertools import chain
from typing import TYPE_CHECKING

from contracts.schema.evaluate import Evaluator, conjunction
from contracts.schema.nodes import Node, Op, Universe
from contracts.schema.options import Budget
from contracts.schema.results import (
    EMPTY,
    BudgetSpent,
    Empty,
    Found,
    Result,
    Undecided,
    because,
    better,
)
from contracts.schema.search import Branch, Search
from contracts.schema.sizes import Room
from contracts.schema.values import Kind, key, kind_of
from contracts.verdict import Json

if TYPE_CHECKING:
    from collections.abc import Mapping

Goals = frozenset[int]

_MOST_CORES = 40
"""Contradictions that are remembered under one goal."""

_FEW = 4
"""Values that are looked for one by one; further ones are made like the first."""
_ONE_BY_ONE = 130
_FEW_MORE = 8
"""Values that are looked for one by one: as many as are wanted, or few where many are."""
_MISSES = 70
"""Values of a series in a row that may not fit before it is left."""
_ORDER = (Kind.STRING, Kind.NUMBER, Kind.BOOLEAN, Kind.NULL, Kind.OBJECT, Kind.ARRAY)


class Solver:
    """Answers questions about the formulas of one universe and remembers the answers."""

    def __init__(
        self,
        universe: Universe,
        budget: Budget,
        hints: Mapping[int, list[Json]] | None = None,
        room: Room | None = None,
    ) -> None:
        self.universe = universe
        self.evaluator = Evaluator(universe)
        self.budget = budget
        self.room = room or Room(budget.built, budget.judged)
        self.hints: Mapping[int, list[Json]] = {} if hints is None else hints
        self.lexical_integers = False
        self.assumption_of: dict[int, str] = {}
        self._memo: dict[Goals, Result] = {}
        self._cores: dict[int, list[tuple[Goals, Empty]]] = {}
        """Contradictions that were proved, each under one of its goals."""
        self._provisional: dict[Goals, tuple[Result, frozenset[Goals]]] = {}
        self._resting: dict[Goals, dict[Goals, None]] = {}
        """The provisional answers that rest on a question's having none."""
        self._stack: dict[Goals, set[Goals]] = {}
        self.search = Search(self)
        self._steps = 0
        self._deadline = float("inf")
        self._look = 0.0
        """When the clock on the wall allows the deadline to have passed."""

    def start(self, seconds: float) -> None:
        """A fresh budget for the next question."""
        self._steps = 0
        self._set_deadline(seconds)
        self._forget_open_questions()

    def grant_more(self) -> None:
        """Half the budget again, to show what has been found within it."""
        self._steps //= 2
        self._forget_open_questions()
        self._set_deadline(self.budget.seconds / 2)

    def _forget_open_questions(self) -> None:
        """Questions that a spent budget has left open, and what rests on them."""
        self._stack.clear()
        self._provisional.clear()
        self._resting.clear()

    def _set_deadline(self, seconds: float) -> None:
        self._deadline = time.thread_time() + seconds
        self._look = time.perf_counter() + seconds

    def step(self) -> None:
        """Count one step; raises BudgetSpent when it was one too many."""
        self._steps += 1
        if self._steps > self.budget.steps:
            raise BudgetSpent
        self.look_at_the_clock()

    def look_at_the_clock(self) -> None:
        """Raise BudgetSpent when the time is over; asked for every schema that is looked at.

        A thread's own time runs no faster than the clock on the wall, and asking for it is dear.
        """
        if time.perf_counter() < self._look:
            return
        left = self._deadline - time.thread_time()
        if left < 0:
            raise BudgetSpent
        self._look = time.perf_counter() + max(left, 0.001)

    def solve(self, goals: Iterable[int]) -> Result:
        """A value that meets all goals, or that there is none."""
        wanted = frozenset(goals) - {self.universe.true.id, -self.universe.false.id}
        for nothing in (self.universe.false.id, -self.universe.true.id):
            if nothing in wanted:
                return self.contradiction(wanted).because_of(frozenset({nothing}))
        clash = next((goal for goal in wanted if -goal in wanted), None)
        if clash is not None:
            both = frozenset({clash, -clash})
            return self.contradiction(both).because_of(both)
        known = self._memo.get(wanted)
        if known is not None:
            return known
        provisional = self._provisional.get(wanted)
        if provisional is not None:
            self._depend(provisional[1])
            return provisional[0]
        if wanted in self._stack:
            self._depend({wanted})
            return EMPTY
        contradiction = self._contained(wanted)
        if contradiction is not None:
            return contradiction
        if len(self._stack) >= self.budget.depth:
            return because("depth", f"values nested deeper than {self.budget.depth}")
        return self._solve_anew(wanted)

    def contradiction(self, wanted: Iterable[int]) -> Empty:
        """Emptiness because of these goals, with the policies they stand for."""
        named = {self.assumption_of[g] for g in wanted if g in self.assumption_of}
        return Empty(frozenset(named)) if named else EMPTY

    def _contained(self, wanted: Goals) -> Empty | None:
        """A contradiction proved before that is part of a question."""
        for goal in wanted:
            for core, result in self._cores.get(goal, ()):
                if core <= wanted:
                    self._memo[wanted] = result
                    return result
        return None

    def _remember(self, wanted: Goals, result: Result) -> None:
        self._memo[wanted] = result
        if isinstance(result, Empty) and result.core is not None and len(result.core) < len(wanted):
            rarest = min(result.core, key=lambda goal: len(self._cores.get(goal, ())), default=0)
            known = self._cores.setdefault(rarest, [])
            if len(known) < _MOST_CORES:
                known.append((result.core, result))

    def _depend(self, heads: Iterable[Goals]) -> None:
        if self._stack:
            self._stack[next(reversed(self._stack))].update(heads)

    def _solve_anew(self, wanted: Goals) -> Result:
        self.step()
        heads: set[Goals] = set()
        self._stack[wanted] = heads
        try:
            result = self._by_type(wanted)
        finally:
            del self._stack[wanted]
        heads.discard(wanted)
        self._settle(wanted, result, heads)
        if isinstance(result, Found):
            if result.exact or not heads:
                self._memo[wanted] = result
            return result
        if heads:
            self._keep(wanted, result, frozenset(heads))
            self._depend(heads)
        else:
            self._remember(wanted, result)
        return result

    def _settle(self, head: Goals, result: Result, heads: set[Goals]) -> None:
        """Keep or drop the answers that rested on ``head`` being empty."""
        for goals in self._resting.pop(head, ()):
            answer, rests_on = self._provisional.pop(goals, (None, frozenset()))
            if answer is None or not isinstance(result, Empty):
                continue
            remaining = (rests_on - {head}) | heads
            if remaining:
                self._keep(goals, answer, remaining)
            else:
                self._remember(goals, answer)

    def _keep(self, goals: Goals, answer: Result, heads: frozenset[Goals]) -> None:
        """An answer that holds as long as these questions have none."""
        self._provisional[goals] = (answer, heads)
        for head in heads:
            self._resting.setdefault(head, {})[goals] = None

    def _by_type(self, wanted: Goals) -> Result:
        hinted = self._from_examples(wanted)
        if hinted is not None:
            return hinted
        best: Result | None = None
        for kind in _ORDER:
            result = self.search.decide(wanted, kind)
            if isinstance(result, Found) and result.exact:
                return result
            best = better(best, result)
        assert best is not None
        return best

    def _from_examples(self, wanted: Goals) -> Result | None:
        if not self.hints:
            return None
        for goal in sorted(wanted):
            for value in self.hints.get(goal, ()):
                if kind_of(value) & (Kind.STRING | Kind.NUMBER) and self._meets(wanted, value):
                    return Found(value)
        return None

    def values_of(self, goals: Iterable[int], most: int) -> tuple[list[Json], Result]:
        """Up to ``most`` different values for the goals, and why there are not more."""
        found: list[Json] = []
        wanted = frozenset(goals)
        result: Result = EMPTY
        for _ in range(_ONE_BY_ONE if most <= _ONE_BY_ONE else _FEW_MORE):
            if len(found) >= most:
                break
            others = {-self.universe.enum(found).id} if found else set()
            result = self.solve(wanted | others)
            if not isinstance(result, Found) or not result.exact:
                break
            found.append(result.value)
            if len(found) == _FEW < most:
                found += self._like(found, wanted, most - _FEW)
        else:
            if len(found) < most:
                return found, because("uniqueItems", "too many different values to look for")
        return found, result

    def _like(self, found: list[Json], goals: frozenset[int], most: int) -> list[Json]:
        """Up to ``most`` further values that differ little from the first one."""
        from contracts.schema.varied import families

        more: list[Json] = []
        seen = set(map(key, found))
        for family in chain(families(found[0]), families(found[-1])):
            misses = 0
            for value in family:
                self.step()
                name = key(value)
                misses += 1
                if name not in seen and self._meets(goals, value):
                    seen.add(name)
                    more.append(value)
                    misses = 0
                if misses == _MISSES or len(more) >= most:
                    break
        return more

    def _meets(self, goals: Iterable[int], value: Json) -> bool:
        try:
            return conjunction(self.evaluator.signed(goal, value) for goal in goals) is True
        except RecursionError:
            return False

    # -- theories

    def theory(self, branch: Branch, kind: Kind) -> Result:
        """A value for the literals of a branch."""
        signed = [self.universe.signed(ident) for ident in branch.literals]
        doubts = frozenset(
            (str(node.args[0]), str(node.args[1]), str(node.args[3]))
            for node, _ in signed
            if node.op is Op.OPAQUE
        )
        result = self._plain_theory(branch, signed, kind)
        if doubts and isinstance(result, Found):
            return Found(result.value, result.reasons | doubts)
        if doubts and isinstance(result, Undecided):
            return Undecided(result.reasons | doubts)
        return result

    def _plain_theory(self, branch: Branch, signed: list[tuple[Node, bool]], kind: Kind) -> Result:
        finite = self._finite(signed, kind)
        if finite is not None:
            return self._first_of(finite, branch)
        from contracts.schema import arrays, numbers, objects, strings

        if kind is Kind.OBJECT:
            return objects.decide(self, signed)
        theory = {Kind.NUMBER: numbers, Kind.STRING: strings, Kind.ARRAY: arrays}[kind]
        result = theory.decide(self, signed)
        return result.because_of(None) if isinstance(result, Empty) else result

    def _finite(self, signed: list[tuple[Node, bool]], kind: Kind) -> list[Json] | None:
        """The candidates, if only finitely many values are in question."""
        keys: frozenset[object] | None = None
        values: dict[object, Json] = {}
        excluded: set[object] = set()
        for node, positive in signed:
            if node.op is not Op.ENUM:
                continue
            if not positive:
                excluded |= node.args[0]
            elif keys is None:
                keys = node.args[0]
                values = {key(value): value for value in self.universe.values(node)}
            else:
                keys = keys & node.args[0]
        if keys is None:
            if kind is Kind.NULL:
                return [None] if key(None) not in excluded else []
            if kind is Kind.BOOLEAN:
                return [value for value in (True, False) if key(value) not in excluded]
            return None
        keys = keys - excluded
        return [v for k, v in values.items() if k in keys and kind_of(v) == kind]

    def _first_of(self, candidates: list[Json], branch: Branch) -> Result:
        """The first candidate for which the whole branch holds: exact, all of it is evaluated."""
        doubtful: list[Json] = []
        blame = 0
        for value in candidates:
            self.step()
            answer, guilty = self._judge(value, branch)
            blame |= guilty
            if answer:
                return Found(value)
            if answer is None:
                doubtful.append(value)
        if doubtful:
            return Found(doubtful[0], frozenset({("", "a predicate cannot be evaluated", "")}))
        for ident in branch.literals:
            if self.universe.signed(ident)[0].op is Op.ENUM:
                blame |= branch.seen[ident]
        return EMPTY.blamed(blame)

    def _judge(self, value: Json, branch: Branch) -> tuple[bool | None, int]:
        """Whether a branch holds for a value, and the blame of what does not."""
        whole: bool | None = True
        for ident in (*branch.literals, *branch.ones):
            answer = self.evaluator.signed(ident, value)
            if answer is False:
                return False, branch.seen[ident]
            whole = whole and answer
        for clause in branch.clauses:
            answer = self.evaluator.any_holds(clause, value)
            if answer is False:
                return False, branch.origins[clause]
            whole = whole and answer
        return whole, 0

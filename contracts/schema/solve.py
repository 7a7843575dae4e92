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
from typing import TYPE_CHECKING

from contracts.schema.evaluate import Evaluator, conjunction, disjunction
from contracts.schema.nodes import Node, Op, Universe
from contracts.schema.options import Budget
from contracts.schema.results import (
    EMPTY,
    BudgetSpent,
    Empty,
    Found,
    Reason,
    Result,
    Undecided,
    because,
    better,
)
from contracts.schema.values import Kind, key, kind_of
from contracts.verdict import Json

if TYPE_CHECKING:
    from collections.abc import Mapping

Goals = frozenset[int]
Clause = tuple[int, ...]

_ORDER = (Kind.STRING, Kind.NUMBER, Kind.BOOLEAN, Kind.NULL, Kind.OBJECT, Kind.ARRAY)


class Branch:
    """A conjunction under one type: literals, and disjunctions still to be satisfied."""

    __slots__ = ("clauses", "literals", "seen")

    def __init__(self, seen: set[int], literals: list[int], clauses: list[Clause]) -> None:
        self.seen = seen
        self.literals = literals
        self.clauses = clauses

    def copy(self) -> Branch:
        """An independent copy."""
        return Branch(set(self.seen), list(self.literals), list(self.clauses))


class Solver:
    """Answers questions about the formulas of one universe and remembers the answers."""

    def __init__(
        self, universe: Universe, budget: Budget, hints: Mapping[int, list[Json]] | None = None
    ) -> None:
        self.universe = universe
        self.evaluator = Evaluator(universe)
        self.budget = budget
        self.hints = hints or {}
        self.lexical_integers = False
        self.assumption_of: dict[int, str] = {}
        self._memo: dict[Goals, Result] = {}
        self._provisional: dict[Goals, tuple[Result, set[Goals]]] = {}
        self._stack: dict[Goals, set[Goals]] = {}
        self._truths: dict[tuple[int, Kind], bool | None] = {}
        self._steps = 0
        self._deadline = 0.0

    def start(self) -> None:
        """A fresh budget for the next question."""
        self._steps = 0
        self._deadline = time.monotonic() + self.budget.seconds
        self._stack.clear()
        self._provisional.clear()

    def step(self) -> None:
        """Count one step; raises BudgetSpent when it was one too many."""
        self._steps += 1
        if self._steps > self.budget.steps or (
            self._steps % 64 == 0 and time.monotonic() > self._deadline
        ):
            raise BudgetSpent

    def solve(self, goals: Iterable[int]) -> Result:
        """A value that meets all goals, or that there is none."""
        wanted = frozenset(goals) - {self.universe.true.id, -self.universe.false.id}
        if self.universe.false.id in wanted or -self.universe.true.id in wanted:
            return self._contradiction(wanted)
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
        if len(self._stack) >= self.budget.depth:
            return because("depth", f"values nested deeper than {self.budget.depth}")
        return self._solve_anew(wanted)

    def _contradiction(self, wanted: Goals) -> Empty:
        named = {self.assumption_of[g] for g in wanted if g in self.assumption_of}
        return Empty(frozenset(named)) if named else EMPTY

    def _depend(self, heads: set[Goals]) -> None:
        if self._stack:
            self._stack[next(reversed(self._stack))] |= heads

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
            self._provisional[wanted] = (result, heads)
            self._depend(heads)
        else:
            self._memo[wanted] = result
        return result

    def _settle(self, head: Goals, result: Result, heads: set[Goals]) -> None:
        """Keep or drop the answers that rested on ``head`` being empty."""
        for goals, (answer, rests_on) in list(self._provisional.items()):
            if head not in rests_on:
                continue
            if not isinstance(result, Empty):
                del self._provisional[goals]
                continue
            remaining = (rests_on - {head}) | heads
            if remaining:
                self._provisional[goals] = (answer, remaining)
            else:
                del self._provisional[goals]
                self._memo[goals] = answer

    def _by_type(self, wanted: Goals) -> Result:
        hinted = self._from_examples(wanted)
        if hinted is not None:
            return hinted
        best: Result | None = None
        for kind in _ORDER:
            branch = Branch(set(), [], [])
            clash = self.extend(branch, wanted, kind)
            result = self.search(branch, kind) if clash is None else clash
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
        while len(found) < most:
            others = {-self.universe.enum(found).id} if found else set()
            result = self.solve(wanted | others)
            if not isinstance(result, Found) or not result.exact:
                break
            found.append(result.value)
        return found, result

    def _meets(self, goals: Iterable[int], value: Json) -> bool:
        try:
            return conjunction(self.evaluator.signed(goal, value) for goal in goals) is True
        except RecursionError:
            return False

    # -- Boolean structure

    def truth(self, ident: int, kind: Kind) -> bool | None:
        """What is certain of a signed formula for all values of a type."""
        node, positive = self.universe.signed(ident)
        known = self._truth_of(node, kind)
        return known if known is None or positive else not known

    def _truth_of(self, node: Node, kind: Kind) -> bool | None:
        op = node.op
        if node.kind is not None:
            return None if node.kind == kind else True
        if op is Op.TYPE:
            return bool(node.args[0] & kind)
        if op is Op.TRUE or op is Op.FALSE:
            return op is Op.TRUE
        if op is Op.OPAQUE:
            return None
        name = (node.id, kind)
        if name not in self._truths:
            self._truths[name] = None  # a formula inside itself: nothing is certain
            self._truths[name] = self._compound_truth(node, kind)
        return self._truths[name]

    def _compound_truth(self, node: Node, kind: Kind) -> bool | None:
        op = node.op
        if op is Op.LAZY:
            return self._truth_of(self.universe.loaded(node), kind)
        if op is Op.ENUM:
            values = self.universe.values(node)
            return None if any(kind_of(value) == kind for value in values) else False
        if op is Op.NOT:
            inner = self._truth_of(node.args[0], kind)
            return None if inner is None else not inner
        if op is Op.AND:
            return conjunction(self._truth_of(part, kind) for part in node.args)
        if op is Op.OR:
            return disjunction(self._truth_of(part, kind) for part in node.args)
        answers = [self._truth_of(part, kind) for part in node.args]
        if answers.count(True) > 1:
            return False
        return None if None in answers else answers.count(True) == 1

    def extend(self, branch: Branch, goals: Iterable[int], kind: Kind) -> Empty | None:
        """Add goals to a branch; Empty where they contradict it."""
        queue = sorted(goals)
        while queue:
            goal = queue.pop()
            if goal in branch.seen:
                continue
            if -goal in branch.seen:
                return self._contradiction(frozenset((goal, -goal)))
            branch.seen.add(goal)
            node, positive = self.universe.signed(goal)
            known = self._truth_of(node, kind)
            if known is not None:
                if known != positive:
                    return self._contradiction(frozenset((goal,)))
                continue
            clash = self._take_apart(branch, goal, kind, queue)
            if clash is not None:
                return clash
        return None

    def _take_apart(self, branch: Branch, goal: int, kind: Kind, queue: list[int]) -> Empty | None:
        node, positive = self.universe.signed(goal)
        op = node.op
        if op is Op.LAZY:
            if positive:
                for other in node.implied:
                    if -other in branch.seen:
                        return EMPTY
                    branch.seen.add(other)
            inner = self.universe.loaded(node)
            queue.append(inner.id if positive else -inner.id)
        elif op is Op.NOT:
            queue.append(-node.args[0].id if positive else node.args[0].id)
        elif (op is Op.AND) == positive and op in (Op.AND, Op.OR):
            queue.extend(part.id if positive else -part.id for part in node.args)
        elif op in (Op.AND, Op.OR):
            branch.clauses.append(tuple(p.id if positive else -p.id for p in node.args))
        elif op is Op.ONE:
            self._take_one_apart(branch, node, positive, queue)
        elif op is Op.ENUM and not positive and kind & (Kind.ARRAY | Kind.OBJECT):
            values = self.universe.values(node)
            unlike = (self.universe.structure(v) for v in values if kind_of(v) == kind)
            queue.extend(-formula.id for formula in unlike)
        else:
            branch.literals.append(goal)
        return None

    def _take_one_apart(self, branch: Branch, node: Node, positive: bool, queue: list[int]) -> None:
        universe = self.universe
        parts = node.args
        if positive:
            branch.clauses.append(tuple(part.id for part in parts))
            for index, part in enumerate(parts):
                for other in parts[index + 1 :]:
                    branch.clauses.append((-part.id, -other.id))
            return
        pairs = [
            universe.all_of((part, other))
            for index, part in enumerate(parts)
            for other in parts[index + 1 :]
        ]
        none = universe.negation(universe.any_of(parts))
        queue.append(universe.any_of((none, *pairs)).id)

    # -- search

    def search(self, branch: Branch, kind: Kind) -> Result:
        """Decide a branch: a value from its literals, then whatever clause that violates."""
        self.step()
        clash = self._propagate(branch, kind)
        if clash is not None:
            return clash
        result = self._theory(branch, kind)
        if isinstance(result, Empty) or not branch.clauses:
            return result
        if isinstance(result, Found):
            violated = self._violated(branch, result.value)
            if violated is None:
                return result
            if violated == ():
                return self._split(branch, kind, self._narrowest(branch), result)
            return self._split(branch, kind, violated, None)
        return self._split(branch, kind, self._narrowest(branch), result)

    def _propagate(self, branch: Branch, kind: Kind) -> Empty | None:
        """Drop what is certainly true or false from the clauses; single formulas become goals."""
        changed = True
        while changed:
            changed = False
            clauses, branch.clauses = branch.clauses, []
            for clause in clauses:
                left = self._open_part(branch, clause, kind)
                if left is None:
                    continue
                if len(left) > 1:
                    branch.clauses.append(left)
                    continue
                changed = True
                if not left:
                    return self._contradiction(frozenset(clause))
                clash = self.extend(branch, left, kind)
                if clash is not None:
                    return clash
        return None

    def _open_part(self, branch: Branch, clause: Clause, kind: Kind) -> Clause | None:
        left: list[int] = []
        for ident in clause:
            if ident in branch.seen:
                return None
            if -ident in branch.seen:
                continue
            known = self.truth(ident, kind)
            if known is True:
                return None
            if known is None:
                left.append(ident)
        return tuple(left)

    def _violated(self, branch: Branch, value: Json) -> Clause | None:
        """The shortest clause the value violates, () if one may be, None if all hold."""
        worst: Clause | None = None
        doubtful = False
        for clause in branch.clauses:
            answer = disjunction(self.evaluator.signed(ident, value) for ident in clause)
            if answer is False and (worst is None or len(clause) < len(worst)):
                worst = clause
            doubtful = doubtful or answer is None
        return worst if worst is not None else (() if doubtful else None)

    @staticmethod
    def _narrowest(branch: Branch) -> Clause:
        return min(branch.clauses, key=len)

    def _split(self, branch: Branch, kind: Kind, clause: Clause, doubt: Result | None) -> Result:
        best: Result | None = None
        rest = [other for other in branch.clauses if other is not clause]
        for ident in clause:
            side = Branch(set(branch.seen), list(branch.literals), list(rest))
            clash = self.extend(side, (ident,), kind)
            result = self.search(side, kind) if clash is None else clash
            if isinstance(result, Found) and result.exact:
                return result
            best = better(best, result)
        assert best is not None
        if doubt is not None and isinstance(best, Undecided) and isinstance(doubt, Found):
            reason: Reason = ("", "a predicate that cannot be evaluated", "")
            return Found(doubt.value, doubt.reasons | best.reasons | {reason})
        return best

    # -- theories

    def _theory(self, branch: Branch, kind: Kind) -> Result:
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

        if kind is Kind.NUMBER:
            return numbers.decide(self, signed)
        if kind is Kind.STRING:
            return strings.decide(self, signed)
        if kind is Kind.ARRAY:
            return arrays.decide(self, signed)
        return objects.decide(self, signed)

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
        for value in candidates:
            self.step()
            answers = [self.evaluator.signed(ident, value) for ident in branch.literals]
            answers += [
                disjunction(self.evaluator.signed(ident, value) for ident in clause)
                for clause in branch.clauses
            ]
            answer = conjunction(answers)
            if answer:
                return Found(value)
            if answer is None:
                doubtful.append(value)
        if doubtful:
            return Found(doubtful[0], frozenset({("", "a predicate cannot be evaluated", "")}))
        return EMPTY

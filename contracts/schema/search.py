"""The Boolean part of a question under one JSON type: literals, clauses, exclusive choices.

A branch is tried with its literals alone; only a clause that the value found so far violates is
split. "Exactly one" is checked on that value too and contributes just the clause it violates.

Each formula of a branch knows the goals and decisions it comes from, as bits of its *blame*. A
contradiction that does not rest on the latest decision ends the whole split, not just this side.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable
from typing import TYPE_CHECKING

from contracts.schema.evaluate import conjunction, disjunction
from contracts.schema.glance import Glance, Looks
from contracts.schema.lessons import Lessons
from contracts.schema.nodes import Node, Op
from contracts.schema.results import ALL, EMPTY, Empty, Found, Reason, Result, Undecided, better
from contracts.schema.values import Kind, kind_of
from contracts.verdict import Json

if TYPE_CHECKING:
    from contracts.schema.solve import Solver

Clause = tuple[int, ...]
Queue = list[tuple[int, int]]
"""Goals to be taken apart, with their blame."""
_MANY = 3
_FEW_CHOICES = 8
_MOST_BLIND = 500
"""Times that a search goes on without knowing what its value violates."""


class Branch:
    """A conjunction under one type: literals, clauses and exclusive choices."""

    __slots__ = ("choices", "clauses", "goals", "literals", "ones", "origins", "seen")

    def __init__(self, goals: int = 0, choices: tuple[int, ...] = ()) -> None:
        self.seen: dict[int, int] = {}
        """What holds, with its blame."""
        self.literals: list[int] = []
        self.clauses: list[Clause] = []
        """The shortest first."""
        self.ones: list[int] = []
        self.origins: dict[Clause, int] = {}
        """The blame of each clause."""
        self.goals = goals
        """How many bits of blame stand for goals; the next ones stand for the decisions."""
        self.choices = choices

    @property
    def bit(self) -> int:
        """The bit of blame of the next decision."""
        return 1 << (self.goals + len(self.choices))

    def without(self, clause: Clause, choice: int) -> Branch:
        """A copy in which a clause is settled, by a decision."""
        copy = Branch(self.goals, (*self.choices, choice))
        copy.seen = self.seen.copy()
        copy.literals = self.literals.copy()
        copy.clauses = [other for other in self.clauses if other is not clause]
        copy.ones = self.ones.copy()
        copy.origins = self.origins.copy()
        return copy

    def add(self, clause: Clause, blame: int) -> None:
        """A clause that follows from what the blame names."""
        insort(self.clauses, clause, key=len)
        self.origins.setdefault(clause, blame)

    def blamed(self, found: Empty) -> Empty:
        """A contradiction of literals, with the goals and decisions they come from."""
        if found.blame != ALL:
            return found
        blame = 0
        for ident in self.literals if found.core is None else found.core:
            blame |= self.seen[ident]
        return found.blamed(blame)


class Search:
    """Decides conjunctions of signed formulas for one type after the other."""

    def __init__(self, solver: Solver) -> None:
        self.solver = solver
        self.universe = solver.universe
        self.evaluator = solver.evaluator
        self._truths: dict[tuple[int, Kind], bool | None] = {}
        self._looks = Looks(self.universe)
        self._open_clauses: dict[tuple[Clause, Kind], tuple[Clause | None, Clause]] = {}
        self._blind = 0
        self._lessons = Lessons()
        self._held: dict[Clause, int] = {}
        """The formula of a clause that held last: values of one search are much alike."""

    def decide(self, goals: Iterable[int], kind: Kind) -> Result:
        """A value of one type that meets the goals; else those of them that contradict."""
        wanted = sorted(goals, key=self._order)
        branch = Branch(len(wanted))
        queue = [(goal, 1 << bit) for bit, goal in enumerate(wanted)]
        outer, self._blind, self._lessons = (self._blind, self._lessons), 0, Lessons()
        try:
            result = self._extend(branch, queue, kind) or self._search(branch, kind)
        finally:
            self._blind, self._lessons = outer
        if not isinstance(result, Empty):
            return result
        guilty = (goal for bit, goal in enumerate(wanted) if result.blame >> bit & 1)
        return result.because_of(frozenset(guilty))

    # -- what is certain for a whole type

    def _truth(self, node: Node, kind: Kind) -> bool | None:
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
            return self._truth(self.universe.loaded(node), kind)
        if op is Op.ENUM:
            values = self.universe.values(node)
            return None if any(kind_of(value) == kind for value in values) else False
        if op is Op.NOT:
            inner = self._truth(node.args[0], kind)
            return None if inner is None else not inner
        if op is Op.AND:
            return conjunction(self._truth(part, kind) for part in node.args)
        if op is Op.OR:
            return disjunction(self._truth(part, kind) for part in node.args)
        answers = [self._truth(part, kind) for part in node.args]
        if answers.count(True) > 1:
            return False
        return None if None in answers else answers.count(True) == 1

    # -- taking goals apart

    def extend(
        self, branch: Branch, goals: Iterable[int], kind: Kind, blame: int = 0
    ) -> Empty | None:
        """Add goals to a branch; Empty where they contradict it."""
        return self._extend(branch, [(g, blame) for g in sorted(goals, key=self._order)], kind)

    def _extend(self, branch: Branch, queue: Queue, kind: Kind) -> Empty | None:
        seen = branch.seen
        while queue:
            goal, blame = queue.pop()
            if goal in seen:
                continue
            if -goal in seen:
                return self.solver.contradiction((goal, -goal)).blamed(blame | seen[-goal])
            seen[goal] = blame
            lesson = self._lessons.clash(goal, blame, seen)
            if lesson is not None:
                return lesson
            node, positive = self.universe.signed(goal)
            known = self._truth(node, kind)
            if known is not None:
                if known != positive:
                    return self.solver.contradiction((goal,)).blamed(blame)
                continue
            clash = self._take_apart(branch, goal, kind, queue)
            if clash is not None:
                return clash
        return None

    def _order(self, goal: int) -> tuple[int, int]:
        """Negated atoms last, for they are taken first and settle the type."""
        if goal > 0:
            return (1, goal)
        return (0 if self.universe.nodes[-goal - 1].kind is None else 2, goal)

    def _take_apart(self, branch: Branch, goal: int, kind: Kind, queue: Queue) -> Empty | None:
        node, positive = self.universe.signed(goal)
        blame = branch.seen[goal]
        op = node.op
        if op is Op.LAZY:
            if positive:
                for other in node.implied:
                    if -other in branch.seen:
                        return EMPTY.blamed(blame | branch.seen[-other])
                    branch.seen.setdefault(other, blame)
            inner = self.universe.loaded(node)
            queue.append((inner.id if positive else -inner.id, blame))
        elif op is Op.NOT:
            queue.append((-node.args[0].id if positive else node.args[0].id, blame))
        elif (op is Op.AND) == positive and op in (Op.AND, Op.OR):
            queue.extend((part.id if positive else -part.id, blame) for part in node.args)
        elif op in (Op.AND, Op.OR):
            clause = tuple(p.id if positive else -p.id for p in node.args)
            return self._add_clause(branch, clause, kind, queue, blame)
        elif op is Op.ONE:
            branch.ones.append(goal)
            if positive:
                clause = tuple(part.id for part in node.args)
                return self._add_clause(branch, clause, kind, queue, blame)
        elif op is Op.ENUM and not positive and kind & (Kind.ARRAY | Kind.OBJECT):
            values = self.universe.values(node)
            unlike = (self.universe.structure(v) for v in values if kind_of(v) == kind)
            queue.extend((-formula.id, blame) for formula in unlike)
        else:
            branch.literals.append(goal)
        return None

    def _add_clause(
        self, branch: Branch, clause: Clause, kind: Kind, queue: Queue, blame: int
    ) -> Empty | None:
        """Keep a clause that is not certainly true; a single formula becomes a goal."""
        known = self._open_clauses.get((clause, kind))
        if known is None:
            known = self._open_clauses[clause, kind] = self._open(clause, kind)
        left, denied = known
        seen = branch.seen.keys()
        if left is None or not seen.isdisjoint(left):
            return None
        if not seen.isdisjoint(denied):
            for ident in left:
                if -ident in seen:
                    blame |= branch.seen[-ident]
            left = tuple(ident for ident in left if -ident not in seen)
        if not left:
            return self.solver.contradiction(clause).blamed(blame)
        if len(left) == 1:
            queue.append((left[0], blame))
        else:
            branch.add(left, blame)
        return None

    def _open(self, clause: Clause, kind: Kind) -> tuple[Clause | None, Clause]:
        """What is open for a type, and its negations; None if the clause certainly holds."""
        left: list[int] = []
        for ident in clause:
            node, positive = self.universe.signed(ident)
            known = self._truth(node, kind)
            if known is positive:
                return None, ()
            if known is None:
                left.append(ident if positive else -self.universe.atom_of(node).id)
        return tuple(left), tuple(-ident for ident in left)

    # -- search

    def _search(self, branch: Branch, kind: Kind) -> Result:
        """A value from the literals, then whatever clause that violates."""
        self.solver.step()
        result = self.solver.theory(branch, kind)
        if isinstance(result, Empty):
            return branch.blamed(result)
        self._looks.pass_over(branch)
        if not (branch.clauses or branch.ones):
            return result
        if not isinstance(result, Found):
            return self._split_blindly(branch, kind, result)
        violated, doubtful = self._violated(branch, result.value)
        if violated is not None:
            return self._split(branch, kind, violated)
        return self._split_blindly(branch, kind, result) if doubtful else result

    def _violated(self, branch: Branch, value: Json) -> tuple[Clause | None, bool]:
        """The shortest clause the value violates, and whether another may be violated."""
        doubtful = False
        for clause in branch.clauses:
            answer = self._satisfied(clause, value)
            if answer is False:
                return clause, doubtful
            doubtful = doubtful or answer is None
        for ident in branch.ones:
            answer = self.evaluator.signed(ident, value)
            lesson = self._lesson(ident, value) if answer is False else ()
            if lesson and branch.seen.keys().isdisjoint(lesson):
                branch.add(lesson, branch.seen[ident])
                return lesson, doubtful
            doubtful = doubtful or answer is not True
        return None, doubtful

    def _satisfied(self, clause: Clause, value: Json) -> bool | None:
        last = self._held.get(clause)
        if last is not None and self.evaluator.signed(last, value):
            return True
        answer: bool | None = False
        for ident in clause:
            here = self.evaluator.signed(ident, value)
            if here:
                self._held[clause] = ident
                return True
            answer = None if here is None else answer
        return answer

    def _lesson(self, ident: int, value: Json) -> Clause:
        """The clause of an exclusive choice that the value violates.

        Empty where it is another choice, further inside, that the value really violates.
        """
        node, positive = self.universe.signed(ident)
        true = [part for part in node.args if self.evaluator.holds(part, value)]
        if positive:
            return (-true[0].id, -true[1].id) if len(true) > 1 else ()
        return (-true[0].id, *(part.id for part in node.args if part is not true[0]))

    def _split_blindly(self, branch: Branch, kind: Kind, doubt: Result) -> Result:
        """Split although no clause is known to be violated: some predicate is not understood.

        What the value found so far certainly satisfies is left alone.
        """
        value = (doubt.value,) if isinstance(doubt, Found) else ()
        ones = [one for one in branch.ones if not self._certain((one,), *value)]
        for ident in ones:
            node, positive = self.universe.signed(ident)
            if len(node.args) > _FEW_CHOICES:
                return _doubted(doubt)
            branch.ones.remove(ident)
            for clause in _spelt_out(node.args, positive):
                branch.add(clause, branch.seen[ident])
        clauses = [clause for clause in branch.clauses if not self._certain(clause, *value)]
        self._blind += 1
        if not clauses or self._blind > _MOST_BLIND:
            return _doubted(doubt)
        result = self._split(branch, kind, min(clauses, key=len))
        if isinstance(result, Undecided) and isinstance(doubt, Found):
            return Found(doubt.value, doubt.reasons | result.reasons | {_NOT_UNDERSTOOD})
        return result

    def _certain(self, clause: Clause, *found: Json) -> bool:
        """Whether the value that was found, if any, certainly satisfies a clause."""
        return any(self.evaluator.any_holds(clause, value) for value in found)

    def _split(self, branch: Branch, kind: Kind, clause: Clause) -> Result:
        best: Result | None = None
        bit = branch.bit
        blame = branch.origins[clause]
        glance = Glance(self._looks, self.solver, branch) if len(clause) > _MANY else None
        for ident in clause:
            result: Result | None = None
            if -ident in branch.seen:
                result = EMPTY.blamed(branch.seen[-ident] | bit)
            else:
                result = self._lessons.clash(ident, bit, branch.seen)
            if result is None and glance is not None:
                result = glance.hopeless(ident, bit)
            if result is None:
                side = branch.without(clause, ident)
                result = self.extend(side, (ident,), kind, bit) or self._search(side, kind)
                if isinstance(result, Empty):
                    self._lessons.learn(side, result)
            if isinstance(result, Found) and result.exact:
                return result
            if isinstance(result, Empty):
                if not result.blame & bit:
                    return result
                blame |= result.blame & ~bit
            best = better(best, result)
        assert best is not None
        return best.blamed(blame) if isinstance(best, Empty) else best


_NOT_UNDERSTOOD: Reason = ("", "a predicate that cannot be evaluated", "")


def _doubted(result: Result) -> Result:
    if isinstance(result, Found):
        return Found(result.value, result.reasons | {_NOT_UNDERSTOOD})
    return result


def _spelt_out(parts: tuple[Node, ...], positive: bool) -> list[Clause]:
    """ "Exactly one", or its negation, as clauses."""
    if positive:
        return [
            (-part.id, -other.id)
            for index, part in enumerate(parts)
            for other in parts[index + 1 :]
        ]
    return [(-part.id, *(other.id for other in parts if other is not part)) for part in parts]

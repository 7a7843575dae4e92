"""What literals say about members at one look, and the alternatives that this rules out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from contracts.schema.nodes import Node, Op, Universe
from contracts.schema.results import EMPTY, Empty

if TYPE_CHECKING:
    from contracts.schema.search import Branch, Clause
    from contracts.schema.solve import Solver

Facts = dict[str, tuple[tuple[Node, ...], bool]]
"""Member → what its value must satisfy, and whether it must be there."""

Values = frozenset[object]

_DEEPEST = 6


class Looks:
    """Remembers what formulas say about members."""

    def __init__(self, universe: Universe) -> None:
        self.universe = universe
        self._facts: dict[int, Facts] = {}
        self._lists: dict[int, Values | None] = {}
        self._telling: dict[Clause, list[tuple[str, Values, bool]]] = {}

    def clash(self, node: Node, here: Facts) -> str | None:
        """A member whose values, as listed by both, have nothing in common."""
        for name, (nodes, needed) in self.facts_of(node, 0).items():
            others, also_needed = here.get(name, ((), False))
            if not nodes or not others or not (needed or also_needed):
                continue
            values, known = self._values(nodes), self._values(others)
            if values is not None and known is not None and values.isdisjoint(known):
                return name
        return None

    def pass_over(self, branch: Branch) -> None:
        """Take the clauses from a branch that its literals satisfy, as far as one look tells.

        What is denied there lists other values of a member than the literals do.
        """
        facts = self.of_literals(branch.literals) if branch.clauses else {}
        listed: dict[str, tuple[Values, bool]] = {}
        for name, (nodes, needed) in facts.items():
            values = self._values(nodes) if nodes else None
            if values is not None:
                listed[name] = (values, needed)
        if listed:
            branch.clauses = [c for c in branch.clauses if not self._satisfied(c, listed)]

    def _satisfied(self, clause: Clause, listed: dict[str, tuple[Values, bool]]) -> bool:
        telling = self._telling.get(clause)
        if telling is None:
            telling = self._telling[clause] = list(self._denied(clause))
        for name, values, needed in telling:
            here = listed.get(name)
            if here is not None and (needed or here[1]) and values.isdisjoint(here[0]):
                return True
        return False

    def _denied(self, clause: Clause) -> Iterable[tuple[str, Values, bool]]:
        """The listed values of members that the clause denies."""
        for ident in clause:
            if ident > 0:
                continue
            for name, (nodes, needed) in self.facts_of(self.universe.nodes[-ident - 1], 0).items():
                values = self._values(nodes) if nodes else None
                if values is not None:
                    yield name, values, needed

    def of_literals(self, literals: Iterable[int]) -> Facts:
        """What literals say together."""
        found: Facts = {}
        for ident in literals:
            if ident > 0:
                _merge(found, self.facts_of(self.universe.nodes[ident - 1], 0))
        return found

    def facts_of(self, node: Node, depth: int) -> Facts:
        """What a formula says about members."""
        known = self._facts.get(node.id)
        if known is None:
            known = {}
            if depth < _DEEPEST:
                self._facts[node.id] = known
            op = node.op
            if op is Op.LAZY:
                known.update(self.facts_of(self.universe.loaded(node), depth + 1))
            elif op is Op.AND:
                for part in node.args:
                    _merge(known, self.facts_of(part, depth + 1))
            elif op is Op.REQUIRED:
                known[node.args[0]] = ((), True)
            elif op is Op.MEMBER:
                known[node.args[0]] = ((node.args[1],), False)
        return known

    def _values(self, nodes: tuple[Node, ...]) -> Values | None:
        """The values that all of them take; None if they are not listed."""
        found: Values | None = None
        for node in nodes:
            listed = self._listed(node, 0)
            if listed is not None:
                found = listed if found is None else found & listed
        return found

    def _listed(self, node: Node, depth: int) -> Values | None:
        if node.op is Op.ENUM:
            listed: Values = node.args[0]
            return listed
        if node.op is not Op.LAZY and node.op is not Op.AND:
            return None
        if node.id not in self._lists:
            self._lists[node.id] = None  # of a schema inside itself nothing is known
            self._lists[node.id] = self._listed_inside(node, depth)
        return self._lists[node.id]

    def _listed_inside(self, node: Node, depth: int) -> Values | None:
        if node.op is Op.LAZY:
            inside = self.universe.loaded(node)
            return self._listed(inside, depth + 1) if depth < _DEEPEST else None
        for part in node.args:
            if part.op is Op.ENUM:
                return self._listed(part, depth + 1)
        return None


class Glance:
    """What the literals of a branch say about members, gathered for one split."""

    def __init__(self, looks: Looks, solver: Solver, branch: Branch) -> None:
        self._looks = looks
        self._solver = solver
        self._facts = looks.of_literals(branch.literals)
        self._blames: dict[str, int] = {}
        self._members: dict[str, dict[int, int]] = {}
        for ident in branch.literals:
            if ident < 0:
                continue
            node = looks.universe.nodes[ident - 1]
            for name in looks.facts_of(node, 0):
                self._blames[name] = self._blames.get(name, 0) | branch.seen[ident]
            if node.op is Op.MEMBER:
                goals = self._members.setdefault(node.args[0], {})
                goals[node.args[1].id] = branch.seen[ident]

    def hopeless(self, ident: int, bit: int) -> Empty | None:
        """Emptiness, blamed with the decision's bit, if an alternative contradicts the literals."""
        if ident > 0:
            node = self._looks.universe.nodes[ident - 1]
            name = self._looks.clash(node, self._facts) if self._facts else None
            return EMPTY.blamed(self._blames[name] | bit) if name is not None else None
        return self._without_member(ident, bit)

    def _without_member(self, ident: int, bit: int) -> Empty | None:
        """Emptiness, if no value of a member is what the negated formula asks for."""
        node = self._looks.universe.nodes[-ident - 1]
        goals = self._members.get(node.args[0]) if node.op is Op.MEMBER else None
        if goals is None:
            return None
        result = self._solver.solve(goals.keys() | {-node.args[1].id})
        if not isinstance(result, Empty):
            return None
        blame = bit
        for goal, origin in goals.items():
            if result.core is None or goal in result.core:
                blame |= origin
        return result.blamed(blame)


def _merge(facts: Facts, more: Facts) -> None:
    for name, (nodes, needed) in more.items():
        known, before = facts.get(name, ((), False))
        facts[name] = (known + nodes, needed or before)

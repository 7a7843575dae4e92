"""Alternatives that a branch rules out at one look, without opening them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.schema.nodes import Op
from contracts.schema.results import EMPTY, Empty

if TYPE_CHECKING:
    from contracts.schema.search import Branch, Facts, Search


class Glance:
    """What the literals of a branch say about members, gathered for one split."""

    def __init__(self, search: Search, branch: Branch) -> None:
        from contracts.schema.search import merge

        self._search = search
        self._facts: Facts = {}
        self._blames: dict[str, int] = {}
        self._members: dict[str, dict[int, int]] = {}
        for ident in branch.literals:
            if ident < 0:
                continue
            node = search.universe.signed(ident)[0]
            facts = search.facts_of(node, 0)
            merge(self._facts, facts)
            for name in facts:
                self._blames[name] = self._blames.get(name, 0) | branch.seen[ident]
            if node.op is Op.MEMBER:
                goals = self._members.setdefault(node.args[0], {})
                goals[node.args[1].id] = branch.seen[ident]

    def hopeless(self, ident: int, bit: int) -> Empty | None:
        """Emptiness, blamed with the decision's bit, if an alternative contradicts the literals."""
        if ident > 0:
            node = self._search.universe.signed(ident)[0]
            name = self._search.clash(node, self._facts) if self._facts else None
            return EMPTY.blamed(self._blames[name] | bit) if name is not None else None
        return self._without_member(ident, bit)

    def _without_member(self, ident: int, bit: int) -> Empty | None:
        """Emptiness, if no value of a member is what the negated formula asks for."""
        node = self._search.universe.signed(ident)[0]
        goals = self._members.get(node.args[0]) if node.op is Op.MEMBER else None
        if goals is None:
            return None
        result = self._search.solver.solve(goals.keys() | {-node.args[1].id})
        if not isinstance(result, Empty):
            return None
        blame = bit
        for goal, origin in goals.items():
            if result.core is None or goal in result.core:
                blame |= origin
        return result.blamed(blame)

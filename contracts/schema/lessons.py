"""Decisions that contradict each other, remembered for the rest of one search."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from contracts.schema.results import Empty

if TYPE_CHECKING:
    from contracts.schema.search import Branch

_MOST_DECISIONS = 12
_MOST_LESSONS = 5_000


class Lessons:
    """Sets of formulas that cannot hold together, given the goals of the search."""

    def __init__(self) -> None:
        self._of: dict[int, list[tuple[frozenset[int], Empty]]] = {}
        self._met: set[frozenset[int]] = set()

    def learn(self, branch: Branch, found: Empty) -> None:
        """Remember the decisions that a contradiction rests on."""
        bits = found.blame >> branch.goals
        together = frozenset(c for at, c in enumerate(branch.choices) if bits >> at & 1)
        full = len(self._met) >= _MOST_LESSONS
        if full or not together or len(together) > _MOST_DECISIONS or together in self._met:
            return
        self._met.add(together)
        from_goals = found.blamed(found.blame & ((1 << branch.goals) - 1))
        for ident in together:
            self._of.setdefault(ident, []).append((together - {ident}, from_goals))

    def clash(self, ident: int, blame: int, seen: Mapping[int, int]) -> Empty | None:
        """A contradiction known before that a formula completes."""
        for others, found in self._of.get(ident, ()):
            if seen.keys() >= others:
                for other in others:
                    blame |= seen[other]
                return found.blamed(found.blame | blame)
        return None

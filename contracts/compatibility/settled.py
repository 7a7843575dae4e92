"""Alternatives that need no question: they are unchanged, and so is all they may be taken for.

A value of such an alternative is of the same alternatives on both sides. What is left is a member
that it holds and that is read by another alternative now (`docs/decisions/0007`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from contracts.compatibility.spots import Spot
from contracts.compatibility.telling import Row, Telling


def shut(telling: Telling, row: Row) -> bool:
    """Whether other members than its own are refused, in every version."""
    return all(telling.facts(spot).shut for spot in row if spot is not None)


class Settled:
    """Answers about the alternatives of one pair of unions with the same keyword."""

    def __init__(
        self, rows: Sequence[Row], telling: Telling, same: Callable[[Spot, Spot], bool]
    ) -> None:
        """``same``: whether an alternative is the same, and named so, on both sides."""
        self._rows = rows
        self._telling = telling
        self._same = same
        self._unchanged: dict[int, bool] = {}
        self._known: dict[int, bool] = {}

    def __call__(self, row: Row) -> bool:
        """Whether whoever reads the union reads what is sent of this alternative as before."""
        known = self._known.get(id(row))
        if known is None:
            known = self._known[id(row)] = self._settled(row)
        return known

    def _is_unchanged(self, row: Row) -> bool:
        known = self._unchanged.get(id(row))
        if known is None:
            one, other = row
            known = one is not None and other is not None and self._same(one, other)
            self._unchanged[id(row)] = known
        return known

    def _settled(self, row: Row) -> bool:
        if not self._is_unchanged(row):
            return False
        changed: list[Row] = []
        near = [row]
        for rival in self._rows:
            if rival is row:
                continue
            unchanged = self._is_unchanged(rival)
            if not unchanged:
                changed.append(rival)
            if not self._telling.never_both(row, rival):
                if not unchanged:
                    return False
                near.append(rival)
        held = self._held(near)
        return not any(self._gains(one, rival, held) for one in near for rival in changed)

    def _held(self, near: Sequence[Row]) -> frozenset[str] | None:
        """The members that a value may hold which is of some of these; None for any."""
        found: set[str] = set()
        for facts in (
            self._telling.facts(spot) for row in near for spot in row if spot is not None
        ):
            if facts.listed is None or not facts.closed:
                return None
            found |= facts.listed
        return frozenset(found)

    def _gains(self, row: Row, rival: Row, held: frozenset[str] | None) -> bool:
        """Whether a member that is held is read by a rival in one version and not in the other."""
        assert row[0] is not None
        assert row[1] is not None
        changed = self._read(row[0], rival[0]) ^ self._read(row[1], rival[1])
        return bool(changed if held is None else changed & held)

    def _read(self, one: Spot, other: Spot | None) -> frozenset[str]:
        """The members of values of the one that the other one reads."""
        if other is None or self._telling.told(one, other):
            return frozenset()
        own, theirs = self._telling.facts(one).listed, self._telling.facts(other).listed
        return theirs - own if own is not None and theirs is not None else frozenset()

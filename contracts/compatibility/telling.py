"""Whether a value of one alternative may be one of another, as far as their texts tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from contracts.compatibility.schema_facts import Facts
from contracts.compatibility.spots import Spot
from contracts.compatibility.union_lists import Branch
from contracts.schema.values import Kind

_DEEPEST = 3

_OBJECT = Kind.OBJECT.value

Row = tuple[Spot | None, Spot | None]
"""An alternative before and after; one of the two may be missing."""


class Telling:
    """Answers about the alternatives of a pair of unions, of which :attr:`facts` are known."""

    def __init__(self, facts: Callable[[Spot], Facts], same: Callable[[Spot, Spot], bool]) -> None:
        """``same``: whether an alternative is the same with all it refers to."""
        self.facts = facts
        self._same = same
        self._branches: Mapping[int, Branch] = {}
        """Where the alternatives stand that are looked at, by their ``id``."""
        self._told: dict[tuple[int, int], bool] = {}
        """Of two of these unions or alternatives, whether the one is told from the other."""
        self._excluding: dict[tuple[int, int], bool] = {}
        self._sides: dict[int, list[Spot]] = {}
        self._chains: dict[int, list[Branch]] = {}
        self._beside: dict[tuple[int, int], frozenset[str]] = {}
        """What is listed beside an alternative, in so many of the unions that it is in."""

    def start(self, branches: Mapping[int, Branch]) -> None:
        """Look at the alternatives that stand there."""
        self._branches, self._told = branches, {}
        self._excluding, self._sides = {}, {}
        self._chains, self._beside = {}, {}

    def near(self, rows: Sequence[Row]) -> Iterator[tuple[Row, Row]]:
        """The pairs of alternatives of which one may be anything to the other one.

        Most say by a constant what they are, and are nothing to those of other constants, in no
        version: except where one declares something else now, and the other one is in another
        union inside of the union (`told`).
        """
        names: dict[str, int] = {}
        for spot in (spot for row in rows for spot in row if spot is not None):
            for name in self.facts(spot).telling:
                names[name] = names.get(name, 0) + 1
        name = max(names, key=names.__getitem__, default="")
        unsaid: dict[int, Row] = {}
        saying: dict[object, list[Row]] = {}
        changed: list[Row] = []
        for index, row in enumerate(rows):
            said = self._said(row, name)
            if said is None:
                yield from ((other, row) for other in rows[:index])
                unsaid[id(row)] = row
                continue
            met = {id(other): other for value in said for other in saying.get(value, ())} | unsaid
            yield from ((other, row) for other in met.values())
            declares = self._declares_otherwise(row)
            for other in rows[:index] if declares else changed:
                if id(other) not in met and self._divided(other, row):
                    yield other, row
            for value in said:
                saying.setdefault(value, []).append(row)
            if declares:
                changed.append(row)

    def _said(self, row: Row, name: str) -> frozenset[object] | None:
        """What objects must say in a member, in either version; None unless they must."""
        known = [self.facts(spot) for spot in row if spot is not None]
        if not all(one.bits == _OBJECT and name in one.telling for one in known):
            return None
        return frozenset().union(*(one.telling[name] for one in known))

    def _declares_otherwise(self, row: Row) -> bool:
        lists = [self.facts(spot).listed for spot in row if spot is not None]
        return any(names != lists[0] for names in lists)

    def _divided(self, row: Row, rival: Row) -> bool:
        """Whether two alternatives stand in different unions inside of the union."""
        branches = [[self._branches.get(id(spot)) for spot in one] for one in (row, rival)]
        return any(
            one is not None and other is not None and one.inside is not other.inside
            for one, other in zip(*branches, strict=True)
        )

    def told(self, spot: Spot, rival: Spot) -> bool:
        """Whether a type or constant tells that an object is not read by another alternative."""
        return self._tell(*self._parting(spot, rival))

    def listed_beside(self, spot: Spot | None, rival: Spot | None) -> frozenset[str]:
        """What may be read by other alternatives of unions that an alternative is in.

        Of those that the rival is in as well it reads its members itself.
        """
        if spot is None or id(spot) not in self._branches:
            return frozenset()
        chain = self._around(spot)[:-1]
        without = self._around(rival) if chain and rival is not None else ()
        apart = next((i for i, one in enumerate(chain) if one.inside in without), len(chain))
        name = (id(spot), apart)
        if name not in self._beside:
            self._beside[name] = self._all_beside(chain[:apart])
        return self._beside[name]

    def _all_beside(self, branches: Sequence[Branch]) -> frozenset[str]:
        """What may be read by other alternatives of the unions that these stand in."""
        found: set[str] = set()
        for branch in branches:
            for other in branch.beside():
                if not self._tell(branch, other):
                    lists = (self.facts(one).listed for one in other.leaves())
                    found.update(*(names for names in lists if names is not None))
        return frozenset(found)

    def _around(self, spot: Spot) -> list[Branch]:
        known = self._chains.get(id(spot))
        if known is None:
            branch = self._branches.get(id(spot))
            known = self._chains[id(spot)] = branch.around() if branch is not None else []
        return known

    def _parting(self, spot: Spot, rival: Spot) -> tuple[Branch, Branch]:
        """The alternatives of one union, or of a union in it, that two alternatives are (in)."""
        one, other = self._around(spot)[::-1], self._around(rival)[::-1]
        pairs = zip(one, other, strict=False)
        return next((pair for pair in pairs if pair[0] is not pair[1]), (one[-1], other[-1]))

    def _tell(self, branch: Branch, other: Branch) -> bool:
        """Whether a type or constant tells that an object is not read by another alternative.

        Of a union inside of a union all alternatives must be told, as it is one alternative there.
        """
        name = (id(branch), id(other))
        if name not in self._told:
            theirs = [self.facts(one) for one in other.leaves()]
            self._told[name] = all(
                self._tells(self.facts(one), facts) for one in branch.leaves() for facts in theirs
            )
        return self._told[name]

    def _tells(self, ours: Facts, theirs: Facts) -> bool:
        if not theirs.bits & _OBJECT or not ours.bits & theirs.bits:
            return True
        if _constants_tell(ours, theirs):
            return True
        return any(
            self._differ(self.facts(one), self.facts(other))
            for name in ours.required - theirs.unsent
            for one in ours.members.get(name, ())
            for other in theirs.members.get(name, ())
        )

    def _differ(self, one: Facts, other: Facts) -> bool:
        lists = one.values, other.values
        if lists[0] is not None and lists[1] is not None and lists[0].isdisjoint(lists[1]):
            return True
        return not one.bits & other.bits

    def exclusive(self, one: Spot, other: Spot) -> bool:
        """Whether no value at all is one of both, whoever sends it."""
        return self._apart(self.facts(one), self.facts(other), 0, sent=False)

    def never_both(self, row: Row, rival: Row) -> bool:
        """Whether no value at all is of both alternatives, in any version."""
        name = (id(row), id(rival)) if id(row) < id(rival) else (id(rival), id(row))
        known = self._excluding.get(name)
        if known is None:
            known = self._excluding[name] = all(
                self.exclusive(one, other)
                for one in self._versions(row)
                for other in self._versions(rival)
            )
        return known

    def _versions(self, row: Row) -> list[Spot]:
        """An alternative before and after, or once if it is the same."""
        known = self._sides.get(id(row))
        if known is None:
            known = [spot for spot in row if spot is not None]
            if len(known) == 2 and self._same(*known):
                known.pop()
            self._sides[id(row)] = known
        return known

    def apart(self, written: Spot, read: Spot) -> bool:
        """Whether no value that a writer of the one sends is one of the other."""
        return self._apart(self.facts(written), self.facts(read), 0, sent=True)

    def _apart(self, written: Facts, read: Facts, depth: int, *, sent: bool) -> bool:
        common = written.bits & read.bits
        if not common:
            return True
        if written.values is not None and read.values is not None:
            return written.values.isdisjoint(read.values)
        if common != _OBJECT or depth > _DEEPEST:
            return False
        if _constants_tell(written, read):
            return True
        for name in (written.required | read.required) - written.unsent - read.unsent:
            ours, theirs = written.says(name), read.says(name)
            if not ours and name not in written.required:
                if written.closed if sent else written.shut:
                    return True
                continue
            if not theirs and name not in read.required and read.shut:
                return True
            for spot in ours:
                for twin in theirs:
                    if self._apart(self.facts(spot), self.facts(twin), depth + 1, sent=sent):
                        return True
        return False


def _constants_tell(one: Facts, other: Facts) -> bool:
    """Whether a member that both require has other constants in each."""
    return any(
        name in other.telling and values.isdisjoint(other.telling[name])
        for name, values in one.telling.items()
    )

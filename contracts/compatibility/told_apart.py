"""Unions whose alternatives no value can confuse: each is compared with what it became.

Where every value of an alternative is certainly refused by all alternatives of the other version
but one, a union contains another if its alternatives do, one by one, and a value that breaks an
alternative breaks the union. What tells two schemas apart is read from their text: types, members
with other values, a member that the one requires and writers of the other do not send. A schema
without a choice is a union of one. Types of values whose alternatives may be confused are left
to the engine, which is asked about these types alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence, Set
from itertools import combinations

from contracts.compatibility.alike import matched
from contracts.compatibility.misread import misread
from contracts.compatibility.schema_facts import SchemaFacts, union_of
from contracts.compatibility.settled import Settled, shut
from contracts.compatibility.spots import Spot
from contracts.compatibility.telling import Row, Telling
from contracts.compatibility.union_lists import (
    MOST_ALTERNATIVES,
    Listed,
    UnionLists,
    name_others,
    own_names,
)
from contracts.lean_dataclasses import dataclass
from contracts.schema.options import MOST_TOLD_APART
from contracts.schema.values import Kind

STRUCTURED = Kind.OBJECT | Kind.ARRAY
"""Types whose values hold others; single values are better told of by the engine."""

Names = tuple[frozenset[str], frozenset[str]]

_BOTH = frozenset({0, 1})
_NOWHERE: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Parted:
    """Two unions taken apart."""

    pairs: tuple[tuple[Spot, Spot], ...]
    """An alternative, and the only one that takes any of its values in the other version."""
    doubtful: tuple[tuple[Spot, Spot], ...] = ()
    """The same, where another one may take a value that what it became refuses."""
    only_old: tuple[Spot, ...] = ()
    """Alternatives that became none of the other version's."""
    only_new: tuple[Spot, ...] = ()
    rest: Kind = Kind(0)
    """Types of values about which the pair must be asked as it is."""
    tangled: tuple[Row, ...] = ()
    """Alternatives about whose objects it must be, too."""
    lost: tuple[tuple[Row, Names], ...] = ()
    """Alternatives and members that each no longer describes and another one, of no value of it,
    does: by each side as the reader, the old one first.
    """
    exclusive: bool = False
    """Whether what is sent as an alternative of a list is any value of it, and of no other one."""
    fitting: tuple[tuple[Row, ...], tuple[Row, ...]] = ((), ())
    """Those of them that need not, where the old or the new version reads, if what they became
    contains them."""

    @property
    def asks(self) -> bool:
        """Whether anything is left to ask beside the pairs."""
        alone = self.only_old or self.only_new or self.lost
        return bool(self.doubtful or alone or self.rest or self.tangled)


class ToldApart:
    """Takes pairs of unions apart; ``travels`` tells whether a member is sent at all.

    ``same``: whether two schemas are equal with all they refer to; ``tolerant``: whether readers
    ignore members that they do not know.
    """

    def __init__(
        self,
        travels: Callable[[Spot], bool],
        same: Callable[[Spot, Spot], bool],
        *,
        declared_only: bool,
        tolerant: bool,
    ) -> None:
        self._declared_only = declared_only
        self._same = same
        self.facts = SchemaFacts(travels, declared_only=declared_only, tolerant=tolerant).of
        self._lists = UnionLists(self.facts)
        self._telling = Telling(self.facts, same)
        self._row_kinds: dict[int, Kind] = {}
        self._told_by_members = True
        """Whether the members of a value tell which alternative it is meant for."""

    def parted(self, old: Spot, new: Spot) -> Parted | None:
        """The alternatives of both sides, paired; None if nothing is gained by that."""
        before, after = self._lists.of(old), self._lists.of(new)
        if before is None or after is None or (before.keyword is None and after.keyword is None):
            return None
        counts = [len(side.spots) for side in (before, after)]
        if max(counts) > MOST_ALTERNATIVES or sum(counts) < 3:
            return None
        if not any(self._kinds(spot) & STRUCTURED for spot in (*before.spots, *after.spots)):
            return None
        self._row_kinds = {}
        self._telling.start(before.branches | after.branches)
        self._told_by_members = min(before.shortest, after.shortest) <= MOST_TOLD_APART
        rows = _rows((before.spots, after.spots), matched(before.spots, after.spots))
        confused, tangled, alike, lost = self._confused(rows, before, after)
        clear = [r for r in rows if not confused & self._kinds_of(r) and id(r) not in tangled]
        left = [r for r in rows if id(r) in tangled and not confused & self._kinds_of(r)]
        fitting = [
            tuple(r for r in left if id(r) not in lost and reader not in tangled[id(r)])
            for reader in (0, 1)
        ]
        if not clear and not any(fitting):
            return None
        pairs = [(one, other) for one, other in clear if one is not None and other is not None]
        return Parted(
            tuple(pair for pair in pairs if id(pair[0]) not in alike),
            tuple(pair for pair in pairs if id(pair[0]) in alike),
            tuple(one for one, other in clear if one is not None and other is None),
            tuple(other for one, other in clear if one is None and other is not None),
            confused,
            tuple(left),
            tuple((row, lost[id(row)]) for row in clear if id(row) in lost),
            None in (before.keyword, after.keyword) and self._exclude(before, after),
            (fitting[0], fitting[1]),
        )

    def _exclude(self, *sides: Listed) -> bool:
        """Whether the alternatives of each side exclude each other, and are not named beside."""
        return all(
            not any(side.named.values())
            and all(self._telling.exclusive(*two) for two in combinations(side.spots, 2))
            for side in sides
        )

    def _kinds(self, spot: Spot) -> Kind:
        return self.facts(spot).kinds

    # -- who may be taken for whom

    def _confused(
        self, rows: Sequence[Row], before: Listed, after: Listed
    ) -> tuple[Kind, dict[int, set[int]], set[int], dict[int, Names]]:
        """The types of values, and the rows of objects, of which it cannot be said what they are.

        Rows where the old (0) or the new version (1) reads. And the alternatives whose values may
        be taken for another one's, where that harms none; and the members that rows of objects
        lose to others of which no value is one of theirs.
        """
        keywords = before.keyword, after.keyword
        found = Kind(0)
        tangled: dict[int, set[int]] = {}
        alike: set[int] = set()
        lost: dict[int, Names] = {}
        settled = self._settled(rows, before, after)

        def confuse(*several: Row, readers: Set[int] = _BOTH) -> None:
            nonlocal found
            left = [row for row in several if not settled(row)]
            kinds = union_of(map(self._kinds_of, left))
            if kinds == Kind.OBJECT:
                for row in left:
                    tangled.setdefault(id(row), set()).update(readers)
            else:
                found |= kinds

        for row in rows:
            one, other = row
            if one is None or other is None:
                clear = bool(self._kinds_of(row) & STRUCTURED)
            else:
                clear = self._named_alike(before, after, one, other)
            if not clear:
                confuse(row)
        near = list(self._telling.near(rows))
        refused: dict[tuple[int, int], set[int]] = defaultdict(set)
        for reader, *pair in misread(near, rows, self._telling) if self._declared_only else ():
            refused[min(pair), max(pair)].add(reader)
        for row, rival in near:
            either = sorted((id(row), id(rival)))
            if self._only_lose(row, rival, lost):
                continue
            mixed = self._mix(row, rival, keywords) | refused[either[0], either[1]]
            if mixed:
                confuse(row, rival, readers=mixed)
            if mixed != _BOTH and not self._keep_apart(row, rival, keywords):
                alike.update(map(id, (*row, *rival)))
                if "oneOf" in keywords and not self._may_be_several(row, rival, keywords):
                    confuse(row, rival)
        groups = [self._kinds(spot) for spot in (*before.spots, *after.spots)]
        lost = {id(row): lost[id(row)] for row in rows if id(row) in lost and not settled(row)}
        return _spread(found, groups), tangled, alike, lost

    def _settled(self, rows: Sequence[Row], before: Listed, after: Listed) -> Callable[[Row], bool]:
        """Whether nothing about an alternative has to be asked."""
        if before.keyword != after.keyword:
            return lambda _: False

        def same(one: Spot, other: Spot) -> bool:
            return self._same(one, other) and self._named_alike(before, after, one, other)

        return Settled(rows, self._telling, same)

    def _kinds_of(self, row: Row) -> Kind:
        known = self._row_kinds.get(id(row))
        if known is None:
            known = union_of(self._kinds(spot) for spot in row if spot is not None)
            self._row_kinds[id(row)] = known
        return known

    def _keep_apart(self, row: Row, rival: Row, keywords: tuple[str | None, ...]) -> bool:
        """Whether no value of one alternative is taken, or refused, because of another one."""
        if self._telling.never_both(row, rival):
            return True
        for one, other in ((row[0], rival[1]), (rival[0], row[1])):
            if False in self._both_ways(one, other):
                return False
        for one, other, word in zip(row, rival, keywords, strict=True):
            if word == "oneOf" and True not in self._both_ways(one, other):
                return False
        return True

    def _may_be_several(self, row: Row, rival: Row, keywords: tuple[str | None, ...]) -> bool:
        """Whether nothing is refused for being of two alternatives (`docs/decisions/0007`)."""
        if not self._declared_only or set(keywords) != {"oneOf"}:
            return False
        if self._kinds_of(row) | self._kinds_of(rival) != Kind.OBJECT:
            return False
        for one, other in zip(row, rival, strict=True):
            if one is not None and other is not None:
                first, second = self.facts(one).demanded, self.facts(other).demanded
                if first - second and second - first:
                    return False
        return True

    def _both_ways(self, one: Spot | None, other: Spot | None) -> tuple[bool, bool]:
        if one is None or other is None:
            return True, True
        return self._telling.apart(one, other), self._telling.apart(other, one)

    def _mix(self, row: Row, rival: Row, keywords: tuple[str | None, ...]) -> Set[int]:
        """Where what tells two alternatives apart, or closes one of them, may be mistaken.

        Where the old (0) or the new version (1) reads.
        """
        if not self._declared_only:
            return _NOWHERE
        lost = {
            reader
            for reader in (0, 1)
            for one, other in ((row, rival), (rival, row))
            if self._told_by_members and self._loses(one[1 - reader], one[reader], other[reader])
        }
        if len(lost) == 2 or self._telling.never_both(row, rival):
            return lost
        if set(keywords) == {"anyOf", "oneOf"}:
            return _BOTH
        if shut(self._telling, row) or shut(self._telling, rival):
            return lost  # what is one of both has no member that the shut one does not describe
        present = [spot for spot in (*row, *rival) if spot is not None]
        if not all(self.facts(spot).open for spot in present):
            return _BOTH
        return lost if self._counted_alike(row) and self._counted_alike(rival) else _BOTH

    def _counted_alike(self, row: Row) -> bool:
        """Whether what a value has beside the members of an alternative is too many in neither.

        One member is all that the alternative may ask for: a value without any is another one's.
        """
        counts = [self.facts(spot).counts for spot in row if spot is not None]
        if len(counts) == 2 and counts[0] != counts[1]:
            return False
        return all(
            type(most) is int and (word == "maxProperties" or most <= 1)
            for said in counts
            for word, most in said
        )

    def _only_lose(self, row: Row, rival: Row, lost: dict[int, Names]) -> bool:
        """Whether members that one of two loses to the other are all that concerns them both."""
        if not self._declared_only or self._kinds_of(row) | self._kinds_of(rival) != Kind.OBJECT:
            return False
        if not self._told_by_members or not self._telling.never_both(row, rival):
            return False
        for one, other in ((row, rival), (rival, row)):
            names = self._lost(one[1], one[0], other[0]), self._lost(*one, other[1])
            if any(names):
                before = lost.get(id(one), (frozenset(), frozenset()))
                lost[id(one)] = (before[0] | names[0], before[1] | names[1])
        return True

    def _loses(self, written: Spot | None, read: Spot | None, rival: Spot | None) -> bool:
        """Whether a value may come with a member that only another alternative declares now."""
        return bool(self._lost(written, read, rival))

    def _lost(self, written: Spot | None, read: Spot | None, rival: Spot | None) -> frozenset[str]:
        """Such members."""
        if written is None or read is None or rival is None:
            return frozenset()
        sent, known, theirs = (self.facts(spot).listed for spot in (written, read, rival))
        if known is None or theirs is None or known >= (theirs if sent is None else theirs & sent):
            return frozenset()
        if self._telling.told(read, rival):
            return frozenset()
        return (theirs if sent is None else theirs & sent) - known

    # -- discriminators

    def _named_alike(self, before: Listed, after: Listed, one: Spot, other: Spot) -> bool:
        """Whether discriminators let a value of an alternative be one of what it became."""
        said = before.named.get(id(one), ()), after.named.get(id(other), ())
        names = {about.name for named in said for about, _ in named}
        if not names:
            return True
        if len(names) > 1:
            return False
        name = names.pop()
        lists = [self._listed(spot, name) for spot in (one, other)]
        if lists == [None, None]:
            texts = [[m.value for m in self.facts(s).members.get(name, ())] for s in (one, other)]
            named = all(
                Kind.STRING in self.facts(member).kinds
                for spot in (one, other)
                for member in self.facts(spot).members.get(name, ())
            )
            if texts[0] != texts[1] or max(map(len, said)) > 1 or not named:
                return False
        elif None in lists:
            return False
        sent = [
            own_names(named) if own is None else own for named, own in zip(said, lists, strict=True)
        ]
        return not any(name_others(named, values) for values in sent for named in said)

    def _listed(self, spot: Spot, name: str) -> frozenset[object] | None:
        told = self.facts(spot).telling.get(name)
        if told is not None:
            return told
        lists = (self.facts(member).values for member in self.facts(spot).members.get(name, ()))
        return next((values for values in lists if values is not None), None)


def _spread(found: Kind, groups: Sequence[Kind]) -> Kind:
    """All types of the alternatives that may be of one of these types."""
    while True:
        more = found
        for kinds in groups:
            if kinds & found:
                more |= kinds
        if more == found:
            return found
        found = more


def _rows(sides: tuple[list[Spot], list[Spot]], twins: Sequence[tuple[Spot, Spot]]) -> list[Row]:
    """Every alternative in one row with what it became, or alone."""
    paired = [{id(pair[side]) for pair in twins} for side in (0, 1)]
    rows: list[Row] = list(twins)
    rows.extend((spot, None) for spot in sides[0] if id(spot) not in paired[0])
    rows.extend((None, spot) for spot in sides[1] if id(spot) not in paired[1])
    return rows

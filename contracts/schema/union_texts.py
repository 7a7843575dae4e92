"""What alternatives say about one value, read from their text, for the validators' schemas.

An alternative that certainly takes nothing that stands at its depth of the value is left out:
validators would try each of them again at every level.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations

from contracts.schema.discriminators import Discriminator, discriminator_of
from contracts.schema.locations import Location
from contracts.schema.mark_texts import MarkTexts
from contracts.schema.member_texts import MemberTexts
from contracts.schema.options import Side
from contracts.schema.references import Sources
from contracts.schema.values import key
from contracts.verdict import Json

_SAYS_NOTHING = frozenset(
    {
        *("$ref", "$comment", "title", "summary", "description", "deprecated"),
        *("default", "example", "examples"),
    }
)
_LONGEST_CHAIN = 64

MOST_ALTERNATIVES = 24
"""Of more alternatives, members do not tell which is meant."""


def names_by_depth(value: Json) -> list[frozenset[str]]:
    """The member names of a value, by how many containers stand around the object."""
    found: list[frozenset[str]] = []
    level = [value]
    while level:
        names: set[str] = set()
        inner: list[Json] = []
        for item in level:
            if isinstance(item, dict):
                names.update(item)
                inner.extend(item.values())
            elif isinstance(item, list):
                inner.extend(item)
        found.append(frozenset(names))
        level = inner
    return found


def values_by_name(value: Json) -> list[dict[str, set[object]]]:
    """The single values of the members of a value, by depth and name, as keys.

    A name without values holds an array or object somewhere at that depth.
    """
    found: list[dict[str, set[object]]] = []
    level = [value]
    while level:
        here: dict[str, set[object]] = {}
        inner: list[Json] = []
        for item in level:
            if isinstance(item, dict):
                for name, member in item.items():
                    here.setdefault(name, set()).add(_single(member))
                inner.extend(item.values())
            elif isinstance(item, list):
                inner.extend(item)
        found.append(here)
        level = inner
    return found


_STRUCTURED = object()


def _single(value: Json) -> object:
    return _STRUCTURED if isinstance(value, (dict, list)) else key(value)


class UnionTexts(MemberTexts):
    """Answers about the alternatives of one side, for one value."""

    def __init__(self, sources: Sources, side: Side, value: Json) -> None:
        super().__init__(sources)
        self._side = side
        self._members = names_by_depth(value)
        self._single_values = values_by_name(value)
        self._depth = 0
        self._marks = MarkTexts.of(sources, side)
        self.looked_at_values = False
        """Whether more was left out than the names of the value's members decide."""
        self._sure = True
        """Which of two meanings is asked for; see :mod:`contracts.schema.partial`."""

    @abstractmethod
    def _reference(self, at: Location, *, closed: bool = False) -> dict[str, Json]: ...

    @abstractmethod
    def _unsent(self, at: Location) -> bool: ...

    def _here(self) -> frozenset[str]:
        """The names of members at this depth of the value."""
        return self._members[self._depth] if self._depth < len(self._members) else frozenset()

    # -- alternatives that cannot be meant

    def _may_take(self, at: Location) -> bool:
        """Whether an alternative may take something that stands at this depth of the value."""
        parts = self._conjuncts(at)
        if not any(isinstance(p.raw, dict) and p.raw.get("type") == "object" for p in parts):
            return True
        here = self._here()
        values = self._single_values[self._depth] if self._depth < len(self._members) else {}
        for part in parts:
            raw = part.raw
            if not isinstance(raw, dict):
                continue
            for name in self._required(part):
                if name not in here:
                    return False
                listed = self._listed_values(part, name)
                if listed is not None and values[name].isdisjoint(listed):
                    self.looked_at_values = True
                    return False
        return True

    def _required(self, at: Location) -> Iterator[str]:
        """Members that are required and sent."""
        needed, members = at.raw.get("required"), at.raw.get("properties")
        for name in needed if isinstance(needed, list) else ():
            declared = isinstance(members, dict) and name in members
            if isinstance(name, str) and not (
                declared and self._unsent(at.child("properties", name))
            ):
                yield name

    def _listed_values(self, at: Location, name: str) -> frozenset[object] | None:
        members = at.raw.get("properties")
        if not isinstance(members, dict) or not isinstance(members.get(name), dict):
            return None
        member = self._followed(at.child("properties", name))
        raw = member.raw
        if not isinstance(raw, dict) or "$ref" in raw:
            return None
        if "const" in raw and member.dialect.rules.words >= 6:
            return frozenset({_single(raw["const"])})
        listed = raw.get("enum")
        return frozenset(map(_single, listed)) if isinstance(listed, list) else None

    def _conjuncts(self, at: Location) -> list[Location]:
        """A schema and those that hold together with it."""
        found = [self._followed(at)]
        met = {found[0].identity}
        for place in found:  # grows while it is read
            raw = place.raw
            if not isinstance(raw, dict) or "$ref" in raw or len(found) > _LONGEST_CHAIN:
                continue
            parts = raw.get("allOf")
            for index in range(len(parts) if isinstance(parts, list) else 0):
                part = self._followed(place.child("allOf", index))
                if part.identity not in met:
                    met.add(part.identity)
                    found.append(part)
        return found

    def _followed(self, at: Location) -> Location:
        """Where a reference leads beside which nothing counts."""
        for _ in range(_LONGEST_CHAIN):
            raw = at.raw
            if not isinstance(raw, dict) or not isinstance(raw.get("$ref"), str):
                break
            if at.dialect.rules.siblings and not raw.keys() <= _SAYS_NOTHING:
                break
            at = self._follow(at, "$ref")
        return at

    def _only_choice(self, at: Location) -> Location:
        """Where a schema leads that refers to another one, or has one alternative for the value."""
        for _ in range(_LONGEST_CHAIN):
            at = self._followed(at)
            raw = at.raw
            if not self._side.overlapping or not isinstance(raw, dict) or "$ref" in raw:
                return at
            words = [w for w in raw if w not in _SAYS_NOTHING and not w.startswith("x-")]
            keyword = words[0] if len(words) == 1 else ""
            if keyword not in ("anyOf", "oneOf") or not isinstance(raw[keyword], list):
                return at
            places = [at.child(keyword, index) for index in range(len(raw[keyword]))]
            left = [place for place in places if self._may_take(place)]
            if len(left) != 1:
                return at
            at = left[0]
        return at

    # -- one of the alternatives is meant

    def _chosen(self, at: Location, keyword: str, places: list[Location]) -> list[Json]:
        """The alternatives of which one is meant: the one that declares the members."""
        possible = [index for index, place in enumerate(places) if self._may_take(place)]
        if not possible:
            return [False]
        left = [places[index] for index in possible]
        named = [self._reference(place) for place in left]
        applies = self._side.discriminated and at.dialect.rules.openapi
        said = discriminator_of(at.raw, keyword) if applies else None
        if said is not None:
            named = [
                self._as_named(said, index, place, one)
                for index, place, one in zip(possible, left, named, strict=True)
            ]
        found: list[Json] = [{"anyOf": named}]
        if self._side.closed:  # what a chosen alternative requires is declared
            chosen = [
                {"allOf": [one], "properties": self._demanded(place, set())}
                for one, place in zip(named, left, strict=True)
            ]
            found = [{"anyOf": chosen}]
        if keyword == "oneOf":
            found.append({"anyOf": [{"type": ["object", "array", "null"]}, {"oneOf": named}]})
        if not 1 < len(places) <= MOST_ALTERNATIVES:
            return found
        here = self._here()
        beside = at.raw.get("properties")
        around = beside if isinstance(beside, dict) else {}
        listed = [self._listed(place, set()) for place in places]
        owned = [own - set(around) if own is not None else None for own in listed]
        foreign = [self._foreign(index, places, owned) for index in possible]
        named_by = [_naming(said, owned, index) for index in possible]
        found += _readers(named, foreign, named_by, here)
        if keyword == "oneOf":
            found += self._exclusive(left, named, foreign, here)
        return found

    def _as_named(
        self, said: Discriminator, index: int, place: Location, one: dict[str, Json]
    ) -> dict[str, Json]:
        """An alternative without values by which a discriminator names another one.

        A writer sends those that name it, where its schema does not say which.
        """
        others = {"enum": sorted(said.others[index])}
        own: Json = {"not": {"enum": sorted(said.written[index])}}
        limited = self._side.writer and said.written[index]
        wrong = [others] if others["enum"] else []
        if limited and not self._marks.limits(place, said.name):
            wrong.append(own)
        if not wrong:
            return one
        refused = {"required": [said.name], "properties": {said.name: {"anyOf": wrong}}}
        return {"allOf": [one], "not": {"type": "object", **refused}}

    def _foreign(
        self, index: int, places: list[Location], owned: list[set[str] | None]
    ) -> set[str]:
        """The members that others declare, whose values this alternative's may be, and it does not.

        Where that cannot be read, a value that must be taken is taken for theirs.
        """
        own = owned[index]
        found: set[str] = set()
        for place, theirs in zip(places, owned, strict=True):
            if own is None or theirs is None or theirs <= own | found:
                continue
            told = self._marks.told(places[index], place)
            if told is False or (told is None and self._sure):
                found |= theirs - own
        return found

    def _exclusive(
        self,
        places: list[Location],
        named: list[dict[str, Json]],
        foreign: list[set[str]],
        here: frozenset[str],
    ) -> Iterator[dict[str, Json]]:
        """Nothing is both of two alternatives that each require what the other does not."""
        needs = [set(self._demanded(place, set())) for place in places]
        meant = [
            {"allOf": [one], "properties": dict.fromkeys(own & here, False)}
            for one, own in zip(named, foreign, strict=True)
        ]
        for first, second in combinations(range(len(places)), 2):
            if needs[first] - needs[second] and needs[second] - needs[first]:
                yield {"not": {"type": "object", "allOf": [meant[first], meant[second]]}}


_Naming = Callable[[str], dict[str, Json] | None]


def _naming(said: Discriminator | None, owned: list[set[str] | None], index: int) -> _Naming:
    """What a value has that a discriminator tells from all alternatives that list a member."""

    def naming(member: str) -> dict[str, Json] | None:
        values = set(said.values[index]) if said is not None else set()
        for own, others in zip(owned, said.values if said is not None else (), strict=False):
            if own is not None and member in own:
                values -= others
        if said is None or not values:
            return None
        return {"not": {"properties": {said.name: {"not": {"enum": sorted(values)}}}}}

    return naming


def _readers(
    named: list[dict[str, Json]],
    foreign: list[set[str]],
    naming: list[_Naming],
    here: Iterable[str],
) -> Iterator[dict[str, Json]]:
    """A member that only some alternatives declare is read by one of those, or by one told apart.

    Members that the same alternatives declare are asked about together, once for a value.
    """
    groups: dict[str, tuple[list[Json], list[str]]] = {}
    for name in sorted(set().union(*foreign).intersection(here)):
        readers: list[Json] = []
        for one, own, by in zip(named, foreign, naming, strict=True):
            told = by(name) if name in own else {}
            if told is not None:
                readers.append({**told, "allOf": [one]} if told else one)
        groups.setdefault(repr(readers), (readers, []))[1].append(name)
    for readers, names in groups.values():
        then: Json = {"anyOf": readers} if readers else False
        if len(names) == 1:
            yield {"dependentSchemas": {names[0]: then}}
        else:
            some = [{"required": [name]} for name in names]
            yield {"if": {"type": "object", "anyOf": some}, "then": then}

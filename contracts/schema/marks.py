"""What the text of an alternative says at one look: types, and constants of required members.

By these a value is told to be of one alternative and of no other, whatever else it holds.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from contracts.lean_dataclasses import dataclass, field
from contracts.schema.locations import Location
from contracts.schema.values import NAMES, Kind, key, kind_of
from contracts.verdict import Json

if TYPE_CHECKING:
    from contracts.schema.compiler import Compiler

_MOST_PARTS = 64
_MOST_LEAVES = 64
_BESIDE = frozenset({"discriminator", "nullable", "type"})
"""What may stand beside a list of alternatives: of their values it says nothing that tells."""


_NULL: frozenset[Hashable] = frozenset({key(None)})


@dataclass(slots=True)
class Look:
    """One schema: its types, its constants, what it requires and the members it describes."""

    kinds: Kind = Kind.ALL
    values: frozenset[Hashable] | None = None
    required: set[str] = field(default_factory=set)
    members: dict[str, list[Location]] = field(default_factory=dict)
    unsent: set[str] = field(default_factory=set)
    """Members that nobody looks at in this direction."""

    def limit(self, kinds: Kind, values: frozenset[Hashable] | None) -> None:
        """Note that it is of these types, and one of these values if they are known."""
        self.kinds &= kinds
        if values is not None:
            self.values = values if self.values is None else self.values & values

    def differs(self, other: Look) -> bool:
        """Whether no value is of both, by type or constant."""
        if not self.kinds & other.kinds:
            return True
        lists = self.values, other.values
        return lists[0] is not None and lists[1] is not None and lists[0].isdisjoint(lists[1])


class Marks:
    """Reads schemas of one side, each once."""

    def __init__(self, compiler: Compiler) -> None:
        self._compiler = compiler
        self._looks: dict[Any, Look] = {}

    def told(self, one: Location, other: Location) -> bool:
        """Whether objects of one alternative are certainly none of another one.

        A member that the one requires has another type or other constants there.
        """
        theirs = self._leaves(other)
        return all(self._told(mine, leaf) for mine in self._leaves(one) for leaf in theirs)

    def limits(self, at: Location, name: str) -> bool:
        """Whether a schema lists the values of a member, or offers alternatives that do."""
        met: set[Any] = set()
        waiting = [at]
        for place in waiting:  # grows while it is read
            places = self._look([place]).members.get(name)
            if places is not None and self._look(places).values is not None:
                return True
            for part in self._conjuncts([place]) if len(waiting) <= _MOST_LEAVES else ():
                if part.identity in met or not isinstance(part.raw, dict):
                    continue
                met.add(part.identity)
                for word in _choices(part):
                    if _named_by(part.raw) == name:
                        return True
                    waiting += [part.child(word, i) for i in range(len(part.raw[word]))]
        return False

    def _told(self, one: Look, other: Look) -> bool:
        if Kind.OBJECT not in other.kinds or not one.kinds & other.kinds:
            return True
        common = (one.members.keys() & other.members.keys()) - one.unsent - other.unsent
        return any(
            self._look(one.members[name]).differs(self._look(other.members[name]))
            for name in common & one.required
        )

    def _leaves(self, at: Location) -> list[Look]:
        """A schema, or the alternatives where it is nothing but a list of these."""
        found: list[Look] = []
        met: set[Any] = set()
        waiting = [self._followed(at)]
        for place in waiting:  # grows while it is read
            keyword = _only_union(place.raw)
            if not keyword or len(waiting) > _MOST_LEAVES:
                found.append(self._look([place]))
            elif place.identity not in met:
                met.add(place.identity)
                inner = (place.child(keyword, i) for i in range(len(place.raw[keyword])))
                waiting.extend(map(self._followed, inner))
        return found

    def _followed(self, at: Location) -> Location:
        for _ in range(_MOST_PARTS):
            raw = at.raw
            if not isinstance(raw, dict) or "$ref" not in raw:
                break
            if at.dialect.rules.siblings and not _says_nothing(raw.keys() - {"$ref", "type"}):
                break
            target = self._target(at)
            if target is None:
                break
            at = target
        return at

    def _target(self, at: Location) -> Location | None:
        from contracts.schema.compiler import Malformed

        try:
            return self._compiler.target(at, "$ref", at.raw["$ref"])
        except Malformed:
            return None

    def _look(self, places: list[Location]) -> Look:
        """What schemas say together that all hold for one value."""
        name = tuple(place.identity for place in places)
        known = self._looks.get(name)
        if known is None:
            known = self._looks[name] = Look()
            for place in self._conjuncts(places):
                self._add(known, place)
        return known

    def _conjuncts(self, places: list[Location]) -> list[Location]:
        found = list(places)
        met = {place.identity for place in found}
        for place in found:  # grows while it is read
            raw = place.raw
            if not isinstance(raw, dict) or len(found) > _MOST_PARTS:
                continue
            more: list[Location | None] = [self._target(place)] if "$ref" in raw else []
            if (not more or place.dialect.rules.siblings) and isinstance(raw.get("allOf"), list):
                more += [place.child("allOf", index) for index in range(len(raw["allOf"]))]
            for part in more:
                if part is not None and part.identity not in met:
                    met.add(part.identity)
                    found.append(part)
        return found

    def _add(self, look: Look, at: Location) -> None:
        from contracts.schema.object_keywords import unsent_member

        raw = at.raw
        if not isinstance(raw, dict) or ("$ref" in raw and not at.dialect.rules.siblings):
            return
        look.kinds &= _kinds(at)
        for listed in _lists(at):
            look.limit(_any_of(map(kind_of, listed)), frozenset(map(key, listed)))
        for offered in self._offered(at):
            lists = [_NULL if one.kinds == Kind.NULL else one.values for one in offered]
            known = [values for values in lists if values is not None]
            values = frozenset[Hashable]().union(*known) if len(known) == len(lists) else None
            look.limit(_any_of(one.kinds for one in offered), values)
        needed, members = raw.get("required"), raw.get("properties")
        if isinstance(needed, list):
            look.required.update(name for name in needed if isinstance(name, str))
        for name in members if isinstance(members, dict) else ():
            place = at.child("properties", name)
            look.members.setdefault(name, []).append(place)
            if unsent_member(self._compiler, place):
                look.unsent.add(name)

    def _offered(self, at: Location) -> Iterator[list[Look]]:
        """The alternatives of a schema, list by list."""
        for word in _choices(at):
            places = (at.child(word, index) for index in range(len(at.raw[word])))
            offered = [self._look([place]) for place in places]
            if offered:
                yield offered


def _lists(at: Location) -> list[list[Json]]:
    """The values that a schema lists."""
    found = [at.raw["enum"]] if isinstance(at.raw.get("enum"), list) else []
    if "const" in at.raw and at.dialect.rules.words >= 6:
        found.append([at.raw["const"]])
    return found


def _kinds(at: Location) -> Kind:
    said = at.raw.get("type")
    if said is None:
        alone = at.dialect.rules.nullable and at.raw.get("nullable") is True
        alone = alone and at.pointer.split("/")[-2:-1] in (["anyOf"], ["oneOf"])
        return Kind.NULL if alone and _says_nothing(at.raw.keys() - {"nullable"}) else Kind.ALL
    names = said if isinstance(said, list) else [said]
    found = _any_of(
        NAMES.get("number" if name == "integer" else name, Kind.ALL)
        if isinstance(name, str)
        else Kind.ALL
        for name in names
    )
    return found | Kind.NULL if at.raw.get("nullable") is True else found


def _any_of(kinds: Iterable[Kind]) -> Kind:
    found = Kind(0)
    for kind in kinds:
        found |= kind
    return found


def _choices(at: Location) -> list[str]:
    """The keywords of a schema that list alternatives, and count where it stands."""
    if "$ref" in at.raw and not at.dialect.rules.siblings:
        return []
    return [word for word in ("anyOf", "oneOf") if isinstance(at.raw.get(word), list)]


def _named_by(raw: dict[str, Json]) -> Json:
    """The member by which a discriminator names alternatives."""
    said = raw.get("discriminator")
    return said.get("propertyName") if isinstance(said, dict) else None


def _only_union(raw: Json) -> str:
    """The keyword of a schema that is a list of alternatives and nothing else, or nothing."""
    if not isinstance(raw, dict):
        return ""
    words = [word for word in ("anyOf", "oneOf") if isinstance(raw.get(word), list)]
    return words[0] if len(words) == 1 and _says_nothing(raw.keys() - {*words, *_BESIDE}) else ""


def _says_nothing(words: Iterable[str]) -> bool:
    from contracts.schema.value_keywords import ANNOTATIONS

    return all(word in ANNOTATIONS or word.startswith("x-") for word in words)

"""Types and constants by which a value is of one alternative and of no other, for the validators.

It says of schemas' texts what :mod:`contracts.schema.marks` says, and shares nothing with it.
"""

from __future__ import annotations

from collections.abc import Iterator

from contracts.schema.locations import Location
from contracts.schema.options import Side
from contracts.schema.references import Sources, Unresolved, follow
from contracts.schema.values import key
from contracts.verdict import Json

_SAYS_NOTHING = frozenset(
    {
        *("$schema", "$id", "id", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$vocabulary"),
        *("$defs", "definitions", "$comment", "title", "summary", "description", "deprecated"),
        *("default", "example", "examples", "readOnly", "writeOnly", "xml", "externalDocs"),
        *("contentEncoding", "contentMediaType", "contentSchema"),
    }
)
_TYPES = frozenset({"object", "array", "string", "number", "boolean", "null"})
_LONGEST_CHAIN = 64
_MOST = 64


class MarkTexts:
    """Answers about pairs of alternatives of one side."""

    def __init__(self, sources: Sources, side: Side) -> None:
        self._sources = sources
        self._unsent = side.unsent
        self._known: dict[tuple[object, object], bool | None] = {}
        self._types_of: dict[object, frozenset[str]] = {}
        self._values_of: dict[object, set[object] | None] = {}

    @classmethod
    def of(cls, sources: Sources, side: Side) -> MarkTexts:
        """Those of one side of a comparison, which remember what they have answered."""
        found: MarkTexts | None = sources.answers.get((cls, side))
        if found is None:
            found = sources.answers[cls, side] = cls(sources, side)
        return found

    def told(self, one: Location, other: Location) -> bool | None:
        """Whether an object of the one alternative cannot be one of the other; None if unread.

        A member that the one requires has another type, or other constants, in both.
        """
        name = (one.identity, other.identity)
        if name not in self._known:
            rivals = self._alternatives(other)
            answers = [self._told(a, b) for a in self._alternatives(one) for b in rivals]
            unread = None if None in answers else True
            self._known[name] = False if False in answers else unread
        return self._known[name]

    def limits(self, at: Location, member: str) -> bool:
        """Whether a schema or something that it may be lists the values of a member."""
        asked, looked = [at], 0
        while asked and looked <= _MOST:
            whole = self._together([asked.pop()])
            looked += 1
            stated = self._together(_members(whole, member))
            if self._values(stated) is not None:
                return True
            for place in filter(_counts, whole):
                for keyword in ("oneOf", "anyOf"):
                    listed = place.raw.get(keyword)
                    if not isinstance(listed, list):
                        continue
                    if _discriminating(place.raw) == member:
                        return True
                    asked += [place.child(keyword, index) for index in range(len(listed))]
        return False

    def _told(self, one: Location, other: Location) -> bool | None:
        mine, theirs = self._together([one]), self._together([other])
        types = self._types(mine), self._types(theirs)
        if "object" not in types[1] or types[0].isdisjoint(types[1]):
            return True
        unread = False
        for member in sorted(_required(mine)):
            places = _members(mine, member), _members(theirs, member)
            if not all(places) or any(map(self._is_unsent, (*places[0], *places[1]))):
                continue
            first, second = self._together(places[0]), self._together(places[1])
            if self._types(first).isdisjoint(self._types(second)) or self._disjoint(first, second):
                return True
            unread = unread or self._leads_nowhere(first) or self._leads_nowhere(second)
        return None if unread else False

    def _alternatives(self, at: Location) -> list[Location]:
        """A schema, or those it lists where it is nothing but their list."""
        found, listed, met = [], [self._end(at)], set()
        for place in listed:  # grows while it is read
            keyword = _listing(place.raw)
            if keyword is None or len(listed) > _MOST:
                found.append(place)
            elif place.identity not in met:
                met.add(place.identity)
                inner = (place.child(keyword, i) for i in range(len(place.raw[keyword])))
                listed += map(self._end, inner)
        return found

    def _end(self, at: Location) -> Location:
        """Where references lead beside which nothing counts."""
        for _ in range(_LONGEST_CHAIN):
            if not isinstance(at.raw, dict) or "$ref" not in at.raw:
                break
            if _counts(at) and not all(map(_is_silent, at.raw.keys() - {"$ref", "type"})):
                break
            target = self._target(at)
            if target is None:
                break
            at = target
        return at

    def _together(self, places: list[Location]) -> list[Location]:
        """What holds with all of these schemas, references and `allOf` followed."""
        found: dict[object, Location] = {}
        waiting = list(places)
        while waiting and len(found) <= _MOST:
            at = waiting.pop()
            if at.identity in found or not isinstance(at.raw, dict):
                continue
            found[at.identity] = at
            target = self._target(at) if "$ref" in at.raw else None
            if target is not None:
                waiting.append(target)
            if _counts(at) and isinstance(at.raw.get("allOf"), list):
                waiting += [at.child("allOf", index) for index in range(len(at.raw["allOf"]))]
        return list(found.values())

    def _types(self, places: list[Location]) -> frozenset[str]:
        """The JSON types that schemas leave together, as far as they and their alternatives say."""
        found = _TYPES
        for at in filter(_counts, places):
            found &= _stated_types(at)
            for values in _constants(at):
                found &= {_type_of(value) for value in values}
            for keyword in ("anyOf", "oneOf"):
                listed = at.raw.get(keyword)
                if isinstance(listed, list) and listed:
                    offered = (self._types_at(at.child(keyword, i)) for i in range(len(listed)))
                    found &= frozenset[str]().union(*offered)
        return found

    def _disjoint(self, first: list[Location], second: list[Location]) -> bool:
        """Whether both list values, and no value in common."""
        lists = self._values(first), self._values(second)
        return lists[0] is not None and lists[1] is not None and lists[0].isdisjoint(lists[1])

    def _values(self, places: list[Location]) -> set[object] | None:
        """The values that schemas leave together; None where that is not said."""
        sets: list[set[object]] = []
        for at in filter(_counts, places):
            sets += [set(map(key, values)) for values in _constants(at)]
            for keyword in ("anyOf", "oneOf"):
                listed = at.raw.get(keyword)
                if isinstance(listed, list) and listed:
                    branches = [at.child(keyword, index) for index in range(len(listed))]
                    offered = [self._values_at(branch) for branch in branches]
                    known = [values for values in offered if values is not None]
                    sets += [set().union(*known)] if len(known) == len(offered) else []
        return set.intersection(*sets) if sets else None

    def _values_at(self, at: Location) -> set[object] | None:
        """The values of an alternative, read once; inside of itself it says nothing."""
        if at.identity not in self._values_of:
            self._values_of[at.identity] = None
            null = self._types_at(at) == {"null"}
            found = {key(None)} if null else self._values(self._together([at]))
            self._values_of[at.identity] = found
        return self._values_of[at.identity]

    def _types_at(self, at: Location) -> frozenset[str]:
        if at.identity not in self._types_of:
            self._types_of[at.identity] = _TYPES  # inside of itself nothing is known yet
            self._types_of[at.identity] = self._types(self._together([at]))
        return self._types_of[at.identity]

    def _target(self, at: Location) -> Location | None:
        try:
            return follow(at, at.raw["$ref"], self._sources)
        except Unresolved:
            return None

    def _leads_nowhere(self, places: list[Location]) -> bool:
        return any("$ref" in at.raw and self._target(at) is None for at in places)

    def _is_unsent(self, at: Location) -> bool:
        """Whether a member does not travel in this direction."""
        if self._unsent is None or not at.dialect.rules.reads_and_writes:
            return False
        for _ in range(8):
            if not isinstance(at.raw, dict):
                break
            if at.raw.get(self._unsent) is True:
                return True
            target = self._target(at) if "$ref" in at.raw else None
            if target is None:
                break
            at = target
        return False


def _counts(at: Location) -> bool:
    """Whether keywords that stand here say anything: not beside `$ref` in older dialects."""
    return "$ref" not in at.raw or at.dialect.rules.siblings


def _discriminating(raw: dict[str, Json]) -> Json:
    """The member that a discriminator looks at."""
    about = raw.get("discriminator")
    return about.get("propertyName") if isinstance(about, dict) else None


def _is_silent(word: str) -> bool:
    return word in _SAYS_NOTHING or word.startswith("x-")


def _listing(raw: Json) -> str | None:
    """`anyOf` or `oneOf` where a schema is nothing but one of these."""
    words = [word for word in raw if not _is_silent(word)] if isinstance(raw, dict) else []
    said = set(words) - {"discriminator", "nullable", "type"}
    keyword = said.pop() if len(said) == 1 else ""
    return keyword if keyword in ("anyOf", "oneOf") and isinstance(raw[keyword], list) else None


def _required(places: list[Location]) -> set[str]:
    lists = (at.raw.get("required") for at in places if _counts(at))
    return {name for names in lists if isinstance(names, list) for name in _texts(names)}


def _texts(names: list[Json]) -> Iterator[str]:
    return (name for name in names if isinstance(name, str))


def _members(places: list[Location], name: str) -> list[Location]:
    return [
        at.child("properties", name)
        for at in places
        if _counts(at) and isinstance(at.raw.get("properties"), dict)
        if name in at.raw["properties"]
    ]


def _stated_types(at: Location) -> frozenset[str]:
    """What `type` says at one place."""
    said = at.raw.get("type", [])
    listed = said if isinstance(said, list) else [said]
    known = [one for one in listed if one in (*_TYPES, "integer")]
    if at.dialect.rules.nullable and {w for w in at.raw if not _is_silent(w)} == {"nullable"}:
        listing = at.pointer.rsplit("/", 2)[-2:-1] in (["oneOf"], ["anyOf"])
        return frozenset({"null"}) if listing and at.raw["nullable"] is True else _TYPES
    if "type" not in at.raw or len(known) < len(listed):
        return _TYPES
    nullable = ["null"] if at.raw.get("nullable") is True else []
    return frozenset("number" if one == "integer" else one for one in [*known, *nullable])


def _constants(at: Location) -> Iterator[list[Json]]:
    if isinstance(at.raw.get("enum"), list):
        yield at.raw["enum"]
    if "const" in at.raw and at.dialect.rules.words >= 6:
        yield [at.raw["const"]]


def _type_of(value: Json) -> str:
    if isinstance(value, bool):
        return "boolean"
    names = ((dict, "object"), (list, "array"), (str, "string"), (type(None), "null"))
    return next((name for kind, name in names if isinstance(value, kind)), "number")

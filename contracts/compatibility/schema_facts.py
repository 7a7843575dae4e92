"""What every value of a schema is like, as far as its text says so at one look."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from contracts.compatibility.spots import ANNOTATIONS, Spot
from contracts.lean_dataclasses import dataclass
from contracts.schema.values import NAMES, Kind, key, kind_of
from contracts.verdict import Json

_COUNTS = ("minProperties", "maxProperties")

_PLAIN = frozenset(
    {
        *("type", "properties", "required", "additionalProperties", "allOf", "enum", "const"),
        *("nullable", "format", "pattern", "minLength", "maxLength", "minimum", "maximum"),
        *("exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "items"),
        *("uniqueItems", "readOnly", "writeOnly", "discriminator", *_COUNTS),
    }
)
"""Keywords under which a value keeps to the members that `properties` lists."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What every value of a schema is like, as its text says."""

    kinds: Kind
    values: frozenset[object] | None
    """Keys of the values it may be, where they are listed."""
    required: frozenset[str]
    demanded: frozenset[str]
    """With those that do not travel."""
    members: dict[str, list[Spot]]
    others: tuple[tuple[frozenset[str], Spot], ...]
    """What `additionalProperties` says of all members but some."""
    unsent: frozenset[str]
    """Those that do not travel, at which nobody looks."""
    listed: frozenset[str] | None
    """All members that it lists or requires, in its alternatives too; None where it takes any."""
    closed: bool
    """Whether its writer sends no members but these."""
    shut: bool
    """Whether it refuses other members, whoever sends them."""
    open: bool
    """Whether it says nothing about members but these, except how many there may be."""
    counts: tuple[tuple[str, Json], ...]
    """How many, as it says."""
    telling: dict[str, frozenset[object]]
    """The values of those required members whose values are listed: the first look at a pair."""
    bits: int
    """The value of ``kinds``: enumerations are slow to combine."""

    def says(self, name: str) -> list[Spot]:
        """What it says of a member, whether it lists it or not."""
        found = self.members.get(name, [])
        return [*found, *(spot for names, spot in self.others if name not in names)]


_NULL: frozenset[object] = frozenset({key(None)})

_NOTHING_KNOWN = Facts(
    Kind.ALL,
    values=None,
    required=frozenset(),
    demanded=frozenset(),
    members={},
    others=(),
    unsent=frozenset(),
    listed=None,
    closed=False,
    shut=False,
    open=False,
    counts=(),
    telling={},
    bits=Kind.ALL.value,
)


class SchemaFacts:
    """Facts of the schemas of one direction; ``travels`` tells whether a member is sent at all.

    ``tolerant``: whether readers ignore members that they do not know.
    """

    def __init__(
        self, travels: Callable[[Spot], bool], *, declared_only: bool, tolerant: bool
    ) -> None:
        self._travels = travels
        self._declared_only = declared_only
        self._tolerant = tolerant
        self._facts: dict[tuple[int, str], Facts] = {}

    def of(self, spot: Spot) -> Facts:
        """What is known of a schema; too little is no harm."""
        known = self._facts.get(spot.key)
        if known is None:
            self._facts[spot.key] = _NOTHING_KNOWN  # what is inside of itself
            known = self._facts[spot.key] = self._facts_anew(spot)
        return known

    def _offered(self, spot: Spot) -> Kind:
        """The types of the alternatives of a schema."""
        found = Kind.ALL
        for word in ("oneOf", "anyOf"):
            branches = spot.branches(word)
            if branches and all(isinstance(b.value, dict) for b in branches):
                found &= union_of(self.of(branch).kinds for branch in branches)
        return found

    def _offered_values(self, spot: Spot) -> Iterator[frozenset[object]]:
        """The values of the alternatives of a schema, where all of them list theirs or are null."""
        for word in ("oneOf", "anyOf"):
            branches = [self.of(b) for b in spot.branches(word) if isinstance(b.value, dict)]
            if branches and len(branches) == len(spot.get(word)):
                lists = [_NULL if one.kinds == Kind.NULL else one.values for one in branches]
                found = [values for values in lists if values is not None]
                if len(found) == len(lists):
                    yield frozenset().union(*found)

    def _facts_anew(self, spot: Spot) -> Facts:
        kinds, values = Kind.ALL, None
        required: set[str] = set()
        unsent: set[str] = set()
        members: dict[str, list[Spot]] = {}
        plain, closing = True, False
        for part in spot.conjuncts():
            raw = part.value
            if not isinstance(raw, dict) or ("$ref" in raw and part.target() is None):
                plain = plain and raw is True
                continue
            kinds &= _kinds(raw, part) & self._offered(part)
            listed = _listed(raw)
            if listed is not None:
                keys = frozenset(map(key, listed))
                values = keys if values is None else values & keys
                kinds &= union_of(kind_of(value) for value in listed)
            for offered in self._offered_values(part):
                values = offered if values is None else values & offered
            plain = plain and all(word in _PLAIN or annotates(word) for word in raw)
            closing = closing or _closes(raw)
            required.update(_texts(raw.get("required")))
            for name in part.names("properties"):
                child = part.below("properties", name)
                assert child is not None
                members.setdefault(name, []).append(child.followed())
                if not self._travels(child):
                    unsent.add(name)
        declared = self._declared_only and plain and bool(members)
        opens = any(p.get("additionalProperties") not in (None, False) for p in spot.conjuncts())
        return Facts(
            kinds,
            values,
            frozenset(required - unsent),
            frozenset(required),
            members,
            tuple(_others(spot)),
            frozenset(unsent),
            listed=_all_listed(spot),
            closed=closing or (declared and not opens),
            shut=closing and not self._tolerant,
            open=plain and not closing and not opens,
            counts=tuple(
                (w, p.get(w)) for p in spot.conjuncts() for w in _COUNTS if p.get(w) is not None
            ),
            telling=_telling(members, required - unsent),
            bits=kinds.value,
        )


def _others(spot: Spot) -> Iterator[tuple[frozenset[str], Spot]]:
    for part in spot.conjuncts():
        more = part.below("additionalProperties")
        if more is not None and isinstance(more.value, dict) and not part.get("patternProperties"):
            yield frozenset(part.names("properties")), more.followed()


def _telling(members: dict[str, list[Spot]], required: set[str]) -> dict[str, frozenset[object]]:
    found: dict[str, frozenset[object]] = {}
    for name in members.keys() & required:
        for spot in members[name]:
            listed = _listed(spot.value) if isinstance(spot.value, dict) else None
            if listed is not None and name not in found:
                found[name] = frozenset(map(key, listed))
    return found


def _all_listed(spot: Spot) -> frozenset[str] | None:
    """What a schema and its alternatives list or require; None where one of them takes any."""
    found: set[str] = set()
    lists = False
    waiting = spot.conjuncts()
    seen = {part.key for part in waiting}
    for part in waiting:  # grows while it is read
        if any(part.get(word) not in (None, False) for word in _OPENING):
            return None
        lists = lists or isinstance(part.get("properties"), dict)
        found.update(part.names("properties"), _texts(part.get("required")))
        for branch in (*part.branches("oneOf"), *part.branches("anyOf")):
            for inner in branch.conjuncts():
                if inner.key not in seen:
                    seen.add(inner.key)
                    waiting.append(inner)
    return frozenset(found) if lists else None


_OPENING = ("patternProperties", "additionalProperties", "unevaluatedProperties")


def _closes(raw: dict[str, Json]) -> bool:
    return raw.get("additionalProperties") is False and "patternProperties" not in raw


def _texts(value: Json) -> Iterator[str]:
    return (
        (name for name in value if isinstance(name, str)) if isinstance(value, list) else iter(())
    )


def annotates(word: str) -> bool:
    """Whether a keyword restricts no value."""
    return word in ANNOTATIONS or word.startswith("x-")


def _kinds(raw: dict[str, Json], spot: Spot) -> Kind:
    named = raw.get("type")
    if named is None:
        null = raw.get("nullable") is True and spot.schema.dialect.rules.nullable
        null = null and spot.pointer.split("/")[-2:-1] in (["anyOf"], ["oneOf"])
        null = null and all(word == "nullable" or annotates(word) for word in raw)
        return Kind.NULL if null else Kind.ALL
    names = named if isinstance(named, list) else [named]
    found = union_of(
        NAMES.get("number" if name == "integer" else str(name), Kind.ALL) for name in names
    )
    return found | Kind.NULL if raw.get("nullable") is True else found


def union_of(kinds: Iterable[Kind]) -> Kind:
    """All of these types."""
    found = Kind(0)
    for kind in kinds:
        found |= kind
    return found


def _listed(raw: dict[str, Json]) -> list[Json] | None:
    if "const" in raw:
        return [raw["const"]]
    listed = raw.get("enum")
    return listed if isinstance(listed, list) else None

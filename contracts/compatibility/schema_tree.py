"""Two versions of a schema side by side: which subschema became which.

Every pair of subschemas is visited once, however many exchanges reach it, and equal ones not at
all. The pairs serve two ends: rules tell what a reader of the document sees, and the containment
engine is asked about those that decide (:mod:`contracts.compatibility.transparency`).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from contracts.compatibility.alike import matched
from contracts.compatibility.exchanges import Exchange
from contracts.compatibility.field_names import joined, tidy
from contracts.compatibility.shells import Shells
from contracts.compatibility.spots import Spot, start, unchanged
from contracts.compatibility.told_apart import Parted
from contracts.compatibility.transparency import Same, Step, Transparency
from contracts.formats.contract import Element, Payload, Standing
from contracts.lean_dataclasses import dataclass, field
from contracts.schema import SchemaAt
from contracts.verdict import Json

LONGEST_WAY = 40
"""Steps from a pair to an exchange that are remembered."""

DEEPEST = 400
"""Levels of nesting that are looked at below an exchange, or below a component of that name in
both versions (there are no more of these pairs than components, however they refer to each other).
"""


@dataclass(slots=True, eq=False)
class Edge:
    """From a pair of subschemas to one that contains it."""

    parent: Twin
    suffix: str
    decides: bool
    """Whether the parent is contained if its parts are, and broken if one of them is."""
    doubtful: bool = False
    """Whether the parent may take what its part refuses."""


@dataclass(slots=True, eq=False)
class Reached:
    """An exchange from which a pair is reached, and the name of the field there."""

    exchange: Exchange
    outwards: Chain | None = None
    """The edges in between, the outermost first."""

    @property
    def old(self) -> Element:
        """The exchange in the old version."""
        return self.exchange.sides[0]

    @property
    def new(self) -> Element:
        """The exchange in the new version."""
        return self.exchange.sides[1]

    @property
    def path(self) -> str:
        """The field's name; of one that lies deeper than :data:`LONGEST_WAY`, what is around it."""
        suffixes = (edge.suffix for edge in _edges(self.outwards))
        return tidy("".join(islice(suffixes, LONGEST_WAY)))

    def field(self, inside: str = "") -> str | None:
        """The name of a field inside of it, or its own; None for the whole payload."""
        return joined(self.path, inside) or None

    @property
    def way(self) -> tuple[Edge, ...]:
        """The edges in between, innermost first; cut off at :data:`LONGEST_WAY`."""
        return tuple(reversed(list(_edges(self.outwards))))[:LONGEST_WAY]


Chain = tuple[Edge, "Chain | None"]
"""An edge, and the ones inside of it."""


def _edges(chain: Chain | None) -> Iterator[Edge]:
    while chain is not None:
        edge, chain = chain
        yield edge


@dataclass(slots=True, eq=False)
class Twin:
    """A subschema before and after; one of the two may be missing for a property."""

    old: Spot | None
    new: Spot | None
    suffix: str = ""
    name: str | None = None
    """The property's name, where it is one."""
    old_required: bool = False
    new_required: bool = False
    depth: int = 0
    opaque: bool = False
    """Whether the engine must be asked about the pair itself."""
    left: Shells | Parted | None = None
    """What to ask instead, where members or alternatives of both are pairs of their own."""
    parents: list[Edge] = field(default_factory=list)
    roots: list[tuple[Exchange, bool]] = field(default_factory=list)
    """Exchanges whose schema it is, and whether it decides about them."""
    properties: list[Twin] = field(default_factory=list)

    def reached(self, *, deciding: bool = False) -> Iterator[Reached]:
        """The exchanges from which this pair is reached, the nearest first, each once."""
        seen = {id(self)}
        waiting: list[tuple[Twin, Chain | None]] = [(self, None)]
        doubtful: list[tuple[Twin, Chain]] = []
        for twin, inside in waiting:  # grows while it is read
            for exchange, decides in twin.roots:
                if decides or not deciding:
                    yield Reached(exchange, inside)
            for edge in twin.parents:
                if id(edge.parent) in seen or (deciding and not edge.decides):
                    continue
                if deciding and edge.doubtful:
                    doubtful.append((edge.parent, (edge, inside)))
                else:
                    seen.add(id(edge.parent))
                    waiting.append((edge.parent, (edge, inside)))
            if twin is waiting[-1][0]:  # all sure ways have been gone
                for parent, chain in doubtful:
                    if id(parent) not in seen:
                        seen.add(id(parent))
                        waiting.append((parent, chain))
                doubtful.clear()

    def doubting(self) -> Iterator[Twin]:
        """The unions that may take what is refused here, since another alternative does."""
        seen = {id(self)}
        told: set[int] = set()
        waiting = [self]
        for twin in waiting:  # grows while it is read
            for edge in twin.parents:
                if edge.decides and edge.doubtful and id(edge.parent) not in told:
                    told.add(id(edge.parent))
                    yield edge.parent
                if edge.decides and id(edge.parent) not in seen:
                    seen.add(id(edge.parent))
                    waiting.append(edge.parent)


class SchemaTree:
    """All differing subschema pairs below the exchanges of one direction."""

    def __init__(
        self, same: Same, unsent: str | None, *, declared_only: bool, tolerant: bool
    ) -> None:
        self._same = same
        self._transparency = Transparency(
            same, unsent, declared_only=declared_only, tolerant=tolerant
        )
        self._twins: dict[tuple[tuple[int, str], tuple[int, str]], Twin] = {}
        self._starts: dict[tuple[int, str], Spot | None] = {}
        self.media_types: set[str] = set()
        """In which the exchanges that differ are sent."""
        self._placed: dict[str, tuple[Spot, Spot]] = {}
        """Where references lead that are all that is said about a payload."""

    def add(self, old: Element, new: Element, *, decides: bool) -> bool:
        """Look below an exchange that may have changed; false if there is nowhere to look.

        ``decides``: whether reader and writer of the exchange fit if their schemas do.
        """
        if old.schema is None or new.schema is None:
            return False
        before, after = self._start(old.schema), self._start(new.schema)
        if before is None or after is None:
            return False
        self._begin(before, after, Exchange.of(old, new), decides)
        return True

    def place(self, payload: Payload, exchange: Exchange) -> None:
        """Look below an exchange of which no element has been made."""
        ref = _reference(payload.schemas[1])
        spots = self._placed.get(ref)
        if spots is None:
            sides = zip(payload.schemas, payload.standing, strict=True)
            before, after = (_spot(payload.pointer, *side).followed() for side in sides)
            spots = before, after
            if ref:
                self._placed[ref] = spots
        self._begin(*spots, exchange, True)

    def _begin(self, before: Spot, after: Spot, exchange: Exchange, decides: bool) -> None:
        twin = self._twins.get((before.key, after.key))
        if twin is None and not self._same(before, after):
            twin = self._remember(Twin(before, after))
            self._unfold([twin])
        if twin is not None:
            twin.roots.append((exchange, decides))
            self.media_types.add(exchange.media_type)

    def _start(self, schema: SchemaAt) -> Spot | None:
        """Where an exchange's schema stands; several media types often share one."""
        at = (id(schema.document), schema.pointer)
        if at not in self._starts:
            self._starts[at] = start(schema)
        return self._starts[at]

    @property
    def unread(self) -> bool:
        """Whether something differs that nobody looked at, since it does not travel."""
        return bool(self._transparency.unread)

    def twins(self) -> Iterator[Twin]:
        """Every pair found, with the properties that exist on one side only."""
        for twin in self._twins.values():
            yield twin
            yield from twin.properties

    def opaque(self) -> Iterator[Twin]:
        """The pairs that the engine must be asked about."""
        return (twin for twin in self._twins.values() if twin.opaque)

    def _remember(self, twin: Twin) -> Twin:
        assert twin.old is not None
        assert twin.new is not None
        self._twins[twin.old.key, twin.new.key] = twin
        return twin

    def _unfold(self, waiting: list[Twin]) -> None:
        for twin in waiting:  # grows while it is read
            old, new = twin.old, twin.new
            assert old is not None
            assert new is not None
            parts: list[Step] | None = None
            unread = len(self._transparency.unread)
            if twin.depth < DEEPEST:
                parts, twin.left = self._transparency.decide(old, new)
            told = parts is not None and twin.left is None
            twin.opaque = not told
            if twin.opaque and self._same.meaning(old, new):
                twin.opaque, parts, twin.left = False, None, None
            told = told and unread == len(self._transparency.unread)
            for one, other, suffix in parts or ():
                self._attach(twin, Twin(one, other, suffix), waiting, decides=True)
            for pair in twin.left.doubtful if isinstance(twin.left, Parted) else ():
                self._attach(twin, Twin(*pair), waiting, decides=True, doubtful=True)
            if twin.depth < DEEPEST and not (told and _says_the_same(old, new)):
                for child in _seen(old, new):
                    self._attach(twin, child, waiting, decides=False)

    def _attach(
        self,
        twin: Twin,
        child: Twin,
        waiting: list[Twin],
        *,
        decides: bool,
        doubtful: bool = False,
    ) -> None:
        edge = Edge(twin, child.suffix, decides, doubtful)
        if child.old is None or child.new is None:
            child.parents.append(edge)
            twin.properties.append(child)
            return
        known = self._twins.get((child.old.key, child.new.key))
        if known is not None:
            known.parents.append(edge)
        elif not self._same(child.old, child.new):
            child.parents.append(edge)
            child.depth = 0 if _is_component(child, twin) else twin.depth + 1
            waiting.append(self._remember(child))


def _reference(schema: Json) -> str:
    """Where a schema leads that says no more; empty where it does."""
    ref = schema.get("$ref") if len(schema) == 1 else None
    return ref if isinstance(ref, str) else ""


def _spot(pointer: str, schema: Json, standing: Standing) -> Spot:
    document = standing.document
    at = SchemaAt(document, pointer, standing.dialect, standing.resolver)
    return Spot(document, pointer, schema, at)


def _says_the_same(old: Spot, new: Spot) -> bool:
    """Whether only what is referred to differs: whoever looked at that has seen everything."""
    return old.alone() and new.alone() and bool(old.value == new.value)


def _is_component(child: Twin, parent: Twin) -> bool:
    """Whether a reference leads from the parent to what has the same place in both versions."""
    assert child.old is not None
    assert child.new is not None
    assert parent.old is not None
    inside = child.old.pointer.startswith(f"{parent.old.pointer}/")
    return not inside and child.old.pointer == child.new.pointer


def _seen(old: Spot, new: Spot) -> Iterator[Twin]:
    """What a reader of the two documents would compare, whatever it decides."""
    yield from _properties(old, new)
    for keyword, suffix in _SINGLE.items():
        yield from _pair(old.below(keyword), new.below(keyword), suffix)
    for keyword in ("patternProperties", "dependentSchemas"):
        others = new.names(keyword)
        for name in (name for name in old.names(keyword) if name in others):
            yield from _pair(old.below(keyword, name), new.below(keyword, name), ".*")
    for keyword in ("items", "prefixItems", "oneOf", "anyOf"):
        yield from _listed(old, new, keyword, "[]" if keyword in {"items", "prefixItems"} else "")


def _properties(old: Spot, new: Spot) -> Iterator[Twin]:
    same = unchanged(old, new)
    before, after = old.declared(without=same), new.declared(without=same)
    needed, needs = old.required(), new.required()
    several = not (old.declares_once() and new.declares_once())
    moved = _moved(old, before, after) | _moved(new, after, before)
    for name in {**before, **after}:
        one, other = before.get(name), after.get(name)
        both = one is not None and other is not None
        if name in moved:
            continue
        if both and several:
            one, other = _likeliest(old.declarations(name), new.declarations(name))
        yield Twin(
            one.followed() if one is not None and both else one,
            other.followed() if other is not None and both else other,
            f".{name}",
            name,
            name in needed,
            name in needs,
        )


def _likeliest(before: list[Spot], after: list[Spot]) -> tuple[Spot, Spot]:
    """Of what several parts of an `allOf` say about one property, what became what."""
    pairs = matched(before, after)
    return pairs[0] if pairs else (before[0], after[0])


def _moved(side: Spot, declared: dict[str, Spot], other: dict[str, Spot]) -> set[str]:
    """What the other side declares, and this one in some of its alternatives."""
    missing = other.keys() - declared.keys()
    return missing & side.offered() if missing else set()


def _pair(old: Spot | None, new: Spot | None, suffix: str) -> Iterator[Twin]:
    if old is None or new is None or isinstance(old.value, list) or isinstance(new.value, list):
        return  # a list of `items` is no schema
    yield Twin(old.followed(), new.followed(), suffix)


def _listed(old: Spot, new: Spot, keyword: str, suffix: str) -> Iterator[Twin]:
    if keyword in {"oneOf", "anyOf"}:
        sides = ([led for _, led in spot.alternatives(keyword)] for spot in (old, new))
        pairs = matched(*sides)
    elif keyword == "prefixItems":
        pairs = list(zip(old.branches(keyword), new.branches(keyword), strict=False))
    else:
        pairs = matched(old.branches(keyword), new.branches(keyword))
    for spot, other in pairs:
        yield Twin(spot, other, suffix)


_SINGLE = {"items": "[]", "additionalProperties": ".*", "contains": "[]", "not": ""}
"""Keywords with one subschema → what they add to the name of a field."""

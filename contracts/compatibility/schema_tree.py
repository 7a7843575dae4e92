"""Two versions of a schema side by side: which subschema became which.

Every pair of subschemas is visited once, however many exchanges reach it, and equal ones not at
all. The pairs serve two ends: rules tell what a reader of the document sees, and the containment
engine is asked about those that decide (:mod:`contracts.compatibility.transparency`).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from contracts.compatibility.exchanges import Exchange
from contracts.compatibility.field_names import joined, tidy
from contracts.compatibility.shells import Shells
from contracts.compatibility.spots import Spot, start
from contracts.compatibility.told_apart import Parted
from contracts.compatibility.transparency import Same
from contracts.compatibility.unfolding import Child, Unfolding
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

    def is_doubtful(self) -> bool:
        """Whether everything around may take what is refused here."""
        nearest = next(self.reached(deciding=True), None)
        return nearest is None or any(edge.doubtful for edge in nearest.way)

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

    def __init__(self, same: Same, unfolding: Unfolding) -> None:
        self._same = same
        self._unfolding = unfolding
        self._twins: dict[tuple[tuple[int, str], tuple[int, str]], Twin] = {}
        self._starts: dict[tuple[int, str], Spot | None] = {}
        self.media_types: set[str] = set()
        """In which the exchanges that differ are sent."""
        self._placed: dict[tuple[str, str], tuple[Spot, Spot]] = {}
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
        old, new = payload.schemas
        led = _reference(old), _reference(new)
        spots = self._placed.get(led)
        if spots is None:
            sides = zip(payload.schemas, payload.standing, strict=True)
            before, after = (_spot(payload.pointer, *side).followed() for side in sides)
            spots = before, after
            if all(led):
                self._placed[led] = spots
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
        return self._unfolding.unread

    def twins(self) -> Iterator[Twin]:
        """Every pair found, with the properties that exist on one side only."""
        for twin in self._twins.values():
            yield twin
            yield from twin.properties

    def opaque(self) -> Iterator[Twin]:
        """The pairs that the engine must be asked about."""
        return (twin for twin in self._twins.values() if twin.opaque)

    def inmost(self) -> list[Twin]:
        """The same, small ones first; last those of which the whole may take what they refuse."""
        found = list(self.opaque())
        found.reverse()
        found.sort(key=Twin.is_doubtful)
        return found

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
            shallow = twin.depth < DEEPEST
            below = (self._unfolding.below if shallow else self._unfolding.closed)(old, new)
            twin.opaque, twin.left = below.opaque, below.left
            for child in below.children:
                self._attach(twin, child, waiting)

    def _attach(self, twin: Twin, child: Child, waiting: list[Twin]) -> None:
        edge = Edge(twin, child.suffix, child.decides, child.doubtful)
        old, new = child.old, child.new
        known = None
        if old is not None and new is not None:
            known = self._twins.get((old.key, new.key))
        if known is not None:
            known.parents.append(edge)
            return
        found = Twin(old, new, child.suffix, child.name, child.old_required, child.new_required)
        found.parents.append(edge)
        if old is None or new is None:
            twin.properties.append(found)
            return
        found.depth = 0 if _is_component(found, twin) else twin.depth + 1
        waiting.append(self._remember(found))


def _reference(schema: Json) -> str:
    """Where a schema leads that says no more; empty where it does."""
    ref = schema.get("$ref") if len(schema) == 1 else None
    return ref if isinstance(ref, str) else ""


def _spot(pointer: str, schema: Json, standing: Standing) -> Spot:
    document = standing.document
    at = SchemaAt(document, pointer, standing.dialect, standing.resolver)
    return Spot(document, pointer, schema, at)


def _is_component(child: Twin, parent: Twin) -> bool:
    """Whether a reference leads from the parent to what has the same place in both versions."""
    assert child.old is not None
    assert child.new is not None
    assert parent.old is not None
    inside = child.old.pointer.startswith(f"{parent.old.pointer}/")
    return not inside and child.old.pointer == child.new.pointer

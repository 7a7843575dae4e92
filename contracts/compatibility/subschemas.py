"""Subschemas that changed, as elements that rules can look at; each reported where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from contracts.compatibility.exchanges import Exchange
from contracts.compatibility.findings import MOST_REACHES, Reach
from contracts.compatibility.meaning import SameMeaning
from contracts.compatibility.pairing import Pair
from contracts.compatibility.sameness import Sameness
from contracts.compatibility.schema_tree import Reached, SchemaTree, Twin
from contracts.compatibility.spots import Spot, only_union
from contracts.compatibility.transparency import Transparency
from contracts.compatibility.unfolding import Unfolding
from contracts.documents import pointer
from contracts.documents.shape import may_be_true
from contracts.formats.contract import Element, Payload, Side, day_of
from contracts.lean_dataclasses import dataclass
from contracts.verdict import Direction, Json

FACTS = (
    *("deprecated", "x-extensible-enum", "readOnly", "writeOnly", "format", "pattern"),
    *("contentEncoding", "contentMediaType", "discriminator", "xml"),
)
UNSENT = {Direction.REQUEST: "readOnly", Direction.RESPONSE: "writeOnly"}
"""The keyword that marks members which do not travel in a direction."""


class _Same:
    """Answers of :class:`Sameness` for spots."""

    def __init__(self, sameness: Sameness, meanings: SameMeaning) -> None:
        self._sameness = sameness
        self._meanings = meanings

    def __call__(self, old: Spot, new: Spot, /) -> bool:
        if self._sameness.dialects_told and old.schema.dialect is not new.schema.dialect:
            return False
        if self._sameness.covers(old.document, new.document):
            return self._sameness.same_values(old.value, new.value)
        return self._sameness.same(old.document, old.pointer, new.document, new.pointer)

    def values(self, old: Spot, new: Spot, before: Json, after: Json) -> bool:
        if not self._sameness.covers(old.document, new.document):
            return False
        if self._sameness.known_alike(old.value, new.value):
            return self._sameness.leads_alike(after)
        return self._sameness.same_values(before, after)

    def meaning(self, old: Spot, new: Spot) -> bool:
        if self._sameness.dialects_told and old.schema.dialect is not new.schema.dialect:
            return False
        covered = self._meanings.covers(old.document, new.document)
        return covered and self._meanings.same_values(old.value, new.value)


@dataclass(frozen=True, slots=True)
class Alternative:
    """One of the kinds of object that a schema admits."""

    name: str
    """The component that describes it; empty where it stands in place."""
    members: frozenset[str]

    @property
    def key(self) -> str:
        """What it is found again by, in :func:`alternative_spots`."""
        return self.name or ",".join(sorted(self.members))

    @property
    def words(self) -> str:
        """What a user calls it."""
        some = ", ".join(f"`{member}`" for member in sorted(self.members)[:3])
        named = pointer.unescape(self.name).rpartition("/")[2].partition(".")[0]
        return f"a `{named}`" if named else f"an object of {some}"

    def read_as(self, other: Alternative) -> bool:
        """Whether whoever knows the other one knows what this is: it holds less, or more."""
        same = bool(self.name) and self.name == other.name
        return same or self.members <= other.members or other.members <= self.members


def alternatives(spot: Spot) -> tuple[Alternative, ...]:
    """The kinds of object that a schema admits; itself where it has no alternatives.

    A component that is named twice is one kind.
    """
    found = (one for one, _ in alternative_spots(spot))
    return tuple({one.name or index: one for index, one in enumerate(found)}.values())


def alternative_spots(spot: Spot) -> list[tuple[Alternative, Spot]]:
    """The same, each with the schema that describes it."""
    found: list[tuple[Alternative, Spot]] = []
    for keyword in ("oneOf", "anyOf"):
        found.extend((_alternative(one), led) for one, led in spot.alternatives(keyword))
    return found or [(_alternative(spot), spot.followed())]


def _alternative(spot: Spot) -> Alternative:
    ref = spot.get("$ref")
    schema = spot.followed()
    named = ref if isinstance(ref, str) else spot.pointer if _is_component(spot) else ""
    return Alternative(named.rpartition("/")[2], schema.member_names())


def _is_component(spot: Spot) -> bool:
    return spot.pointer.startswith("/components/schemas/") and spot.pointer.count("/") == 3


class Subschemas:
    """The differing subschemas of a comparison, by direction and writer."""

    def __init__(
        self, sameness: Sameness, meanings: SameMeaning, *, declared_only: bool, tolerant: bool
    ) -> None:
        self._same = _Same(sameness, meanings)
        self._reading = {"declared_only": declared_only, "tolerant": tolerant}
        self._documents = sameness.documents
        self._named: dict[tuple[int, str], frozenset[str]] = {}
        self._unfoldings: dict[str | None, Unfolding] = {}
        self.trees: dict[tuple[Direction, Side], SchemaTree] = {}

    def add(self, old: Element, new: Element, *, decides: bool) -> bool:
        """Look below a pair of exchanges (in the documents' order, never swapped)."""
        return self._tree(new.direction, new.writer).add(old, new, decides=decides)

    def place(self, payload: Payload, exchange: Exchange) -> None:
        """Look below an exchange of which no element has been made."""
        self._tree(Direction.REQUEST, Side.CONSUMER)  # an operation is a request before all
        self._tree(payload.direction, payload.writer).place(payload, exchange)

    def _tree(self, direction: Direction, writer: Side) -> SchemaTree:
        tree = self.trees.get((direction, writer))
        if tree is None:
            unfolding = self._unfolding(UNSENT.get(direction))
            tree = self.trees[direction, writer] = SchemaTree(self._same, unfolding)
        return tree

    def _unfolding(self, unsent: str | None) -> Unfolding:
        """What looks below pairs; one for all directions in which all members travel."""
        if unsent is not None and not any(may_be_true(one, unsent) for one in self._documents):
            unsent = None
        if unsent not in self._unfoldings:
            transparency = Transparency(self._same, unsent, **self._reading)
            self._unfoldings[unsent] = Unfolding(self._same, transparency)
        return self._unfoldings[unsent]

    def pairs(self) -> Iterator[tuple[Pair, Twin]]:
        """Each differing subschema once, seen from the nearest exchange."""
        for tree in self.trees.values():
            for twin in tree.twins():
                if self._shows_the_same(twin) or _is_excluded(twin):
                    continue
                nearest = next(twin.reached())
                if _is_no_object_now(twin, nearest):
                    continue
                yield _seen_from(nearest, twin), twin

    def _shows_the_same(self, twin: Twin) -> bool:
        """Whether no rule has anything to tell: about alternatives, which are known by what they
        refer to, and else by what the two subschemas say themselves.
        """
        if not _says_the_same(twin):
            return False
        assert twin.old is not None
        assert twin.new is not None
        return all(
            self._alternatives_show_the_same(twin.old, twin.new, keyword)
            for keyword in ("oneOf", "anyOf")
            if keyword in twin.new.value
        )

    def _alternatives_show_the_same(self, old: Spot, new: Spot, keyword: str) -> bool:
        """Whether the alternatives that two equal lists refer to have the same members."""
        count = len(new.value[keyword]) if isinstance(new.value[keyword], list) else 0
        for index in range(count):
            before, after = old.below(keyword, index), new.below(keyword, index)
            assert before is not None
            assert after is not None
            if self._same.values(before, after, before.value, after.value):
                continue
            spots = before.followed(), after.followed()
            if only_union(spots[0].value) or only_union(spots[1].value):
                return alternatives(old) == alternatives(new)
            if self._members(spots[0]) != self._members(spots[1]):
                return False
        return True

    def _members(self, spot: Spot) -> frozenset[str]:
        """The names of the properties of a schema that many unions refer to."""
        if spot.key not in self._named:
            self._named[spot.key] = spot.member_names()
        return self._named[spot.key]

    def seen_in(self, media: str, pair: Pair, twin: Twin) -> Pair | None:
        """The same as the nearest exchange of such a media type shows it; None if there is none."""
        if not media:
            return pair
        sent = (name for tree in self.trees.values() for name in tree.media_types)
        return _nearest(media, twin) if any(media in name for name in sent) else None


def reaches(twin: Twin, media: str = "") -> list[Reach]:
    """The exchanges that a changed subschema reaches, as far as anybody wants to know."""
    reached = (at for at in twin.reached() if _is_sent_as(media, at))
    return [Reach(at.exchange, at.field) for at in islice(reached, MOST_REACHES)]


def _is_sent_as(media: str, at: Reached) -> bool:
    return not media or media in at.exchange.media_type


def _nearest(media: str, twin: Twin) -> Pair | None:
    nearest = next((at for at in twin.reached() if _is_sent_as(media, at)), None)
    return _seen_from(nearest, twin) if nearest is not None else None


def _seen_from(at: Reached, twin: Twin) -> Pair:
    old = _element(twin, twin.old, at, at.old)
    return Pair(old, _element(twin, twin.new, at, at.new))


def _says_the_same(twin: Twin) -> bool:
    """Whether two subschemas differ in what they refer to only."""
    old, new = twin.old, twin.new
    if old is None or new is None or twin.old_required is not twin.new_required:
        return False
    return isinstance(old.value, dict) and bool(old.value == new.value)


_NAMING = frozenset({"properties", "patternProperties", "schemas", "$defs", "definitions"})


def _is_excluded(twin: Twin) -> bool:
    """Whether a member came or went below `not`, where none is promised or looked for."""
    spot = twin.old or twin.new
    if (twin.old is not None and twin.new is not None) or spot is None:
        return False
    steps = pointer.split(spot.pointer)
    return any(
        step == "not" and before not in _NAMING
        for before, step in zip(("", *steps), steps, strict=False)
    )


def _is_no_object_now(twin: Twin, nearest: Reached) -> bool:
    """Whether what held a member that is gone holds none at all: that is told of its type."""
    if twin.name is None or twin.old is None or twin.new is not None:
        return False
    holder = pointer.parent(pointer.parent(twin.old.pointer))
    there = nearest.new.document.find(holder)
    kinds = there.get("type") if isinstance(there, dict) else None
    return kinds is not None and "object" not in (kinds if isinstance(kinds, list) else [kinds])


def _element(twin: Twin, spot: Spot | None, at: Reached, root: Element) -> Element | None:
    if spot is None:
        return None
    required = twin.old_required if spot is twin.old else twin.new_required
    facts: dict[str, Json] = {name: spot.get(name) for name in FACTS}
    has_kinds = any(
        side and (side.get("oneOf") or side.get("anyOf")) for side in (twin.old, twin.new)
    )
    facts["alternatives"] = alternatives(spot) if has_kinds else ()
    facts["sunset"] = day_of(spot.get("x-sunset"))
    if isinstance(spot.value, dict) and "default" in spot.value:
        facts["default"] = [spot.value["default"]]
    name = f": `{at.path}`" if at.path else ""
    return Element(
        kind="property" if twin.name is not None else "subschema",
        key=at.path,
        label=f"{root.label}{name}",
        document=spot.document,
        pointer=spot.pointer,
        writer=root.writer,
        direction=root.direction,
        required=required,
        facts=facts,
        operation=root.operation,
        parent=root,
    )

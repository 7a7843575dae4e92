"""Subschemas that changed, as elements that rules can look at; each reported where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from contracts.compatibility.findings import MOST_REACHES, Reach
from contracts.compatibility.pairing import Pair
from contracts.compatibility.sameness import Sameness
from contracts.compatibility.schema_tree import Reached, SchemaTree, Twin
from contracts.compatibility.spots import Spot
from contracts.formats.contract import Element, Side
from contracts.verdict import Direction, Json

FACTS = (
    *("deprecated", "x-extensible-enum", "readOnly", "writeOnly", "format", "pattern"),
    *("contentEncoding", "contentMediaType", "discriminator"),
)
UNSENT = {Direction.REQUEST: "readOnly", Direction.RESPONSE: "writeOnly"}
"""The keyword that marks members which do not travel in a direction."""


class Subschemas:
    """The differing subschemas of a comparison, by direction and writer."""

    def __init__(self, sameness: Sameness, *, declared_only: bool) -> None:
        self._sameness = sameness
        self._declared_only = declared_only
        self.trees: dict[tuple[Direction, Side], SchemaTree] = {}

    def add(self, old: Element, new: Element, *, decides: bool) -> bool:
        """Look below a pair of exchanges (in the documents' order, never swapped)."""
        kind = (new.direction, new.writer)
        tree = self.trees.get(kind)
        if tree is None:
            tree = self.trees[kind] = SchemaTree(
                self._same, UNSENT.get(new.direction), declared_only=self._declared_only
            )
        return tree.add(old, new, decides=decides)

    def _same(self, old: Spot, new: Spot) -> bool:
        return self._sameness.same(old.document, old.pointer, new.document, new.pointer)

    def pairs(self) -> Iterator[tuple[Pair, Twin]]:
        """Each differing subschema once, seen from the nearest exchange."""
        for tree in self.trees.values():
            for twin in tree.twins():
                nearest = next(twin.reached())
                old = _element(twin, twin.old, nearest, nearest.old)
                yield Pair(old, _element(twin, twin.new, nearest, nearest.new)), twin


def reaches(twin: Twin) -> list[Reach]:
    """The exchanges that a changed subschema reaches, as far as anybody wants to know."""
    return [Reach(at.new, at.path or None) for at in islice(twin.reached(), MOST_REACHES)]


def _element(twin: Twin, spot: Spot | None, at: Reached, root: Element) -> Element | None:
    if spot is None:
        return None
    required = twin.old_required if spot is twin.old else twin.new_required
    facts: dict[str, Json] = {name: spot.get(name) for name in FACTS}
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

"""Subschemas that changed, as elements that rules can look at; each reported where it stands."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.compatibility.findings import MOST_REACHES, Reach
from contracts.compatibility.pairing import Pair
from contracts.compatibility.sameness import Sameness
from contracts.compatibility.schema_tree import SchemaTree, Spot, Twin
from contracts.formats.contract import Element
from contracts.verdict import Direction, Json

FACTS = ("deprecated", "x-extensible-enum", "readOnly", "writeOnly", "format", "pattern")


class Subschemas:
    """Collects the exchanges of a comparison; then tells which subschemas differ."""

    def __init__(self, sameness: Sameness) -> None:
        self._sameness = sameness
        self._trees: dict[tuple[Direction, str], SchemaTree] = {}

    def add(self, old: Element, new: Element) -> None:
        """Look below a pair of exchanges (in the documents' order, never swapped)."""
        kind = (new.direction, new.writer.value)
        tree = self._trees.get(kind)
        if tree is None:
            tree = self._trees[kind] = SchemaTree(self._same)
        tree.add(old, new)

    def _same(self, old: Spot, new: Spot) -> bool:
        return self._sameness.same(old.document, old.pointer, new.document, new.pointer)

    def pairs(self) -> Iterator[tuple[Pair, Twin]]:
        """Each differing subschema once."""
        for tree in self._trees.values():
            for twin in tree.twins():
                assert twin.root is not None
                old, new = twin.root
                yield Pair(_element(twin, twin.old, old), _element(twin, twin.new, new)), twin

    @staticmethod
    def reaches(twin: Twin) -> list[Reach]:
        """The exchanges that a changed subschema reaches, as far as anybody wants to know."""
        reached = twin.reaches()[:MOST_REACHES]
        return [Reach(element, field or None) for _, element, field in reached]


def _element(twin: Twin, spot: Spot | None, root: Element) -> Element | None:
    if spot is None:
        return None
    required = twin.old_required if spot is twin.old else twin.new_required
    facts: dict[str, Json] = {name: spot.get(name) for name in FACTS}
    if isinstance(spot.value, dict) and "default" in spot.value:
        facts["default"] = [spot.value["default"]]
    name = f": `{twin.path}`" if twin.path else ""
    return Element(
        kind="property" if twin.name is not None else "subschema",
        key=twin.path,
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

"""What is known about a spot in the data: failing keywords, ways further in, the writer's cases."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.lean_dataclasses import dataclass, field
from contracts.schema.compiler import Child, Part
from contracts.schema.evaluate import in_class
from contracts.schema.locations import Location
from contracts.schema.nodes import NameClass, Node, Op, Universe
from contracts.schema.solve import Goals


@dataclass(frozen=True, eq=False, slots=True)
class Failure:
    """A keyword that some value of the station violates: the value breaks ``violated``."""

    at: Location
    part: Part
    violated: Node


@dataclass(slots=True)
class Station:
    """What was found at one spot."""

    failures: list[Failure] = field(default_factory=list)
    ways: list[tuple[Child, Goals]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Cause:
    """A failure, and the way to it from the root."""

    failure: Failure
    path: tuple[Child, ...]
    goals: Goals
    """What the writer lets through at the spot of the failure."""

    def whole(self) -> Node:
        """What the violated formula says about the whole value."""
        node = self.failure.violated
        for child in reversed(self.path):
            node = child.wrap(node)
        return node


class Case:
    """One alternative of the writer at a spot: literals of one type, by member."""

    def __init__(self, universe: Universe, literals: Iterable[int]) -> None:
        self.universe = universe
        self.signed = [universe.signed(ident) for ident in literals]
        self._members: dict[str, set[int]] = {}
        self._classes: list[tuple[NameClass, int]] = []
        for node, positive in self.signed:
            if node.op is Op.MEMBER:
                inner = node.args[1].id if positive else -node.args[1].id
                self._members.setdefault(node.args[0], set()).add(inner)
            elif node.op is Op.MEMBERS and positive:
                self._classes.append((node.args[0], node.args[1].id))

    def member(self, name: str) -> Goals:
        """The goals of a member's value."""
        classes = {goal for names, goal in self._classes if in_class(names, name)}
        return self._plain(self._members.get(name, set()) | classes)

    def item(self, index: int) -> Goals:
        """The goals of an item."""
        found: set[int] = set()
        for node, positive in self.signed:
            if node.op is Op.ITEM and node.args[0] == index:
                found.add(node.args[1].id if positive else -node.args[1].id)
            elif node.op is Op.ITEMS and positive and node.args[0] <= index:
                found.add(node.args[1].id)
        return self._plain(found)

    def _plain(self, goals: Iterable[int]) -> Goals:
        return frozenset(map(self.universe.itself, goals))

"""Which alternative of the reader a value is meant for, so that its failure is explained inside.

Two ways tell: marks of the alternative itself (its type, and members with one value), and the
writer's own alternatives: each is paired with the reader's alternative it shares most with, a
component of the same name or the same members.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator

from contracts.schema.compiler import Child, Compiler, Part
from contracts.schema.locations import Location
from contracts.schema.nodes import Node, Op, Universe
from contracts.schema.solve import Goals
from contracts.verdict import Json

_DEEPEST = 60
_MOST_FEATURES = 400
_MOST_ALTERNATIVES = 64
_LEAST_ALIKE = 0.3

Features = frozenset[Hashable]


class Alternatives:
    """Remembers the marks of schemas and what formulas have in common."""

    def __init__(self, reader: Compiler, universe: Universe) -> None:
        self.reader = reader
        self.universe = universe
        self._marked: dict[Hashable, Node] = {}
        self._known: dict[int, Features] = {}

    def meant(self, goals: Goals, part: Part) -> Iterator[tuple[Child, Node, Goals]]:
        """Alternatives of the reader, a formula of the values meant for each, and what they obey.

        The last is the goals, without a choice of the writer that the formula has made.
        """
        if len(part.children) > _MOST_ALTERNATIVES:
            return
        marked = [(child, self._marks(child.at, 0)) for child in part.children]
        counts = Counter(marks.id for _, marks in marked)
        alike: list[Child] = []
        for child, marks in marked:
            if marks is not self.universe.true and counts[marks.id] == 1:
                yield child, marks, goals
            else:
                alike.append(child)
        yield from self._paired(goals, alike)

    # -- marks

    def _marks(self, at: Location, depth: int) -> Node:
        """What tells values meant for a schema: its type, and members with one value."""
        known = self._marked.get(at.identity)
        if known is None:
            known = self._marks_anew(at, depth)
            self._marked[at.identity] = known
        return known

    def _marks_anew(self, at: Location, depth: int) -> Node:
        found: list[Node] = []
        raw = at.raw
        if depth > _DEEPEST or not isinstance(raw, dict):
            return self.universe.true
        for part in self.reader.compile(at).parts:
            if part.keyword in ("type", "const"):
                found.append(part.node)
            elif part.keyword in ("$ref", "allOf"):
                found.extend(self._marks(child.at, depth + 1) for child in part.children)
            elif part.keyword == "properties":
                said = raw.get("required")
                required = said if isinstance(said, list) else ()
                for child in part.children:
                    if child.step[1:] in required and _is_constant(child.at.raw):
                        found.append(self.universe.required(child.step[1:]))
                        found.append(child.wrap(self.reader.in_place(child.at)))
        return self.universe.all_of(found)

    # -- pairs

    def _paired(self, goals: Goals, children: list[Child]) -> Iterator[tuple[Child, Node, Goals]]:
        """The writer's alternatives with those of the reader they became, the likest first."""
        theirs = {self.reader.in_place(child.at).id: child for child in children}
        best: list[tuple[float, int, int]] = []
        made: Goals = frozenset()
        for offered, choice in self._offered(goals):
            own = [node for node in offered if node.id not in theirs]
            left = theirs.keys() - {node.id for node in offered}
            pairs = self._likest(own, left)
            if sum(pair[0] for pair in pairs) > sum(pair[0] for pair in best):
                best, made = pairs, choice
        for _, own_id, their_id in best:
            yield theirs[their_id], self.universe.signed(own_id)[0], goals - made

    def _likest(self, own: list[Node], theirs: set[int]) -> list[tuple[float, int, int]]:
        nodes = [self.universe.signed(ident)[0] for ident in theirs]
        scored = [(_likeness(self._of(a), self._of(b)), a.id, b.id) for a in own for b in nodes]
        taken: set[int] = set()
        found: list[tuple[float, int, int]] = []
        for score, own_id, their_id in sorted(scored, key=lambda row: (-row[0], row[1], row[2])):
            if score < _LEAST_ALIKE:
                break
            if own_id not in taken and their_id not in taken:
                taken |= {own_id, their_id}
                found.append((score, own_id, their_id))
        return found

    def _offered(self, goals: Goals) -> Iterator[tuple[list[Node], Goals]]:
        """What the writer leaves a choice of, else the writer's schema as the only choice.

        Beside it the goal that says nothing but the choice.
        """
        met: set[int] = set()
        only = [self.universe.signed(goal)[0] for goal in sorted(goals) if goal > 0]
        stack = [(node, frozenset({node.id})) for node in only]
        while stack:
            node, choice = stack.pop()
            if node.id in met or len(met) > _MOST_FEATURES:
                continue
            met.add(node.id)
            if node.op is Op.LAZY:
                stack.append((self.universe.loaded(node), choice))
            elif node.op is Op.AND:
                stack.extend((part, frozenset()) for part in node.args)
            elif node.op in (Op.OR, Op.ONE) and len(node.args) <= _MOST_ALTERNATIVES:
                yield list(node.args), choice
        yield [self.universe.all_of(only)], frozenset()

    def _of(self, node: Node) -> Features:
        """What a formula says first: component, type, members, required names, constants."""
        known = self._known.get(node.id)
        if known is None:
            known = self._known[node.id] = frozenset(self._features(node))
        return known

    def _features(self, node: Node) -> Iterator[Hashable]:
        met: set[int] = set()
        stack = [node]
        while stack and len(met) < _MOST_FEATURES:
            here = stack.pop()
            if here.id in met:
                continue
            met.add(here.id)
            if here.op is Op.LAZY:
                yield ("at", self.reader.pointers.get(here.id))
                stack.append(self.universe.loaded(here))
            elif here.op is Op.AND:
                stack.extend(here.args)
            else:
                yield here.id
                if here.op is Op.MEMBER:
                    yield ("member", here.args[0])


def _likeness(one: Features, other: Features) -> float:
    """Jaccard's index."""
    return len(one & other) / (len(one | other) or 1)


def _is_constant(raw: Json) -> bool:
    return isinstance(raw, dict) and (
        "const" in raw or (isinstance(raw.get("enum"), list) and len(raw["enum"]) == 1)
    )

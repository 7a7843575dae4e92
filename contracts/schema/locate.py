"""From "not contained" to every independent cause: which keyword, where, on both sides.

A reader's schema is a conjunction of parts, and a part is often the conjunction of what its
subschemas say about a member or item. Each is asked about on its own, down to the keyword.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from contracts.schema.compiler import Child, Compiler, Part, Wrap
from contracts.schema.evaluate import Evaluator, in_class
from contracts.schema.keywords import other_names
from contracts.schema.locations import Location, escape
from contracts.schema.nodes import NameClass, Node, Universe
from contracts.schema.results import Empty, Result
from contracts.schema.solve import Solver
from contracts.verdict import Json, Place

_DEEPEST = 60
_MOST_CAUSES = 500


@dataclass(frozen=True, slots=True)
class Cause:
    """One keyword of the reader that some value of the writer violates, or may violate."""

    at: Location
    part: Part
    path: tuple[Child, ...]
    violated: Node
    result: Result


class Locator:
    """Finds the causes for one pair of schemas."""

    def __init__(self, reader: Compiler, solver: Solver, writer: Node) -> None:
        self.reader = reader
        self.solver = solver
        self.writer = writer
        self._seen: set[tuple[object, str]] = set()
        self._count = 0

    def causes(self, at: Location, path: tuple[Child, ...] = ()) -> Iterator[Cause | None]:
        """Every failing keyword below a location; None stands for one that was met before."""
        if len(path) > _DEEPEST:
            return
        for part in self.reader.compile(at).parts:
            violated = wrapped(path, part.node)
            result = self.solver.solve((self.writer.id, -violated.id))
            if isinstance(result, Empty):
                continue
            yield from self._inside(at, part, path, violated, result)

    def _inside(
        self, at: Location, part: Part, path: tuple[Child, ...], violated: Node, result: Result
    ) -> Iterator[Cause | None]:
        found = False
        if part.kind == "all":
            if self._entered(at, path) > 1:
                yield None
                return
            for child in part.children:
                for cause in self.causes(child.at, (*path, child)):
                    found = True
                    yield cause
            if found:
                return
        elif part.kind in ("any", "one"):
            yield from self._alternatives(at, part, path, violated, result)
            return
        if not found:
            yield from self._report(Cause(at, part, path, violated, result))

    def _report(self, cause: Cause) -> Iterator[Cause]:
        if self._count < _MOST_CAUSES:
            self._count += 1
            yield cause

    def _alternatives(
        self, at: Location, part: Part, path: tuple[Child, ...], violated: Node, result: Result
    ) -> Iterator[Cause | None]:
        """Look into the alternative that is meant, where type and constants tell which it is."""
        universe = self.solver.universe
        explained: list[Node] = []
        if self._entered(at, path) <= 1:
            for child, marks in self._told_apart(part):
                inner = Child(child.at, _if_meant(universe, child, marks), in_place=True)
                causes = [*self.causes(child.at, (*path, inner))]
                yield from causes
                if causes:
                    explained.append(marks)
        if not explained:
            yield from self._report(Cause(at, part, path, violated, result))
            return
        several = universe.any_of(self.reader.in_place(child.at) for child in part.children)
        unexplained = universe.negation(universe.any_of(explained))
        if part.kind == "one":
            unexplained = universe.any_of((several, unexplained))
        rest = wrapped(path, universe.any_of((part.node, universe.negation(unexplained))))
        left = self.solver.solve((self.writer.id, -rest.id))
        if not isinstance(left, Empty):
            yield from self._report(Cause(at, part, path, rest, left))

    def _told_apart(self, part: Part) -> list[tuple[Child, Node]]:
        """The alternatives that no other shares its marks with."""
        universe = self.solver.universe
        marked = [(child, self.marks(child.at, 0)) for child in part.children]
        counts = Counter(marks.id for _, marks in marked)
        return [
            (child, marks)
            for child, marks in marked
            if marks is not universe.true and counts[marks.id] == 1
        ]

    def marks(self, at: Location, depth: int) -> Node:
        """What tells values meant for a schema: its type, and members with one value."""
        universe = self.solver.universe
        found: list[Node] = []
        raw = at.raw
        if depth > _DEEPEST or not isinstance(raw, dict):
            return universe.true
        for part in self.reader.compile(at).parts:
            if part.keyword in ("type", "const"):
                found.append(part.node)
            elif part.keyword in ("$ref", "allOf"):
                found.extend(self.marks(child.at, depth + 1) for child in part.children)
            elif part.keyword == "properties":
                required = raw.get("required") or ()
                for child in part.children:
                    if child.step[1:] in required and _is_constant(child.at.raw):
                        found.append(universe.required(child.step[1:]))
                        found.append(child.wrap(self.reader.in_place(child.at)))
        return universe.all_of(found)

    @staticmethod
    def _entered(at: Location, path: tuple[Child, ...]) -> int:
        """How often the path has been in this schema before: once more may show another cause."""
        return sum(child.at.identity == at.identity for child in path[:-1])


def _if_meant(universe: Universe, child: Child, marks: Node) -> Wrap:
    """What an alternative says about values that bear its marks and fit no other alternative."""
    unmarked = universe.negation(marks)
    return lambda node: child.wrap(universe.any_of((unmarked, node)))


def _is_constant(raw: Json) -> bool:
    return isinstance(raw, dict) and (
        "const" in raw or (isinstance(raw.get("enum"), list) and len(raw["enum"]) == 1)
    )


def wrapped(path: tuple[Child, ...], node: Node) -> Node:
    """What a formula at the end of the path says about the whole value."""
    for child in reversed(path):
        node = child.wrap(node)
    return node


def instance_path(
    evaluator: Evaluator, path: tuple[Child, ...], part: Node, witness: Json
) -> list[str | int]:
    """Where in the witness the formula at the end of the path fails."""
    formulas = [part]
    for child in reversed(path):
        formulas.append(child.wrap(formulas[-1]))
    formulas.reverse()
    value, tokens = witness, list[str | int]()
    for child, inner in zip(path, formulas[1:], strict=True):
        step = _step(evaluator, child.step, inner, value)
        if step is None:
            continue
        tokens.append(step)
        value = value[step]
    return tokens


def _step(evaluator: Evaluator, step: str, inner: Node, value: Json) -> str | int | None:
    if not step or step == ".~":
        return None
    if step.startswith("[") and isinstance(value, list):
        if step != "[*]":
            index = int(step[1:-1])
            return index if index < len(value) else None
        failing = [i for i, item in enumerate(value) if evaluator.holds(inner, item) is False]
        return failing[-1] if failing else None
    if isinstance(value, dict):
        if step != ".*":
            return step[1:] if step[1:] in value else None
        names = [name for name, item in value.items() if evaluator.holds(inner, item) is False]
        return names[-1] if names else None
    return None


class WriterPlaces:
    """Which of the writer's schemas speak of a spot in a witness."""

    def __init__(self, writer: Compiler, evaluator: Evaluator) -> None:
        self.writer = writer
        self.evaluator = evaluator

    def place(self, at: Location, witness: Json, tokens: list[str | int], keyword: str) -> Place:
        """The writer's own keyword there, else its schema of that spot, else the nearest."""
        schemas = self._beside(at, witness)
        value = witness
        for token in tokens:
            entered = [
                inner
                for place in schemas
                for child in self._entered(place, token)
                for inner in self._beside(child, value[token])
            ]
            if not entered:
                break
            schemas, value = entered, value[token]
        for place in schemas:
            for name in _ALIKE.get(keyword, (keyword,)):
                if isinstance(place.raw, dict) and name in place.raw:
                    return place.place(name)
        return schemas[0].place()

    def _beside(self, at: Location, value: Json) -> list[Location]:
        found: list[Location] = []
        stack = [at]
        seen: set[object] = set()
        while stack:
            place = stack.pop()
            if place.identity in seen or not isinstance(place.raw, (dict, bool)):
                continue
            seen.add(place.identity)
            found.append(place)
            following: list[Location] = []
            for part in self.writer.compile(place).parts:
                always = part.kind == "all" and part.keyword in ("$ref", "allOf")
                following += [
                    child.at
                    for child in part.children
                    if child.in_place
                    and (always or self.evaluator.holds(self.writer.in_place(child.at), value))
                ]
            stack.extend(reversed(following))
        return found

    def _entered(self, at: Location, token: str | int) -> list[Location]:
        raw = at.raw
        if not isinstance(raw, dict):
            return []
        if isinstance(token, int):
            return self._items(at, token)
        found = []
        if token in _dict(raw.get("properties")):
            found.append(at.child("properties", token))
        found += [
            at.child("patternProperties", pattern)
            for pattern in _dict(raw.get("patternProperties"))
            if in_class(NameClass(pattern), token)
        ]
        rest = isinstance(raw.get("additionalProperties"), dict)
        if rest and not found and in_class(other_names(raw), token):
            found.append(at.child("additionalProperties"))
        return found

    @staticmethod
    def _items(at: Location, index: int) -> list[Location]:
        raw = at.raw
        for keyword in ("prefixItems", "items"):
            items = raw.get(keyword)
            if isinstance(items, list) and index < len(items):
                return [at.child(keyword, index)]
        for keyword in ("items", "additionalItems"):
            if isinstance(raw.get(keyword), dict):
                return [at.child(keyword)]
        return []


def _dict(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


_BOUNDS = (
    ("minimum", "exclusiveMinimum"),
    ("maximum", "exclusiveMaximum"),
    ("enum", "const"),
    ("properties", "patternProperties", "additionalProperties"),
)
_ALIKE = {name: (name, *group) for group in _BOUNDS for name in group}


def pointer_of(tokens: list[str | int]) -> str:
    """An RFC 6901 pointer into a witness."""
    return "".join(f"/{escape(str(token))}" for token in tokens)

"""Where a break stands: the spot in the witness, and the writer's schema that lets it through."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.schema.compiler import Child, Compiler
from contracts.schema.evaluate import Evaluator, in_class
from contracts.schema.locations import Location
from contracts.schema.nodes import NameClass, Node
from contracts.schema.object_keywords import other_names
from contracts.schema.resources import escape
from contracts.verdict import Json, Place


def instance_path(
    evaluator: Evaluator, path: tuple[Child, ...], violated: Node, witness: Json
) -> list[str | int]:
    """Where in the witness the formula at the end of the path fails."""
    formulas = [violated]
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

    def place(
        self, at: Location, witness: Json, tokens: Sequence[str | int], keyword: str
    ) -> Place:
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


def pointer_of(tokens: Sequence[str | int]) -> str:
    """An RFC 6901 pointer into a witness."""
    return "".join(f"/{escape(str(token))}" for token in tokens)

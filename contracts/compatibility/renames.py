"""Probable renames: something that went and something like it that came are one cause.

A rename breaks as much as a removal; to be told of it is to know the mend. Nothing is guessed
about verdicts here: the heavy finding stays and gets a hint, its light companion goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from contracts.compatibility.findings import WEIGHT, Cause
from contracts.compatibility.schema_tree import SchemaTree, Twin
from contracts.compatibility.spots import ANNOTATIONS
from contracts.formats.contract import Element
from contracts.lean_dataclasses import replace
from contracts.verdict import Json, Level

ALIKE = 0.5
"""Similarity of two names (difflib ratio) from which they may be one name and its successor."""

MOST = 200
"""Properties of one schema that are looked at."""

ADVICE = "Offer both names for one notice period, and remove the old one when nobody uses it."

MOVED = "Read it in both places for one notice period, until nobody sends it in the old one."

_WENT = frozenset(
    {
        *("required-property-removed", "optional-property-removed", "request-property-removed"),
        "open-property-removed",
    }
)
_CAME = frozenset({"property-added", "required-property-added", "open-property-added"})
_PARAMETER_WENT = frozenset({"parameter-removed"})
_PARAMETER_CAME = frozenset({"required-parameter-added", "optional-parameter-added"})

Key = tuple[int, str]
"""An exchange and the name of a field there."""


def with_renames(causes: Sequence[Cause], trees: Iterable[SchemaTree]) -> list[Cause]:
    """The causes, those that are two halves of a probable rename made one."""
    successor: dict[Key, str] = {}
    predecessor: dict[Key, str] = {}
    for tree in trees:
        for twin in tree.twins():
            for old, new in _renamed(twin):
                for owner in twin.reached():
                    before, after = _below(owner.path, old), _below(owner.path, new)
                    successor[owner.exchange.identity, before] = after
                    predecessor[owner.exchange.identity, after] = before
    for went, came in _renamed_parameters(causes):
        successor[_parameter(went)] = str(came.reaches[0].element.facts["name"])
        predecessor[_parameter(came)] = str(went.reaches[0].element.facts["name"])
    if not successor:
        return list(causes)
    return list(_merged(causes, successor, predecessor))


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _renamed(twin: Twin) -> Iterator[tuple[str, str]]:
    """Pairs of property names of which one is probably the other's successor."""
    went = [child for child in twin.properties if child.new is None][:MOST]
    came = [child for child in twin.properties if child.old is None][:MOST]
    taken: set[int] = set()
    for child in went:
        alike = [other for other in came if id(other) not in taken and _alike(child, other)]
        if alike:
            best = max(alike, key=lambda other: similarity(child.name, other.name))
            taken.add(id(best))
            yield child.name or "", best.name or ""


def _alike(went: Twin, came: Twin) -> bool:
    assert went.old is not None
    assert came.new is not None
    alike = similarity(went.name, came.name)
    same = _bare(went.old.followed().value) == _bare(came.new.followed().value)
    return alike == 1 or (same and alike >= ALIKE)  # 1: but for case and separators


def similarity(one: str | None, other: str | None) -> float:
    """How alike two names are (difflib's ratio), however their words are joined."""
    first, second = (
        (name or "").lower().replace("_", "").replace("-", "") for name in (one, other)
    )
    from difflib import SequenceMatcher

    return SequenceMatcher(None, first, second).ratio()


def _bare(schema: Json) -> Json:
    if not isinstance(schema, dict):
        return schema
    return {key: value for key, value in schema.items() if key == "$ref" or key not in ANNOTATIONS}


def _renamed_parameters(causes: Sequence[Cause]) -> Iterator[tuple[Cause, Cause]]:
    came = [c for c in causes if c.finding.rule in _PARAMETER_CAME and c.reaches][:MOST]
    for went in causes:
        if went.finding.rule in _PARAMETER_WENT and went.reaches:
            element = went.reaches[0].element
            for other in came:
                if _same_parameter(element, other.reaches[0].element):
                    yield went, other
                    break


def _same_parameter(went: Element, came: Element) -> bool:
    if went.operation != came.operation:
        return False
    names = (went.facts["name"], came.facts["name"])
    if went.facts["in"] != came.facts["in"]:
        return bool(names[0] == names[1])
    if similarity(*names) < ALIKE:
        return False
    return bool(_bare(_schema(went)) == _bare(_schema(came)))


_AROUND = {"name", "in", "required", "allowEmptyValue"}
"""What a parameter of Swagger 2.0 says beside its schema."""


def _schema(element: Element) -> Json:
    found = element.document.find(element.schema.pointer) if element.schema is not None else None
    if isinstance(found, dict) and element.schema and element.schema.pointer == element.pointer:
        return {key: value for key, value in found.items() if key not in _AROUND}
    return found


def _parameter(cause: Cause) -> Key:
    element = cause.reaches[0].element
    return id(element), str(element.facts["name"])


def _key(cause: Cause) -> Key | None:
    if not cause.reaches:
        return None
    reach = cause.reaches[0]
    if cause.finding.rule in _PARAMETER_WENT | _PARAMETER_CAME:
        return _parameter(cause)
    return (reach.identity, reach.field or "")


def _merged(
    causes: Sequence[Cause], successor: dict[Key, str], predecessor: dict[Key, str]
) -> Iterator[Cause]:
    went = _WENT | _PARAMETER_WENT
    came = _CAME | _PARAMETER_CAME
    halves = {key: cause for cause in causes if (key := _key(cause)) is not None}
    for cause in causes:
        key, rule = _key(cause), cause.finding.rule
        table = successor if rule in went else predecessor if rule in came else {}
        other = table.get(key) if key is not None else None
        if key is None or other is None:
            yield cause
            continue
        twin = (
            halves.get((key[0], other))
            if rule not in _PARAMETER_WENT | _PARAMETER_CAME
            else (_of_parameter(causes, cause, other))
        )
        if twin is not None and _yields(cause, twin):
            continue
        way = "to" if rule in went else "from"
        words, advice = f"probably renamed {way} `{other}`", ADVICE
        if twin is not None and rule in _PARAMETER_WENT | _PARAMETER_CAME:
            here, there = (half.reaches[0].element.facts["in"] for half in (cause, twin))
            if here != there:
                words, advice = f"probably moved {way} the {there}", MOVED
        message = f"{cause.finding.message} ({words})"
        yield Cause(
            replace(cause.finding, message=message, advice=advice), cause.reaches, cause.labels
        )


def _of_parameter(causes: Sequence[Cause], cause: Cause, name: str) -> Cause | None:
    """The other half of a renamed parameter."""
    operation = cause.reaches[0].element.operation
    for other in causes:
        if other is not cause and other.finding.rule in _PARAMETER_WENT | _PARAMETER_CAME:
            at = other.reaches[0].element
            if at.operation == operation and at.facts.get("name") == name:
                return other
    return None


def _yields(cause: Cause, twin: Cause) -> bool:
    """Whether a half goes because the other one says more: the lighter; of equals what came."""
    mine, others = WEIGHT[cause.finding.level], WEIGHT[twin.finding.level]
    if cause.finding.level is Level.ERROR:
        return False
    return mine < others or (mine == others and cause.finding.rule in _CAME | _PARAMETER_CAME)

"""The raw difference of two documents: counted always, listed when somebody asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.documents import Document, pointer
from contracts.lean_dataclasses import dataclass
from contracts.verdict import Json

MOST_VALUES = 20_000
"""Values in the two sides of one changed subtree that deepdiff is given; it is slow."""


@dataclass(frozen=True, slots=True)
class RawChange:
    """One value that was added, removed or changed."""

    kind: str  # added | removed | changed
    pointer: str
    old: Json = None
    new: Json = None


def counted(old: Document, new: Document) -> Mapping[str, int]:
    """How many members and items were added, removed and changed; a whole subtree counts once."""
    counts = {"added": 0, "removed": 0, "changed": 0}
    for kind, _, _, _ in _differences(old.data, new.data):
        counts[kind] += 1
    return counts


def _differences(old: Json, new: Json) -> Iterator[tuple[str, str, Json, Json]]:
    """Kind, pointer and both values of every difference; arrays position by position."""
    waiting = [("", old, new)]
    while waiting:
        at, before, after = waiting.pop()
        if isinstance(before, dict) and isinstance(after, dict):
            for key in before:
                if key not in after:
                    yield "removed", pointer.join(at, key), before[key], None
                elif _unequal(before[key], after[key]):
                    waiting.append((pointer.join(at, key), before[key], after[key]))
            for key in after:
                if key not in before:
                    yield "added", pointer.join(at, key), None, after[key]
        elif isinstance(before, list) and isinstance(after, list):
            for index, (one, other) in enumerate(zip(before, after, strict=False)):
                if _unequal(one, other):
                    waiting.append((pointer.join(at, index), one, other))
            for index in range(len(after), len(before)):
                yield "removed", pointer.join(at, index), before[index], None
            for index in range(len(before), len(after)):
                yield "added", pointer.join(at, index), None, after[index]
        else:
            yield "changed", at, before, after


def _unequal(one: Json, other: Json) -> bool:
    """Whether two values differ; a boolean is never a number, unlike in Python."""
    if isinstance(one, bool) is not isinstance(other, bool):
        return True
    return bool(one != other)


def raw_difference(old: Document, new: Document, *, limit: int = 1_000) -> list[RawChange]:
    """What was added, removed and changed, items of arrays recognised when they moved.

    Only subtrees that differ are looked at; one of more than :data:`MOST_VALUES` values is
    compared position by position. At most ``limit`` changes are listed.
    """
    from deepdiff import DeepDiff

    found: list[RawChange] = []
    for kind, at, before, after in _arrays_apart(old.data, new.data):
        if kind != "array" or _size(before) + _size(after) > MOST_VALUES:
            kinds = [(kind, at, before, after)]
            if kind == "array":
                kinds = [(k, at + below, b, a) for k, below, b, a in _differences(before, after)]
            found.extend(RawChange(k, p, b, a) for k, p, b, a in kinds)
        else:
            delta = DeepDiff(before, after, ignore_order=False, view="tree", verbose_level=2)
            found.extend(_from_deepdiff(delta, at))
        if len(found) >= limit:
            return found[:limit]
    return found


def _arrays_apart(old: Json, new: Json) -> Iterator[tuple[str, str, Json, Json]]:
    """Like :func:`_differences`, but an array that differs is one change of kind ``array``."""
    waiting = [("", old, new)]
    while waiting:
        at, before, after = waiting.pop()
        if isinstance(before, dict) and isinstance(after, dict):
            for key in {**before, **after}:
                here = pointer.join(at, key)
                if key not in after:
                    yield "removed", here, before[key], None
                elif key not in before:
                    yield "added", here, None, after[key]
                elif _unequal(before[key], after[key]):
                    waiting.append((here, before[key], after[key]))
        elif isinstance(before, list) and isinstance(after, list):
            yield "array", at, before, after
        elif _unequal(before, after):
            yield "changed", at, before, after


_KINDS = {
    "dictionary_item_added": "added",
    "dictionary_item_removed": "removed",
    "iterable_item_added": "added",
    "iterable_item_removed": "removed",
    "values_changed": "changed",
    "type_changes": "changed",
}


def _from_deepdiff(delta: Mapping[str, Json], at: str) -> Iterator[RawChange]:
    for name, kind in _KINDS.items():
        for level in delta.get(name, ()):
            below = level.path(output_format="list")
            yield RawChange(
                kind,
                pointer.join(at, *below),
                None if kind == "added" else level.t1,
                None if kind == "removed" else level.t2,
            )


def _size(value: Json) -> int:
    """Values in a subtree, itself included."""
    count, waiting = 0, [value]
    while waiting:
        here = waiting.pop()
        count += 1
        if isinstance(here, dict):
            waiting.extend(here.values())
        elif isinstance(here, list):
            waiting.extend(here)
    return count

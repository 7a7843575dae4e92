"""Messages that show a break of Protocol Buffers: what is written, and what is read from it."""

from __future__ import annotations

from functools import lru_cache

from contracts.compatibility.pairing import Pair
from contracts.formats.contract import Element
from contracts.formats.protobuf.descriptors import Unbuildable
from contracts.formats.protobuf.witness import Readings, Sides, holder
from contracts.verdict import Witness


def misread(pair: Pair) -> Witness | None:
    """A message whose field says something else to the reader."""
    readings = _of(pair)
    return _tried(readings.of_field, int(pair.any.key)) if readings is not None else None


def moved(pair: Pair, number: str) -> Witness | None:
    """A message whose field the reader looks for under another number."""
    readings = _of(pair)
    return _tried(readings.of_field, int(pair.any.key), int(number)) if readings else None


def lacking(pair: Pair) -> Witness | None:
    """A message without a field that the reader requires."""
    readings = _of(pair)
    return _tried(readings.without, int(pair.any.key)) if readings is not None else None


def cleared(pair: Pair, others: set[str]) -> Witness | None:
    """A message with two fields, of which the reader keeps one."""
    readings = _of(pair)
    other = min(others, key=int)
    return _tried(readings.of_two, int(pair.any.key), int(other)) if readings else None


def unseen(pair: Pair) -> Witness | None:
    """A message with a field that the reader does not know."""
    readings = _of(pair)
    return _tried(readings.unknown, int(pair.any.key)) if readings is not None else None


def unsent(pair: Pair) -> Witness | None:
    """A message without a field, which means something else to the reader."""
    readings = _of(pair)
    return _tried(readings.absent, int(pair.any.key)) if readings is not None else None


def unnamed(pair: Pair) -> Witness | None:
    """A message with an enum value that the reader has no name for."""
    if pair.owners is None:
        return None
    return _with_enum(*pair.owners, int(pair.any.facts["number"]), swapped=pair.swapped)


def unlisted(pair: Pair) -> Witness | None:
    """A message with a number that an open enum does not list, read as a closed one."""
    if pair.both is None:
        return None
    listed = {*pair.both[0].facts["values"].values(), *pair.both[1].facts["values"].values()}
    free = next(number for number in range(len(listed) + 1) if number not in listed)
    return _with_enum(*pair.both, free, swapped=pair.swapped)


def _with_enum(writer: Element, reader: Element, value: int, *, swapped: bool) -> Witness | None:
    """A message of the first type that holds the enum in both versions."""
    found = _holding(writer, reader, swapped)
    return _tried(found[0].of_value, found[1], value) if found is not None else None


@lru_cache(maxsize=8)
def _holding(writer: Element, reader: Element, swapped: bool) -> tuple[Readings, int] | None:
    files = [element.document.data for element in (writer, reader)]
    found = holder(writer.key, files[0], files[1])
    if found is None:
        return None
    names = ("new", "old") if swapped else ("old", "new")
    try:
        return Readings(Sides(files[0], files[1], found[0], *names)), found[1]
    except Unbuildable:
        return None


def _tried(build: object, *numbers: int) -> Witness | None:
    assert callable(build)
    try:
        found = build(*numbers)
    except (KeyError, StopIteration, TypeError, ValueError):  # a field that is not at hand
        return None
    assert found is None or isinstance(found, Witness)
    return found


def _of(pair: Pair) -> Readings | None:
    if pair.owners is None:
        return None
    return _readings(*pair.owners, pair.swapped)


@lru_cache(maxsize=8)
def _readings(writer: Element, reader: Element, swapped: bool) -> Readings | None:
    files = [element.document.data for element in (writer, reader)]
    names = ("new", "old") if swapped else ("old", "new")
    try:
        return Readings(Sides(files[0], files[1], writer.key, *names))
    except Unbuildable:
        return None

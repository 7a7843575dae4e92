"""Messages that show a break of Protocol Buffers: what is written, and what is read from it."""

from __future__ import annotations

from functools import lru_cache

from contracts.compatibility.pairing import Pair
from contracts.formats.contract import Element
from contracts.formats.protobuf.descriptors import Unbuildable
from contracts.formats.protobuf.witness import Readings, Sides
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

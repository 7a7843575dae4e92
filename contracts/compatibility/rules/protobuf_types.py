"""Protocol Buffers: what the bytes and the JSON of a field are taken for.

Sources: protobuf.dev, *Encoding*, *Updating A Message Type*, *ProtoJSON Format*.
"""

from __future__ import annotations

from collections.abc import Iterator

from contracts.compatibility.pairing import Pair
from contracts.compatibility.policies import Policies
from contracts.compatibility.protobuf_witnesses import misread, unsent
from contracts.compatibility.rules import Change, rule
from contracts.formats.protobuf.types import (
    LENGTHY,
    UNKNOWN,
    Comparison,
    Field,
    Unlike,
    map_of,
)
from contracts.lean_dataclasses import replace
from contracts.verdict import Level

FIELDS = ("proto-field", "proto-extension")


@rule(
    "proto-field-type-changed",
    on=FIELDS,
    level=Level.ERROR,
    reverse="proto-field-type-changed",
    advice="Add a field with the new type and a new number, and write both for a notice period.",
)
def proto_field_type_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Readers take the bytes of a field for something else."""
    if pair.both and _unlike(pair) is Unlike.WIRE:
        yield _type_change(pair)


@rule(
    "proto-field-type-converted",
    on=FIELDS,
    level=Level.WARNING,
    reverse="proto-field-type-converted",
    advice="Make sure that every value written fits the type that is read.",
)
def proto_field_type_converted(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The bytes are read as before, but values may be cut off or mean something else."""
    if pair.both and _unlike(pair) is Unlike.VALUE:
        yield _type_change(pair)


@rule(
    "proto-type-not-decided",
    on=FIELDS,
    level=Level.UNKNOWN,
    reverse="proto-type-not-decided",
    advice="Put the imported files beside the file, below the same folders as its import says.",
)
def proto_type_not_decided(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The type changed to or from one that is defined in a file that is not at hand."""
    if pair.both and _unlike(pair) is Unlike.UNKNOWN:
        before, after = pair.fact("type")
        if before != after:
            yield replace(_type_change(pair), witness=None)  # what is not at hand cannot be shown
        else:
            lacks = (
                "old"
                if (UNKNOWN in str(pair.both[0].facts["group"])) is not pair.swapped
                else "new"
            )
            said = f"{after} is defined in no file at hand beside the {lacks} version"
            yield Change(f"{pair.label}: {said}", old="/type", new="/type")


def _type_change(pair: Pair) -> Change:
    before, after = pair.fact("type")
    coded = pair.fact("group")
    if before == after and coded[0] != coded[1]:
        before, after = (f"{before} ({_WRITTEN.get(code, code)})" for code in coded)
    old, new = (after, before) if pair.swapped else (before, after)
    said = f"{pair.label}: the type changed from {old} to {new}"
    return Change(said, old="/type", new="/type", witness=misread(pair))


_WRITTEN = {"group": "delimited", "message": "length-prefixed"}


def _unlike(pair: Pair) -> Unlike | None:
    """How the types differ, whether there is one value or several apart."""
    assert pair.both is not None
    one, other = (Field(e.facts["type"], e.facts["group"], False) for e in pair.both)
    files = [element.facts["file"] for element in pair.both]
    return Comparison(*files).types(one, other)


@rule(
    "proto-field-repeated-changed",
    on=FIELDS,
    level=Level.ERROR,
    reverse="proto-field-repeated-changed",
    advice="Add a repeated field with a new number beside the single one.",
)
def proto_field_repeated_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """One value is written where several are read, or the other way round."""
    before, after = pair.fact("many")
    if pair.both and before != after:
        lengthy = {element.facts["group"] for element in pair.both} <= LENGTHY
        many = "repeated" if after is not pair.swapped else "single"
        # of several texts, readers take the last; several numbers are packed, one is read by all
        level = Level.WARNING if lengthy or not before else None
        yield Change(f"{pair.label} became {many}", level, witness=misread(pair))


@rule(
    "proto-map-changed",
    on=FIELDS,
    level=Level.WARNING,
    advice="Keep the map, or the list, where messages travel as JSON.",
)
def proto_map_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """JSON writes a map as an object and its entries as a list; their bytes are the same."""
    if not pair.both or _unlike(pair) is Unlike.WIRE:
        return
    before, after = (map_of(kind) is not None for kind in pair.fact("type"))
    if before != after and all(pair.fact("many")):
        yield Change(f"{pair.label}: JSON has {'an object' if after else 'a list'} there now")


@rule(
    "proto-field-packing-changed",
    on=FIELDS,
    level=Level.INFO,
    advice="Nothing to do: readers take both forms.",
)
def proto_field_packing_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Numbers are written one by one, or together."""
    if not pair.both or not all(pair.fact("many")) or _unlike(pair) is Unlike.WIRE:
        return
    before, after = (features.repeated_field_encoding for features in pair.fact("features"))
    if before != after and not {element.facts["group"] for element in pair.both} & _NEVER_PACKED:
        yield Change(f"{pair.label} is {'packed' if after == 'PACKED' else 'expanded'} now")


_NEVER_PACKED = frozenset({"bytes", "message", "group", "unknown"})


@rule(
    "proto-field-default-changed",
    on=FIELDS,
    level=Level.ERROR,
    reverse="proto-field-default-changed",
    advice="Keep the default: absent fields mean something else to each version.",
)
def proto_field_default_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """An absent field means another value."""
    stated = [("default" in element.facts) for element in pair.both or ()]
    if not any(stated) or any(pair.fact("many")) or _unlike(pair) is Unlike.WIRE:
        return
    before, after = pair.fact("value")
    if before != after:
        old, new = (after, before) if pair.swapped else (before, after)
        said = f"the default changed from {_told(old)} to {_told(new)}"
        yield Change(f"{pair.label}: {said}", witness=unsent(pair))


def _told(value: object) -> str:
    return "nothing" if value in (None, "") else str(value)

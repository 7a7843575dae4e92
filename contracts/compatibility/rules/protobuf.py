"""Protocol Buffers: what changes for those who hold bytes, JSON or stubs of the other version.

Source: protobuf.dev, *Updating A Message Type*, *Encoding*, *ProtoJSON Format*.
"""

from __future__ import annotations

from collections.abc import Iterator

from contracts.compatibility.pairing import Pair
from contracts.compatibility.policies import Policies
from contracts.compatibility.protobuf_witnesses import cleared, lacking, misread, moved
from contracts.compatibility.rules import Change, rule
from contracts.formats.contract import Element
from contracts.formats.protobuf.types import LENGTHY, Comparison, Field, Unlike
from contracts.verdict import Json, Level


def _covers(ranges: list[list[int]], number: int) -> bool:
    return any(first <= number <= last for first, last in ranges)


def _retired(pair: Pair, element: Element, key: str) -> bool:
    """Whether the other version reserves the number of something that is gone."""
    owner = pair.counterpart_owner
    return owner is not None and _covers(owner.facts.get(key, []), int(element.key))


@rule(
    "proto-package-changed",
    on="proto-file",
    level=Level.ERROR,
    reverse="proto-package-changed",
    advice="Keep the package, or serve both: it is part of method paths and type URLs.",
)
def proto_package_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Methods and types are found under another name."""
    before, after = pair.fact("package")
    if pair.both and before != after:
        said = f"the package changed from `{before or '(none)'}` to `{after or '(none)'}`"
        yield Change(said, old="/package", new="/package")


@rule(
    "proto-syntax-changed",
    on="proto-file",
    level=Level.WARNING,
    advice="Check fields without presence and closed enums: the two treat them differently.",
)
def proto_syntax_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Absent fields and unknown enum values are treated by other rules."""
    before, after = pair.fact("syntax")
    if pair.both and before != after:
        said = f"the syntax changed from {before} to {after}"
        yield Change(said, old="/syntax", new="/syntax")


@rule(
    "proto-message-removed",
    on="proto-message",
    level=Level.ERROR,
    reverse="proto-message-added",
    advice="Keep the message until nobody sends or stores it.",
)
def proto_message_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A message that others hold has no definition any more."""
    if pair.removed and not pair.any.facts.get("imported"):
        yield Change(f"{pair.label} was {pair.say('removed')}")


@rule(
    "proto-message-added",
    on="proto-message",
    level=Level.INFO,
    advice="Nothing to do: nobody holds one.",
)
def proto_message_added(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A new message."""
    if pair.added and not pair.any.facts.get("imported"):
        yield Change(f"{pair.label} was added")


@rule(
    "proto-field-removed",
    on="proto-field",
    level=Level.ERROR,
    advice='Reserve the number and the name of the field: `reserved 4; reserved "name";`.',
)
def proto_field_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The number of a removed field is free to be used for something else."""
    if not pair.removed or _moved(pair) is not None:
        return
    if not _retired(pair, pair.any, "reserved"):
        yield Change(f"{pair.label} was removed and its number is not reserved")


@rule(
    "proto-field-retired",
    on="proto-field",
    level=Level.INFO,
    advice="Nothing to do on the wire; readers of the old version see the field's default.",
)
def proto_field_retired(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A field was removed and its number reserved."""
    if pair.removed and _moved(pair) is None and _retired(pair, pair.any, "reserved"):
        yield Change(f"{pair.label} was removed; its number is reserved")


@rule(
    "proto-required-field-added",
    on="proto-field",
    level=Level.ERROR,
    reverse="proto-required-field-removed",
    advice="Add the field as optional: a required field can never be added or removed safely.",
)
def proto_required_field_added(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Messages without a required field cannot be read."""
    before, after = pair.fact("label")
    if after == "required" and before != "required":
        if pair.both:
            said = f"{pair.label} became {pair.say('required')}"
        else:
            said = f"{pair.label}, which is required, was {pair.say('added')}"
        yield Change(said, witness=lacking(pair))


@rule(
    "proto-field-added",
    on="proto-field",
    level=Level.INFO,
    advice="Nothing to do: readers of the old version skip it.",
)
def proto_field_added(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A new field."""
    if pair.added and pair.any.facts.get("label") != "required":
        reused = _retired(pair, pair.any, "reserved")
        if _moved(pair) is None and not reused:
            yield Change(f"{pair.label} was added")


@rule(
    "proto-reserved-number-used",
    on="proto-field",
    level=Level.ERROR,
    advice="Use a number that was never used: old bytes still hold the former field.",
)
def proto_reserved_number_used(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A field has a number that was reserved because another field had it."""
    if pair.added and _retired(pair, pair.any, "reserved"):
        yield Change(f"{pair.label} uses a number that was reserved")


@rule(
    "proto-reservation-removed",
    on=("proto-message", "proto-enum"),
    level=Level.WARNING,
    advice="Keep the reservation for good: old bytes may still hold the number.",
)
def proto_reservation_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A number or name that was retired is free to be used again."""
    if not pair.both:
        return
    one, other = (element.facts for element in pair.both)
    used = [[n, n] for n in (*map(int, other.get("fields", ())), *other.get("values", {}).values())]
    for first, last in one["reserved"]:
        if not _within(first, last, [*other["reserved"], *used]):
            numbers = f"{first} to {last}" if last > first else str(first)
            yield Change(f"{pair.label}: {numbers} is no longer reserved")
    for name in sorted(set(one["reserved_names"]) - set(other["reserved_names"])):
        yield Change(f"{pair.label}: the name {name} is no longer reserved")


def _within(first: int, last: int, ranges: list[list[int]]) -> bool:
    """Whether a range of numbers is covered by others together."""
    for low, high in sorted(ranges):
        if low <= first <= high:
            first = high + 1
    return first > last


@rule(
    "proto-field-number-changed",
    on="proto-field",
    level=Level.ERROR,
    reverse="proto-field-number-changed",
    advice="Keep the number: it is what stands in the bytes.",
)
def proto_field_number_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A field is written under another number than readers look for."""
    number = _moved(pair)
    if pair.removed and number is not None:
        said = f"{pair.label} has the number {number} now"
        yield Change(said, witness=moved(pair, number))


def _moved(pair: Pair) -> str | None:
    """The number that a field of the same name has in the other version."""
    owner = pair.counterpart_owner
    if pair.both or owner is None:
        return None
    name, number = pair.any.facts["name"], pair.any.key
    fields: dict[str, Json] = owner.facts["fields"]
    return next((n for n, f in fields.items() if f["name"] == name and n != number), None)


@rule(
    "proto-field-type-changed",
    on="proto-field",
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
    on="proto-field",
    level=Level.WARNING,
    advice="Make sure that every value written fits the type that is read.",
)
def proto_field_type_converted(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The bytes are read as before, but values may be cut off or mean something else."""
    if pair.both and _unlike(pair) is Unlike.VALUE:
        yield _type_change(pair)


def _type_change(pair: Pair) -> Change:
    before, after = pair.fact("type")
    old, new = (after, before) if pair.swapped else (before, after)
    said = f"{pair.label}: the type changed from {old} to {new}"
    return Change(said, old="/type", new="/type", witness=misread(pair))


def _unlike(pair: Pair) -> Unlike | None:
    """How the types differ, whether there is one value or several apart."""
    assert pair.both is not None
    one, other = (Field(e.facts["type"], e.facts["group"], False) for e in pair.both)
    files = [element.facts["file"] for element in pair.both]
    return Comparison(*files).types(one, other)


@rule(
    "proto-type-not-decided",
    on="proto-field",
    level=Level.UNKNOWN,
    reverse="proto-type-not-decided",
    advice="Put the imported files beside the file, below the same folders as its import says.",
)
def proto_type_not_decided(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The type changed to or from one that is defined in a file that is not at hand."""
    if pair.both and _unlike(pair) is Unlike.UNKNOWN:
        yield _type_change(pair)


@rule(
    "proto-field-repeated-changed",
    on="proto-field",
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
    "proto-field-renamed",
    on="proto-field",
    level=Level.WARNING,
    advice="Keep the name, or keep it in JSON with `json_name`; the bytes do not change.",
)
def proto_field_renamed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """JSON and generated code know the field by another name."""
    if not pair.both:
        return
    before, after = (e.facts.get("json_name") or e.facts["name"] for e in pair.both)
    if before != after:
        yield Change(f"{pair.label}: called {before} before, {after} now")


@rule(
    "proto-field-default-changed",
    on="proto-field",
    level=Level.WARNING,
    reverse="proto-field-default-changed",
    advice="Keep the default: absent fields mean something else to each version.",
)
def proto_field_default_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """An absent field means another value."""
    before, after = pair.fact("default")
    if pair.both and before != after:
        said = f"the default changed from {before or 'none'} to {after or 'none'}"
        yield Change(f"{pair.label}: {said}")


@rule(
    "proto-oneof-changed",
    on="proto-field",
    level=Level.ERROR,
    reverse="proto-oneof-changed",
    advice="Add the alternative as a new field of the oneof, with a new number.",
)
def proto_oneof_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Setting one field now clears another that could be set beside it."""
    if not pair.both or pair.owners is None:
        return
    before, after = (set(e.facts["alternatives"]) - {e.key} for e in pair.both)
    old, new = (owner.facts["fields"] for owner in pair.owners)
    oneof = pair.both[1].facts.get("oneof") or pair.both[0].facts.get("oneof")
    joined = (after - before) & old.keys()
    if joined:
        said = f"{pair.label} moved into oneof {oneof}, beside a field that was apart from it"
        yield Change(said, witness=cleared(pair, joined))
    elif (before - after) & new.keys():
        said = f"{pair.label} moved out of oneof {pair.both[0].facts['oneof']}"
        yield Change(said, Level.WARNING)


@rule(
    "proto-oneof-renamed",
    on="proto-field",
    level=Level.WARNING,
    advice="Keep the name of the oneof: generated code uses it. Bytes and JSON do not change.",
)
def proto_oneof_renamed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Generated code knows the alternatives by another name, or by none."""
    before, after = pair.fact("oneof")
    if pair.both and before != after and _first(pair) and before is not None:
        said = (
            f"the oneof {before} is called {after} now" if after else f"the oneof {before} is gone"
        )
        yield Change(f"{pair.label}: {said}")


def _first(pair: Pair) -> bool:
    """Whether it is the first of the same alternatives: one finding tells of all."""
    assert pair.both is not None
    before, after = (element.facts["alternatives"] for element in pair.both)
    return before[:1] == (pair.any.key,) and (not after or before == after)


@rule(
    "proto-enum-removed",
    on="proto-enum",
    level=Level.WARNING,
    reverse="proto-enum-added",
    advice="Keep the enum until no code refers to it; its fields are judged by themselves.",
)
def proto_enum_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Generated code has an enum no more; bytes know only the fields that used it."""
    if pair.removed and not pair.any.facts.get("imported"):
        yield Change(f"{pair.label} was {pair.say('removed')}")


@rule(
    "proto-enum-default-changed",
    on="proto-enum",
    level=Level.WARNING,
    advice="Keep the first value: it is what an absent field means.",
)
def proto_enum_default_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The value that an absent field stands for is another one."""
    before, after = pair.fact("first")
    if pair.both and before != after:
        values = (pair.fact("values")[0].get(before), pair.fact("values")[1].get(after))
        if values[0] != values[1]:
            yield Change(f"{pair.label}: the first value changed from {before} to {after}")


@rule(
    "proto-enum-value-removed",
    on="proto-enum-value",
    level=Level.ERROR,
    reverse="proto-enum-value-added",
    advice="Reserve the number and keep reading it; stop writing it first.",
)
def proto_enum_value_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A value that was written has no name any more."""
    if pair.removed:
        reserved = _retired(pair, pair.any, "reserved")
        level = Level.INFO if reserved and not pair.swapped else None
        yield Change(f"{pair.label} was {pair.say('removed')}", level)


@rule(
    "proto-enum-value-added",
    on="proto-enum-value",
    level=Level.INFO,
    advice="Readers of the old version must be ready for values that they do not know.",
)
def proto_enum_value_added(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A new value; in proto2 old readers do not see it at all."""
    if pair.added:
        level = Level.WARNING if pair.any.facts["closed"] else None
        yield Change(f"{pair.label} was added", level)


@rule(
    "proto-enum-value-renamed",
    on="proto-enum-value",
    level=Level.WARNING,
    advice="Keep the old name as an alias (`allow_alias`): JSON writes names.",
)
def proto_enum_value_renamed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """JSON and generated code know the value by another name."""
    if pair.both:
        before, after = pair.fact("names")
        gone = [name for name in before if name not in after]
        if gone:
            yield Change(f"{pair.label}: {', '.join(gone)} is now {', '.join(after)}")

"""Protocol Buffers: fields that come, go, move, or are called something else.

Sources: protobuf.dev, *Updating A Message Type*, *ProtoJSON Format*, *Field Presence*.
"""

from __future__ import annotations

from collections.abc import Iterator

from contracts.compatibility.pairing import Pair
from contracts.compatibility.policies import Policies
from contracts.compatibility.protobuf_pairs import covers, listed, moved_to, names_kept, retired
from contracts.compatibility.protobuf_witnesses import lacking, moved, unseen
from contracts.compatibility.rules import Change, rule
from contracts.formats.contract import Element
from contracts.formats.protobuf.features import IMPLICIT, REQUIRED
from contracts.verdict import Level

BOTH = ("proto-field", "proto-extension")


@rule(
    "proto-field-removed",
    on="proto-field",
    level=Level.ERROR,
    advice='Reserve the number and the name of the field: `reserved 4; reserved "name";`.',
)
def proto_field_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """What is sent in it is passed over, and its number is free to be used for something else."""
    if not pair.removed or moved_to(pair) is not None or retired(pair):
        return
    said = f"{pair.label} was removed and its number is not reserved"
    yield Change(said, witness=unseen(pair))


@rule(
    "proto-field-retired",
    on="proto-field",
    level=Level.INFO,
    advice="Nothing to do on the wire; readers of the old version see the field's default.",
)
def proto_field_retired(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A field was removed, its number and its name reserved."""
    if not pair.removed or moved_to(pair) is not None or not retired(pair):
        return
    if names_kept(pair, pair.any.facts["name"]):
        yield Change(f"{pair.label} was removed; its number is reserved")


@rule(
    "proto-name-not-reserved",
    on=("proto-field", "proto-enum-value"),
    level=Level.WARNING,
    advice='Reserve the name too: `reserved "name";`. JSON knows it by nothing else.',
)
def proto_name_not_reserved(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A number was reserved, and the name that stands for it in JSON was not."""
    if pair.removed and retired(pair) and not pair.swapped:
        value = pair.any.kind == "proto-enum-value"
        names = pair.any.facts["names"] if value else (pair.any.facts["name"],)
        if not names_kept(pair, *names) and (value or moved_to(pair) is None):
            said = "its number is reserved, and its name is not"
            yield Change(f"{pair.label} was removed; {said}")


@rule(
    "proto-required-field-added",
    on=BOTH,
    level=Level.ERROR,
    reverse="proto-required-field-removed",
    advice="Add the field as optional: a required field can never be added or removed safely.",
)
def proto_required_field_added(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Messages without a required field cannot be read."""
    before, after = pair.fact("presence")
    if after == REQUIRED and before != REQUIRED:
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
    if not pair.added or pair.any.facts["presence"] == REQUIRED:
        return
    if moved_to(pair) is None and not retired(pair) and not _of_extensions(pair):
        yield Change(f"{pair.label} was added")


@rule(
    "proto-reserved-number-used",
    on="proto-field",
    level=Level.ERROR,
    advice="Use a number that was never used: old bytes still hold the former field.",
)
def proto_reserved_number_used(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A field has a number that was reserved because another field had it."""
    if pair.added and retired(pair):
        yield Change(f"{pair.label} uses a number that was reserved")


@rule(
    "proto-extension-number-used",
    on="proto-field",
    level=Level.ERROR,
    advice="Use a number outside the ranges that were left to extensions.",
)
def proto_extension_number_used(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A field has a number that others may have used for their extensions."""
    if pair.added and _of_extensions(pair) and not retired(pair):
        yield Change(f"{pair.label} uses a number that was left to extensions")


def _of_extensions(pair: Pair) -> bool:
    owner = pair.counterpart_owner
    return owner is not None and covers(owner.facts.get("extensions", []), int(pair.any.key))


@rule(
    "proto-field-number-changed",
    on=BOTH,
    level=Level.ERROR,
    reverse="proto-field-number-changed",
    advice="Keep the number: it is what stands in the bytes.",
)
def proto_field_number_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A field is written under another number than readers look for."""
    number = moved_to(pair)
    if pair.removed and number is not None:
        said = f"{pair.label} has the number {number} now"
        yield Change(said, witness=moved(pair, number))


@rule(
    "proto-field-renamed",
    on=BOTH,
    level=Level.WARNING,
    advice="Keep the name, or keep it in JSON with `json_name`; the bytes do not change.",
)
def proto_field_renamed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """JSON, or only field masks, text and generated code, know the field by another name."""
    if not pair.both:
        return
    before, after = pair.fact("name")
    in_json = pair.fact("json_name")
    if in_json[0] != in_json[1]:
        old, new = (before, after) if before != after else in_json
        yield Change(f"{pair.label}: called {old} before, {new} now")
    elif before != after:
        said = f"called {before} before, {after} now; JSON knows it as {in_json[1]} as before"
        yield Change(f"{pair.label}: {said}", Level.INFO)


@rule(
    "proto-presence-changed",
    on="proto-message",
    level=Level.INFO,
    advice="Check code that asks whether the field is set; other values are written as before.",
)
def proto_presence_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Zero, empty text and the like were told apart from nothing, or are now."""
    tracked: list[str] = []
    untracked: list[str] = []
    for old, new in shared_fields(pair):
        before, after = old.facts["presence"], new.facts["presence"]
        if old.facts["group"] != new.facts["group"]:
            continue
        if before != after and REQUIRED not in {before, after} and None not in {before, after}:
            (untracked if after == IMPLICIT else tracked).append(new.facts["name"])
    if tracked:
        said = f"zero and nothing are told apart now in {listed(tracked)}"
        yield Change(f"{pair.label}: {said}")
    if untracked:
        said = f"zero and nothing are no longer told apart in {listed(untracked)}"
        yield Change(f"{pair.label}: {said}")


@rule(
    "proto-utf8-checked",
    on="proto-message",
    level=Level.WARNING,
    reverse="proto-utf8-unchecked",
    advice="Make sure that writers put only UTF-8 into these fields, or make them `bytes`.",
)
def proto_utf8_checked(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Readers refuse bytes in strings that are no UTF-8; writers did not look."""
    names = [
        new.facts["name"]
        for old, new in shared_fields(pair)
        if "string" in old.facts["type"]
        and "string" in new.facts["type"]
        and (old.facts["features"].utf8_validation, new.facts["features"].utf8_validation)
        == ("NONE", "VERIFY")
    ]
    if names:
        word = "no longer checked" if pair.swapped else "checked now"
        yield Change(f"{pair.label}: {listed(names)}: {word} for UTF-8 when it is read")


def shared_fields(pair: Pair) -> Iterator[tuple[Element, Element]]:
    """Fields of one number on both sides."""
    if pair.both:
        old, new = ({e.key: e for e in side.of_kind("proto-field")} for side in pair.both)
        yield from ((old[number], new[number]) for number in old if number in new)

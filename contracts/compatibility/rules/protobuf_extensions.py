"""Protocol Buffers: fields that a file adds to other files' messages, and room for such fields.

Source: protobuf.dev, *Extension Declarations*, *Language Guide (proto 2)*.
"""

from __future__ import annotations

from collections.abc import Iterator

from contracts.compatibility.pairing import Pair
from contracts.compatibility.policies import Policies
from contracts.compatibility.protobuf_pairs import listed, moved_to, shown, within
from contracts.compatibility.protobuf_witnesses import unseen
from contracts.compatibility.rules import Change, rule
from contracts.verdict import Level


@rule(
    "proto-extension-removed",
    on=("proto-extend", "proto-extension"),
    level=Level.WARNING,
    advice="Keep the extension until nobody writes it; readers keep it as an unknown field.",
)
def proto_extension_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Readers do not see what is written in an extension any more."""
    if not pair.removed or moved_to(pair) is not None:
        return
    if pair.any.kind == "proto-extension":
        yield Change(f"{pair.label} was removed", witness=unseen(pair))
    else:
        names = [field["full"] for field in pair.any.facts["fields"].values()]
        yield Change(f"every {pair.label} was removed: {listed(names)}")


@rule(
    "proto-extension-added",
    on=("proto-extend", "proto-extension"),
    level=Level.INFO,
    advice="Nothing to do: readers of the old version skip it.",
)
def proto_extension_added(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A new extension."""
    if not pair.added or moved_to(pair) is not None:
        return
    if pair.any.kind == "proto-extension":
        yield Change(f"{pair.label} was added")
    else:
        names = [field["full"] for field in pair.any.facts["fields"].values()]
        yield Change(f"{pair.label} was added: {listed(names)}")


@rule(
    "proto-extension-range-dropped",
    on="proto-message",
    level=Level.WARNING,
    advice="Keep the range: other files may define extensions with its numbers.",
)
def proto_extension_range_dropped(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Numbers that other files may use for extensions are no longer left to them."""
    if not pair.both:
        return
    one, other = (element.facts for element in pair.both)
    for first, last in one.get("extensions", ()):
        if not within(first, last, other.get("extensions", [])):
            said = f"{shown(first, last)} is no longer left to extensions"
            yield Change(f"{pair.label}: {said}")

"""Protocol Buffers: files and messages.

Sources: protobuf.dev, *Updating A Message Type*, *Encoding*, *ProtoJSON Format*, *Feature Settings
for Editions*.
"""

from __future__ import annotations

from collections.abc import Iterator

from contracts.compatibility.pairing import Pair
from contracts.compatibility.policies import Policies
from contracts.compatibility.protobuf_pairs import RENAMED, listed, relocated, shown, within
from contracts.compatibility.rules import Change, rule
from contracts.formats.protobuf.features import DEFAULTS
from contracts.verdict import Level

BEST_EFFORT = "LEGACY_BEST_EFFORT"


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
    level=Level.INFO,
    advice="Nothing to do: what follows from it for fields and enums is told where it shows.",
)
def proto_syntax_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The file is written in another syntax or edition."""
    before, after = pair.fact("syntax")
    if pair.both and before != after:
        said = f"the syntax changed from {before} to {after}"
        yield Change(said, old="/syntax", new="/syntax")


@rule(
    "proto-edition-not-decided",
    on="proto-file",
    level=Level.UNKNOWN,
    advice="State the features that the file relies on, or use an edition up to 2024.",
)
def proto_edition_not_decided(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The file changed to or from an edition whose defaults are not known here."""
    before, after = pair.fact("syntax")
    for edition in (before, after) if before != after else ():
        if pair.both and edition not in DEFAULTS:
            said = f"what {edition!r} means is not known; it is read like 2024"
            yield Change(said, old="/syntax", new="/syntax")


@rule(
    "proto-json-format-changed",
    on="proto-file",
    level=Level.WARNING,
    advice="Keep `features.json_format = ALLOW` where messages travel as JSON.",
)
def proto_json_format_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """JSON is no longer promised: names may clash, and writers and readers may give up."""
    before, after = (fact or {} for fact in pair.fact("json"))
    lost = [n for n, now in after.items() if now == BEST_EFFORT and before.get(n, now) != now]
    if lost:
        yield Change(f"JSON is only best effort now for {listed(lost)}")


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
        elsewhere = relocated(pair)
        if elsewhere is None:
            yield Change(f"{pair.label} was {pair.say('removed')}")
        else:
            said = f"{pair.label} moved to {elsewhere}: fields hold it as before, its name is gone"
            yield Change(said, advice=RENAMED)


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
    "proto-message-set-changed",
    on="proto-message",
    level=Level.ERROR,
    reverse="proto-message-set-changed",
    advice="Keep `message_set_wire_format` as it is: extensions are written in another form.",
)
def proto_message_set_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The extensions of a message are written in another form than they are read."""
    before, after = pair.fact("message_set")
    if pair.both and before != after:
        yield Change(f"{pair.label}: message_set_wire_format was {'set' if after else 'removed'}")


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
        if not within(first, last, [*other["reserved"], *used]):
            yield Change(f"{pair.label}: {shown(first, last)} is no longer reserved")
    for name in sorted(set(one["reserved_names"]) - set(other["reserved_names"])):
        yield Change(f"{pair.label}: the name {name} is no longer reserved")

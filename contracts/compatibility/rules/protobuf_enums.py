"""Protocol Buffers: enums, open and closed, and their values.

Sources: protobuf.dev, *Enum Behavior*, *Updating A Message Type*, *ProtoJSON Format*.
"""

from __future__ import annotations

from collections.abc import Iterator

from contracts.compatibility.pairing import Pair
from contracts.compatibility.policies import EnumGrowth, Policies
from contracts.compatibility.protobuf_pairs import RENAMED, names_kept, relocated, retired
from contracts.compatibility.protobuf_witnesses import unlisted, unnamed
from contracts.compatibility.rules import Change, rule
from contracts.formats.contract import Side
from contracts.verdict import Level


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
        elsewhere = relocated(pair)
        if elsewhere is None:
            yield Change(f"{pair.label} was {pair.say('removed')}")
        else:
            said = f"{pair.label} moved to {elsewhere}: fields hold it as before, its name is gone"
            yield Change(said, advice=RENAMED)


@rule(
    "proto-enum-closed",
    on="proto-enum",
    level=Level.WARNING,
    reverse="proto-enum-opened",
    advice="Keep `features.enum_type` as it is; readers of a closed enum miss other numbers.",
)
def proto_enum_closed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Numbers that are not listed could be written, and are taken for nothing when read."""
    before, after = pair.fact("closed")
    if pair.both and after and not before:
        said = f"{pair.label} was {'opened' if pair.swapped else 'closed'}"
        told = f"{said}: readers of the closed one take unlisted numbers for nothing"
        yield Change(told, witness=unlisted(pair))


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
def proto_enum_value_removed(pair: Pair, policies: Policies) -> Iterator[Change]:
    """A value that was written has no name any more."""
    if pair.removed:
        said = f"{pair.label} was {pair.say('removed')}"
        grows = pair.any.writer is Side.PROVIDER and policies.enum_growth is EnumGrowth.WARNS
        if grows:
            yield Change(said, Level.WARNING, assumptions=(EnumGrowth.WARNS.value,))
        elif not retired(pair) or pair.swapped:
            yield Change(said, witness=unnamed(pair))
        elif names_kept(pair, *pair.any.facts["names"]):
            yield Change(said, Level.INFO)


@rule(
    "proto-enum-value-added",
    on="proto-enum-value",
    level=Level.INFO,
    advice="Readers of the old version must be ready for values that they do not know.",
)
def proto_enum_value_added(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A new value; readers of a closed enum do not see it at all."""
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

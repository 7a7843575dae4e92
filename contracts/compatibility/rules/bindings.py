"""Protocol bindings: what changes for those on the other end of the wire.

What each field means stands in :mod:`contracts.compatibility.binding_fields`.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import partial

from contracts.compatibility.binding_fields import ADDRESSES, BINDINGS, SCALES, UNSEEN, Binding
from contracts.compatibility.pairing import Pair
from contracts.compatibility.policies import Policies
from contracts.compatibility.rules import Change, Rule, register, rule
from contracts.formats.asyncapi.bindings import Stated
from contracts.formats.contract import Element, Side
from contracts.verdict import Json, Level

KINDS = ("channel", "terms", "message", "broker")


def _values(pair: Pair) -> Iterator[tuple[str, Stated, Stated]]:
    """Every binding field that both versions say something about and that differs."""
    before, after = pair.fact("bindings")
    if not pair.both or before == after:
        return
    for name in before:
        if name in after and before[name].value != after[name].value:
            yield name, before[name], after[name]
    for name in ADDRESSES:
        sides = [_or_address(element, name) for element in pair.both]
        one_only = (name in before) is not (name in after)
        if one_only and sides[0] and sides[1] and sides[0].value != sides[1].value:
            yield name, sides[0], sides[1]


def _or_address(channel: Element, name: str) -> Stated | None:
    """What a field says that stands for the address where it is not stated (Kafka's `topic`)."""
    stated = channel.facts["bindings"].get(name)
    address = channel.facts.get("address")
    if stated is None and channel.kind == "channel" and address and "{" not in address:
        return Stated(address, channel.pointer)
    return stated  # type: ignore[no-any-return]


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _when(before: Json, after: Json) -> str:
    """Which way a value went; ``raised`` for endless (-1), ``any`` for what has no order."""
    for scale in SCALES:
        if before in scale and after in scale:
            return "raised" if scale.index(after) > scale.index(before) else "lowered"
    one, other = _number(before), _number(after)
    if one is None or other is None:
        return "any"
    return "raised" if other > one else "lowered"


def _number(value: Json) -> float | None:
    """A number, also one in a text with or without seconds; endless for -1."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        found = float(value.removesuffix("s") if isinstance(value, str) else value)
    except (ValueError, OverflowError):  # no number, or one that no double holds
        return None
    return float("inf") if found == -1 else found


def _check(binding: Binding, pair: Pair, _policies: Policies) -> Iterator[Change]:
    for name, before, after in _values(pair):
        if not _matches(name, binding.fields):
            continue
        went = _when(before.value, after.value)
        unclear = went == "any" and binding.level is not Level.INFO
        if binding.when in ("any", went) or unclear:
            yield _change(pair, name, before, after)


def _change(pair: Pair, name: str, before: Stated, after: Stated) -> Change:
    said = f"the binding {name} changed from {before.value!r} to {after.value!r}"
    return Change(f"{pair.label}: {said}", old_at=before.pointer, new_at=after.pointer)


for _binding in BINDINGS:
    register(
        Rule(
            _binding.rule,
            _binding.level,
            KINDS,
            "bindings",
            _binding.summary,
            _binding.advice,
            _binding.rule if _binding.when == "any" else None,
            partial(_check, _binding),
        )
    )


@rule(
    "binding-removed",
    on=KINDS,
    level=Level.WARNING,
    reverse="binding-added",
    advice="Keep stating the binding: clients are configured by it.",
)
def binding_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Something that clients are configured by is not stated any more."""
    before, after = pair.fact("bindings")
    if not pair.both or before == after or False in pair.fact("understood"):
        return
    for name, stated in before.items():
        says_the_same = name in ADDRESSES and _or_address(pair.both[1], name) is not None
        if name not in after and not says_the_same and not _matches(name, UNSEEN):
            said = f"the binding {name} was {pair.say('removed')}"
            yield Change(f"{pair.label}: {said}", old_at=stated.pointer)


@rule(
    "binding-not-judged",
    on=KINDS,
    level=Level.UNKNOWN,
    reverse="binding-not-judged",
    advice="Check what the change means for clients of this protocol.",
)
def binding_not_judged(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A binding changed and nothing is known about what that means."""
    for name, before, after in _values(pair):
        known = any(_matches(name, binding.fields) for binding in BINDINGS)
        if not known and not _matches(name, UNSEEN):
            yield _change(pair, name, before, after)


@rule(
    "required-binding-fields-added",
    on="binding-schema",
    level=Level.ERROR,
    reverse="required-binding-fields-removed",
    advice="Describe the fields as optional first, and require them in the next major version.",
)
def required_binding_fields_added(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Whoever sends without the protocol fields that are required now is refused."""
    if pair.added and pair.any.writer is Side.CONSUMER:
        required = _required(pair.any)
        if required:
            said = f"was {pair.say('added')} and {', '.join(required)} required"
            yield Change(f"{pair.label} {said}", new="/required")


@rule(
    "binding-fields-removed",
    on="binding-schema",
    level=Level.WARNING,
    reverse="binding-fields-added",
    advice="Keep sending the protocol fields until no reader looks at them.",
)
def binding_fields_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The protocol fields that readers look at are not described any more."""
    if pair.removed and pair.any.writer is Side.PROVIDER:
        level = Level.ERROR if _required(pair.any) else None
        yield Change(f"{pair.label} was {pair.say('removed')}", level)


def _required(element: Element) -> list[str]:
    schema = element.document.find(element.pointer)
    required = schema.get("required") if isinstance(schema, dict) else None
    listed = required if isinstance(required, list) else []
    return [name for name in listed if isinstance(name, str)]

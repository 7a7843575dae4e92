"""Protocol Buffers: fields of which only one is set.

Source: protobuf.dev, *Language Guide*, backwards-compatibility issues of oneof.
"""

from __future__ import annotations

from collections.abc import Iterator

from contracts.compatibility.pairing import Pair
from contracts.compatibility.policies import Policies
from contracts.compatibility.protobuf_pairs import listed
from contracts.compatibility.protobuf_witnesses import cleared
from contracts.compatibility.rules import Change, rule
from contracts.verdict import Json, Level


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
    oneof = pair.both[1].facts.get("oneof")
    joined = (after - before) & old.keys()
    if joined:
        earlier = min(joined, key=lambda number: _turn(old, number))
        if _turn(old, pair.any.key) < _turn(old, earlier):
            others = listed([new[number]["name"] for number in sorted(joined, key=int)])
            said = f"{pair.label} moved into oneof {oneof}: no longer set beside {others}"
            yield Change(said, witness=cleared(pair, joined))
    elif (before - after) & new.keys() and oneof != pair.both[0].facts["oneof"]:
        said = f"{pair.label} moved out of oneof {pair.both[0].facts['oneof']}"
        yield Change(said, Level.WARNING)


def _turn(fields: dict[str, Json], number: str) -> tuple[bool, int]:
    """Which of several fields that came together is told of: one that was alone, the first."""
    group = fields[number].get("oneof")
    alike = [n for n, field in fields.items() if group and field.get("oneof") == group]
    return len(alike) > 1, int(number)


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

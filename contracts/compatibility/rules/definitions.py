"""Definitions of a JSON Schema that is there for others to refer to."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.compatibility.pairing import Pair
from contracts.compatibility.policies import Policies
from contracts.compatibility.rules import Change, rule
from contracts.verdict import Level


@rule(
    "definition-removed",
    on="definition",
    level=Level.ERROR,
    reverse="definition-added",
    advice="Keep the definition until no document refers to it.",
)
def definition_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Documents refer to a definition that does not exist any more."""
    owner = pair.counterpart_owner
    if pair.removed and owner is not None and owner.facts.get("collection"):
        yield Change(f"{pair.label} was {pair.say('removed')}")

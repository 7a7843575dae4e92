"""Deprecation, sunset and stability: promises about time rather than about data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from contracts.compatibility.pairing import Pair
from contracts.compatibility.policies import Policies
from contracts.compatibility.rules import Change, rule
from contracts.verdict import Level

DEPRECATABLE = ("operation", "parameter", "response-header", "schema-property", "message")


@rule(
    "sunset-shortened",
    on=("operation", "parameter", "contract"),
    level=Level.ERROR,
    reverse="sunset-extended",
    advice="Keep the announced date; a sunset may be postponed, never brought forward.",
)
def sunset_shortened(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The announced date of removal was brought forward."""
    before, after = pair.fact("sunset")
    if isinstance(before, date) and isinstance(after, date) and after < before:
        word = pair.say("shortened")
        yield Change(f"{pair.label}: the sunset was {word} from {before} to {after}")

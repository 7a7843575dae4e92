"""Deprecation, sunset and stability: promises about time rather than about data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from contracts.compatibility.pairing import Pair
from contracts.compatibility.policies import Policies
from contracts.compatibility.rules import Change, Rule, register, rule
from contracts.formats.contract import STABILITY
from contracts.verdict import Level

ODDITY = "document-oddity"
register(
    Rule(
        ODDITY,
        Level.INFO,
        ("contract",),
        "lifecycle",
        "The document is not quite what its specification asks for; it was read all the same.",
        "Correct the document; `interlock lint` tells more.",
    )
)

DEPRECATABLE = ("operation", "webhook", "callback", "parameter", "sent-header", "message")
ENDING = (*DEPRECATABLE, "property", "subschema")


@rule(
    "sunset-shortened",
    on=ENDING,
    level=Level.ERROR,
    advice="Keep the announced date; a sunset may be postponed, never brought forward.",
)
def sunset_shortened(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The announced day of removal was brought forward."""
    before, after = pair.fact("sunset")
    if isinstance(before, date) and isinstance(after, date) and after < before:
        yield Change(
            f"{pair.label}: the sunset was brought forward from {before} to {after}",
            old="/x-sunset",
            new="/x-sunset",
        )


@rule(
    "sunset-withdrawn",
    on=ENDING,
    level=Level.WARNING,
    advice="Name the day of removal as long as the removal is planned.",
)
def sunset_withdrawn(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Something stays deprecated, and the day of its removal is not named any more."""
    before, after = pair.fact("sunset")
    deprecated = pair.fact("deprecated")
    if pair.both and all(deprecated) and before is not None and after is None:
        yield Change(f"{pair.label}: the sunset on {before} was withdrawn", old="/x-sunset")


@rule(
    "deprecated",
    on=DEPRECATABLE,
    level=Level.INFO,
    advice="Tell the consumers, and announce the day of removal with `x-sunset`.",
)
def deprecated(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Something in use was marked as deprecated."""
    before, after = pair.fact("deprecated")
    if pair.both and after and not before:
        yield Change(f"{pair.label} is now deprecated", new="/deprecated")


@rule(
    "stability-lowered",
    on=("operation", "webhook"),
    level=Level.ERROR,
    advice="Keep the stability level: consumers chose the operation for what it promised.",
)
def stability_lowered(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """An operation promises less stability than before."""
    before, after = (_rank(level) for level in pair.fact("stability"))
    if pair.both and before is not None and after is not None and after < before:
        yield Change(
            f"{pair.label}: stability lowered from {STABILITY[before]} to {STABILITY[after]}",
            new="/x-stability-level",
        )


def _rank(level: object) -> int | None:
    """Position in :data:`STABILITY`; nothing said means stable, an unknown word means nothing."""
    if level is None:
        return STABILITY.index("stable")
    return STABILITY.index(level) if level in STABILITY else None

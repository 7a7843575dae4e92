"""Status codes and links of responses."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.compatibility.pairing import Pair
from contracts.compatibility.policies import Policies
from contracts.compatibility.rules import Change, rule
from contracts.verdict import Level


@rule(
    "success-status-removed",
    on="response",
    level=Level.ERROR,
    reverse="success-status-added",
    advice="Keep answering with this status; clients decide by it what to do with the answer.",
)
def success_status_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A status that callers take for success is not answered any more."""
    if pair.removed and pair.any.facts["success"]:
        yield Change(f"{pair.label} was {pair.say('removed')}")


@rule(
    "error-status-removed",
    on="response",
    level=Level.INFO,
    advice="Nothing to do, as long as clients treat other errors of the same class alike.",
)
def error_status_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """An error that callers may handle does not occur any more."""
    if pair.removed and not pair.any.facts["success"]:
        yield Change(f"{pair.label} was removed")


@rule(
    "status-added",
    on="response",
    level=Level.INFO,
    advice="Tell the consumers: a status that they do not know is handled by its class (x00).",
)
def status_added(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Callers may meet a status that was not announced before."""
    if pair.added:
        level = Level.WARNING if pair.any.facts["success"] else Level.INFO
        yield Change(f"{pair.label} was added", level=level)


@rule(
    "awaited-status-removed",
    on="awaited-response",
    level=Level.ERROR,
    reverse="awaited-status-added",
    advice="Keep understanding this answer to the callback or webhook.",
)
def awaited_status_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """An answer that receivers of a callback or webhook give is no longer understood."""
    if pair.removed:
        yield Change(f"{pair.label} was {pair.say('removed')}")


@rule(
    "link-removed",
    on="link",
    level=Level.WARNING,
    reverse="link-added",
    advice="Keep the link, or tell the consumers how to reach its target without it.",
)
def link_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Clients that follow the link cannot do so any more."""
    if pair.removed:
        yield Change(f"{pair.label} was {pair.say('removed')}")


@rule(
    "link-changed",
    on="link",
    level=Level.WARNING,
    reverse="link-changed",
    advice="Add a second link under another name.",
)
def link_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A link leads to another operation or hands over other values."""
    if pair.changed("target") or pair.changed("server"):
        yield Change(f"{pair.label} leads elsewhere")
    elif pair.changed("parameters") or pair.changed("body"):
        yield Change(f"{pair.label} hands over other values")

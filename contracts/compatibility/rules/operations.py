"""Operations that come, go, or change what generated code calls them."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.compatibility.pairing import Pair
from contracts.compatibility.policies import Policies
from contracts.compatibility.rules import Change, rule
from contracts.formats.contract import Element
from contracts.lean_dataclasses import dataclass
from contracts.verdict import Level

SUNSET_PASSED = "sunset-passed"
UNSTABLE = {"draft", "alpha"}


@rule(
    "operation-removed",
    on="operation",
    level=Level.ERROR,
    reverse="operation-added",
    advice=(
        "Keep the operation, mark it `deprecated` with an `x-sunset` date, and remove it "
        "after that date, when no consumer uses it any more."
    ),
)
def operation_removed(pair: Pair, policies: Policies) -> Iterator[Change]:
    """An operation that callers use does not exist any more."""
    if not pair.removed or pair.old is None:
        return
    end = ending(pair.old, policies)
    yield Change(
        f"{pair.label} was {pair.say('removed')}{end.words}",
        level=end.level,
        assumptions=end.assumptions,
        advice=end.advice,
    )


def announced_end(element: Element, policies: Policies) -> str | None:
    """Name of the reason why removing an element breaks no promise, if there is one."""
    day = element.facts.get("sunset")
    if element.facts.get("deprecated") and day and policies.today and day < policies.today:
        return SUNSET_PASSED
    return None


@dataclass(frozen=True, slots=True)
class Ending:
    """How a removal stands to the day that was announced for it."""

    words: str = ""
    level: Level | None = None
    assumptions: tuple[str, ...] = ()
    advice: str | None = None


def ending(element: Element, policies: Policies) -> Ending:
    """After the announced day nobody is hurt; before it a promise is broken."""
    passed = announced_end(element, policies)
    if passed is not None:
        announced = "Nothing to do: the day of its removal was announced and is over."
        return Ending(" after its announced sunset", Level.INFO, (passed,), announced)
    day = element.facts.get("sunset")
    if element.facts.get("deprecated") and day:
        return Ending(f" before its announced sunset on {day}", Level.ERROR)
    return Ending()


@rule(
    "operation-added",
    on="operation",
    level=Level.INFO,
    advice="Nothing to do: nobody called it before.",
)
def operation_added(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A new operation; nobody depends on it yet."""
    if pair.added:
        yield Change(f"{pair.label} was added")


@rule(
    "operation-id-changed",
    on=("operation", "webhook", "callback"),
    level=Level.WARNING,
    advice="Keep the operationId: generated clients name their methods after it.",
)
def operation_id_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The name that generated clients call the operation by is another one."""
    before, after = pair.fact("operationId")
    if pair.both and before is not None and before != after:
        became = f"`{after}`" if after is not None else "nothing"
        new = "/operationId" if after is not None else ""
        yield Change(
            f"{pair.label}: operationId changed from `{before}` to {became}",
            old="/operationId",
            new=new,
        )


@rule(
    "webhook-removed",
    on="webhook",
    level=Level.ERROR,
    reverse="webhook-added",
    advice="Keep sending it until every subscriber has moved to its successor.",
)
def webhook_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A webhook that subscribers wait for is not sent any more."""
    if pair.removed:
        yield Change(f"{pair.label} was {pair.say('removed')}")


@rule(
    "webhook-added",
    on="webhook",
    level=Level.INFO,
    advice="Nothing to do: nobody subscribed to it before.",
)
def webhook_added(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A new webhook; nobody waits for it yet."""
    if pair.added:
        yield Change(f"{pair.label} was added")


@rule(
    "callback-removed",
    on="callback",
    level=Level.ERROR,
    reverse="callback-added",
    advice="Keep calling back until every caller has moved to another way of being told.",
)
def callback_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Callers are not called back any more."""
    if pair.removed:
        yield Change(f"{pair.label} was {pair.say('removed')}")


@rule(
    "callback-added",
    on="callback",
    level=Level.INFO,
    advice="Make sure that callers who do not expect the callback are not disturbed by it.",
)
def callback_added(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Callers are called back where they were not before."""
    if pair.added:
        yield Change(f"{pair.label} was added")

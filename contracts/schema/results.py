"""Answers of the solver: a value, proof that there is none, or neither."""

from __future__ import annotations

from contracts.lean_dataclasses import dataclass, field
from contracts.verdict import Json

ALL = -1
"""Every bit: a proof that may rest on anything."""

Reason = tuple[str, str, str]
"""Keyword, why it stood in the way, pointer."""


@dataclass(frozen=True, slots=True)
class Found:
    """A value; with ``reasons`` it may fail a predicate that was not understood."""

    value: Json
    reasons: frozenset[Reason] = frozenset()

    @property
    def exact(self) -> bool:
        """Whether the value is certain."""
        return not self.reasons


@dataclass(frozen=True, slots=True)
class Empty:
    """There is no such value; ``assumptions`` are the policies the proof needs."""

    assumptions: frozenset[str] = frozenset()
    core: frozenset[int] | None = field(default=None, compare=False)
    """The conjuncts that already contradict each other; None: perhaps all that were asked about."""
    blame: int = field(default=ALL, compare=False)
    """Within a search: a bit for each goal and decision that the proof may rest on."""

    def because_of(self, core: frozenset[int] | None) -> Empty:
        """The same, for so much of the question."""
        return Empty(self.assumptions, core)

    def blamed(self, blame: int) -> Empty:
        """The same within a search, resting on these goals and decisions."""
        return Empty(self.assumptions, None, blame)


@dataclass(frozen=True, slots=True)
class Undecided:
    """Neither a value nor a proof."""

    reasons: frozenset[Reason]


SPENT = "the budget of steps or seconds is spent"
"""Why a question stays open that costs more than it may."""

Result = Found | Empty | Undecided

EMPTY = Empty()


class BudgetSpent(Exception):
    """The question costs more than it may."""


def because(keyword: str, reason: str, place: str = "") -> Undecided:
    """Undecided for one reason."""
    return Undecided(frozenset({(keyword, reason, place)}))


def better(one: Result | None, other: Result) -> Result:
    """The more telling of two answers about alternatives: a value, then doubt, then emptiness."""
    if one is None:
        return other
    if isinstance(one, Empty) and isinstance(other, Empty):
        core = None if one.core is None or other.core is None else one.core | other.core
        return Empty(one.assumptions | other.assumptions, core, one.blame | other.blame)
    if isinstance(one, Empty):
        return other
    if isinstance(other, Empty):
        return one
    if isinstance(one, Undecided) and isinstance(other, Undecided):
        return Undecided(one.reasons | other.reasons)
    if isinstance(one, Found) and isinstance(other, Found):
        return other if len(other.reasons) < len(one.reasons) else one
    return one if isinstance(one, Found) else other

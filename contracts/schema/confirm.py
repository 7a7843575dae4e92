"""Values that are shown: both validators confirm them, and they look as people expect."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from contracts.schema.locations import Location
from contracts.schema.options import Side
from contracts.schema.plausible import polished
from contracts.schema.results import Found, Result
from contracts.schema.solve import Goals, Solver
from contracts.schema.verify import Judge, Unverifiable
from contracts.verdict import Json

_ATTEMPTS = 4

Wanted = tuple[Location, Side, bool]
"""A schema, how it is read, and whether the validators should take a value."""


class Reading(Protocol):
    """One way to read schemas: what solves questions about them, and who confirms the answers."""

    solver: Solver

    def judgement(self, at: Location, side: Side, value: Json) -> tuple[Judge, bool | None]:
        """What the validators say of a value; raises Unverifiable."""

    def given_texts(self) -> Collection[str]:
        """Texts that the schemas themselves give as examples and defaults."""


def confirmed(
    reading: Reading, goals: Goals, first: Found, sides: tuple[Wanted, ...]
) -> tuple[Json, Judge] | None:
    """A value of which both validators say what is wanted, and the judge of the last side."""
    tried: list[Json] = []
    result: Result = first
    while isinstance(result, Found):
        value = result.value
        answers = [reading.judgement(at, side, value) for at, side, _ in sides]
        if all(said is want for (_, said), (*_, want) in zip(answers, sides, strict=True)):
            return value, answers[-1][0]
        tried.append(value)
        if len(tried) > _ATTEMPTS:
            break
        other = reading.solver.universe.enum(tried)
        result = reading.solver.solve((*goals, -other.id))
    return None


def readable(
    reading: Reading,
    goals: Goals,
    value: Json,
    sides: tuple[Wanted, ...],
    tokens: Sequence[str | int],
) -> Json:
    """The value with what its names lead one to expect, if the same holds of it.

    ``tokens``: the spot in it that stays.
    """
    evaluator = reading.solver.evaluator

    def fits(value: Json) -> bool:
        return all(evaluator.signed(goal, value) is True for goal in goals)

    found = polished(value, tokens, reading.given_texts(), fits)
    if found is value:
        return value
    try:
        said = [reading.judgement(at, side, found)[1] is want for at, side, want in sides]
    except Unverifiable:
        return value
    return found if all(said) else value

"""Values that are shown: both validators confirm them, and they look as people expect."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
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


Tokens = Sequence[str | int]
"""Where something stands in a value."""


def confirmed(
    reading: Reading,
    goals: Goals,
    first: Found,
    sides: tuple[Wanted, ...],
    spot: Callable[[Json], Tokens],
) -> tuple[Json, Judge, Tokens] | None:
    """A value of which both validators say what is wanted, the judge of the last side, the spot.

    The value holds what its names lead one to expect, if the same is said of it. ``spot``: what
    stays as it is in a value.
    """
    tried: list[Json] = []
    result: Result = first
    while isinstance(result, Found):
        value, tokens = result.value, spot(result.value)
        better = _readable(reading, goals, value, tokens)
        if better is not value:
            try:
                judge = _judge(reading, better, sides)
            except Unverifiable:
                judge = None
            if judge is not None:
                return better, judge, tokens
        judge = _judge(reading, value, sides)
        if judge is not None:
            return value, judge, tokens
        tried.append(value)
        if len(tried) > _ATTEMPTS:
            break
        other = reading.solver.universe.enum(tried)
        result = reading.solver.solve((*goals, -other.id))
    return None


def _judge(reading: Reading, value: Json, sides: tuple[Wanted, ...]) -> Judge | None:
    """The judge of the last side, if the validators say what is wanted on every side."""
    judge = None
    for at, side, want in sides:
        judge, said = reading.judgement(at, side, value)
        if said is not want:
            return None
    return judge


def _readable(reading: Reading, goals: Goals, value: Json, tokens: Tokens) -> Json:
    """The value with what its names lead one to expect, as far as the formulas hold."""
    evaluator = reading.solver.evaluator

    def fits(value: Json) -> bool:
        return all(evaluator.signed(goal, value) is True for goal in goals)

    return polished(value, tokens, reading.given_texts(), fits)

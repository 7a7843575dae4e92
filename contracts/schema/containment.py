"""The engine's answer to one question."""

from __future__ import annotations

from contracts.lean_dataclasses import dataclass
from contracts.verdict import Json, Place, Verdict


@dataclass(frozen=True, slots=True)
class Break:
    """A value the writer may send and the reader rejects, as both validators confirm.

    ``keyword`` is the reader's constraint that is violated, ``reader`` the place where it
    stands (through ``$ref``), ``writer`` the place that lets the value through. ``instance``
    points into ``witness``; ``error`` is the validator's sentence and ``message`` ours.
    """

    keyword: str
    writer: Place
    reader: Place
    instance: str
    witness: Json
    error: str
    message: str
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unknown:
    """A question that stayed open: the keyword or budget, where, and why."""

    keyword: str
    place: Place
    reason: str


@dataclass(frozen=True, slots=True)
class Containment:
    """Whether the reader accepts every value the writer's schema accepts."""

    verdict: Verdict
    breaks: tuple[Break, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    assumptions: tuple[str, ...] = ()
    """Policies without which a proof of compatibility would not hold."""
    vacuous: bool = False
    """Whether the writer's schema has no value at all, so that there is nothing to break."""

    @classmethod
    def undecided(cls, keyword: str, place: Place, reason: str) -> Containment:
        """An open question, and what stood in the way."""
        return cls(Verdict.UNKNOWN, (), (Unknown(keyword, place, reason),))

"""Strings under patterns and formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.schema.nodes import Node
from contracts.schema.results import Found, Reason, Result, Undecided

if TYPE_CHECKING:
    from contracts.schema.solve import Solver


def decide_language(
    solver: Solver,
    least: int,
    most: int | None,
    excluded: set[object],
    predicates: list[tuple[Node, bool]],
) -> Result:
    """A string of a length that matches and does not match what it must."""
    from contracts.schema.strings import WORDS, examples_of

    reasons: frozenset[Reason] = frozenset(
        (node.op.name.lower(), "strings are only tried, not proved absent", "")
        for node, _ in predicates
    )
    doubtful: str | None = None
    for text in (*examples_of(predicates), *WORDS):
        if len(text) < least or (most is not None and len(text) > most) or text in excluded:
            continue
        answers = [
            solver.evaluator.signed(node.id if positive else -node.id, text)
            for node, positive in predicates
        ]
        if all(answer is True for answer in answers):
            return Found(text)
        if False not in answers and doubtful is None:
            doubtful = text
    if doubtful is not None:
        return Found(doubtful, reasons)
    return Undecided(reasons)

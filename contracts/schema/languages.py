"""Patterns as exact sets of strings, and strings that must and must not match them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from contracts.schema.formats import EXAMPLES
from contracts.schema.nodes import Node, Op
from contracts.schema.results import EMPTY, Found, Reason, Result, Undecided

if TYPE_CHECKING:
    from contracts.schema.regular import Budget, Language
    from contracts.schema.solve import Solver

WORDS = ("text", "order", "A1", "a", "0", "", "PO-1001", "x y", "ä", "1", "Z", "-")
"""Readable texts to try before any are constructed."""

_MOST_ENUMERATED = 400
_SOME = 40


def budget() -> Budget:
    """What one language may cost: a fraction of what one question may."""
    from contracts.schema.regular import Budget

    return Budget(states=6_000, work=400_000)


def language_of(atom: Node) -> Language:
    """The strings a pattern or format lets through.

    Raises:
        Unsupported: they are not a regular language, or over the budget.
    """
    from contracts.schema.regular import Language

    if atom.op is Op.PATTERN:
        return Language.from_regex(atom.args[0], budget=budget())
    from contracts.schema.formats import language

    return language(atom.args[0])


def decide_language(
    solver: Solver,
    least: int,
    most: int | None,
    excluded: set[object],
    predicates: list[tuple[Node, bool]],
) -> Result:
    """A string of a length that matches and does not match what it must."""
    from contracts.schema.regular import BudgetExceeded, Language, Unsupported

    solver.step()
    reasons: set[Reason] = set()
    opaque: list[tuple[Node, bool]] = []
    whole = Language.length(least, most)
    for atom, positive in predicates:
        try:
            known = language_of(atom)
            whole = whole & known if positive else whole - known
        except Unsupported as error:
            reasons.add((_keyword(atom), f"{atom.args[0]!r}: {error.reason}", ""))
            opaque.append((atom, positive))
    try:
        if whole.is_empty():
            return EMPTY
        found = _member(whole, excluded, _examples(predicates), solver, opaque)
    except BudgetExceeded as error:
        return Undecided(frozenset(reasons | {("pattern", error.reason, "")}))
    if found is None:
        return Undecided(frozenset(reasons)) if reasons else EMPTY
    text, certain = found
    return Found(text, frozenset() if certain else frozenset(reasons))


def _keyword(atom: Node) -> str:
    return "pattern" if atom.op is Op.PATTERN else "format"


def _examples(predicates: list[tuple[Node, bool]]) -> Iterator[str]:
    for positive in (True, False):
        for atom, sign in predicates:
            if atom.op is Op.FORMAT and sign is positive:
                yield from EXAMPLES.get(atom.args[0], ())
    yield from WORDS


def _member(
    whole: Language,
    excluded: set[object],
    prefer: Iterable[str],
    solver: Solver,
    opaque: list[tuple[Node, bool]],
) -> tuple[str, bool] | None:
    """A member that is not excluded, and whether the opaque predicates certainly hold for it."""
    doubtful: str | None = None
    for text in _members(whole, excluded, prefer, _SOME if opaque else 1):
        answers = [solver.evaluator.signed(a.id if sign else -a.id, text) for a, sign in opaque]
        if all(answer is True for answer in answers):
            return text, True
        if False not in answers and doubtful is None:
            doubtful = text
    return None if doubtful is None else (doubtful, False)


def _members(
    whole: Language, excluded: set[object], prefer: Iterable[str], most: int
) -> Iterator[str]:
    """Different members that are not excluded; none at all only if there are none."""
    from contracts.schema.regular import Language

    given: set[object] = set(excluded)
    for text in prefer:
        if text not in given and whole.contains(text):
            given.add(text)
            yield text
    texts = [text for text in excluded if isinstance(text, str)]
    rest = whole - Language.finite(texts) if texts else whole
    example = rest.example()
    if example is not None and example not in given:
        given.add(example)
        yield example
    for text in rest.enumerate(min(most + len(given), _MOST_ENUMERATED)):
        if text not in given:
            yield text

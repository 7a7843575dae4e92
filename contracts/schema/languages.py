"""Patterns as exact sets of strings, and strings that must and must not match them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from contracts.late_patterns import late
from contracts.schema.formats import EXAMPLES, check, stretched
from contracts.schema.nodes import Node, Op
from contracts.schema.options import FORMAT_ASSERTED
from contracts.schema.patterns import is_plain, matches, may_refer_back
from contracts.schema.results import EMPTY, Empty, Found, Reason, Result, Undecided

if TYPE_CHECKING:
    from contracts.schema.regular import Budget, Language, Unsupported
    from contracts.schema.solve import Solver

WORDS = ("text", "order", "A1", "a", "0", "", "PO-1001", "x y", "ä", "1", "Z", "-", "a\nb")
"""Readable texts to try before any are constructed."""

_MOST_ENUMERATED = 400
_SOME = 40


def budget() -> Budget:
    """What one language may cost: a fraction of what one question may."""
    from contracts.schema.regular import Budget

    return Budget(states=20_000, work=4_000_000)


@lru_cache(maxsize=4096)
def _language(pattern: str) -> Language | Unsupported:
    """The language of a pattern or why there is none: both cost something to find out."""
    from contracts.schema.regular import Language, Unsupported

    try:
        return Language.from_regex(pattern, budget=budget())
    except Unsupported as error:
        return error


def language_of(pattern: str) -> Language:
    """The texts that a pattern is found in.

    Raises:
        Unsupported: they are not a regular language, or over the budget.
    """
    from contracts.schema.regular import Unsupported

    found = _language(pattern)
    if isinstance(found, Unsupported):
        raise type(found)(found.reason)
    return found


def bounds_of(atom: Node) -> tuple[Language, Language]:
    """Strings that certainly satisfy a pattern or format, and strings that may.

    Raises:
        Unsupported: they are not a regular language, or over the budget.
    """
    from contracts.schema.regular import Unsupported, formats

    if atom.op is Op.PATTERN:
        return enclosing(atom.args[0])
    known = formats.known(atom.args[0])
    if known is None:
        raise Unsupported("this format is not known")
    return known.least, known.most


def enclosing(pattern: str) -> tuple[Language, Language]:
    """Texts in which a pattern is certainly found, and texts in which it may be.

    Raises:
        Unsupported: no languages enclose them, or they are over the budget.
    """
    found = _enclosed(pattern)
    if isinstance(found, tuple):
        return found
    raise type(found)(found.reason)


@lru_cache(maxsize=1024)
def _enclosed(pattern: str) -> tuple[Language, Language] | Unsupported:
    """The languages around a pattern or why there are none."""
    from contracts.schema.regular import Language, Unsupported

    try:
        exact = language_of(pattern)
    except Unsupported as error:
        if not may_refer_back(pattern):
            return error
    else:
        return exact, exact
    try:
        return Language.enclosing(pattern, budget())
    except Unsupported as error:
        return error


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
    prefer = [*_stretched(predicates, least), *_examples(predicates)]
    readable = _readable(prefer, least, most, excluded, predicates)
    if readable is not None:
        return Found(readable)
    reasons: set[Reason] = set()
    opaque: list[tuple[Node, bool]] = []
    inner = outer = Language.length(least, most)
    try:
        for atom, positive in predicates:
            try:
                certain, possible = bounds_of(atom)
            except Unsupported as error:
                reasons.add((_keyword(atom), f"`{atom.args[0]}`: {error.reason}", ""))
                opaque.append((atom, positive))
                continue
            same = inner is outer and certain is possible
            inner = inner & certain if positive else inner - possible
            outer = inner if same else (outer & possible if positive else outer - certain)
            if certain is not possible:
                reasons.add((_keyword(atom), _doubt(atom), ""))
                if atom.op is Op.PATTERN:
                    opaque.append((atom, positive))
        if outer.is_empty():
            return _none(predicates)
        return _string(solver, (inner, outer), excluded, prefer, predicates, (opaque, reasons))
    except BudgetExceeded as error:
        return Undecided(frozenset(reasons | {("pattern", error.reason, "")}))


def _readable(
    texts: list[str],
    least: int,
    most: int | None,
    excluded: set[object],
    predicates: list[tuple[Node, bool]],
) -> str | None:
    """The first of these texts that certainly fits, where only that is asked for which one sees.

    To look at a text costs a fraction of making the languages.
    """
    if not all(atom.op is Op.FORMAT or is_plain(atom.args[0]) for atom, _ in predicates):
        return None
    longest = float("inf") if most is None else most
    for text in (*texts, *_runs(predicates)):
        fits = text not in excluded and least <= len(text) <= longest
        if fits and all(_holds(atom, text) is sign for atom, sign in predicates):
            return text
    return None


_COUNT = late(r"\{(\d{1,2})\}\$\Z")
_RUNS = ("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "1234567890")


def _runs(predicates: list[tuple[Node, bool]]) -> Iterator[str]:
    """Letters and digits in order, as many as a pattern counts: currencies, countries, GTINs."""
    for atom, positive in predicates:
        counted = _COUNT.search(atom.args[0]) if positive and atom.op is Op.PATTERN else None
        if counted is not None:
            length = int(counted[1])
            yield from ((run * length)[:length] for run in _RUNS)


def _holds(atom: Node, text: str) -> bool | None:
    seen = check if atom.op is Op.FORMAT else matches
    return seen(atom.args[0], text)


def _none(predicates: list[tuple[Node, bool]]) -> Empty:
    asserted = any(atom.op is Op.FORMAT and positive for atom, positive in predicates)
    return Empty(frozenset({FORMAT_ASSERTED})) if asserted else EMPTY


def _string(
    solver: Solver,
    between: tuple[Language, Language],
    excluded: set[object],
    prefer: list[str],
    predicates: list[tuple[Node, bool]],
    doubts: tuple[list[tuple[Node, bool]], set[Reason]],
) -> Result:
    """A string of the inner language, else with doubt one of the outer."""
    inner, outer = between
    opaque, reasons = doubts
    found = _member(inner, excluded, prefer, solver, opaque)
    if found is not None and found[1]:
        return Found(found[0])
    if inner is not outer:
        found = _member(outer, excluded, prefer, solver, opaque) or found
        if found is not None and found[1] and all(keyword == "pattern" for keyword, *_ in reasons):
            return Found(found[0])
    if found is not None:
        return Found(found[0], frozenset(reasons))
    return Undecided(frozenset(reasons)) if opaque else _none(predicates)


def _doubt(atom: Node) -> str:
    if atom.op is Op.FORMAT:
        return f"validators differ on texts of the format `{atom.args[0]}`"
    return f"`{atom.args[0]}`: a back-reference to a group of many texts is not regular"


def _keyword(atom: Node) -> str:
    return "pattern" if atom.op is Op.PATTERN else "format"


def _stretched(predicates: list[tuple[Node, bool]], least: int) -> Iterator[str]:
    for atom, sign in predicates:
        if sign and least and atom.op is Op.FORMAT:
            text = stretched(atom.args[0], least)
            if text is not None:
                yield text


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


def _undisputed_example(language: Language) -> str | None:
    """A text on whose pattern all validators agree, if there is one within the budget."""
    from contracts.schema.regular import BudgetExceeded, undisputed

    try:
        return (language & undisputed()).example()
    except BudgetExceeded:
        return None


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
    example = _undisputed_example(rest) or rest.example()
    if example is not None and example not in given:
        given.add(example)
        yield example
    for text in rest.enumerate(min(most + len(given), _MOST_ENUMERATED)):
        if text not in given:
            yield text

"""Strings: length × what they must and must not match × what is excluded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from contracts.schema.languages import WORDS, decide_language
from contracts.schema.nodes import Node, Op
from contracts.schema.results import EMPTY, Found, Result, because
from contracts.schema.sizes import FREE

if TYPE_CHECKING:
    from contracts.schema.sizes import Room
    from contracts.schema.solve import Solver

_LONG = "a text that is longer than before, and "


def decide(solver: Solver, signed: list[tuple[Node, bool]]) -> Result:
    """A string for which the literals hold."""
    least, most = 0, None
    excluded: set[object] = set()
    predicates: list[tuple[Node, bool]] = []
    for node, positive in signed:
        op = node.op
        if op is Op.MIN_LENGTH or op is Op.MAX_LENGTH:
            count = node.args[0]
            if (op is Op.MIN_LENGTH) == positive:
                least = max(least, count if positive else count + 1)
            else:
                bound = count if positive else count - 1
                most = bound if most is None else min(most, bound)
        elif op is Op.ENUM:
            excluded |= node.args[0]
        elif op is Op.PATTERN or op is Op.FORMAT:
            predicates.append((node, positive))
    if most is not None and most < least:
        return EMPTY
    if predicates:
        return decide_language(solver, least, most, excluded, predicates)
    return plain_string(solver, least, most, excluded)


def plain_string(solver: Solver, least: int, most: int | None, excluded: set[object]) -> Result:
    """A string of a length, not one of the excluded."""
    for count, text in enumerate(_texts(solver.room, least, most)):
        if text is None:
            told = f"texts of {least:,} characters are not built, or there were too many of them"
            return because("minLength", told)
        if count % 64 == 0:
            solver.step()
        if text not in excluded:
            return Found(text)
    return EMPTY


def _texts(room: Room, least: int, most: int | None) -> Iterator[str | None]:
    for word in WORDS:
        if least <= len(word) and (most is None or len(word) <= most):
            yield word
    if most == 0:
        return
    length = max(least, 1)
    if length > 3:
        yield room.text(_LONG, length, ".")
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    for index in range(26**3):
        text = alphabet[index % 26] + alphabet[index // 26 % 26] + alphabet[index // 676]
        yield text[:length] if length <= 3 else _begun(room, text, length)
    for code in range(0x100, 0xD800):
        yield _begun(room, chr(code), length)


def _begun(room: Room, beginning: str, length: int) -> str | None:
    """A text that begins like this; a long one costs as much as it is long, each time."""
    rest = length - len(beginning)
    if length <= FREE:
        return beginning + "x" * rest
    return room.text(beginning + "x" * 1_000, length)

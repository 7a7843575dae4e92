"""Look-arounds resolved by intersection and complement, where that is exact.

``A(?=B)C`` matches what ``A`` followed by (texts that begin with B) ∩ (what C and the rest of the
pattern match) does; ``A(?<=B)C`` likewise from the left. That needs "the rest of the pattern",
so choices around a look-around are multiplied out, and one inside a repetition is refused.
"""

from __future__ import annotations

from contracts.schema.regular.charset import ANY
from contracts.schema.regular.determinise import determinised
from contracts.schema.regular.dfa import Dfa, combined, complement
from contracts.schema.regular.errors import Meter, Unsupported
from contracts.schema.regular.nfa import matching
from contracts.schema.regular.syntax import (
    Assertion,
    Automaton,
    Chars,
    Choice,
    Look,
    Node,
    Repeat,
    Sequence,
)

_ANYTHING = Repeat(Chars(ANY), 0, None)
_MOST_ALTERNATIVES = 200


def has_look_around(node: Node) -> bool:
    """Whether a look-around stands somewhere in the tree."""
    match node:
        case Sequence(parts) | Choice(parts):
            return any(map(has_look_around, parts))
        case Repeat(body):
            return has_look_around(body)
        case _:
            return isinstance(node, Look)


def without_look_around(node: Node, meter: Meter) -> Node:
    """An equal tree that covers the whole text (search included) and has no look-around.

    Raises:
        Unsupported: a look-around inside a repetition, or an assertion where it matters.
    """
    whole = (_ANYTHING, node, _ANYTHING)
    options = [_resolved(parts, meter) for parts in _alternatives(list(whole))]
    return options[0] if len(options) == 1 else Choice(tuple(options))


def _alternatives(parts: list[Node]) -> list[list[Node]]:
    """Sequences without choices around look-arounds, that together mean the sequence."""
    done: list[list[Node]] = []
    pending = [parts]
    while pending:
        if len(pending) + len(done) > _MOST_ALTERNATIVES:
            raise Unsupported("look-arounds in too many alternatives")
        current = pending.pop()
        for index, part in enumerate(current):
            if isinstance(part, Look) or not has_look_around(part):
                continue
            before, after = current[:index], current[index + 1 :]
            if isinstance(part, Sequence):
                pending.append([*before, *part.parts, *after])
            elif isinstance(part, Choice):
                pending.extend([*before, option, *after] for option in part.options)
            elif isinstance(part, Repeat) and part.least <= 1 and part.most == 1:
                pending.append([*before, part.body, *after])
                if part.least == 0:
                    pending.append([*before, *after])
            else:  # a repetition: resolved later, if it can be
                continue
            break
        else:
            done.append(current)
    return done


def _resolved(parts: list[Node], meter: Meter) -> Node:
    """One sequence over the whole text, its look-arounds resolved."""
    parts, conditions = _global_conditions(parts)
    while True:
        parts = _tempered(parts, meter)
        index = max((i for i, part in enumerate(parts) if isinstance(part, Look)), default=-1)
        if index < 0:
            break
        look = parts[index]
        assert isinstance(look, Look)
        before, after = parts[:index], parts[index + 1 :]
        if look.ahead:
            parts = [*before, _joined(after, look, meter)]
        elif any(has_look_around(part) for part in before):
            raise Unsupported("a look-behind after another look-around is not supported")
        else:
            parts = [_joined(before, look, meter), *after]
    whole: Node = Sequence(tuple(parts))
    for look in conditions:
        whole = _joined([whole], look, meter, whole=True)
    return whole


def _global_conditions(parts: list[Node]) -> tuple[list[Node], list[Look]]:
    """Look-aheads right behind ``^`` and look-behinds right before ``$`` judge the whole text."""
    conditions: list[Look] = []
    parts = list(parts)
    if len(parts) > 2 and parts[1] == Assertion("^"):
        while isinstance(look := parts[2], Look) and look.ahead:
            conditions.append(look)
            del parts[2]
    if len(parts) > 2 and parts[-2] == Assertion("$"):
        while isinstance(look := parts[-3], Look) and not look.ahead:
            conditions.append(look)
            del parts[-3]
    return parts, conditions


def _tempered(parts: list[Node], meter: Meter) -> list[Node]:
    """``(?:(?!B)c)*$``: all that remains is of ``c``, and no ``B`` begins in it."""
    if len(parts) < 3 or parts[-2] != Assertion("$"):
        return parts
    match parts[-3]:
        case Repeat(Sequence((Look() as look, Chars() as each)), least, None) if (
            look.ahead and least <= 1
        ):
            rest = Sequence((Repeat(Chars(ANY), 1, None),))
            held = _joined([rest], look, meter)
            assert isinstance(held, Automaton)
            assert isinstance(held.dfa, Dfa)
            nonempty = determinised(matching(rest, meter), meter)
            broken = Automaton(combined(nonempty, complement(held.dfa), "&", meter.budget))
            somewhere = determinised(matching(Sequence((_ANYTHING, broken)), meter), meter)
            every = determinised(matching(Repeat(each, least, None), meter), meter)
            kept = combined(every, complement(somewhere), "&", meter.budget)
            return [*parts[:-3], Automaton(kept)]
    return parts


def _joined(side: list[Node], look: Look, meter: Meter, *, whole: bool = False) -> Node:
    """What stands on the look-around's side, if it also is as the look-around demands.

    ``whole`` says that the side is the whole text, so that nothing is unknown about its ends.
    """
    body = look.body
    if has_look_around(body):
        options = [_resolved(option, meter) for option in _alternatives([body])]
        body = Choice(tuple(options))
    # Behind a look-ahead the character before is unknown, before a look-behind the one after.
    unknown = ("^", "b", "B") if look.ahead else ("$", "b", "B")
    if not whole and any(_has_assertion(part, unknown) for part in (*side, body)):
        raise Unsupported("an assertion beside a look-around is not supported")
    wanted = Sequence((body, _ANYTHING) if look.ahead else (_ANYTHING, body))
    language = determinised(matching(Sequence(tuple(side)), meter), meter)
    condition = determinised(matching(wanted, meter), meter)
    if look.negative:
        condition = complement(condition)
    return Automaton(combined(language, condition, "&", meter.budget))


def _has_assertion(node: Node, kinds: tuple[str, ...]) -> bool:
    match node:
        case Assertion(kind):
            return kind in kinds
        case Sequence(parts) | Choice(parts):
            return any(_has_assertion(part, kinds) for part in parts)
        case Repeat(body) | Look(body):
            return _has_assertion(body, kinds)
        case _:
            return False

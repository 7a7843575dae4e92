r"""Back-references (ECMA-262 §22.2.1) said without them, by trying a group for each text.

``(a|b)\1`` is ``aa|bb``: exact wherever the group takes part before every reference to it and its
texts are few. What else they say is no regular language, and is enclosed: more is matched where
each reference matches whatever its group can (``(.*)\1`` ⊆ ``.*.*``), less where only some texts
of the group are tried. Under a negative look-around it is the other way round.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice

from contracts.schema.regular import words
from contracts.schema.regular.charset import CharSet
from contracts.schema.regular.determinise import determinised
from contracts.schema.regular.dfa import Dfa
from contracts.schema.regular.errors import Budget, Meter, Unsupported
from contracts.schema.regular.nfa import matching
from contracts.schema.regular.syntax import (
    EMPTY,
    Assertion,
    BackReference,
    Chars,
    Choice,
    Group,
    Look,
    Node,
    Repeat,
    Sequence,
)

_FEW_TEXTS = 100
_SOME_TEXTS = 62
_LENGTHS = (2, 3, 4, 5, 6, 8, 10, 16, 24, 36)
_MOST_TRIED = 1_500
_NOTHING = Choice(())

_Texts = Callable[[Node, bool], tuple[str, ...] | None]
"""The texts to try a group for, and where more may be matched (the second argument) perhaps None:
any text of it. Raises Unsupported."""


def expanded(node: Node) -> Node:
    """The pattern without groups and back-references.

    Raises:
        Unsupported: a group of many texts, or one that need not take part before the reference.
    """
    return _Expansion(_all_texts).of(node, more=True)


def enclosing(node: Node) -> tuple[Node, Node]:
    """A pattern without back-references that is found less often, and one more often.

    Raises:
        Unsupported: a group that need not take part before the reference.
    """
    more = _Expansion(_some_texts).of(node, more=True)
    try:
        return _Expansion(_some_texts).of(node, more=False), more
    except Unsupported:  # too many texts to try
        return _NOTHING, more


def refers_back(node: Node) -> bool:
    """Whether a back-reference stands somewhere in the tree."""
    return bool(_referred(node))


def _all_texts(group: Node, _more: bool) -> tuple[str, ...]:
    texts = _few_texts(group)
    if texts is None:
        raise Unsupported("a back-reference to a group of many texts is not regular")
    return texts


def _some_texts(group: Node, more: bool) -> tuple[str, ...] | None:
    texts = _few_texts(group)
    if texts is not None or more:
        return texts
    longer = (text for length in _LENGTHS for text in _of_length(group, length))
    return tuple(dict.fromkeys((*_first_texts(group, _SOME_TEXTS), *longer)))


def _of_length(group: Node, length: int) -> Iterator[str]:
    """A text of that length, if there is one."""
    return islice(words.every(_automaton(group), length, length, Meter(Budget())), 1)


@lru_cache(maxsize=256)
def _few_texts(group: Node) -> tuple[str, ...] | None:
    """All texts of a group; None if they are many."""
    texts = _first_texts(group, _FEW_TEXTS + 1)
    return texts if len(texts) <= _FEW_TEXTS else None


def _first_texts(group: Node, most: int) -> tuple[str, ...]:
    return tuple(islice(words.every(_automaton(group), 0, None, Meter(Budget())), most))


@lru_cache(maxsize=256)
def _automaton(group: Node) -> Dfa:
    meter = Meter(Budget())
    return determinised(matching(group, meter), meter)


class _Expansion:
    def __init__(self, texts: _Texts) -> None:
        self._texts = texts
        self._tried = 0

    def of(self, node: Node, more: bool) -> Node:
        match node:
            case BackReference():
                raise Unsupported("a back-reference to a group that may take no part before it")
            case Group(_, body):
                return self.of(body, more)
            case Sequence():
                return self._sequence(_flat(node), more)
            case Choice(options):
                return Choice(tuple(self.of(option, more) for option in options))
            case Repeat(body, least, most):
                return Repeat(self.of(body, more), least, most)
            case Look(body, ahead, negative):
                return Look(self.of(body, more is not negative), ahead, negative)
            case _:
                return node

    def _sequence(self, parts: list[Node], more: bool) -> Node:
        for index, part in enumerate(parts):
            rest = Sequence(tuple(parts[index + 1 :]))
            referred = _referred(rest)
            before = parts[:index]
            if isinstance(part, Repeat) and isinstance(part.body, Group) and part.least:
                if part.body.number in referred:  # the last time counts
                    most = None if part.most is None else part.most - 1
                    earlier = Repeat(part.body.body, part.least - 1, most)
                    return self._sequence([*before, earlier, part.body, *rest.parts], more)
            elif isinstance(part, Group) and part.number in referred:
                tries = self._tries(part, rest, more)
                return Sequence((*(self.of(p, more) for p in before), tries))
        return Sequence(tuple(self.of(part, more) for part in parts))

    def _tries(self, group: Group, rest: Sequence, more: bool) -> Node:
        """The group and what follows it, for each of its texts."""
        begin, core, end = _within_assertions(group.body)
        texts = self._texts(core, more)
        if texts is None:
            follows = _replaced(rest, group.number, core)
            return Sequence((*begin, core, *end, self.of(follows, more)))
        self._tried += len(texts)
        if self._tried > _MOST_TRIED:
            raise Unsupported("back-references to groups of too many texts")
        options = []
        for text in texts:
            literal = Sequence(tuple(Chars(CharSet.of(char)) for char in text))
            follows = _replaced(rest, group.number, literal)
            options.append(Sequence((*begin, literal, *end, self.of(follows, more))))
        return Choice(tuple(options))


def _flat(node: Sequence) -> list[Node]:
    parts: list[Node] = []
    for part in node.parts:
        parts.extend(_flat(part) if isinstance(part, Sequence) else [part])
    return parts


def _within_assertions(body: Node) -> tuple[list[Node], Node, list[Node]]:
    """The conditions at the beginning of a group, what it matches, and those at its end.

    Raises:
        Unsupported: conditions elsewhere, since they concern the place and not the text.
    """
    parts: list[Node] = _flat(body) if isinstance(body, Sequence) else [body]
    first, last = 0, len(parts)
    while first < last and isinstance(parts[first], Assertion):
        first += 1
    while last > first and isinstance(parts[last - 1], Assertion):
        last -= 1
    core = Sequence(tuple(parts[first:last])) if last > first else EMPTY
    if _has_condition(core):
        raise Unsupported("a back-reference to a group with an assertion inside")
    if refers_back(core):
        raise Unsupported("a back-reference inside the group that it refers to")
    return parts[:first], _ungrouped(core), parts[last:]


def _has_condition(node: Node) -> bool:
    match node:
        case Assertion() | Look():
            return True
        case Sequence(parts) | Choice(parts):
            return any(map(_has_condition, parts))
        case Repeat(body) | Group(_, body):
            return _has_condition(body)
        case _:
            return False


def _ungrouped(node: Node) -> Node:
    match node:
        case Group(_, body):
            return _ungrouped(body)
        case Sequence(parts):
            return Sequence(tuple(map(_ungrouped, parts)))
        case Choice(parts):
            return Choice(tuple(map(_ungrouped, parts)))
        case Repeat(body, least, most):
            return Repeat(_ungrouped(body), least, most)
        case _:
            return node


def _referred(node: Node) -> set[int]:
    """The groups that something in the tree refers to."""
    match node:
        case BackReference(number):
            return {number}
        case Sequence(parts) | Choice(parts):
            return set().union(*map(_referred, parts))
        case Repeat(body) | Look(body) | Group(_, body):
            return _referred(body)
        case _:
            return set()


def _replaced(node: Node, number: int, by: Node) -> Node:
    """The tree with something else for each reference to a group."""
    match node:
        case BackReference(referred):
            return by if referred == number else node
        case Sequence(parts):
            return Sequence(tuple(_replaced(part, number, by) for part in parts))
        case Choice(parts):
            return Choice(tuple(_replaced(part, number, by) for part in parts))
        case Repeat(body, least, most):
            return Repeat(_replaced(body, number, by), least, most)
        case Look(body, ahead, negative):
            return Look(_replaced(body, number, by), ahead, negative)
        case Group(own, body):
            return Group(own, _replaced(body, number, by))
        case _:
            return node

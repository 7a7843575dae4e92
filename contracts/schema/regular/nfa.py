"""Trees → nondeterministic automata (Thompson), with conditional empty moves for assertions.

The automaton recognises the texts in which the pattern is *found* (JSON Schema's patterns are
not anchored), or the texts that it matches as a whole.
"""

from __future__ import annotations

from contracts.schema.regular.charset import ANY, CharSet
from contracts.schema.regular.dfa import Dfa
from contracts.schema.regular.errors import Meter, Unsupported
from contracts.schema.regular.syntax import (
    Assertion,
    Automaton,
    BackReference,
    Chars,
    Choice,
    Group,
    Look,
    Node,
    Repeat,
    Sequence,
)

ALWAYS = ""
"""The condition of an empty move that can always be taken; others name an assertion."""


class Nfa:
    """States are numbers; ``moves`` eat a character, ``jumps`` eat none but may ask a condition."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self.moves: list[list[tuple[CharSet, int]]] = []
        self.jumps: list[list[tuple[str, int]]] = []
        self.conditions: set[str] = set()
        self.start = self.state()
        self.final = self.state()

    def state(self) -> int:
        """A new state."""
        self.moves.append([])
        self.jumps.append([])
        self._meter.states(len(self.moves))
        return len(self.moves) - 1

    def jump(self, source: int, target: int, condition: str = ALWAYS) -> None:
        """An empty move."""
        self.jumps[source].append((condition, target))
        if condition:
            self.conditions.add(condition)

    def add(self, node: Node, source: int) -> int:
        """The state after ``node`` when it begins in ``source``.

        Raises:
            Unsupported: a look-around where it cannot be resolved, or over the budget.
        """
        match node:
            case Chars(chars):
                target = self.state()
                self.moves[source].append((chars, target))
                return target
            case Sequence(parts):
                for part in parts:
                    source = self.add(part, source)
                return source
            case Choice(options):
                target = self.state()
                for option in options:
                    begin = self.state()
                    self.jump(source, begin)
                    self.jump(self.add(option, begin), target)
                return target
            case Repeat():
                return self._repeat(node, source)
            case Assertion(kind):
                target = self.state()
                self.jump(source, target, kind)
                return target
            case Automaton(dfa):
                assert isinstance(dfa, Dfa)
                return self._embed(dfa, source)
            case Look():
                raise Unsupported("a look-around inside a repetition is not supported")
            case Group() | BackReference():
                raise Unsupported("a back-reference is not regular")

    def _repeat(self, node: Repeat, source: int) -> int:
        for _ in range(node.least):
            source = self.add(node.body, self._after(source))
        if node.most is None:
            loop = self._after(source)
            self.jump(self.add(node.body, loop), loop)
            return self._after(loop)
        target = self.state()
        for _ in range(node.most - node.least):
            self.jump(source, target)
            source = self.add(node.body, self._after(source))
        self.jump(source, target)
        return target

    def _after(self, source: int) -> int:
        target = self.state()
        self.jump(source, target)
        return target

    def _embed(self, dfa: Dfa, source: int) -> int:
        states = {state: self.state() for state in sorted(dfa.live)}
        target = self.state()
        classes = dfa.partition.classes
        if dfa.start in states:
            self.jump(source, states[dfa.start])
        for state, here in states.items():
            for kind, successor in enumerate(dfa.table[state]):
                if successor in states:
                    self.moves[here].append((classes[kind], states[successor]))
            if dfa.accepts[state]:
                self.jump(here, target)
        return target


def searching(node: Node, meter: Meter) -> Nfa:
    """The texts in which ``node`` is found somewhere."""
    nfa = Nfa(meter)
    nfa.moves[nfa.start].append((ANY, nfa.start))
    nfa.moves[nfa.final].append((ANY, nfa.final))
    begin = nfa.state()
    nfa.jump(nfa.start, begin)
    nfa.jump(nfa.add(node, begin), nfa.final)
    return nfa


def matching(node: Node, meter: Meter) -> Nfa:
    """The texts that ``node`` matches from the beginning to the end."""
    nfa = Nfa(meter)
    nfa.jump(nfa.add(node, nfa.start), nfa.final)
    return nfa

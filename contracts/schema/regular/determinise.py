"""Nondeterministic → deterministic automata (subset construction), assertions included.

Whether ``^`` or a word boundary holds depends on the character before a position, ``$`` and a
word boundary on the one after it. So a deterministic state is a set of nondeterministic ones
*before* empty moves, together with what came before; empty moves are followed when the next
character (or the end) is known.
"""

from __future__ import annotations

from contracts.schema.regular.charset import Partition
from contracts.schema.regular.classes import WORD
from contracts.schema.regular.dfa import Dfa, Table, minimal
from contracts.schema.regular.errors import Meter
from contracts.schema.regular.nfa import Nfa

_START, _WORD, _OTHER, _END = "start", "word", "other", "end"

_State = tuple[frozenset[int], str]


def determinised(nfa: Nfa, meter: Meter) -> Dfa:
    """The minimal automaton of the same language.

    Raises:
        BudgetExceeded: there are too many sets of states.
    """
    return _Subsets(nfa, meter).build()


class _Subsets:
    def __init__(self, nfa: Nfa, meter: Meter) -> None:
        self._nfa = nfa
        self._meter = meter
        self._boundaries = bool(nfa.conditions & {"b", "B"})
        sets = [chars for moves in nfa.moves for chars, _ in moves]
        self._partition = Partition.of([*sets, WORD] if self._boundaries else sets)
        inside = {chars: self._partition.inside(chars) for chars in dict.fromkeys(sets)}
        self._moves = [[(inside[chars], to) for chars, to in moves] for moves in nfa.moves]
        words = set(self._partition.inside(WORD)) if self._boundaries else set()
        self._next = [_WORD if k in words else _OTHER for k in range(self._partition.count)]
        self._jumps: dict[tuple[str, str], list[list[int]]] = {}

    def build(self) -> Dfa:
        begin: _State = (frozenset({self._nfa.start}), _START)
        numbers: dict[_State | None, int] = {begin: 0}
        table: Table = []
        accepts: list[bool] = []
        queue: list[_State | None] = [begin]
        for state in queue:  # grows
            self._meter.states(len(numbers))
            if state is None:
                targets: list[_State | None] = [None] * self._partition.count
                accepts.append(True)
            else:
                targets = self._step(state)
                accepts.append(self._nfa.final in self._closure(state, _END))
            row = []
            for target in targets:
                number = numbers.get(target)
                if number is None:
                    number = numbers[target] = len(numbers)
                    queue.append(target)
                row.append(number)
            table.append(row)
        return minimal(self._partition, table, accepts, self._meter)

    def _step(self, state: _State) -> list[_State | None]:
        """Where each class leads; None stands for the state that accepts whatever follows."""
        reached: list[set[int]] = [set() for _ in range(self._partition.count)]
        following = (_WORD, _OTHER) if self._boundaries else (_OTHER,)
        for after in following:
            for source in self._closure(state, after):
                for kinds, to in self._moves[source]:
                    self._meter.spend(len(kinds))
                    for kind in kinds:
                        if self._next[kind] == after or not self._boundaries:
                            reached[kind].add(to)
        known: dict[_State, _State | None] = {}
        targets: list[_State | None] = []
        for kind, states in enumerate(reached):
            target = (frozenset(states), self._next[kind] if self._boundaries else _OTHER)
            if target not in known:
                known[target] = None if self._accepts_all(target) else target
            targets.append(known[target])
        return targets

    def _accepts_all(self, state: _State) -> bool:
        """Whether the final state, looping on everything, is reached without knowing the rest."""
        final = self._nfa.final
        if not any(to == final for _, to in self._nfa.moves[final]):
            return False
        following = (_WORD, _OTHER, _END) if self._boundaries else (_OTHER, _END)
        return all(final in self._closure(state, after) for after in following)

    def _closure(self, state: _State, after: str) -> set[int]:
        kernel, before = state
        jumps = self._jumps_between(before, after)
        seen = set(kernel)
        stack = list(kernel)
        while stack:
            for to in jumps[stack.pop()]:
                if to not in seen:
                    seen.add(to)
                    stack.append(to)
        self._meter.spend(len(seen))
        return seen

    def _jumps_between(self, before: str, after: str) -> list[list[int]]:
        known = self._jumps.get((before, after))
        if known is None:
            boundary = (before == _WORD) != (after == _WORD)
            holds = {"": True, "^": before == _START, "$": after == _END}
            holds |= {"b": boundary, "B": not boundary}
            known = [[to for sign, to in jumps if holds[sign]] for jumps in self._nfa.jumps]
            self._jumps[(before, after)] = known
        return known

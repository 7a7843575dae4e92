"""Languages over Unicode texts: what strings a schema lets through, as exact sets.

A language is kept as pieces: for each range of lengths (in code points, as JSON Schema counts
them) a minimal automaton. So ``maxLength: 4000`` is a border between two pieces and never an
automaton of 4000 states. All operations are exact or raise :class:`BudgetExceeded`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from contracts.schema.regular import back_references, lengths, words
from contracts.schema.regular.charset import ANY, CharSet, Partition
from contracts.schema.regular.determinise import determinised
from contracts.schema.regular.dfa import EVERYTHING, NOTHING, Dfa, combined, complement, minimal
from contracts.schema.regular.errors import Budget, Meter, Unsupported
from contracts.schema.regular.lookaround import has_look_around, without_look_around
from contracts.schema.regular.nfa import matching, searching
from contracts.schema.regular.parser import parse
from contracts.schema.regular.syntax import Assertion, Chars, Node, Repeat
from contracts.schema.regular.syntax import Sequence as Concatenation

_DEFAULT = Budget()

_Piece = tuple[int, Dfa]
"""The automaton for lengths from this one up to the next piece."""


class Language:
    """A set of texts. Equal languages compare equal; surrogates are in no text."""

    __slots__ = ("_budget", "_pieces")

    def __init__(self, pieces: Sequence[_Piece], budget: Budget = _DEFAULT) -> None:
        joined: list[_Piece] = []
        for start, dfa in pieces:
            if not joined or joined[-1][1] is not dfa:
                joined.append((start, dfa))
        self._pieces = tuple(joined)
        self._budget = budget

    # Making languages --------------------------------------------------------------------

    @classmethod
    def from_regex(
        cls, pattern: str, *, dialect: str = "ecma", budget: Budget = _DEFAULT
    ) -> Language:
        """The texts in which a pattern is found (it is not anchored, as in JSON Schema).

        ``dialect`` is ``ecma`` (ECMA-262 with Unicode semantics, JSON Schema core section 6.4)
        or ``python`` (the ``re`` module). Answers are remembered.

        Raises:
            Unsupported: not a valid pattern, not regular, or over the budget.
        """
        return _from_regex(pattern, dialect, budget)

    @classmethod
    def enclosing(cls, pattern: str, budget: Budget = _DEFAULT) -> tuple[Language, Language]:
        """Texts in which a pattern of ECMA-262 is certainly found, and texts in which it may be.

        They differ only by back-references.

        Raises:
            Unsupported: not a valid pattern, or nothing that languages can enclose.
        """
        least, most = back_references.enclosing(parse(pattern, "ecma"))
        return _of_tree(least, budget), _of_tree(most, budget)

    @classmethod
    def length(cls, least: int = 0, most: int | None = None) -> Language:
        """Texts of ``least`` to ``most`` code points."""
        if most is not None and most < least:
            return cls.nothing()
        pieces: list[_Piece] = [(0, NOTHING)] if least > 0 else []
        pieces.append((max(least, 0), EVERYTHING))
        if most is not None:
            pieces.append((most + 1, NOTHING))
        return cls(pieces)

    @classmethod
    def literal(cls, text: str) -> Language:
        """The one text; no text at all if it has a surrogate."""
        return cls.finite((text,))

    @classmethod
    def finite(cls, texts: Iterable[str]) -> Language:
        """Exactly these texts."""
        return cls([(0, _finite(frozenset(texts)))])

    @classmethod
    def everything(cls) -> Language:
        """Every text."""
        return cls([(0, EVERYTHING)])

    @classmethod
    def nothing(cls) -> Language:
        """No text."""
        return cls([(0, NOTHING)])

    # Operations --------------------------------------------------------------------------

    def __and__(self, other: Language) -> Language:
        return self._combined(other, "&")

    def __or__(self, other: Language) -> Language:
        return self._combined(other, "|")

    def __sub__(self, other: Language) -> Language:
        return self & ~other

    def __invert__(self) -> Language:
        return Language([(start, complement(dfa)) for start, dfa in self._pieces], self._budget)

    def with_budget(self, budget: Budget) -> Language:
        """The same language, with another bound for what is computed from it."""
        return Language(self._pieces, budget)

    def _combined(self, other: Language, operation: str) -> Language:
        budget = self._budget if self._budget is not _DEFAULT else other._budget
        pieces = []
        mine, theirs = self._pieces, other._pieces
        i = j = 0
        for start in sorted({s for s, _ in (*mine, *theirs)}):
            while i + 1 < len(mine) and mine[i + 1][0] <= start:
                i += 1
            while j + 1 < len(theirs) and theirs[j + 1][0] <= start:
                j += 1
            pieces.append((start, combined(mine[i][1], theirs[j][1], operation, budget)))
        return Language(pieces, budget)

    # Questions ---------------------------------------------------------------------------

    def contains(self, text: str) -> bool:
        """Whether a text is in the language."""
        automaton = next(dfa for start, dfa in reversed(self._pieces) if start <= len(text))
        return automaton.contains(text)

    def __contains__(self, text: str) -> bool:
        return self.contains(text)

    def is_empty(self) -> bool:
        """Whether no text is in the language.

        Raises:
            BudgetExceeded: the question takes too much work.
        """
        meter = Meter(self._budget)
        return all(
            lengths.feasible(dfa, least, most, meter) is None for least, most, dfa in self._ranges()
        )

    def is_everything(self) -> bool:
        """Whether every text is in the language."""
        return (~self).is_empty()

    def subset_of(self, other: Language) -> bool:
        """Whether every text of this language is in the other one."""
        return (self - other).is_empty()

    def disjoint_from(self, other: Language) -> bool:
        """Whether the two languages share no text."""
        return (self & other).is_empty()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Language):
            return NotImplemented
        if self._pieces == other._pieces:
            return True
        return self.subset_of(other) and other.subset_of(self)

    __hash__ = None  # type: ignore[assignment]

    def lengths(self) -> tuple[int, int | None] | None:
        """The least and the greatest length of its texts (None: no bound); None if empty."""
        meter = Meter(self._budget)
        least = self._least(meter)
        if least is None:
            return None
        for start, most, dfa in reversed(list(self._ranges())):
            if lengths.feasible(dfa, start, most, meter) is None:
                continue
            longest = dfa.longest
            if most is None:
                if longest is None:
                    return least, None
                return least, longest
            upper = most if longest is None else min(most, longest)
            while lengths.feasible(dfa, upper, upper, meter) is None:
                upper -= 1
            return least, upper
        return None

    def _least(self, meter: Meter) -> int | None:
        for start, most, dfa in self._ranges():
            found = lengths.feasible(dfa, start, most, meter)
            if found is not None:
                return found
        return None

    def cardinality(self) -> int | None:
        """How many texts there are; None for infinitely many.

        Raises:
            BudgetExceeded: too many lengths to add up.
        """
        meter = Meter(self._budget)
        total = 0
        for least, most, dfa in self._ranges():
            found = lengths.count(dfa, least, most, meter)
            if found is None:
                return None
            total += found
        return total

    # Members -----------------------------------------------------------------------------

    def enumerate(self, limit: int) -> Iterator[str]:
        """Up to ``limit`` members, shortest first, readable ones first within a length."""
        meter = Meter(self._budget)
        for least, most, dfa in self._ranges():
            for text in words.every(dfa, least, most, meter):
                if limit <= 0:
                    return
                limit -= 1
                yield text

    def example(self, prefer: Iterable[str] = ()) -> str | None:
        """A readable member; None if there is none.

        The first of ``prefer`` that is a member, otherwise a short text of characters that
        people write; control characters, line ends and rare scripts only if nothing else will do.

        Raises:
            BudgetExceeded: it would be too long, or take too much work to find.
        """
        for text in prefer:
            if self.contains(text):
                return text
        meter = Meter(self._budget)
        found: list[str] = []
        for least, most, dfa in self._ranges():
            text_or_none = words.example(dfa, least, most, meter)
            if text_or_none is not None:
                found.append(text_or_none)
                if len(text_or_none) > 0:
                    break
        return min(found, key=words.price, default=None)

    def _ranges(self) -> Iterator[tuple[int, int | None, Dfa]]:
        """Each piece with its least and greatest length."""
        for index, (start, dfa) in enumerate(self._pieces):
            last = index + 1 == len(self._pieces)
            yield start, None if last else self._pieces[index + 1][0] - 1, dfa

    def __repr__(self) -> str:
        sizes = ", ".join(f"{start}…: {len(dfa)} states" for start, dfa in self._pieces)
        return f"Language({sizes})"


@lru_cache(maxsize=4096)
def _from_regex(pattern: str, dialect: str, budget: Budget) -> Language:
    if len(pattern) > budget.pattern:
        raise Unsupported(f"the pattern is longer than {budget.pattern:,} characters")
    tree = parse(pattern, dialect)
    if back_references.refers_back(tree):
        tree = back_references.expanded(tree)
    return _of_tree(tree, budget)


def _of_tree(tree: Node, budget: Budget) -> Language:
    counted = _counted_characters(tree)
    if counted is not None:
        return counted & Language.everything().with_budget(budget)
    meter = Meter(budget)
    if has_look_around(tree):
        nfa = matching(without_look_around(tree, meter), meter)
    else:
        nfa = searching(tree, meter)
    return Language([(0, determinised(nfa, meter))], budget)


def _counted_characters(tree: Node) -> Language | None:
    """``^[…]{n,m}$`` as lengths × one small automaton: it is common and may count far."""
    if not isinstance(tree, Concatenation) or len(tree.parts) != 3:
        return None
    begin, body, end = tree.parts
    if begin != Assertion("^") or end != Assertion("$"):
        return None
    if not isinstance(body, Repeat) or not isinstance(body.body, Chars):
        return None
    meter = Meter(_DEFAULT)
    repeated = determinised(matching(Repeat(body.body, 0, None), meter), meter)
    return Language([(0, repeated)]) & Language.length(body.least, body.most)


@lru_cache(maxsize=2048)
def _finite(texts: frozenset[str]) -> Dfa:
    """A trie, minimised; texts with surrogates are no texts."""
    meter = Meter(Budget(states=1_000_000, work=50_000_000))
    chars = sorted({c for text in texts for c in text})
    partition = Partition.of(CharSet.of(char) for char in chars)
    members = sorted(text for text in texts if all(ord(c) in ANY for c in text))
    table: list[list[int]] = [[1] * partition.count, [1] * partition.count]
    accepts = [False, False]
    for text in members:
        state = 0
        for char in text:
            kind = partition.class_of(ord(char))
            if table[state][kind] == 1:
                table[state][kind] = len(table)
                table.append([1] * partition.count)
                accepts.append(False)
                meter.spend(partition.count)
            state = table[state][kind]
        accepts[state] = True
    return minimal(partition, table, accepts, meter)

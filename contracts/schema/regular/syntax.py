"""What a pattern says, as a tree."""

from __future__ import annotations

from contracts.lean_dataclasses import dataclass
from contracts.schema.regular.charset import CharSet


@dataclass(frozen=True, slots=True)
class Chars:
    """One character of a set."""

    chars: CharSet


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other; the empty sequence is the empty word."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Any of them; no option at all is no word."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """``least`` to ``most`` times; no bound above if ``most`` is None."""

    body: Node
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Assertion:
    r"""A condition on a position: ``^``, ``$``, or ``b`` and ``B`` for word boundaries."""

    kind: str


@dataclass(frozen=True, slots=True)
class Look:
    """A look-around: what follows (or precedes) must match the body, or must not."""

    body: Node
    ahead: bool
    negative: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A capturing group; only in patterns that refer back to one."""

    number: int
    body: Node


@dataclass(frozen=True, slots=True)
class BackReference:
    """The text that a group has matched, once more."""

    number: int


@dataclass(frozen=True, slots=True, eq=False)
class Automaton:
    """A language that has been computed already, standing for exactly its words."""

    dfa: object


Node = Chars | Sequence | Choice | Repeat | Assertion | Look | Group | BackReference | Automaton
EMPTY = Sequence(())

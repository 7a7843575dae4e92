"""Which piece of the old version is which piece of the new one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from contracts.compatibility.matching import matches
from contracts.formats.contract import Element, Part, Side
from contracts.lean_dataclasses import dataclass
from contracts.verdict import Json

OPPOSITES = {
    "removed": "added",
    "lowered": "raised",
    "required": "optional",
    "narrowed": "widened",
    "shortened": "extended",
    "stricter": "laxer",
    "refused": "accepted",
}
OPPOSITES |= {after: before for before, after in OPPOSITES.items()}


@dataclass(slots=True, eq=False)
class Pair:
    """One piece before and after; at least one of the two is there.

    In a ``swapped`` pair (half of the modes ``backward``, ``forward`` and ``full``) ``old`` is
    the piece of the new document: the question is then whether users of the *new* version can
    live with the *old* one. Rules never ask for it; they say *removed* through :meth:`say`.
    """

    old: Element | None
    new: Element | None
    swapped: bool = False
    owners: tuple[Element, Element] | None = None
    """What the two pieces are parts of."""

    @property
    def counterpart_owner(self) -> Element | None:
        """Where the missing piece would stand; None where both are there."""
        if self.owners is None or self.both is not None:
            return None
        return self.owners[0] if self.old is None else self.owners[1]

    @property
    def any(self) -> Element:
        """The piece that is there; the new one where both are."""
        element = self.new if self.new is not None else self.old
        assert element is not None
        return element

    @property
    def both(self) -> tuple[Element, Element] | None:
        """Both pieces, or None where one is missing."""
        return (self.old, self.new) if self.old is not None and self.new is not None else None

    @property
    def removed(self) -> bool:
        """Whether the piece exists before and not after."""
        return self.new is None

    @property
    def added(self) -> bool:
        """Whether the piece exists after and not before."""
        return self.old is None

    @property
    def label(self) -> str:
        """What a user calls it."""
        return self.any.label

    def say(self, word: str) -> str:
        """``word`` as the user must read it: its opposite where the pair is swapped."""
        return OPPOSITES[word] if self.swapped else word

    def fact(self, name: str) -> tuple[Json, Json]:
        """One fact on both sides; None where a side does not have it."""
        return (
            self.old.facts.get(name) if self.old is not None else None,
            self.new.facts.get(name) if self.new is not None else None,
        )

    def travelling(self, name: str) -> tuple[Json, Json]:
        """One fact as it is written and as it is read."""
        before, after = self.fact(name)
        return (before, after) if self.any.writer is Side.CONSUMER else (after, before)

    def changed(self, name: str) -> bool:
        """Whether both pieces exist and differ in a fact."""
        before, after = self.fact(name)
        return self.old is not None and self.new is not None and before != after


SamePart = Callable[[Part, Part], bool]
"""Whether two parts of elements, in the order of the pair, are made of the same."""


def pairs_of(
    old: Element, new: Element, *, swapped: bool = False, same: SamePart | None = None
) -> Iterator[Pair]:
    """The children of two paired elements, each with its counterpart if it has one.

    Those of parts that are the ``same`` are left out.
    """
    children = (old.children, new.children) if same is None else _differing(old, new, same)
    for before, after in matches(*children):
        yield Pair(before, after, swapped, (old, new))


def _differing(
    old: Element, new: Element, same: SamePart
) -> tuple[Sequence[Element], Sequence[Element]]:
    if not old.parts or not new.parts:
        return old.children, new.children
    named = {part.name: part for part in new.parts}
    alike = {p.name for p in old.parts if p.name in named and same(p, named[p.name])}
    return (
        [child for part in old.parts if part.name not in alike for child in old.grown(part)],
        [child for part in new.parts if part.name not in alike for child in new.grown(part)],
    )

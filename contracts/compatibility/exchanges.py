"""Exchanges before and after, and parts of which nothing but exchanges can differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from contracts.compatibility.pairing import Pair
from contracts.compatibility.sameness import Sameness
from contracts.formats.contract import Element, Part, Payload
from contracts.lean_dataclasses import dataclass


class Exchange:
    """One exchange of two versions; its elements may be made when somebody looks at them."""

    __slots__ = ("_find", "_sides", "label", "media_type")

    def __init__(
        self,
        label: str,
        media_type: str,
        sides: tuple[Element, Element] | None,
        find: Callable[[], tuple[Element, Element]] | None = None,
    ) -> None:
        self.label = label
        self.media_type = media_type.lower()
        self._sides = sides
        self._find = find

    @classmethod
    def of(cls, old: Element, new: Element) -> Exchange:
        """The one that two elements are."""
        return cls(new.label, str(new.facts.get("media_type") or ""), (old, new))

    @property
    def sides(self) -> tuple[Element, Element]:
        """The elements of the old and of the new version."""
        if self._sides is None:
            assert self._find is not None
            self._sides = self._find()
        return self._sides

    @property
    def identity(self) -> int:
        """By which it is told from others: of several pairs with one new element, that element."""
        if self._find is not None or self._sides is None:
            return id(self)
        return id(self._sides[1])


class Unopened:
    """Parts that say the same themselves in both versions: they are not unfolded.

    What such a part leads to may differ, and the exchanges that reach it are all there is to see.
    """

    def __init__(self, sameness: Sameness) -> None:
        self._agreement = _Agreement(sameness)
        self._known: dict[int, Sequence[Payload] | None] = {}

    def of(self, old: Part, new: Part) -> Sequence[Payload] | None:
        """The payloads in which two parts differ; None if elements are needed to see that."""
        if old.stated is None or new.stated is None or old.context != new.context:
            return None
        if id(old) not in self._known:
            self._known[id(old)] = old.stated.payloads(new.stated, self._agreement)
        return self._known[id(old)]


@dataclass(slots=True, eq=False)
class Placed:
    """A payload in two versions, no element of which has been made."""

    payload: Payload
    owners: tuple[Element, Element]
    part: str

    def exchange(self) -> Exchange:
        """The exchange that it is."""
        return Exchange(self.payload.label, self.payload.media_type, None, self._sides)

    def _sides(self) -> tuple[Element, Element]:
        old, new = map(self._element, self.owners)
        return old, new

    def _element(self, owner: Element) -> Element:
        part = next(part for part in owner.parts if part.name == self.part)
        return self.payload.find(owner, part)


class _Agreement:
    def __init__(self, sameness: Sameness) -> None:
        self.led: dict[str, Any] = {}
        self.same = sameness.same_values
        self.alike = sameness.alike_values
        self.leads_alike = sameness.leads_alike


def in_order(
    pairs: Sequence[Pair], unopened: dict[str, Sequence[Payload]], old: Element, new: Element
) -> Iterator[Pair | Placed]:
    """What is to be looked at below two elements, as it would come if all parts were unfolded.

    That is kind by kind, first what the old version has, in its order.
    """
    last = len(old.parts)
    places = {part.name: index for index, part in enumerate(old.parts)}
    parts = (*old.parts, *new.parts)
    inside = {id(e): places.get(p.name, last) for p in parts for e in p.elements or ()}
    kinds = {part.kind for part in old.parts if part.name in unopened}
    waiting = sorted(unopened, key=places.__getitem__, reverse=True)
    for pair in pairs:
        came = pair.old is None and pair.any.kind in kinds
        at = last if came else inside.get(id(pair.old or pair.any), last)
        while waiting and places[waiting[-1]] < at:
            yield from _placed(unopened, waiting.pop(), old, new)
        yield pair
    while waiting:
        yield from _placed(unopened, waiting.pop(), old, new)


def _placed(
    unopened: dict[str, Sequence[Payload]], part: str, old: Element, new: Element
) -> Iterator[Placed]:
    return (Placed(payload, (old, new), part) for payload in unopened[part])

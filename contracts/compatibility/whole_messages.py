"""From a value of a shared schema to a whole payload of an exchange that carries it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import islice

from contracts.compatibility.schema_tree import Edge, Reached, Twin
from contracts.compatibility.shells import ObjectText, object_text
from contracts.compatibility.spots import ANNOTATIONS, Spot
from contracts.documents import pointer
from contracts.schema import Prover
from contracts.schema.results import Empty, Found
from contracts.verdict import Direction, Json

_ARRAY = frozenset({"type", "items", "minItems", "maxItems", "uniqueItems", "nullable"})

_UNION = frozenset({"type", "anyOf", "oneOf"})
"""Keywords beside which a value of an alternative is a value of the whole."""

_MOST_ITEMS = 1_000

_MOST_CONSTANTS = 4
"""Optional members with listed values that are tried in samples."""


class Unsendable(Exception):
    """No value of a schema exists, so nothing inside it can be sent."""


class NotBuilt(Exception):
    """A payload could not be put together; the engine may still find one."""


class Doubtful(Exception):
    """What is refused as one alternative is not refused by all of them."""


class WholeMessages:
    """Puts samples of schemas together, each found once by the engine."""

    def __init__(self, prover: Prover) -> None:
        self._prover = prover
        self._samples: dict[tuple[tuple[int, str], Direction | None], Json] = {}
        self._texts: dict[tuple[int, str], ObjectText | None] = {}

    def around(
        self, value: Json, reached: Reached, direction: Direction | None, *, by_old: bool
    ) -> tuple[Json, str]:
        """A payload that holds ``value``, and the pointer of its place there.

        ``by_old``: the old version writes it.

        Raises:
            Unsendable: one of the schemas on the way has no values.
            NotBuilt: a schema on the way says more than this module understands.
            Doubtful: a schema on the way takes it all the same.
        """
        pointer = ""
        for edge in self._edges(reached):
            spot = edge.parent.old if by_old else edge.parent.new
            assert spot is not None
            if edge.doubtful:
                self._refused(value, edge.parent, direction, by_old=by_old)
            value, step = self._one_up(value, spot, edge.suffix, direction)
            pointer = step + pointer
        return value, pointer

    @staticmethod
    def _edges(reached: Reached) -> Sequence[Edge]:
        ends_at_root = not reached.way or any(
            exchange is reached.exchange for exchange, _ in reached.way[-1].parent.roots
        )
        if not ends_at_root:
            raise NotBuilt
        return reached.way

    def _one_up(
        self, value: Json, spot: Spot, suffix: str, direction: Direction | None
    ) -> tuple[Json, str]:
        if suffix == "":
            if not self._is_of_union(value, spot, direction):
                raise NotBuilt
            return value, ""
        if suffix == "[]":
            if not isinstance(spot.value, dict) or not _only(spot, _ARRAY):
                raise NotBuilt
            return [value] * _items(spot), "/0"
        text = self._text(spot)
        if text is None:
            raise NotBuilt
        name = suffix[1:] if suffix != ".*" else "key"
        if name in text.again or (suffix == ".*" and name in text.members):
            raise NotBuilt
        required = text.keywords.get("required", [])
        alone = isinstance(required, list) and all(one == name for one in required)
        alone = alone and text.holds({name})
        whole = {} if alone else self.sample(spot, direction)  # nothing else has to be there
        if not isinstance(whole, dict):
            raise NotBuilt
        if text.counted and not alone and not text.holds({*whole, name}):
            whole = {key: whole[key] for key in whole if key in required}
            if not text.holds({*whole, name}):
                raise NotBuilt
        return {**whole, name: value}, "/" + name.replace("~", "~0").replace("/", "~1")

    def _text(self, spot: Spot) -> ObjectText | None:
        """What takes objects, as if it were written in one place; None where it says more."""
        if spot.key not in self._texts:
            self._texts[spot.key] = object_text(spot.bare(), repeated=True, untyped=True)
        return self._texts[spot.key]

    def _refused(
        self, value: Json, twin: Twin, direction: Direction | None, *, by_old: bool
    ) -> None:
        writer, reader = (twin.old, twin.new) if by_old else (twin.new, twin.old)
        assert writer is not None
        assert reader is not None
        sides = writer.at(), reader.at()
        if self._prover.refusal(*sides, value, direction=direction) is None:
            raise Doubtful

    def _is_of_union(self, value: Json, spot: Spot, direction: Direction | None) -> bool:
        """Whether a value of an alternative is one of a schema that offers it, or is all of it."""
        if not isinstance(spot.value, dict):
            return False
        beside = {key for key in spot.value if not _annotates(key)}
        if not beside & {"anyOf", "oneOf"}:
            return True
        if "type" not in beside:
            beside.discard("nullable")
        if beside <= _UNION and "$ref" not in spot.value:
            return True
        told = beside <= _UNION | {"discriminator"} and "$ref" not in spot.value
        return told and bool(
            self._prover.takes(spot.at(), value, declared=True, direction=direction)
        )

    def members(self, spot: Spot, direction: Direction | None) -> dict[str, Json]:
        """The members of some value of an object schema; none if there is no such value."""
        try:
            whole = self.sample(spot, direction)
        except (Unsendable, NotBuilt):
            return {}
        return whole if isinstance(whole, dict) else {}

    def sample(self, spot: Spot, direction: Direction | None) -> Json:
        """Some value of a schema, confirmed by the engine's validators.

        Raises:
            Unsendable: there is none.
            NotBuilt: none was found.
        """
        name = (spot.key, direction)
        if name not in self._samples:
            answer = self._prover.example(spot.at(), direction=direction)
            if isinstance(answer, Empty):
                raise Unsendable
            if not isinstance(answer, Found):
                raise NotBuilt
            found = answer.value
            *_, keyword, called = ("", "", *pointer.split(spot.pointer))
            if keyword == "properties":
                found = self._prover.likely(spot.at(), called, found, direction=direction)
            self._samples[name] = found
        return self._samples[name]

    def samples(
        self, spot: Spot, direction: Direction | None, names: Sequence[str] = ()
    ) -> Iterator[Json]:
        """Some values of a schema: with what it must have, and with one constant more than that.

        Optional constants tell an alternative from others as well as required ones where they are.
        ``names``: members of which each value is to have one.

        Raises:
            Unsendable: there is none.
        """
        try:
            first = self.sample(spot, direction)
        except NotBuilt:
            return
        if not names or (isinstance(first, dict) and not first.keys().isdisjoint(names)):
            yield first
        text = self._text(spot) if isinstance(first, dict) else None
        if text is None:
            return
        members = {name: child for name, child in text.members.items() if name not in first}
        told = (name for name, child in members.items() if _lists_values(child.followed()))
        for name in islice(names or told, _MOST_CONSTANTS):
            if name not in members or not text.holds({*first, name}):
                continue
            try:
                yield {**first, name: self.sample(members[name].followed(), direction)}
            except (NotBuilt, Unsendable):
                continue


def _lists_values(spot: Spot) -> bool:
    return bool(spot.get("enum")) or (isinstance(spot.value, dict) and "const" in spot.value)


def _items(spot: Spot) -> int:
    """How many items to put into an array that speaks of nothing but their number.

    Raises:
        Unsendable: it has no items.
        NotBuilt: that is not known, or nobody would read so many.
    """
    least, most = spot.get("minItems"), spot.get("maxItems")
    known = all(isinstance(bound, int | float | None) for bound in (least, most))
    if not known or isinstance(spot.get("items"), list) or (least or 0) > _MOST_ITEMS:
        raise NotBuilt
    count = max(1, math.ceil(least or 0))
    if most is not None and most < count:
        raise Unsendable
    if count > 1 and spot.get("uniqueItems") not in (None, False):
        raise NotBuilt
    return count


def _only(spot: Spot, keywords: frozenset[str]) -> bool:
    return "$ref" not in spot.value and all(k in keywords or _annotates(k) for k in spot.value)


def _annotates(keyword: str) -> bool:
    return keyword in ANNOTATIONS or keyword.startswith("x-")

"""What samples and judges values for the exhibits of one comparison."""

from __future__ import annotations

from collections.abc import Callable

from contracts.compatibility.schema_tree import Reached
from contracts.compatibility.spots import Spot, start
from contracts.compatibility.whole_messages import Doubtful, NotBuilt, Unsendable, WholeMessages
from contracts.formats.contract import Element, Sample
from contracts.schema import Prover
from contracts.verdict import Direction, Json, Witness

Show = Callable[[Element, Json, Sample], str | None]


class Exhibitor:
    """What samples and judges values for the exhibits of one comparison."""

    def __init__(self, prover: Prover, messages: WholeMessages, shows: tuple[Show, Show]) -> None:
        self._prover = prover
        self._messages = messages
        self._shows = shows

    def sample_at(self, spot: Spot, direction: Direction) -> Json:
        """Some value of a schema; None where there is none."""
        try:
            return self._messages.sample(spot, _one_way(direction))
        except (NotBuilt, Unsendable):
            return None

    def sample(self, element: Element) -> Json:
        """Some value of an exchange; None where there is none."""
        spot = start(element.schema) if element.schema is not None else None
        return self.sample_at(spot, element.direction) if spot is not None else None

    def takes(
        self, spot: Spot, value: Json, direction: Direction, *, declared: bool = False
    ) -> bool | None:
        """Whether both validators take a value; ``declared``: as its writer sends it."""
        at, one_way = spot.at(), _one_way(direction)
        return self._prover.takes(at, value, declared=declared, direction=one_way)

    def shown(self, value: Json, why: str, reached: Reached, *, by_old: bool) -> Witness | None:
        """A misread value of an alternative, in a whole message of an exchange."""
        direction = _one_way(reached.new.direction)
        try:
            whole, at = self._messages.around(value, reached, direction, by_old=by_old)
        except (NotBuilt, Unsendable, Doubtful):
            return None
        writer = reached.old if by_old else reached.new
        message = self._shows[0 if by_old else 1](writer, whole, self.sample)
        names = ("old", "new") if by_old else ("new", "old")
        return Witness(whole, *names, why, at, message, True)


def _one_way(direction: Direction) -> Direction | None:
    return direction if direction in (Direction.REQUEST, Direction.RESPONSE) else None

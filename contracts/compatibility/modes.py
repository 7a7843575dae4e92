"""What each mode asks, in terms of who keeps the old version and who takes the new one.

The directional question is: consumers keep the old version, the provider takes the new one.
Requests are then written by the old and read by the new version, responses the other way
round. *Swapped*, consumers take the new version and the provider keeps the old one. Backward
compatibility (the new version reads what the old one wrote) is the requests of the first and
the responses of the second question; forward compatibility is the rest.
"""

from __future__ import annotations

from collections.abc import Mapping

from contracts.formats.contract import Side
from contracts.lean_dataclasses import dataclass
from contracts.verdict import Mode

BOTH = frozenset(Side)


@dataclass(frozen=True, slots=True)
class Question:
    """One half of a mode: orientation, and whose data is asked about."""

    swapped: bool
    writers: frozenset[Side]


_CONSUMER = frozenset({Side.CONSUMER})
_PROVIDER = frozenset({Side.PROVIDER})

QUESTIONS: Mapping[Mode, tuple[Question, ...]] = {
    Mode.DIRECTIONAL: (Question(False, BOTH),),
    Mode.BACKWARD: (Question(False, _CONSUMER), Question(True, _PROVIDER)),
    Mode.FORWARD: (Question(False, _PROVIDER), Question(True, _CONSUMER)),
    Mode.FULL: (Question(False, BOTH), Question(True, BOTH)),
    Mode.NONE: (),
}
"""The questions of every pairwise mode; the first one is never swapped."""


def default_mode(format: str) -> Mode:
    """Directional where a document says who writes; backward for bare schemas."""
    return Mode.DIRECTIONAL if format in {"openapi", "asyncapi", "odcs"} else Mode.BACKWARD

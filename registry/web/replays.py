"""What a replay showed, ready for its page; whatever a summary leaves out is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from conformance.replay import Replay


def replays_of(summary: Mapping[str, Any]) -> Sequence[Replay]:
    """The replays of a run; a registry may be given any summary."""
    stated = summary.get("replays")
    found: list[Replay] = []
    for item in stated if isinstance(stated, list) else ():
        with suppress(KeyError, TypeError, ValueError, AttributeError):
            found.append(Replay.from_json(item))
    return found

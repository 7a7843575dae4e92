"""What is looked at in a stream of messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conformance.events.findings import SEVERITY
from conformance.events.source import Reading
from conformance.plan import SuiteInvalid
from conformance.plan.settings import number
from contracts.governance.statemachine import StateMachine
from contracts.governance.states import MACHINES

KNOWN = tuple(SEVERITY)
CHECKS = tuple(name for name in KNOWN if name != "undocumented_field")
"""What is looked at where nothing else is said; open schemas may be used as open."""
MOST_MESSAGES, MOST_SECONDS = 1_000_000, 3600.0


@dataclass(frozen=True, slots=True)
class EventSuite:
    """What to look at. ``freshness`` in seconds; None asks for nothing."""

    name: str = "events"
    checks: tuple[str, ...] = CHECKS
    freshness: float | None = None
    machines: tuple[StateMachine, ...] = MACHINES
    restricted: frozenset[str] = frozenset()
    """JSON fields taken out of everything kept."""

    @classmethod
    def from_settings(cls, name: str, settings: Mapping[str, Any]) -> EventSuite:
        """The suite that the settings ``checks`` and ``freshness`` (seconds) ask for.

        Raises:
            SuiteInvalid: a setting is none.
        """
        checks = tuple(settings.get("checks") or CHECKS)
        unknown = [check for check in checks if check not in KNOWN]
        if unknown:
            raise SuiteInvalid(f"There is no check {unknown[0]!r}; known are {', '.join(KNOWN)}")
        fresh = settings.get("freshness")
        return cls(
            name, checks, None if fresh is None else number(settings, "freshness", None, 1e9)
        )


def reading_of(settings: Mapping[str, Any]) -> Reading:
    """How much is read: ``last`` messages of each address, ``seconds`` in all.

    Raises:
        SuiteInvalid: a setting is none.
    """
    return Reading(
        most=int(number(settings, "last", 10_000, MOST_MESSAGES)),
        seconds=number(settings, "seconds", 30, MOST_SECONDS),
    )

"""Forget old runs, delivered events and ended sessions; versions and the audit log stay."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta

from registry.domain import Principal
from registry.services.authorization import Action, authorize
from registry.services.ports import UnitOfWork
from registry.services.recording import record


@dataclass(frozen=True, slots=True)
class ApplyRetention:
    """How many days each kind is kept; 0: for ever."""

    runs: int
    events: int
    sessions: int
    comparisons: int = 0


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many of each kind were forgotten."""

    runs: int = 0
    events: int = 0
    sessions: int = 0
    comparisons: int = 0


def apply_retention(command: ApplyRetention, uow: UnitOfWork, caller: Principal) -> Forgotten:
    """Forget what is older, in one transaction; what the gate still rests on is kept.

    The last passed or failed run of each document, environment, system version and suite stays;
    an answer asked for an instant before the kept time may differ from the one given then.
    """
    authorize(caller, Action.OPERATE)
    now = uow.now()
    with uow.write() as store:
        rules = {
            "runs": store.retention.runs,
            "events": store.retention.events,
            "sessions": store.retention.sessions,
            "comparisons": store.retention.comparisons,
        }
        days = asdict(command)
        counts = {
            kind: forget(now - timedelta(days=days[kind])) if days[kind] else 0
            for kind, forget in rules.items()
        }
        if any(counts.values()):
            record(
                store, caller, now, "retention.applied", "registry", details=counts, announce=False
            )
    return Forgotten(**counts)

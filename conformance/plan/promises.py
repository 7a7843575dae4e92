"""What a sidecar says that every suite of its contract is to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.verdict import Json

if TYPE_CHECKING:
    from contracts.governance.sidecar import Sidecar


def promises(sidecar: Sidecar) -> dict[str, Json]:
    """Settings of a suite: states, objectives, how records are named and taken away."""
    sla = sidecar.effective_sla
    found: dict[str, Json] = {
        "states": list(sidecar.states),
        "identifiers": list(sidecar.conformance.identifiers),
        "cleanup": _cleanup(sidecar),
    }
    if sla.latency_p95_ms is not None:
        found["latency_p95"] = sla.latency_p95_ms / 1000
    if sla.availability is not None:
        found["availability"] = sla.availability
    return found


def _cleanup(sidecar: Sidecar) -> list[dict[str, Json]]:
    stated = [
        rule.model_dump(mode="json", exclude={"extensions"}) for rule in sidecar.conformance.cleanup
    ]
    covered = {rule["after"] for rule in stated}
    compensation = sidecar.policies.compensation if sidecar.policies else None
    if compensation is None:
        return stated
    undone = [operation for operation in compensation.undoes if operation not in covered]
    return stated + [{"after": name, "call": compensation.operation} for name in undone]

"""What a sidecar says, in the registry's words: the contract and its consumers."""

from __future__ import annotations

from datetime import datetime

from contracts.governance.record import Record
from contracts.governance.sidecar import Sidecar
from registry.domain import Classification, Contract, Expectation, Kind, Lifecycle
from registry.services.candidate import Candidate


def contract_from(
    candidate: Candidate, existing: Contract | None, now: datetime, *, takes_over: bool
) -> Contract:
    """The contract as its sidecar states it; as it is, if this sidecar is not to come in force."""
    if existing is not None and not takes_over:
        return existing
    sidecar = candidate.sidecar
    return Contract(
        name=sidecar.id,
        title=sidecar.title or sidecar.id,
        kind=Kind.of_format(candidate.format),
        format=candidate.format,
        owner=sidecar.owner,
        provider=sidecar.provider,
        description=sidecar.description or sidecar.purpose or "",
        steward=sidecar.steward or "",
        support=_support(sidecar),
        mode=sidecar.compatibility,
        lifecycle=Lifecycle.PROPOSED
        if candidate.branch
        else Lifecycle(sidecar.lifecycle.status.value),
        criticality=sidecar.criticality or 2,
        classification=Classification(
            sidecar.classification.value if sidecar.classification else "internal"
        ),
        residency=", ".join(sidecar.residency.regions) if sidecar.residency else "",
        pattern=sidecar.pattern.kind.value if sidecar.pattern else "",
        sla=_plain(sidecar.effective_sla),
        policies=_plain(sidecar.effective_policies),
        tags=sidecar.tags,
        latest=existing.latest if existing else None,
        sidecar_sha256=candidate.sidecar_sha256,
        created_at=existing.created_at if existing else now,
        updated_at=now,
    )


def expectations_from(sidecar: Sidecar) -> list[Expectation]:
    """The consumers a sidecar names, each with its own words."""
    return [
        Expectation(sidecar.id, consumer.system, "sidecar", True, _stated(consumer))
        for consumer in sidecar.consumers
    ]


def _stated(record: Record) -> dict[str, object]:
    return record.model_dump(mode="json", by_alias=True, exclude_unset=True)


def _plain(record: Record) -> dict[str, object]:
    return record.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)


def _support(sidecar: Sidecar) -> str:
    support = sidecar.support
    if support is None:
        return ""
    return " · ".join(filter(None, (support.team, support.channel, support.runbook)))

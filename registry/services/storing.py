"""Put a judged version into the store, with its contract and what its consumers declared."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from contracts.documents import load
from contracts.governance.sidecar import load_sidecar
from registry.domain import Contract, Principal
from registry.services import consumer_contract
from registry.services.governed import expectations_from
from registry.services.judging import Judgement
from registry.services.manage_triggers import declare_schedules
from registry.services.ports import Store
from registry.services.publish_version import PublishOutcome, PublishStatus
from registry.services.recording import record

MOST_TOLD = 100
"""Referring contracts that are named in the event of a publication."""


def store_version(
    store: Store, judgement: Judgement, caller: Principal, now: datetime
) -> PublishOutcome:
    """Write it; the caller holds the contract's lock."""
    outcome, candidate = judgement.outcome, judgement.candidate
    contract, version = outcome.contract, outcome.version
    before = store.contracts.find(contract.name)
    store.blobs.put(candidate.sidecar_raw)
    if outcome.status is not PublishStatus.SIDECAR_UPDATED:
        store.blobs.put(candidate.raw)
        if judgement.resolved_raw is not None:
            store.blobs.put(judgement.resolved_raw)
    if judgement.takes_over:
        store.contracts.put(contract)
        store.expectations.replace(
            contract.name, "sidecar", expectations_from(candidate.sidecar), now
        )
        declare_schedules(store, contract.name, candidate.sidecar.conformance.suites, caller, now)
    if outcome.status is PublishStatus.SIDECAR_UPDATED:
        record(
            store,
            caller,
            now,
            "contract.updated",
            f"contract:{contract.name}",
            before=before,
            after=contract,
            details={"contract": contract.name, "sidecar": contract.sidecar_sha256},
        )
        return outcome
    store.versions.add(version)
    if judgement.takes_over and not version.branch and version.format == consumer_contract.FORMAT:
        consumer_contract.remember(store, candidate, _expected_before(store, before), now)
    report = outcome.report
    record(
        store,
        caller,
        now,
        "version.proposed" if version.branch else "version.published",
        f"version:{contract.name}@{version.label}",
        after=version,
        reason=version.notes,
        details={
            "contract": contract.name,
            "version": version.label,
            "sha256": version.sha256,
            "baseline": version.baseline,
            "references": sorted({r.key for r in version.references}),
            "referrers": [f"{r.contract} {r.label}" for r in outcome.referrers[:MOST_TOLD]],
            "verdict": version.verdict,
            "breaks": sorted(
                name for name, effect in report.consumers.items() if effect.verdict == "breaking"
            )
            if report
            else [],
        },
    )
    return replace(outcome, status=PublishStatus.PUBLISHED)


def _expected_before(store: Store, contract: Contract | None) -> tuple[str, ...]:
    if contract is None:
        return ()
    stated = store.blobs.get(contract.sidecar_sha256)
    return load_sidecar(load(stated, name="contract.yaml")).expects

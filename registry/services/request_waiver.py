"""Ask that a named break be allowed for named consumers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.verdict import Level, Report
from registry.domain import Principal, Waiver
from registry.domain.identifiers import new_id
from registry.errors import Invalid, NotFound
from registry.services.authorization import Action, authorize
from registry.services.check_compatibility import consumers_of
from registry.services.comparison import Comparer, Pair, Side, gate_mode, keep, uses
from registry.services.ports import UnitOfWork
from registry.services.recording import record

LONGEST = timedelta(days=366)
"""A break that is to last longer is no exception."""


@dataclass(frozen=True, slots=True)
class RequestWaiver:
    """Breaks of ``to_version`` for those built against ``from_version``, by fingerprint.

    Empty ``fingerprints`` means every break found between the two now; empty ``consumers``
    every consumer that breaks now. Both are resolved and stored as a list, so that a break
    found later is not waived by accident.
    """

    contract: str
    from_version: str
    to_version: str
    reason: str
    expires_at: datetime
    fingerprints: tuple[str, ...] = ()
    consumers: tuple[str, ...] = ()
    environment: str = ""


def request_waiver(command: RequestWaiver, uow: UnitOfWork, caller: Principal) -> Waiver:
    """Store the request; it counts once the consumers' approvers have signed.

    Raises:
        Invalid: no reason, an expiry that is past or more than a year away, or nothing to waive.
        NotFound: no such contract, version, consumer or environment.
    """
    authorize(caller, Action.REQUEST_WAIVER)
    now = uow.now()
    if not command.reason.strip():
        raise Invalid("reason", "say why the break may happen; an auditor will read it")
    if not now < command.expires_at <= now + LONGEST:
        raise Invalid("expires_at", f"must lie ahead, at most {LONGEST.days} days")
    with uow.read() as store:
        contract = store.contracts.get(command.contract)
        if command.environment:
            store.estate.get_environment(command.environment)
        # A number may still be a proposal: then the break of the proposal is waived.
        pairs = [(contract.name, n) for n in (command.from_version, command.to_version)]
        known = store.versions.get_many(pairs)
        old, new = (known.get(pair) or store.versions.get(*pair) for pair in pairs)
        consumers = consumers_of(store, contract)
        teams = store.estate.get_systems(e.consumer for e in consumers)
        comparer = Comparer(store)
        pair = Pair(
            Side.of(old), Side.of(new), new.format, gate_mode(contract), now.date(), uses(consumers)
        )
        [report] = comparer.reports([pair])
    keep(comparer, uow)
    hurt = {name for name, effect in report.consumers.items() if effect.verdict != "compatible"}
    names = frozenset(command.consumers) or frozenset(hurt)
    unheard = sorted(names - {e.consumer for e in consumers})
    if unheard:
        raise NotFound(f"{', '.join(unheard)} does not consume {contract.name}")
    found = _fingerprints(report, names)
    wanted = frozenset(command.fingerprints) or found
    if not names or not wanted:
        raise Invalid(
            "contract", f"{old.label} → {new.label} breaks none of them: nothing to waive"
        )
    if wanted - found:
        text = f"{', '.join(sorted(wanted - found))} is no finding of {old.label} → {new.label}"
        raise Invalid("fingerprints", text)
    waiver = Waiver(
        id=new_id("wvr"),
        contract=contract.name,
        from_version=old.label,
        to_version=str(new.number),
        fingerprints=wanted,
        consumers=names,
        environment=command.environment,
        reason=command.reason.strip(),
        requested_by=caller.name,
        requested_at=now,
        expires_at=command.expires_at,
        teams=frozenset(teams[name].team for name in names if name in teams),
        approvals_needed=2 if contract.policies.get("deadLetter", {}).get("haltsKey") else 1,
    )
    with uow.write() as store:
        store.waivers.put(waiver)
        record(
            store,
            caller,
            now,
            "waiver.requested",
            f"waiver:{waiver.id}",
            after=waiver,
            reason=waiver.reason,
            details={
                "contract": waiver.contract,
                "from": waiver.from_version,
                "to": waiver.to_version,
                "consumers": waiver.consumers,
                "expires_at": waiver.expires_at,
            },
        )
    return waiver


def _fingerprints(report: Report, consumers: frozenset[str]) -> frozenset[str]:
    found = set()
    for name in consumers:
        effect = report.consumers.get(name)
        if effect is None:
            continue
        for at in effect.findings:
            if report.findings[at].level in {Level.ERROR, Level.UNKNOWN}:
                found.add(report.findings[at].fingerprint)
    return frozenset(found)

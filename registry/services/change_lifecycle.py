"""Move a version through its life: draft, active, deprecated, retired."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from contracts.governance.lifecycle import may_follow, notice_period
from contracts.governance.vocabulary import LifecycleStatus
from registry.domain import Contract, Kind, Lifecycle, Principal, Version
from registry.errors import Invalid, PolicyDenied
from registry.services.authorization import Action, authorize
from registry.services.ports import Store, UnitOfWork
from registry.services.readiness import users_of_versions
from registry.services.recording import record

MOST_NAMED = 5
"""Versions that a refusal names in its sentence; all are in its reasons."""


@dataclass(frozen=True, slots=True)
class ChangeLifecycle:
    """``sunset_at`` with ``deprecated``: may be postponed later, never brought forward."""

    contract: str
    number: str
    to: Lifecycle
    sunset_at: datetime | None = None
    reason: str = ""


def change_lifecycle(command: ChangeLifecycle, uow: UnitOfWork, caller: Principal) -> Version:
    """Make the step.

    Raises:
        Invalid: a sunset sooner than the notice period of the contract's criticality.
        PolicyDenied: a step backwards, or retiring what somebody deployed still uses.
        NotFound: no such contract or version.
    """
    now = uow.now()
    with uow.write() as store:
        contract = store.contracts.get(command.contract)
        authorize(caller, Action.CHANGE_LIFECYCLE, contract.owner)
        store.contracts.lock(contract.name)
        version = store.versions.get(command.contract, command.number)
        status = LifecycleStatus(command.to.value)
        if not may_follow(LifecycleStatus(version.lifecycle.value), status):
            raise PolicyDenied(
                f"{contract.name} {version.label} is {version.lifecycle}; it cannot "
                f"become {command.to}"
            )
        deprecated_at, sunset_at = _dates(command, contract, version, now)
        if command.to is Lifecycle.RETIRED:
            _refuse_while_used(store, contract, version, now)
        after = replace(
            version, lifecycle=command.to, deprecated_at=deprecated_at, sunset_at=sunset_at
        )
        if after == version:
            return version
        store.versions.set_lifecycle(version, command.to, deprecated_at, sunset_at, now)
        if command.to is Lifecycle.RETIRED and contract.kind is Kind.CONSUMER:
            from registry.services.consumer_contract import forget

            forget(store, version, now)
        record(
            store,
            caller,
            now,
            f"version.{command.to}",
            f"version:{contract.name}@{version.label}",
            before=version,
            after=after,
            reason=command.reason,
            details={
                "contract": contract.name,
                "version": version.label,
                "lifecycle": command.to,
                "sunset_at": sunset_at,
            },
        )
        return after


def _dates(
    command: ChangeLifecycle, contract: Contract, version: Version, now: datetime
) -> tuple[datetime | None, datetime | None]:
    """Deprecation and sunset after the step.

    Raises:
        Invalid: a sunset without deprecation, before the notice period, or brought forward.
    """
    if command.to is not Lifecycle.DEPRECATED:
        if command.sunset_at is not None:
            raise Invalid("sunset_at", "belongs to a deprecation")
        ended = command.to is Lifecycle.RETIRED
        return (version.deprecated_at, version.sunset_at) if ended else (None, None)
    deprecated = version.deprecated_at or now
    earliest = deprecated + notice_period(contract.criticality)
    sunset = command.sunset_at or version.sunset_at or earliest
    if version.sunset_at is not None and sunset < version.sunset_at:
        raise Invalid(
            "sunset_at",
            f"was announced for {version.sunset_at:%Y-%m-%d}; it may be postponed, never brought "
            "forward",
        )
    if sunset < earliest:
        raise Invalid(
            "sunset_at",
            f"criticality {contract.criticality} asks for notice until {earliest:%Y-%m-%d}",
        )
    return deprecated, sunset


def _refuse_while_used(store: Store, contract: Contract, version: Version, now: datetime) -> None:
    """Raises PolicyDenied: somebody who is deployed uses it, or its sunset is still ahead."""
    if version.sunset_at is not None and now < version.sunset_at:
        raise PolicyDenied(f"its sunset is {version.sunset_at:%Y-%m-%d}; wait, or take it back")
    referring = sorted(
        f"{r.contract} {r.label}"
        for r in store.references.to(contract.name, version.label)
        if r.lifecycle is not Lifecycle.RETIRED
    )
    if referring:
        names = ", ".join(referring[:MOST_NAMED])
        more = f" and {len(referring) - MOST_NAMED} more" if len(referring) > MOST_NAMED else ""
        raise PolicyDenied(
            f"{contract.name} {version.label} is referred to by {names}{more}; move these to "
            "another version and retire them first",
            referring,
        )
    users = users_of_versions(store, [version]).get((contract.name, str(version.number)))
    if users:
        raise PolicyDenied(f"{contract.name} {version.label} is still used", users)

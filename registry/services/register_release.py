"""Say which contract versions a version of a system provides and was built against."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from registry.domain import ContractUse, Principal, Release
from registry.domain.identifiers import check_system_version
from registry.errors import Conflict, NotFound
from registry.services.authorization import Action, authorize
from registry.services.ports import Store, UnitOfWork
from registry.services.recording import record


@dataclass(frozen=True, slots=True)
class RegisterRelease:
    """A release; saying the same again is a no-op, saying otherwise a conflict."""

    system: str
    version: str
    provides: tuple[ContractUse, ...] = ()
    consumes: tuple[ContractUse, ...] = ()


def register_release(command: RegisterRelease, uow: UnitOfWork, caller: Principal) -> Release:
    """Remember a release.

    Raises:
        NotFound: no such system, contract or version.
        Conflict: the release exists with other contracts.
    """
    check_system_version("version", command.version)
    with uow.write() as store:
        system = store.estate.get_system(command.system)
        authorize(caller, Action.DEPLOY, system.team)
        provides, consumes = (
            tuple(_numbered(use, store) for use in uses)
            for uses in (command.provides, command.consumes)
        )
        uses = (*provides, *consumes)
        known = store.versions.get_many((use.contract, use.number) for use in uses)
        for use in uses:
            if (use.contract, use.number) not in known:
                raise NotFound(
                    f"{use.contract} {use.number} is not published; publish it first, or correct "
                    "the number"
                )
        return remember_release(
            store,
            Release(command.system, command.version, provides, consumes),
            uow.now(),
            caller,
        )


def _numbered(use: ContractUse, store: Store) -> ContractUse:
    """With the number that a tag or branch means now: a release does not change."""
    if use.number[:1].isdigit():
        return use
    return replace(use, number=str(store.versions.get(use.contract, use.number).number))


def remember_release(store: Store, release: Release, now: datetime, caller: Principal) -> Release:
    """Store it unless it is there.

    Raises:
        Conflict: it is there with other contracts.
    """
    found = store.estate.find_release(release.system, release.version)
    if found is not None:
        if _contracts(found) == _contracts(release):
            return found
        raise Conflict(
            f"{release.system} {release.version} is registered with other contract versions; "
            "a release does not change, so register a new one"
        )
    release = replace(release, created_at=now, created_by=caller.name)
    store.estate.put_release(release)
    record(
        store,
        caller,
        now,
        "release.registered",
        f"release:{release.system}@{release.version}",
        after=release,
        details={
            "system": release.system,
            "version": release.version,
            "provides": {use.contract: use.number for use in release.provides},
            "consumes": {use.contract: use.number for use in release.consumes},
        },
    )
    return release


def _contracts(release: Release) -> tuple[object, object]:
    return _by_name(release.provides), _by_name(release.consumes)


def _by_name(uses: Iterable[ContractUse]) -> list[str]:
    return sorted(repr(use) for use in uses)

"""Say which contract versions a version of a system provides and was built against."""

from __future__ import annotations

from dataclasses import dataclass

from registry.domain import ContractUse, Principal, Release
from registry.services.ports import UnitOfWork


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
    raise NotImplementedError

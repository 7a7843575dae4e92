"""One version with its source."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.verdict import Report
from registry.domain import Contract, Principal, Version
from registry.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version, its bytes as published, and how it differs from its baseline."""

    contract: Contract
    version: Version
    document: bytes
    sidecar: bytes
    report: Report | None

    @property
    def source(self) -> str:
        """The document as text."""
        return self.document.decode("utf-8", "replace")


def get_version(contract: str, label: str, uow: UnitOfWork, caller: Principal) -> VersionView:
    """``label``: a number, ``number@branch`` or ``latest``.

    Raises:
        NotFound: no such contract or version.
    """
    raise NotImplementedError

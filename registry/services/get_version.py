"""One version with its source."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.verdict import Report
from registry.domain import Contract, Principal, Version
from registry.errors import NotFound
from registry.services.authorization import Action, authorize
from registry.services.check_compatibility import consumers_of
from registry.services.comparison import Comparer, Pair, Side, keep, publish_mode, uses
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
    authorize(caller, Action.READ)
    with uow.read() as store:
        found = store.contracts.get(contract)
        if label == "latest":
            if found.latest is None:
                raise NotFound(f"{contract} has no release yet, only proposals")
            label = found.latest
        version = store.versions.get(contract, label)
        baseline = store.versions.find(contract, version.baseline) if version.baseline else None
        blobs = store.blobs.get_many([version.sha256, version.sidecar_sha256])
        sidecar = store.shown(blobs[version.sidecar_sha256])
        comparer = Comparer(store)
        report = None
        if baseline:
            consumers = uses(consumers_of(store, found))
            pair = Pair(
                Side.of(baseline),
                Side.of(version),
                version.format,
                publish_mode(found),
                uow.now().date(),
                consumers,
            )
            [report] = comparer.reports([pair])
    keep(comparer, uow)
    return VersionView(
        found,
        version,
        blobs[version.sha256],
        sidecar,
        report,
    )

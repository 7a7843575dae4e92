"""One version with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from contracts.documents import Document
from contracts.verdict import Report
from registry.domain import Contract, Principal, Version
from registry.services.authorization import Action, authorize
from registry.services.check_compatibility import consumers_of
from registry.services.comparison import Comparer, Pair, Side, keep, publish_mode, uses
from registry.services.links_port import Referrer
from registry.services.move_tag import version_of
from registry.services.ports import UnitOfWork
from registry.services.readiness import users_of_versions
from registry.services.resolving import hashes_of, open_version


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version, its bytes as published, and how it differs from its baseline."""

    contract: Contract
    version: Version
    document: bytes
    sidecar: bytes
    report: Report | None
    parts: Mapping[str, bytes] = field(default_factory=dict)
    """The bytes of the document and of what it refers to, by hash."""
    referrers: tuple[Referrer, ...] = ()
    """Versions that refer to it."""
    users: tuple[str, ...] = ()
    """Running releases that provide or consume it: ``system version in environment``."""

    @property
    def resolved(self) -> Document:
        """The document with everything it refers to inside.

        Raises:
            contracts.errors.ContractError: it cannot be read any more.
        """
        name = self.version.filename or self.contract.name
        return open_version(self.version, self.parts, name)

    @property
    def source(self) -> str:
        """The document as text."""
        return self.document.decode("utf-8", "replace")


def get_version(contract: str, label: str, uow: UnitOfWork, caller: Principal) -> VersionView:
    """``label``: a number, ``number@branch``, a tag, a branch or ``latest``.

    Raises:
        NotFound: no such contract or version.
    """
    authorize(caller, Action.READ)
    with uow.read() as store:
        found = store.contracts.get(contract)
        version = version_of(store, contract, found.latest, label)
        baseline = store.versions.find(contract, version.baseline) if version.baseline else None
        blobs = store.blobs.get_many([*hashes_of(version), version.sidecar_sha256])
        sidecar = store.shown(blobs[version.sidecar_sha256])
        referrers = store.references.to(contract, version.label)
        users = users_of_versions(store, [version])
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
        blobs,
        tuple(referrers),
        users.get((contract, str(version.number)), ()),
    )

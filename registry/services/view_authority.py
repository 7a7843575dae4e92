"""Which system has the say over which fields, and where contracts disagree about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from contracts.documents import load
from contracts.errors import ContractError
from contracts.governance.authority import Conflict, conflicts
from contracts.governance.sidecar import Sidecar, load_sidecar
from registry.domain import Principal
from registry.services.authorization import Action, authorize
from registry.services.ports import CatalogFilter, UnitOfWork

MOST = 300
"""Sidecars looked at for one answer; a larger estate is asked by team or system."""


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """A group of fields of one business object, and who has the say over it."""

    object: str
    group: str
    fields: tuple[str, ...]
    owner: str
    """Id of the system."""
    role: str
    """``master``, ``derived``, ``snapshot`` …"""
    locations: tuple[str, ...]
    note: str
    contract: str
    """The contract whose sidecar says so."""


@dataclass(frozen=True, slots=True)
class AuthorityView:
    """Field groups by business object, and every disagreement, errors first."""

    groups: Sequence[FieldGroup]
    conflicts: Sequence[Conflict]
    contracts: int
    """How many sidecars it rests on."""
    left_out: int
    """Matching contracts beyond :data:`MOST`."""


def view_authority(wanted: CatalogFilter, uow: UnitOfWork, caller: Principal) -> AuthorityView:
    """Authority as the sidecars of the matching contracts state it, in three queries."""
    authorize(caller, Action.READ)
    with uow.read() as store:
        found = store.contracts.search(wanted, limit=MOST, offset=0)
        total = store.contracts.count(wanted)
        hashes = [c.sidecar_sha256 for c in found if c.sidecar_sha256]
        blobs = store.blobs.get_many(hashes)
    sidecars = [s for sha in hashes if (s := _sidecar(blobs[sha])) is not None]
    groups = [
        FieldGroup(
            object=item.object,
            group=item.group,
            fields=item.fields,
            owner=item.owner,
            role=str(item.role),
            locations=item.locations,
            note=item.control or item.survivorship or "",
            contract=sidecar.id,
        )
        for sidecar in sidecars
        for item in sidecar.authority
    ]
    groups.sort(key=lambda g: (g.object, g.group, g.owner, g.contract))
    return AuthorityView(groups, conflicts(sidecars), len(sidecars), max(0, total - len(found)))


@lru_cache(maxsize=4 * MOST)
def _sidecar(content: bytes) -> Sidecar | None:
    """The sidecar; None if an older one no longer follows the model (its page says why)."""
    try:
        return load_sidecar(load(content, name="contract.yaml"))
    except ContractError:
        return None

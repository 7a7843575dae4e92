"""Sign where the audit log stands, so that a cut or rewritten log shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from registry.domain import Principal
from registry.domain.checkpoint import Checkpoint, statement
from registry.domain.identifiers import new_id
from registry.errors import Conflict
from registry.services.audit_port import Signer
from registry.services.authorization import Action, authorize
from registry.services.ports import UnitOfWork
from registry.services.read_audit import verify_audit


def checkpoint_audit(uow: UnitOfWork, caller: Principal, signer: Signer) -> Checkpoint:
    """Verify the log, and sign its head and count.

    Raises:
        Conflict: the log does not hold; a broken log is never signed.
    """
    authorize(caller, Action.OPERATE)
    check = verify_audit(uow, caller, signer)
    if not check.intact:
        raise Conflict(f"the audit log does not hold and is not signed: {check.message}")
    at = uow.now()
    signature = signer.sign(statement(check.entries, check.head, at))
    made = Checkpoint(new_id("chk"), check.entries, check.head, at, signer.key, signature)
    with uow.write() as store:
        store.checkpoints.add(made)
    return made


def list_checkpoints(uow: UnitOfWork, caller: Principal) -> Sequence[Checkpoint]:
    """Newest first."""
    authorize(caller, Action.READ_AUDIT)
    with uow.read() as store:
        return list(reversed(store.checkpoints.all()))


def checkpoint_if_due(
    uow: UnitOfWork, caller: Principal, signer: Signer, every: timedelta
) -> Checkpoint | None:
    """Sign again if the last checkpoint is older than ``every`` and the log grew since."""
    with uow.read() as store:
        known = store.checkpoints.all()
        _, entries = store.audit.page(limit=1, offset=0)
    last = known[-1] if known else None
    if not entries or (last and (last.count == entries or uow.now() - last.at < every)):
        return None
    return checkpoint_audit(uow, caller, signer)

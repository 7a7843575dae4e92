"""The audit log: a hash chain of every change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field

from registry.api.routes import Input, route
from registry.domain.checkpoint import Checkpoint
from registry.security.requests import caller, runtime
from registry.security.signing import audit_signer
from registry.services.authorization import Action
from registry.services.checkpoint_audit import checkpoint_audit
from registry.services.checkpoint_audit import list_checkpoints as find_checkpoints
from registry.services.read_audit import AuditPage, ChainCheck, read_audit, verify_audit


class AuditQuery(Input):
    """``subject``: only what was done to it."""

    subject: str = Field("", max_length=300)
    page: int = Field(1, ge=1, le=100_000)
    per_page: int = Field(50, ge=1, le=200)


@route("GET", "/audit", action=Action.READ_AUDIT, problems=(400,))
def list_audit(query: AuditQuery) -> AuditPage:
    """Entries of the audit log, newest first."""
    return read_audit(
        runtime().uow,
        caller(),
        subject=query.subject,
        page=query.page,
        per_page=query.per_page,
    )


@route("GET", "/audit/verification", action=Action.READ_AUDIT)
def check_audit() -> ChainCheck:
    """Recompute the hash chain: was anything edited, deleted, reordered or cut off?"""
    return verify_audit(runtime().uow, caller(), audit_signer(runtime().settings))


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """Checkpoints, newest first."""

    checkpoints: Sequence[Checkpoint]


@route("GET", "/audit/checkpoints", action=Action.READ_AUDIT)
def list_checkpoints() -> Checkpoints:
    """Signed statements of where the log stood, newest first; keep copies elsewhere."""
    return Checkpoints(find_checkpoints(runtime().uow, caller()))


@route("POST", "/audit/checkpoints", action=Action.OPERATE, status=201, problems=(409,))
def create_checkpoint() -> Checkpoint:
    """Verify the log and sign its head and count (Ed25519)."""
    return checkpoint_audit(runtime().uow, caller(), audit_signer(runtime().settings))

"""The audit log: a hash chain of every change."""

from __future__ import annotations

from pydantic import Field

from registry.api.routes import Input, route
from registry.security.requests import caller, runtime
from registry.services.authorization import Action
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
    """Recompute the hash chain: was anything edited, deleted or reordered?"""
    return verify_audit(runtime().uow, caller())

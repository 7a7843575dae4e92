"""The audit log: what was changed, by whom, and whether the chain still holds."""

from __future__ import annotations

from flask import render_template, request

from registry.security.requests import settings
from registry.security.signing import audit_signer
from registry.services.checkpoint_audit import list_checkpoints
from registry.services.read_audit import read_audit, verify_audit
from registry.web.blueprint import web
from registry.web.context import principal, uow
from registry.web.paging import page_number, page_of

PER_PAGE = 50


@web.get("/audit")
def audit() -> str:
    """One page of the log; ``?verify=1`` recomputes the chain."""
    subject = request.args.get("subject", "").strip()
    found = read_audit(uow(), principal(), subject=subject, page=page_number(), per_page=PER_PAGE)
    check = None
    if request.args.get("verify"):
        check = verify_audit(uow(), principal(), audit_signer(settings()))
    return render_template(
        "audit/audit.html",
        found=found,
        subject=subject,
        check=check,
        sealed=next(iter(list_checkpoints(uow(), principal())), None),
        page=page_of(found.page, found.per_page, found.total),
    )

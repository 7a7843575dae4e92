"""The audit log: what was changed, by whom, and whether the chain still holds."""

from __future__ import annotations

from flask import render_template, request

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
    check = verify_audit(uow(), principal()) if request.args.get("verify") else None
    return render_template(
        "audit/audit.html",
        found=found,
        subject=subject,
        check=check,
        page=page_of(found.page, found.per_page, found.total),
    )

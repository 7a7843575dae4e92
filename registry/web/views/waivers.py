"""Waivers: named breaks that named consumers have agreed to, for a time."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.errors import Conflict, Forbidden, Invalid, NotFound
from registry.services.approve_waiver import ApproveWaiver, approve_waiver
from registry.services.authorization import Action, authorize, may
from registry.services.list_waivers import list_waivers
from registry.services.request_waiver import RequestWaiver, request_waiver
from registry.services.revoke_waiver import RevokeWaiver, revoke_waiver
from registry.services.view_estate import list_environments
from registry.web.blueprint import web
from registry.web.context import principal, uow
from registry.web.dates import end_of_day

FIELDS = ("contract", "from_version", "to_version", "reason", "expires", "consumers", "environment")


@web.get("/waivers")
def waivers() -> str:
    """Newest first, with what may be done about each."""
    contract = request.args.get("contract", "")
    found = list_waivers(contract, uow(), principal())
    now = uow().now()
    return render_template(
        "waivers/waivers.html",
        waivers=[(waiver, waiver.state(now), waiver.lacks(now)) for waiver in found],
        contract=contract,
        may_approve=may(principal(), Action.APPROVE_WAIVER),
        may_request=may(principal(), Action.REQUEST_WAIVER),
    )


@web.get("/waivers/new")
def new_waiver() -> str:
    """The form that asks for one."""
    authorize(principal(), Action.REQUEST_WAIVER)
    return _form({name: request.args.get(name, "") for name in FIELDS}, {})


@web.post("/waivers")
def ask_waiver() -> ResponseReturnValue:
    """Store the request; an error keeps what was filled in."""
    form = {name: request.form.get(name, "").strip() for name in FIELDS}
    try:
        expires = end_of_day("expires", form["expires"])
        if expires is None:
            raise Invalid("expires", "say the last day it counts, such as 2026-12-31")
        command = RequestWaiver(
            contract=form["contract"],
            from_version=form["from_version"],
            to_version=form["to_version"],
            reason=form["reason"],
            expires_at=expires,
            consumers=tuple(form["consumers"].replace(",", " ").split()),
            environment=form["environment"],
        )
        request_waiver(command, uow(), principal())
    except Invalid as error:
        return _form(form, {e.field: e.message for e in error.errors}), 422
    except NotFound as error:
        return _form(form, {"": str(error)}), 422
    flash("The waiver is requested; it counts once the consumers' approvers have signed.", "ok")
    return redirect(url_for("web.waivers", contract=form["contract"]), 303)


@web.post("/waivers/<waiver_id>/approve")
def sign_waiver(waiver_id: str) -> ResponseReturnValue:
    """Add the reader's signature."""
    authorize(principal(), Action.APPROVE_WAIVER)
    note = request.form.get("note", "").strip()
    try:
        approve_waiver(ApproveWaiver(waiver_id, note), uow(), principal())
        flash("Signed.", "ok")
    except (Conflict, Forbidden) as error:
        flash(str(error), "bad")
    return redirect(url_for("web.waivers"), 303)


@web.post("/waivers/<waiver_id>/revoke")
def take_back_waiver(waiver_id: str) -> ResponseReturnValue:
    """From now on it does not count."""
    authorize(principal(), Action.APPROVE_WAIVER)
    try:
        revoke_waiver(RevokeWaiver(waiver_id, request.form.get("reason", "")), uow(), principal())
        flash("The waiver is revoked.", "ok")
    except (Conflict, Forbidden) as error:
        flash(str(error), "bad")
    return redirect(url_for("web.waivers"), 303)


def _form(values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    return render_template(
        "waivers/new.html",
        values=values,
        errors=errors,
        environments=[(e.id, e.name) for e in list_environments(uow(), principal())],
    )

"""The page of one contract: everything that hangs on the name."""

from __future__ import annotations

from flask import render_template, request

from registry.services.authorization import Action, may
from registry.services.get_contract import get_contract
from registry.web.blueprint import web
from registry.web.context import principal, uow
from registry.web.governance import governed
from registry.web.views.sharing import partner_teams, shares_of

TABS = (
    ("", "Overview"),
    ("versions", "Versions"),
    ("consumers", "Consumers"),
    ("governance", "Governance"),
    ("runtime", "Deployments and conformance"),
)


@web.get("/contracts/<name>")
def contract(name: str) -> str:
    """Owner, versions, consumers, promises, evidence."""
    view = get_contract(name, uow(), principal())
    return render_template(
        "contracts/contract.html",
        view=view,
        contract=view.contract,
        governed=governed(view.sidecar),
        latest=view.versions[0] if view.versions else None,
        args=request.args,
        now=uow().now(),
        may_subscribe=may(principal(), Action.SUBSCRIBE),
        shares=shares_of(view.contract),
        partner_teams=partner_teams,
        may_propose=may(principal(), Action.PROPOSE),
        may_confirm={
            c.system for c in view.consumers if may(principal(), Action.DECLARE_USE, c.team)
        },
        may_tag=may(principal(), Action.MOVE_TAG, view.contract.owner),
        labels=[(v.label, v.label) for v in (*view.versions, *view.proposals)],
    )

"""What external partners see: shared and taken back on the page of a contract."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from registry.domain import Contract, Share, ShareKind
from registry.errors import Conflict, Invalid, NotFound
from registry.security.requests import settings
from registry.services.authorization import Action, may
from registry.services.share import ShareWith, list_shares, revoke_share, share
from registry.services.view_estate import view_estate
from registry.web.blueprint import web
from registry.web.context import principal, uow
from registry.web.dates import end_of_day


def shares_of(contract: Contract) -> Sequence[Share] | None:
    """What shows the contract to partners; None for a reader who may not share it."""
    if not may(principal(), Action.SHARE, contract.owner):
        return None
    return list_shares(uow(), principal(), kind=ShareKind.CONTRACT, subject=contract.name)


def partner_teams() -> list[tuple[str, str]]:
    """Teams that something can be shared with."""
    return [(team.id, team.name) for team in view_estate(uow(), principal()).teams]


@web.post("/contracts/<name>/shares")
def share_contract(name: str) -> ResponseReturnValue:
    """Let the partners of a team see a contract."""
    team = request.form.get("team", "").strip()
    try:
        command = ShareWith(
            ShareKind.CONTRACT,
            name,
            team,
            end_of_day("expires_at", request.form.get("until", "").strip()),
            request.form.get("reason", "").strip(),
            public=settings().public_read or settings().open,
        )
        share(command, uow(), principal())
        flash(f"Partners of {team} see {name}.", "ok")
    except (Conflict, Invalid, NotFound) as error:
        flash(str(error), "bad")
    return redirect(url_for("web.contract", name=name, _anchor="shares"), 303)


@web.post("/shares/<share_id>/revoke")
def take_back_share(share_id: str) -> ResponseReturnValue:
    """Partners see it no longer."""
    found = revoke_share(share_id, uow(), principal())
    flash(f"{found.kind.value.capitalize()} {found.subject} is not shared any more.", "ok")
    name = request.form.get("contract", "")
    target = url_for("web.contract", name=name) if name else url_for("web.catalog")
    return redirect(target, 303)

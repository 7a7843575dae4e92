"""What external partners see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from registry.api.routes import Input, route
from registry.domain import Share, ShareKind
from registry.security.requests import caller, runtime
from registry.services.authorization import Action
from registry.services.share import ShareWith
from registry.services.share import list_shares as find_shares
from registry.services.share import revoke_share as revoke
from registry.services.share import share as show


class ShareQuery(Input):
    """What is empty does not filter."""

    kind: ShareKind | None = None
    subject: str = Field("", max_length=120)
    team: str = Field("", max_length=120)


class ShareRequest(Input):
    """A contract, what a system provides, or what carries a tag; ``team``: the partner's."""

    kind: ShareKind = ShareKind.CONTRACT
    subject: str = Field(min_length=1, max_length=120)
    team: str = Field(min_length=1, max_length=120)
    expires_at: datetime | None = None
    reason: str = Field("", max_length=2000)


@dataclass(frozen=True, slots=True)
class ShareList:
    """Shares, newest first."""

    shares: Sequence[Share]


@route("GET", "/shares", action=Action.SHARE, problems=(400, 404))
def list_shares(query: ShareQuery) -> ShareList:
    """What is shared with which partner's team."""
    found = find_shares(
        runtime().uow, caller(), kind=query.kind, subject=query.subject, team=query.team
    )
    return ShareList(found)


@route("POST", "/shares", action=Action.SHARE, status=201, problems=(400, 404, 409))
def create_share(body: ShareRequest) -> Share:
    """Show something to the partners of a team; doing it again sets another end.

    A caller with the role `partner` sees what is shared with their teams, and nothing else: the
    rest does not exist for them.
    """
    public = runtime().settings.public_read or runtime().settings.open
    command = ShareWith(
        body.kind, body.subject, body.team, body.expires_at, body.reason, public=public
    )
    return show(command, runtime().uow, caller())


@route("DELETE", "/shares/{share}", action=Action.SHARE, problems=(404,))
def revoke_share(share: str) -> Share:
    """Take it back; it counts at once."""
    return revoke(share, runtime().uow, caller())

"""Show contracts to external partners: share, list what is shared, take it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from registry.domain import Principal, Share, ShareKind
from registry.domain.identifiers import new_id
from registry.errors import Conflict, Invalid, NotFound
from registry.services.authorization import Action, authorize
from registry.services.ports import Store, UnitOfWork
from registry.services.recording import record


@dataclass(frozen=True, slots=True)
class ShareWith:
    """``kind`` and ``subject`` name a contract, a system or a tag; ``team`` the partner's team.

    ``public``: whether whoever reaches the registry may read everything: then nothing is shared.
    """

    kind: ShareKind
    subject: str
    team: str
    expires_at: datetime | None = None
    reason: str = ""
    public: bool = False


def share(command: ShareWith, uow: UnitOfWork, caller: Principal) -> Share:
    """Partners of the team see it from now on; sharing it again sets another end.

    Raises:
        NotFound: no such contract, system or team.
        Forbidden, Unauthenticated: the caller does not act for its owner; tags take an admin.
        Invalid: an end in the past.
        Conflict: the registry is open to everybody, so sharing would mean nothing.
    """
    now = uow.now()
    if command.expires_at is not None and command.expires_at <= now:
        raise Invalid("expires_at", "lies in the past; give a later day, or none")
    with uow.write() as store:
        authorize(caller, Action.SHARE, owner_of(store, command.kind, command.subject))
        if command.public:
            raise Conflict(
                "everybody who reaches this registry may read everything, so partners would too; "
                "start it with INTERLOCK_PUBLIC_READ=false, and not with --open"
            )
        if store.estate.find_team(command.team) is None:
            raise NotFound(f"no team is named {command.team!r}")
        standing = store.shares.find(
            kind=command.kind.value, subject=command.subject, team=command.team
        )
        before = standing[0] if standing else None
        if before is None:
            after = Share(
                new_id("shr"), command.kind, command.subject, command.team, now, caller.name,
                command.expires_at,
            )  # fmt: skip
        else:
            after = replace(before, expires_at=command.expires_at)
        if after != before:
            store.shares.put(after)
            _record(store, caller, now, "share.granted", before, after, command.reason)
    return after


def revoke_share(share_id: str, uow: UnitOfWork, caller: Principal, reason: str = "") -> Share:
    """Partners see it no longer, unless another share says so; revoking again is a no-op.

    Raises:
        NotFound: no such share.
        Forbidden, Unauthenticated: the caller does not act for the owner of what it shares.
    """
    now = uow.now()
    with uow.write() as store:
        authorize(caller, Action.SHARE)
        found = store.shares.get(share_id)
        try:
            owner = owner_of(store, found.kind, found.subject)
        except NotFound:  # what it shared is gone
            owner = ""
        authorize(caller, Action.SHARE, owner)
        if found.revoked_at is not None:
            return found
        after = replace(found, revoked_at=now, revoked_by=caller.name)
        store.shares.put(after)
        _record(store, caller, now, "share.revoked", found, after, reason)
    return after


def list_shares(
    uow: UnitOfWork,
    caller: Principal,
    *,
    kind: ShareKind | None = None,
    subject: str = "",
    team: str = "",
) -> Sequence[Share]:
    """What is shared, newest first; whoever may share one thing may see what is shared.

    A contract's list also names the shares of its provider and its tags.

    Raises:
        Forbidden, Unauthenticated: the caller may share nothing.
    """
    authorize(caller, Action.SHARE)
    with uow.read() as store:
        found = list(store.shares.find(kind=kind.value if kind else "", subject=subject, team=team))
        if kind is ShareKind.CONTRACT and subject:
            contract = store.contracts.get(subject)
            found += store.shares.find(
                kind=ShareKind.SYSTEM.value, subject=contract.provider, team=team
            )
            tagged = store.shares.find(kind=ShareKind.TAG.value, team=team)
            found += [one for one in tagged if one.subject in contract.tags]
    return found


def owner_of(store: Store, kind: ShareKind, subject: str) -> str:
    """The team that may share it; a tag belongs to nobody, so only an admin may.

    Raises:
        NotFound: no such contract or system.
    """
    match kind:
        case ShareKind.CONTRACT:
            return store.contracts.get(subject).owner
        case ShareKind.SYSTEM:
            return store.estate.get_system(subject).team
        case ShareKind.TAG:
            return ""


def _record(
    store: Store,
    caller: Principal,
    now: datetime,
    action: str,
    before: Share | None,
    after: Share,
    reason: str,
) -> None:
    details = {
        "kind": after.kind,
        "subject": after.subject,
        "team": after.team,
        "expires_at": after.expires_at,
    }
    record(
        store,
        caller,
        now,
        action,
        f"share:{after.id}",
        before=before,
        after=after,
        reason=reason,
        details=details,
        announce=False,
    )

"""Enter through an identity provider: whom it vouches for is a user with their groups' rights."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta

from registry.domain import SYSTEM, Principal, Role, User
from registry.domain.identifiers import new_id
from registry.errors import Forbidden, Unauthenticated
from registry.services.ports import UnitOfWork
from registry.services.recording import record
from registry.services.sign_in_user import open_session


@dataclass(frozen=True, slots=True)
class Identity:
    """What a verified ID token says, and what its groups mean here."""

    external_id: str
    login: str
    name: str
    roles: frozenset[Role]
    teams: frozenset[str]


def sign_in_federated(identity: Identity, uow: UnitOfWork, session: timedelta) -> Principal:
    """Open a session; roles and teams are those of the groups, anew at every entry.

    Raises:
        Forbidden: no group of theirs means anything here, or the login belongs to somebody else.
        Unauthenticated: the user is disabled.
    """
    if not identity.roles:
        raise Forbidden("none of your groups is let in here; ask an administrator")
    now = uow.now()
    with uow.write() as store:
        known = store.users.by_external_id(identity.external_id)
        teams = frozenset(t for t in identity.teams if store.estate.find_team(t) is not None)
        if known is None:
            login = re.sub(r"[^a-z0-9]+", "-", identity.login.lower()).strip("-")[:100]
            if not login or store.users.find(login) is not None:
                raise Forbidden(f"the login {login!r} belongs to somebody else here")
            user = User(
                id=new_id("usr"),
                login=login,
                name=identity.name[:100] or login,
                roles=identity.roles,
                teams=teams,
                password_hash="",
                created_at=now,
                created_by=SYSTEM.name,
                password_changed_at=now,
                external_id=identity.external_id,
            )
        else:
            user = replace(known, roles=identity.roles, teams=teams)
        if user.disabled_at is not None:
            raise Unauthenticated("the user is disabled; ask an administrator")
        if user != known:
            store.users.put(user)
            action = "user.changed" if known else "user.created"
            details = {"roles": user.roles, "teams": user.teams}
            record(
                store,
                SYSTEM,
                now,
                action,
                f"user:{user.login}",
                before=known,
                after=user,
                details=details,
                announce=False,
            )
        return open_session(store, user, now, session)

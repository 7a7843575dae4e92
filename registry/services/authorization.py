"""Who may do what: the one table that every use case asks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from registry.domain import Principal, Role
from registry.errors import Forbidden, Unauthenticated


class Action(StrEnum):
    """Everything a caller can want."""

    READ = "read"
    PUBLISH = "publish"
    PROPOSE = "propose"
    CHANGE_LIFECYCLE = "change-lifecycle"
    REGISTER_ESTATE = "register-estate"
    MOVE_TAG = "move-tag"
    DEPLOY = "deploy"
    DECLARE_USE = "declare-use"
    RUN_CONFORMANCE = "run-conformance"
    CALL_TRIGGER = "call-trigger"
    """The use case asks for the secret of an inbound webhook."""
    REQUEST_WAIVER = "request-waiver"
    APPROVE_WAIVER = "approve-waiver"
    SHARE = "share"
    OWN_TOKENS = "own-tokens"
    MANAGE_TOKENS = "manage-tokens"
    MANAGE_USERS = "manage-users"
    SUBSCRIBE = "subscribe"
    MANAGE_WEBHOOKS = "manage-webhooks"
    READ_AUDIT = "read-audit"
    OPERATE = "operate"


@dataclass(frozen=True, slots=True)
class Rule:
    """Any of these roles; ``own_team``: only for a team the caller acts for."""

    roles: frozenset[Role]
    own_team: bool = False
    everybody: bool = False
    """Also who has no role at all; the use case asks for something else."""
    known: bool = False
    """Only who has said who they are."""


def _any(*roles: Role) -> frozenset[Role]:
    return frozenset((*roles, Role.ADMIN))


ALLOWED: dict[Action, Rule] = {
    Action.READ: Rule(frozenset(Role)),
    Action.PUBLISH: Rule(_any(Role.PUBLISHER), own_team=True),
    Action.PROPOSE: Rule(_any(Role.PUBLISHER)),
    Action.CHANGE_LIFECYCLE: Rule(_any(Role.PUBLISHER), own_team=True),
    Action.REGISTER_ESTATE: Rule(_any()),
    Action.MOVE_TAG: Rule(_any(Role.PUBLISHER), own_team=True),
    Action.DEPLOY: Rule(_any(Role.PUBLISHER), own_team=True),
    Action.DECLARE_USE: Rule(_any(Role.PUBLISHER, Role.PARTNER), own_team=True),
    Action.RUN_CONFORMANCE: Rule(_any(Role.PUBLISHER)),
    Action.CALL_TRIGGER: Rule(frozenset(Role), everybody=True),
    Action.REQUEST_WAIVER: Rule(_any(Role.PUBLISHER)),
    Action.APPROVE_WAIVER: Rule(_any(Role.APPROVER), own_team=True),
    Action.SHARE: Rule(_any(Role.PUBLISHER), own_team=True),
    Action.OWN_TOKENS: Rule(frozenset(Role), known=True),
    Action.MANAGE_TOKENS: Rule(_any()),
    Action.MANAGE_USERS: Rule(_any()),
    Action.SUBSCRIBE: Rule(_any(Role.PUBLISHER, Role.APPROVER), own_team=True),
    Action.MANAGE_WEBHOOKS: Rule(_any()),
    Action.READ_AUDIT: Rule(_any(Role.APPROVER, Role.PUBLISHER)),
    Action.OPERATE: Rule(_any()),
}
"""Roles per action; an admin may do everything, a viewer reads."""
PARTNERS = frozenset(action for action, rule in ALLOWED.items() if Role.PARTNER in rule.roles)
"""The most that a partner may do, whatever other roles they have."""


def may(caller: Principal, action: Action, team: str | None = None) -> bool:
    """Whether the caller may; ``team`` is the one whose thing is touched, None for "any team"."""
    rule = ALLOWED[action]
    if rule.everybody:
        return True
    if rule.known and not caller.known:
        return False
    if not caller.roles & rule.roles or (caller.is_partner and action not in PARTNERS):
        return False
    return not rule.own_team or team is None or caller.acts_for(team)


def authorize(caller: Principal, action: Action, team: str | None = None) -> None:
    """Let the caller pass.

    Raises:
        Unauthenticated: nobody is logged in and somebody must be.
        Forbidden: the caller's roles or teams do not allow it; the sentence says which would.
    """
    if may(caller, action, team):
        return
    rule = ALLOWED[action]
    wanted = " or ".join(sorted(rule.roles))
    if not caller.known:
        raise Unauthenticated(f"to {action} you need a token with the role {wanted}")
    if caller.is_partner and action not in PARTNERS:
        raise Forbidden(f"{caller.name} may not {action}: it is a partner, who may only read")
    if caller.roles & rule.roles:
        raise Forbidden(
            f"{caller.name} may not {action} for team {team}; it does not act for that team"
        )
    raise Forbidden(f"{caller.name} may not {action}; that takes the role {wanted}")

"""What every page shows around its content: navigation, who is signed in, the open-mode banner."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for

from registry.domain import Principal, Role
from registry.services.authorization import Action, may
from registry.web.context import ports, principal


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the main navigation."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Shell:
    """The frame of a page."""

    navigation: tuple[NavItem, ...]
    user: str
    role: str
    open_mode: bool
    release: str
    api_document: str
    here: str


NAVIGATION = (
    ("Home", "web.home", ("home",), None),
    ("Catalog", "web.catalog", ("catalog", "contract", "version", "source", "compare"), None),
    ("Publish", "web.publish", ("publish",), Action.PROPOSE),
    ("Conformance", "web.runs", ("run",), None),
    ("Gate", "web.gate", ("gate", "matrix", "merge"), None),
    ("Ownership", "web.ownership", ("ownership", "team", "system"), None),
    ("Waivers", "web.waivers", ("waiver",), None),
    ("Audit", "web.audit", ("audit",), Action.READ_AUDIT),
    ("Notifications", "web.notifications", ("notif", "subscr"), Action.SUBSCRIBE),
    ("Users", "web.users", ("user", "new_user", "edit_user"), Action.MANAGE_USERS),
    ("Tokens", "web.tokens", ("token",), Action.MANAGE_TOKENS),
)


def highest_role(caller: Principal) -> str:
    """The role that allows most."""
    order = (Role.ADMIN, Role.APPROVER, Role.PUBLISHER, Role.PARTNER, Role.VIEWER)
    return next((role.value for role in order if role in caller.roles), "")


def shell() -> Shell:
    """The frame for the page being served."""
    caller = principal()
    view = (request.endpoint or "").removeprefix("web.")
    items = tuple(
        NavItem(label, url_for(endpoint), any(view.startswith(p) for p in prefixes))
        for label, endpoint, prefixes, action in NAVIGATION
        if action is None or may(caller, action)
    )
    query = f"?{request.query_string.decode('utf-8', 'replace')}" if request.query_string else ""
    return Shell(
        navigation=items,
        user=caller.name if caller.known else "",
        role=highest_role(caller) if caller.known else "",
        open_mode=ports().open_mode,
        release=ports().release,
        api_document=ports().api_document,
        here=request.path + query if request.method == "GET" else "/",
    )

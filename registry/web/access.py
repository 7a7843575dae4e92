"""Who may call which page: every route of the pages stands here, and the guard asks this table.

The API's routes say it where they are declared (``registry/api/routes.py``);
``docs/reference/access.md`` shows both together.
"""

from __future__ import annotations

from enum import Enum

from flask import request

from registry.errors import Forbidden, Unauthenticated
from registry.services.authorization import Action, authorize
from registry.web.context import principal


class Audience(Enum):
    """Who needs no role."""

    ANYONE = "anyone"
    SIGNED_IN = "whoever is signed in"


PAGES: dict[str, Action | Audience] = {
    "static": Audience.ANYONE,
    "about": Audience.ANYONE,
    "sign_in": Audience.ANYONE,
    "sign_in_form": Audience.ANYONE,
    "leave": Audience.ANYONE,
    "come_back": Audience.ANYONE,
    "sign_out": Audience.ANYONE,
    "account": Audience.SIGNED_IN,
    "new_password": Audience.SIGNED_IN,
    "new_own_token": Audience.SIGNED_IN,
    "change_own_token": Audience.SIGNED_IN,
    "home": Action.READ,
    "catalog": Action.READ,
    "contract": Action.READ,
    "version": Action.READ,
    "source": Action.READ,
    "raw": Action.READ,
    "compare": Action.READ,
    "runs": Action.READ,
    "run": Action.READ,
    "run_report": Action.READ,
    "gate": Action.READ,
    "matrix": Action.READ,
    "merge": Action.READ,
    "ownership": Action.READ,
    "ownership_fields": Action.READ,
    "systems": Action.READ,
    "system_names": Action.READ,
    "contract_names": Action.READ,
    "team_names": Action.READ,
    "system": Action.READ,
    "waivers": Action.READ,
    "publish": Action.PROPOSE,
    "publish_form": Action.PROPOSE,
    "publish_check": Action.PROPOSE,
    "move_tag": Action.MOVE_TAG,
    "new_use": Action.PROPOSE,
    "declare_use": Action.PROPOSE,
    "confirm_use": Action.DECLARE_USE,
    "move_version": Action.CHANGE_LIFECYCLE,
    "remove_tag": Action.MOVE_TAG,
    "new_run": Action.RUN_CONFORMANCE,
    "create_run": Action.RUN_CONFORMANCE,
    "replay": Action.RUN_CONFORMANCE,
    "drift_form": Action.RUN_CONFORMANCE,
    "drift": Action.RUN_CONFORMANCE,
    "stop_run": Action.RUN_CONFORMANCE,
    "triggers": Action.READ,
    "trend": Action.READ,
    "add_trigger": Action.RUN_CONFORMANCE,
    "drop_trigger": Action.RUN_CONFORMANCE,
    "start_trigger": Action.RUN_CONFORMANCE,
    "deploy": Action.DEPLOY,
    "new_waiver": Action.REQUEST_WAIVER,
    "ask_waiver": Action.REQUEST_WAIVER,
    "sign_waiver": Action.APPROVE_WAIVER,
    "take_back_waiver": Action.APPROVE_WAIVER,
    "share_contract": Action.SHARE,
    "take_back_share": Action.SHARE,
    "audit": Action.READ_AUDIT,
    "notifications": Action.SUBSCRIBE,
    "subscribe": Action.SUBSCRIBE,
    "change_subscription": Action.SUBSCRIBE,
    "resend": Action.SUBSCRIBE,
    "users": Action.MANAGE_USERS,
    "new_user": Action.MANAGE_USERS,
    "user": Action.MANAGE_USERS,
    "edit_user": Action.MANAGE_USERS,
    "tokens": Action.MANAGE_TOKENS,
    "create": Action.MANAGE_TOKENS,
    "rotate": Action.MANAGE_TOKENS,
    "revoke": Action.MANAGE_TOKENS,
}
"""By the name of the view. The use case asks again, with the team whose thing is touched."""
FORM_IS_KEPT = frozenset({"publish_form", "publish_check"})
"""Views that answer a caller without the role with the form as it was filled in."""


def check_access() -> None:
    """Let the caller of this page pass.

    Raises:
        Unauthenticated, Forbidden: the table does not let them in; neither does a missing entry.
    """
    view = (request.endpoint or "").removeprefix("web.")
    wanted = PAGES.get(view)
    if wanted is None:
        raise Forbidden("this page is not in the table of access")
    if wanted is Audience.SIGNED_IN and not principal().known:
        raise Unauthenticated("to see your account, sign in")
    if isinstance(wanted, Action) and view not in FORM_IS_KEPT:
        authorize(principal(), wanted)

"""What consumers use of a contract, as they say themselves."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from registry.api.routes import Input, route
from registry.domain import Expectation
from registry.security.requests import caller, runtime
from registry.services.authorization import Action
from registry.services.declare_use import ConfirmUse, DeclareUse, WithdrawUse, withdraw_use
from registry.services.declare_use import confirm_use as confirm
from registry.services.declare_use import declare_use as declare
from registry.services.declare_use import decline_use as decline


class Declaration(Input):
    """Either ``uses`` in the words of contract.yaml ``consumers[]``, or the text of a ``pact``."""

    uses: dict[str, Any] | None = None
    pact: str | None = None
    filename: str = Field("pact.json", max_length=300)
    reason: str = Field("", max_length=2000)
    proposed: bool = Field(False, description="counts when the consumer's team confirms it")


class Confirmation(Input):
    """Why, for the audit log."""

    reason: str = Field("", max_length=2000)


@route(
    "PUT",
    "/contracts/{name}/expectations/{consumer}",
    action=Action.DECLARE_USE,
    problems=(400, 404, 422),
)
def declare_use(name: str, consumer: str, body: Declaration) -> Expectation:
    """Say what a consumer uses of a contract, in its own words or by its Pact.

    Only the consumer's team may; whoever publishes may propose a use (`proposed`), inferred from
    traffic for example, which counts when that team has confirmed it. A Pact counts before the
    consumer's own words, and these before what the provider's sidecar says of it.
    """
    pact = None if body.pact is None else body.pact.encode()
    command = DeclareUse(name, consumer, body.uses, pact, body.filename, body.reason, body.proposed)
    return declare(command, runtime().uow, caller())


@route(
    "POST",
    "/contracts/{name}/expectations/{consumer}/confirmation",
    action=Action.DECLARE_USE,
    problems=(400, 404, 422),
)
def confirm_use(name: str, consumer: str, body: Confirmation) -> Expectation:
    """Confirm a proposed use: from now on it is what the consumer says itself."""
    return confirm(ConfirmUse(name, consumer, body.reason), runtime().uow, caller())


@route(
    "DELETE",
    "/contracts/{name}/expectations/{consumer}/proposal",
    action=Action.DECLARE_USE,
    problems=(404,),
)
def decline_use(name: str, consumer: str) -> Expectation:
    """Strike out a proposed use."""
    return decline(ConfirmUse(name, consumer), runtime().uow, caller())


@route(
    "DELETE",
    "/contracts/{name}/expectations/{consumer}",
    action=Action.DECLARE_USE,
    problems=(404,),
)
def delete_use(name: str, consumer: str) -> tuple[Expectation, ...]:
    """Take back what a consumer declared itself; what the sidecar says of it stands again."""
    return withdraw_use(WithdrawUse(name, consumer), runtime().uow, caller())

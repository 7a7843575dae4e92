"""What consumers use of a contract, as they say themselves."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from registry.api.routes import Input, route
from registry.domain import Expectation
from registry.security.requests import caller, runtime
from registry.services.authorization import Action
from registry.services.declare_use import DeclareUse, WithdrawUse, withdraw_use
from registry.services.declare_use import declare_use as declare


class Declaration(Input):
    """Either ``uses`` in the words of contract.yaml ``consumers[]``, or the text of a ``pact``."""

    uses: dict[str, Any] | None = None
    pact: str | None = None
    filename: str = Field("pact.json", max_length=300)
    reason: str = Field("", max_length=2000)


@route(
    "PUT",
    "/contracts/{name}/expectations/{consumer}",
    action=Action.DECLARE_USE,
    problems=(400, 404, 422),
)
def declare_use(name: str, consumer: str, body: Declaration) -> Expectation:
    """Say what a consumer uses of a contract, in its own words or by its Pact.

    Only the consumer's team may. A Pact counts before the consumer's own words, and these before
    what the provider's sidecar says of it.
    """
    pact = None if body.pact is None else body.pact.encode()
    command = DeclareUse(name, consumer, body.uses, pact, body.filename, body.reason)
    return declare(command, runtime().uow, caller())


@route(
    "DELETE",
    "/contracts/{name}/expectations/{consumer}",
    action=Action.DECLARE_USE,
    problems=(404,),
)
def delete_use(name: str, consumer: str) -> tuple[Expectation, ...]:
    """Take back what a consumer declared itself; what the sidecar says of it stands again."""
    return withdraw_use(WithdrawUse(name, consumer), runtime().uow, caller())

"""May this version go to that environment?"""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from registry.api.routes import Input, route
from registry.domain import Decision
from registry.errors import Invalid
from registry.security.requests import caller, runtime
from registry.services.authorization import Action
from registry.services.can_i_deploy import CanIDeploy
from registry.services.can_i_deploy import can_i_deploy as decide


class GateQuery(Input):
    """``together``: comma-separated ``system:version`` pairs deployed in the same step."""

    system: str = Field(max_length=100)
    version: str = Field(max_length=100)
    to: str = Field(max_length=100, description="environment")
    together: str = Field("", max_length=2000)
    at: datetime | None = Field(None, description="give the answer of that instant")


@route("GET", "/can-i-deploy", action=Action.READ, problems=(400, 404))
def can_i_deploy(query: GateQuery) -> Decision:
    """May this version of this system go to this environment?

    The answer is `yes`, `no` or `unknown`, with the reason of every pair. A question that cannot
    be asked is a problem, never an answer.
    """
    if query.at is not None and query.at.tzinfo is None:
        raise Invalid("at", "is without an offset; write it as 2026-01-31T12:00:00Z")
    command = CanIDeploy(
        query.system, query.version, query.to, tuple(_pairs(query.together)), query.at
    )
    return decide(command, runtime().uow, caller())


def _pairs(text: str) -> list[tuple[str, str]]:
    pairs = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        system, colon, version = part.partition(":")
        if not (system and colon and version):
            raise Invalid("together", f"{part[:60]!r} is not system:version, such as wms:3.2.0")
        pairs.append((system, version))
    return pairs

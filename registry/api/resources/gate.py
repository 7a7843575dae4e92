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
from registry.services.can_i_merge import CanIMerge
from registry.services.can_i_merge import can_i_merge as merge
from registry.services.view_matrix import Matrix, ViewMatrix, view_matrix


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


class MergeQuery(Input):
    """A proposal, such as ``2.0.0@money``, a release, a tag or a branch."""

    contract: str = Field(max_length=120)
    version: str = Field(max_length=200)


@route("GET", "/can-i-merge", action=Action.READ, problems=(400, 404, 409))
def can_i_merge(query: MergeQuery) -> Decision:
    """May this proposal be merged?

    Asked of the newest registered release of every system that consumes the contract, wherever
    it is deployed; a consumer that is only declared counts with the contract's last release.
    """
    return merge(CanIMerge(query.contract, query.version), runtime().uow, caller())


class MatrixQuery(Input):
    """``at`` left out: now."""

    environment: str = Field(max_length=120)
    at: datetime | None = Field(None, description="as it was at that instant")


@route("GET", "/contracts/{name}/matrix", action=Action.READ, problems=(400, 404))
def get_matrix(name: str, query: MatrixQuery) -> Matrix:
    """Every pair of a provider and a consumer of the contract that runs there, worst first."""
    if query.at is not None and query.at.tzinfo is None:
        raise Invalid("at", "is without an offset; write it as 2026-01-31T12:00:00Z")
    return view_matrix(ViewMatrix(name, query.environment, query.at), runtime().uow, caller())


def _pairs(text: str) -> list[tuple[str, str]]:
    pairs = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        system, colon, version = part.partition(":")
        if not (system and colon and version):
            raise Invalid("together", f"{part[:60]!r} is not system:version, such as wms:3.2.0")
        pairs.append((system, version))
    return pairs

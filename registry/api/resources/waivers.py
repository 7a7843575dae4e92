"""Waivers: named breaks, allowed for named consumers for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from registry.api.routes import Input, route
from registry.domain import Waiver
from registry.security.requests import caller, runtime
from registry.services.approve_waiver import ApproveWaiver
from registry.services.approve_waiver import approve_waiver as approve
from registry.services.authorization import Action
from registry.services.list_waivers import list_waivers as find_waivers
from registry.services.request_waiver import RequestWaiver
from registry.services.request_waiver import request_waiver as request_
from registry.services.revoke_waiver import RevokeWaiver
from registry.services.revoke_waiver import revoke_waiver as revoke


@dataclass(frozen=True, slots=True)
class WaiverList:
    """Waivers, newest first."""

    waivers: tuple[Waiver, ...]


class WaiverQuery(Input):
    """``contract`` left out: all."""

    contract: str = Field("", max_length=100)


class WaiverRequest(Input):
    """Empty ``fingerprints`` and ``consumers`` mean those that break now, as a fixed list."""

    contract: str = Field(max_length=100)
    from_version: str = Field(max_length=100)
    to_version: str = Field(max_length=100)
    reason: str = Field(min_length=1, max_length=2000)
    expires_at: datetime
    fingerprints: list[str] = Field(default_factory=list, max_length=1000)
    consumers: list[str] = Field(default_factory=list, max_length=1000)
    environment: str = Field("", max_length=100)


class Note(Input):
    """Why."""

    note: str = Field("", max_length=2000)


@route("GET", "/waivers", action=Action.READ, problems=(400,))
def list_waivers(query: WaiverQuery) -> WaiverList:
    """Waivers, newest first."""
    return WaiverList(tuple(find_waivers(query.contract, runtime().uow, caller())))


@route("POST", "/waivers", action=Action.REQUEST_WAIVER, status=201, problems=(400, 404))
def request_waiver(body: WaiverRequest) -> Waiver:
    """Ask the consumers to allow named breaks for a while."""
    values = body.model_dump()
    values |= {"fingerprints": tuple(body.fingerprints), "consumers": tuple(body.consumers)}
    return request_(RequestWaiver(**values), runtime().uow, caller())


@route(
    "POST", "/waivers/{waiver}/approvals", action=Action.APPROVE_WAIVER, problems=(400, 404, 409)
)
def approve_waiver(waiver: str, body: Note) -> Waiver:
    """Sign a waiver for the consumers one approves for."""
    return approve(ApproveWaiver(waiver, body.note), runtime().uow, caller())


@route("DELETE", "/waivers/{waiver}", action=Action.APPROVE_WAIVER, problems=(404,))
def revoke_waiver(waiver: str) -> Waiver:
    """Revoke a waiver: from now on it does not count."""
    return revoke(RevokeWaiver(waiver), runtime().uow, caller())

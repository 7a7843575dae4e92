"""A small estate to tell stories with: a shop that reads orders, a warehouse that is told."""

from __future__ import annotations

import json
from typing import Any

from registry.domain import SYSTEM, Principal, PrincipalKind, Role
from registry.services.publish_version import PublishOutcome, PublishVersion, publish_version
from registry.services.register_estate import RegisterEstate, register_estate
from registry.store.unit_of_work import SqlUnitOfWork

ESTATE: dict[str, Any] = {
    "teams": [
        {"id": "orders-team", "name": "Orders", "contact": "orders@example.org"},
        {"id": "shop-team", "name": "Shop"},
        {"id": "depot-team", "name": "Depot"},
    ],
    "systems": [
        {
            "id": "orders",
            "name": "Order service",
            "team": "orders-team",
            "releases": [
                {"version": "1", "provides": {"orders.order": "1.0.0"}},
                {"version": "2", "provides": {"orders.order": "2.0.0"}},
            ],
        },
        {
            "id": "shop",
            "name": "Web shop",
            "team": "shop-team",
            "releases": [
                {"version": "1", "consumes": {"orders.order": "1.0.0"}},
                {"version": "2", "consumes": {"orders.order": "2.0.0"}},
            ],
        },
        {
            "id": "depot",
            "name": "Depot",
            "team": "depot-team",
            "releases": [{"version": "1", "consumes": {"orders.order": "1.0.0"}}],
        },
    ],
    "environments": [
        {
            "id": "test",
            "name": "Test",
            "order": 0,
            "endpoints": [{"system": "orders", "url": "http://127.0.0.1:{orders_port}/v1"}],
            "safety": {"allowedMethods": ["GET", "POST"]},
        },
        {"id": "production", "name": "Production", "order": 1, "safety": {"production": True}},
    ],
    "deployments": [
        {"system": "orders", "version": "1", "environment": "production"},
        {"system": "shop", "version": "1", "environment": "production"},
        {"system": "depot", "version": "1", "environment": "production"},
        {"system": "orders", "version": "1", "environment": "test"},
    ],
}
SIDECAR: dict[str, Any] = {
    "id": "orders.order",
    "title": "Orders",
    "description": "Ask for the state of an order.",
    "provider": "orders",
    "owner": "orders-team",
    "steward": "Ola Order",
    "criticality": 1,
    "classification": "confidential",
    "tags": ["orders"],
    "consumers": [
        {"system": "shop", "uses": [{"operation": "getOrder", "reads": ["id", "total"]}]},
        {"system": "depot", "uses": [{"operation": "getOrder", "reads": ["id"]}]},
    ],
}


def openapi(version: str, total: str = "number", **changes: Any) -> bytes:
    """An API with one operation; ``total`` is the JSON type of a field that the shop reads."""
    order = {
        "type": "object",
        "required": ["id", "total"],
        "properties": {"id": {"type": "string"}, "total": {"type": total}},
    }
    order["properties"] |= changes
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Orders", "version": version},
        "paths": {
            "/orders/{id}": {
                "get": {
                    "operationId": "getOrder",
                    "parameters": [
                        {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
                    ],
                    "responses": {
                        "200": {
                            "description": "The order.",
                            "content": {"application/json": {"schema": order}},
                        }
                    },
                }
            }
        },
    }
    return json.dumps(document, indent=2).encode()


def sidecar(**changes: Any) -> bytes:
    """The sidecar with some keys replaced."""
    return json.dumps(SIDECAR | changes).encode()


def tell(uow: SqlUnitOfWork) -> None:
    """Register the estate."""
    register_estate(RegisterEstate(json.dumps(ESTATE).encode(), "estate.json"), uow, SYSTEM)


def publish(
    uow: SqlUnitOfWork, document: bytes, caller: Principal = SYSTEM, **rest: Any
) -> PublishOutcome:
    """Publish a document of ``orders.order``."""
    rest.setdefault("sidecar", sidecar())
    return publish_version(PublishVersion(document, "orders.json", **rest), uow, caller)


def principal(name: str, *roles: Role, teams: tuple[str, ...] = ()) -> Principal:
    """Somebody with a token."""
    return Principal(name, frozenset(roles), frozenset(teams), PrincipalKind.TOKEN)

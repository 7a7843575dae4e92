"""The operations of the API, one resource per file; importing them fills the table of routes."""

from __future__ import annotations

from registry.api.resources import (
    audit,
    checks,
    contracts,
    estate,
    expectations,
    gate,
    publications,
    runs,
    shares,
    tags,
    tokens,
    triggers,
    users,
    waivers,
    webhooks,
)

__all__ = [
    "audit",
    "checks",
    "contracts",
    "estate",
    "expectations",
    "gate",
    "publications",
    "runs",
    "shares",
    "tags",
    "tokens",
    "triggers",
    "users",
    "waivers",
    "webhooks",
]

"""Words with a meaning and how they are shown: a label, a tone and an icon, never colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Sign:
    """How one word is shown. ``tone`` is ``ok``, ``bad``, ``warn``, ``info`` or empty."""

    label: str
    tone: str = ""
    icon: str = ""


SIGNS: dict[str, Sign] = {
    # the engine's verdict
    "compatible": Sign("Compatible", "ok", "ok"),
    "breaking": Sign("Breaking", "bad", "bad"),
    "unknown": Sign("Unknown", "warn", "unknown"),
    # the gate's answer and the weight of its reasons
    "yes": Sign("Yes", "ok", "ok"),
    "no": Sign("No", "bad", "bad"),
    "ok": Sign("OK", "ok", "ok"),
    "waived": Sign("Waived", "info", "info"),
    "blocked": Sign("Blocked", "bad", "bad"),
    # levels of findings and problems
    "error": Sign("Breaks", "bad", "bad"),
    "warning": Sign("Warning", "warn", "warn"),
    "info": Sign("Info", "info", "info"),
    "critical": Sign("Critical", "bad", "bad"),
    # lifecycles
    "proposed": Sign("Proposed", "info", "dot"),
    "draft": Sign("Draft", "", "dot"),
    "active": Sign("Active", "ok", "dot"),
    "deprecated": Sign("Deprecated", "warn", "clock"),
    "retired": Sign("Retired", "", "none"),
    # conformance runs
    "queued": Sign("Queued", "", "clock"),
    "running": Sign("Running", "info", "clock"),
    "passed": Sign("Passed", "ok", "ok"),
    "failed": Sign("Failed", "bad", "bad"),
    "inconclusive": Sign("Inconclusive", "warn", "unknown"),
    "cancelled": Sign("Cancelled", "", "none"),
    "interrupted": Sign("Interrupted", "warn", "warn"),
    # a failure against the runs before
    "new": Sign("New", "bad", "bad"),
    "known": Sign("Known", "warn", "clock"),
    "fixed": Sign("Fixed", "ok", "ok"),
    "flaky": Sign("Flaky", "warn", "unknown"),
    # waivers and tokens
    "requested": Sign("Requested", "info", "clock"),
    "expired": Sign("Expired", "warn", "clock"),
    "revoked": Sign("Revoked", "", "none"),
    # classifications
    "public": Sign("Public"),
    "internal": Sign("Internal"),
    "confidential": Sign("Confidential", "warn", "info"),
    "restricted": Sign("Restricted", "bad", "info"),
}

KINDS = {
    "api": "API",
    "event": "Events",
    "schema": "Schema",
    "data-product": "Data product",
    "consumer-contract": "Consumer contract",
}

FORMATS = {
    "openapi": "OpenAPI",
    "asyncapi": "AsyncAPI",
    "jsonschema": "JSON Schema",
    "avro": "Avro",
    "protobuf": "Protocol Buffers",
    "odcs": "ODCS",
    "pact": "Pact",
}

CRITICALITY = {1: "1 · stops trade", 2: "2 · degrades", 3: "3 · informs"}

PROBLEM_LEVELS = {"error": Sign("Error", "bad", "bad")}
"""A problem of a document is an error; only a finding of a comparison *breaks* somebody."""


def word(value: object) -> str:
    """The plain word of an enumeration member or string."""
    return str(value.value) if isinstance(value, Enum) else str(value)


def sign(value: object) -> Sign:
    """How ``value`` is shown; a word that is not in the table is shown as it is."""
    text = word(value)
    return SIGNS.get(text) or Sign(text.replace("-", " ").replace("_", " ").capitalize())


def problem_sign(level: object) -> Sign:
    """How the level of a validity error or a lint finding is shown."""
    return PROBLEM_LEVELS.get(word(level)) or sign(level)


def kind(value: object) -> str:
    """What a kind of contract is called."""
    return KINDS.get(word(value), word(value))


def format_name(value: object) -> str:
    """What a document format is called by its own specification."""
    return FORMATS.get(word(value), word(value))


def criticality(value: int) -> str:
    """What a criticality means."""
    return CRITICALITY.get(value, str(value))
